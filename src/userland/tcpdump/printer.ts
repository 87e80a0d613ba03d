/** One line, or several, about a packet: stamp, words, bytes, as tcpdump's options ask for them. */
import { formatIp4, formatMac } from '../../base/addr.ts';
import type { DissectNames, DissectStyle } from '../../wire/dissect-text.ts';
import { dissectFrame, dissectPayload, etherTypeText } from '../../wire/dissect.ts';
import * as ethernet from '../../wire/ethernet.ts';
import { asciiDump, hexDump } from './hex-dump.ts';
import type { TcpdumpOptions } from './options.ts';
import { serviceName, vendorName } from './services.ts';
import type { Stamp } from './time-stamp.ts';
import { StampPrinter } from './time-stamp.ts';

/** Linux's header in front of packets that come from all interfaces (LINKTYPE_LINUX_SLL2). */
export interface Cooked {
  readonly interfaceName: string;
  readonly ifIndex: number;
  readonly packetType: number;
  readonly sourceMac: number;
  readonly etherType: number;
  readonly header: Uint8Array;
}

/** A packet as it was captured; `bytes` may be cut. */
export interface Packet {
  readonly stamp: Stamp;
  /** From the Ethernet header on; from the network header on where `cooked` is set. */
  readonly bytes: Uint8Array;
  readonly originalLength: number;
  readonly cooked: Cooked | null;
}

const PACKET_TYPE_WORDS = ['In', 'B', 'M', 'P', 'Out'];
const VLAN_TYPES: ReadonlySet<number> = new Set([ethernet.ETHERTYPE_VLAN, 0x88a8, 0x9100, 0x9200]);
const ALL_ONES = 0xffff_ffff_ffff;

/** Names instead of numbers; `lookup` finds a host's name. */
export function namesFor(lookup: (ip: number) => string | undefined): DissectNames {
  return {
    host: (ip) => lookup(ip) ?? formatIp4(ip),
    port: serviceName,
    mac: (mac) => (mac === ALL_ONES ? 'Broadcast' : `${formatMac(mac)} (oui ${vendorName(mac)})`),
  };
}

export class PacketPrinter {
  private readonly options: TcpdumpOptions;
  private readonly style: DissectStyle;
  private readonly stamps: StampPrinter;
  private count = 0;

  constructor(options: TcpdumpOptions, names: DissectNames) {
    this.options = options;
    this.style = {
      link: options.link,
      verbose: options.verbose > 0,
      veryVerbose: options.verbose > 1,
      quick: options.quick,
      ...(options.isNumeric ? {} : { names }),
    };
    this.stamps = new StampPrinter(options.timeStyle, options.isNano);
  }

  /** All that is printed about a packet, with its last line end. */
  print(packet: Packet): string {
    this.count++;
    const number = this.options.hasNumbers ? `${String(this.count).padStart(5)}  ` : '';
    const words = packet.cooked === null ? this.frame(packet) : this.cooked(packet, packet.cooked);
    return `${number}${this.stamps.print(packet.stamp)}${words}${this.dump(packet, words)}\n`;
  }

  private frame({ bytes, originalLength }: Packet): string {
    const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return dissectFrame(v, 0, bytes.length, originalLength, this.style);
  }

  private cooked(packet: Packet, cooked: Cooked): string {
    const { bytes, originalLength } = packet;
    const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const direction = PACKET_TYPE_WORDS[cooked.packetType] ?? '?';
    let link = `${cooked.interfaceName.padEnd(5)} ${direction.padEnd(3)} `;
    if (this.style.link) {
      const mac = this.style.names?.mac(cooked.sourceMac) ?? formatMac(cooked.sourceMac);
      const length = originalLength + cooked.header.length;
      link += `ifindex ${cooked.ifIndex} ${mac} ${etherTypeText(cooked.etherType)}, length ${length}: `;
    }
    return link + dissectPayload(v, 0, bytes.length, originalLength, cooked.etherType, this.style);
  }

  /** What nobody can read is shown byte by byte in any case. */
  private dump({ bytes, cooked }: Packet, words: string): string {
    const { hex, hexAscii, ascii, quick } = this.options;
    const isUnread = words.endsWith(':');
    // Where its words broke off, the real one no longer knows how long the header was.
    const isBroken = /\[\|[\w.-]+\]$/.test(words);
    const payload = bytes.subarray(cooked === null && !isBroken ? linkHeaderBytes(bytes) : 0);
    const whole = cooked === null ? bytes : Uint8Array.from([...cooked.header, ...bytes]);
    const blank = isUnread ? ' ' : '';
    if (ascii) return blank + (isUnread && !quick ? hexDump(payload, true) : '') + asciiDump(payload);
    if (hexAscii > 0) return blank + hexDump(hexAscii > 1 ? whole : payload, true);
    if (hex > 0) return blank + hexDump(hex > 1 ? whole : payload, false);
    return isUnread && !quick ? blank + hexDump(payload, true) : blank;
  }
}

/** The Ethernet header and its VLAN tags. */
function linkHeaderBytes(bytes: Uint8Array): number {
  let at = ethernet.HEADER_LEN;
  while (at + 4 <= bytes.length && VLAN_TYPES.has((bytes[at - 2]! << 8) | bytes[at - 1]!)) at += 4;
  return Math.min(at, bytes.length);
}
