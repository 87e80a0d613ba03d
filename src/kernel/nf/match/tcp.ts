/** `-m tcp` (Linux: xt_tcpudp.c, libxt_tcp.c). */
import { flags as tcpFlags, dstPort, HEADER_LEN, headerLen, srcPort } from '../../../wire/tcp.ts';
import { PROTO_TCP } from '../../../wire/ipv4.ts';
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, option, saveOption } from '../extension.ts';
import { refuse } from '../xt-error.ts';
import type { NfPacket } from '../packet.ts';
import { NO_HEADER } from '../packet.ts';
import type { RuleHeader } from '../rule.ts';
import { parseUnsigned } from '../xt-values.ts';
import { portOptions, PortTest, testPorts, transportOf } from './ports.ts';

const FLAG_BITS: readonly (readonly [name: string, bit: number])[] = [
  ['FIN', 0x01],
  ['SYN', 0x02],
  ['RST', 0x04],
  ['PSH', 0x08],
  ['ACK', 0x10],
  ['URG', 0x20],
];
const ALL_FLAGS = 0x3f;
const SYN_MASK = 0x17;
const SYN_ONLY = 0x02;
/** So much of the header has to be there for the flags. */
const FLAGS_END = 14;
const OPTION_END = 0;
const OPTION_NOP = 1;

function readFlags(text: string): number {
  let bits = 0;
  for (const word of text.split(',')) {
    const name = word.toUpperCase();
    if (name === 'ALL') bits |= ALL_FLAGS;
    else if (name !== 'NONE') {
      bits |= FLAG_BITS.find(([known]) => known === name)?.[1] ?? refuse(`Unknown TCP flag \`${word}'`);
    }
  }
  return bits;
}

function flagsText(bits: number): string {
  return bits === 0 ? 'NONE' : FLAG_BITS.flatMap(([name, bit]) => ((bits & bit) === 0 ? [] : [name])).join(',');
}

function hexByte(bits: number): string {
  return `0x${bits.toString(16).toUpperCase().padStart(2, '0')}`;
}

class TcpMatch implements NfMatch {
  readonly name = 'tcp';
  private readonly source = new PortTest('tcp', 'sport');
  private readonly destination = new PortTest('tcp', 'dport');
  private flagMask = 0;
  private flagValue = 0;
  private areFlagsInverted = false;
  /** The kind of a TCP option that must be there, 0 for none. */
  private optionKind = 0;
  private isOptionInverted = false;
  private hasOptions = false;
  /** Nothing is asked but that there is a header. */
  private isEverything = false;

  option(name: string, text: string, isInverted: boolean, take: () => string): void {
    this.hasOptions = true;
    if (name === 'source-port') this.source.read(text, isInverted);
    else if (name === 'destination-port') this.destination.read(text, isInverted);
    else if (name === 'tcp-option') {
      this.optionKind = parseUnsigned(text, 255, 1) ?? refuse(`Bad TCP option "${text}"`);
      this.isOptionInverted = isInverted;
    } else {
      this.areFlagsInverted = isInverted;
      this.flagMask = SYN_MASK;
      this.flagValue = SYN_ONLY;
      if (name === 'tcp-flags') this.readMaskAndFlags(text, take());
    }
  }

  private readMaskAndFlags(mask: string, value: string): void {
    if (value === '' || value === '!' || value.startsWith('-')) refuse('--tcp-flags requires two args.');
    this.flagMask = readFlags(mask);
    this.flagValue = readFlags(value);
  }

  check(header: RuleHeader): void {
    if (this.hasOptions && header.protocol !== PROTO_TCP) refuse("TCP match requires '-p tcp'");
    this.isEverything = this.save() === '';
    if (this.optionKind !== 0) return;
    this.source.settle();
    this.destination.settle();
  }

  isVoid(): boolean {
    // A mask without flags makes no expression, and is not what an empty match is either.
    const hasOther = `${this.source.save()}${this.destination.save()}` !== '' || this.optionKind !== 0;
    const areFlagsVoid = this.flagMask === 0 && (this.flagValue !== 0 || this.areFlagsInverted);
    if (hasOther || this.flagMask !== 0) return false;
    return areFlagsVoid || this.source.isVoid() || this.destination.isVoid();
  }

