/** `--sport` and `--dport` of the tcp and udp matches. */
import { PROTO_TCP, PROTO_UDP } from '../../../wire/ipv4.ts';
import { dstPort, srcPort } from '../../../wire/udp.ts';
import type { NfPacket } from '../packet.ts';
import { NO_HEADER } from '../packet.ts';
import type { OptionSpec } from '../extension.ts';
import { option, saveOption } from '../extension.ts';
import { MAX_PORT, portText, rangeText, readPortPair, readPortRange } from '../xt-values.ts';

/** A range of ports, compiled; all ports until something is read. */
export class PortTest {
  low = 0;
  high = MAX_PORT;
  isInverted = false;
  private readonly protocol: 'tcp' | 'udp';
  private readonly saveName: string;
  private readonly printName: string;

  constructor(protocol: 'tcp' | 'udp', saveName: 'sport' | 'dport') {
    this.protocol = protocol;
    this.saveName = saveName;
    this.printName = saveName === 'sport' ? 'spt' : 'dpt';
  }

  read(text: string, isInverted: boolean): void {
    const name = this.saveName === 'sport' ? 'source-port' : 'destination-port';
    [this.low, this.high] =
      this.protocol === 'tcp' ? readPortRange(text, 'tcp') : readPortPair('udp', name, text, this.protocol);
    this.isInverted = isInverted;
  }

  /** As iptables-nft tells the kernel: what is not in a range from 0 on is above it. */
  settle(): void {
    if (!this.isInverted || this.low !== 0 || this.high === 0 || this.high === MAX_PORT) return;
    this.low = this.high + 1;
    this.high = MAX_PORT;
    this.isInverted = false;
  }

  /** One port, which is not 0. */
  isOne(): boolean {
    return this.low !== 0 && this.low === this.high;
  }

  test(port: number): boolean {
    // Not all ports are all ports: iptables-nft makes no expression of either.
    return this.isEverything() || (port >= this.low && port <= this.high) !== this.isInverted;
  }

  save(): string {
    if (this.isEverything()) return '';
    return saveOption(this.saveName, rangeText(this.low, this.high), this.isInverted);
  }

  print(isNumeric: boolean): string {
    if (this.isEverything()) return '';
    const plural = this.low === this.high ? '' : 's';
    const range = rangeText(this.low, this.high, (port) => portText(port, this.protocol, isNumeric));
    return ` ${this.printName}${plural}:${this.isInverted ? '!' : ''}${range}`;
  }

  /** `! --dport 0:65535`: it is not what an empty match is either. */
  isVoid(): boolean {
    return this.isEverything() && this.isInverted;
  }

  isEverything(): boolean {
    return this.low === 0 && this.high === MAX_PORT;
  }
}

/** Protocols that begin with two ports: TCP, UDP, UDP-Lite, SCTP, DCCP. */
export const PORT_PROTOCOLS: readonly number[] = [PROTO_TCP, PROTO_UDP, 136, 132, 33];
const ESP = 50;

/** Those, and ESP, whose number stands where ports do (Linux: proto_ports_offset). */
export function hasPorts(protocol: number): boolean {
  return protocol === PROTO_TCP || protocol === PROTO_UDP || PORT_PROTOCOLS.includes(protocol) || protocol === ESP;
}

/** Offset of the transport header when its first `bytes` bytes are there, else NO_HEADER. */
export function transportOf(packet: NfPacket, bytes: number): number {
  if (packet.fragmentOffset !== 0 || packet.transport + bytes > packet.end) return NO_HEADER;
  return packet.transport;
}

/**
 * Asks each port that is asked for where it stands; one that is not there is not meant (Linux: nft_payload.c). Two
 * single ports are one number (add_nft_tcpudp): `! --sport 1 ! --dport 2` refuses only who has both.
 */
export function testPorts({ view, transport, end }: NfPacket, source: PortTest, destination: PortTest): boolean {
  if (source.isOne() && destination.isOne() && source.isInverted === destination.isInverted) {
    if (transport + 4 > end) return false;
    const areBoth = srcPort(view, transport) === source.low && dstPort(view, transport) === destination.low;
    return areBoth !== source.isInverted;
  }
  if (!source.isEverything() && (transport + 2 > end || !source.test(srcPort(view, transport)))) return false;
  return destination.isEverything() || (transport + 4 <= end && destination.test(dstPort(view, transport)));
}

/** The options of both matches, under both of their names. */
export function portOptions(): OptionSpec[] {
  return ['source', 'destination'].flatMap((end) => {
    const traits = { canInvert: true, alias: `${end}-port`, onlyOne: `Only one \`--${end}-port' allowed` };
    return [option(`${end}-port`, traits), option(`${end.charAt(0)}port`, traits)];
  });
}