  accepts(header: RuleHeader): boolean {
    // What nf_tables has expressions for may stand behind `! -p tcp`.
    return header.protocol === PROTO_TCP && !(this.optionKind !== 0 && header.isProtocolInverted);
  }

  /**
   * iptables-nft makes expressions of nf_tables of ports and flags, each of which looks for its own bytes behind the IP
   * header, in later fragments, too; what has an option, or nothing at all, stays a match of xt_tcpudp.c, which drops
   * what is cut short.
   */
  matches(packet: NfPacket): boolean {
    if (this.optionKind !== 0 || this.isEverything) return this.matchesWhole(packet);
    const { view, transport, end } = packet;
    if (!testPorts(packet, this.source, this.destination)) return false;
    if (this.flagMask === 0) return true;
    return transport + FLAGS_END <= end && this.hasFlags(view, transport);
  }

  private hasFlags(view: DataView, at: number): boolean {
    return ((tcpFlags(view, at) & this.flagMask) === this.flagValue) !== this.areFlagsInverted;
  }

  /** Twin of tcp_mt. */
  private matchesWhole(packet: NfPacket): boolean {
    if (packet.fragmentOffset === 1) packet.mustDrop = true;
    if (packet.fragmentOffset !== 0) return false;
    const at = transportOf(packet, HEADER_LEN);
    if (at === NO_HEADER) {
      packet.mustDrop = true;
      return false;
    }
    const { view } = packet;
    if (!this.source.test(srcPort(view, at)) || !this.destination.test(dstPort(view, at))) return false;
    if (this.flagMask !== 0 && !this.hasFlags(view, at)) return false;
    return this.optionKind === 0 || hasTcpOption(packet, at, this.optionKind) !== this.isOptionInverted;
  }

  save(): string {
    const kind = this.optionKind === 0 ? '' : saveOption('tcp-option', String(this.optionKind), this.isOptionInverted);
    const flagWords = `${flagsText(this.flagMask)} ${flagsText(this.flagValue)}`;
    const flags = this.flagMask === 0 ? '' : saveOption('tcp-flags', flagWords, this.areFlagsInverted);
    return `${this.source.save()}${this.destination.save()}${kind}${flags}`;
  }

  print(isNumeric: boolean): string {
    const ports = `${this.source.print(isNumeric)}${this.destination.print(isNumeric)}`;
    const kind = this.optionKind === 0 ? '' : ` option=${this.isOptionInverted ? '!' : ''}${this.optionKind}`;
    const text = isNumeric ? hexByte : flagsText;
    const words = `${this.areFlagsInverted ? '!' : ''}${text(this.flagMask)}/${text(this.flagValue)}`;
    return ` tcp${ports}${kind}${this.flagMask === 0 ? '' : ` flags:${words}`}`;
  }
}

/** Looks through the header's options (twin of tcp_find_option). */
function hasTcpOption(packet: NfPacket, at: number, kind: number): boolean {
  const { view } = packet;
  const end = at + headerLen(view, at);
  if (end > packet.end) {
    packet.mustDrop = true;
    return false;
  }
  for (let i = at + HEADER_LEN; i < end;) {
    const found = view.getUint8(i);
    if (found === kind) return true;
    // Linux steps over the end mark as over padding and takes a length of 0 for 1.
    const hasLength = found !== OPTION_END && found !== OPTION_NOP && i + 1 < end;
    i += hasLength ? Math.max(1, view.getUint8(i + 1)) : 1;
  }
  return false;
}

const ports = { canInvert: true };
export const TCP = matchExtension(
  'tcp',
  [
    ...portOptions(),
    option('tcp-flags', { ...ports, onlyOne: "Only one of `--syn' or `--tcp-flags'  allowed" }),
    flag('syn', { ...ports, onlyOne: "Only one of `--syn' or `--tcp-flags'  allowed" }),
    option('tcp-option', { ...ports, onlyOne: "Only one `--tcp-option' allowed" }),
  ],
  () => new TcpMatch(),
);
