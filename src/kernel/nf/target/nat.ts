/** `-j DNAT | SNAT | MASQUERADE | REDIRECT | NETMAP` (libxt_NAT.c, libipt_NETMAP.c). */
import { formatIp4, parseIp4 } from '../../../base/addr.ts';
import * as ipv4 from '../../../wire/ipv4.ts';
import type { NfTarget, OptionSpec, TargetExtension } from '../extension.ts';
import { flag, option, targetExtension } from '../extension.ts';
import { NF_ACCEPT } from '../hooks.ts';
import { masquerade, redirect, setAddress } from '../nat/local-address.ts';
import type { NatRange } from '../nat/range.ts';
import { MANIP_DST, MANIP_SRC, manipAt } from '../nat/range.ts';
import type { NfPacket } from '../packet.ts';
import { refuse } from '../xt-error.ts';
import type { RuleHeader } from '../rule.ts';
import { servicePort } from '../xt-names.ts';
import { leadingNumber, MAX_PORT, maskText, parseUnsigned, readHostMask } from '../xt-values.ts';

/** TCP, UDP, SCTP, DCCP, ICMP have something to choose from. */
const PORT_PROTOCOLS: readonly number[] = [6, 17, 132, 33, 1];
const PORTS_NEED_PROTOCOL = 'Need TCP, UDP, SCTP or DCCP with port specification';

type NatName = 'DNAT' | 'SNAT' | 'MASQUERADE' | 'REDIRECT';

/** What NAT may choose from (Linux: struct nf_nat_range2). */
export class NatTarget implements NfTarget {
  readonly name: NatName;
  /** Null: the address is not changed, or found by the packet's way. */
  lowAddress: number | null = null;
  highAddress = 0;
  /** Null: the port is chosen freely. */
  lowPort: number | null = null;
  highPort = 0;
  /** The port that stands for the first of the range (`:80-90/8080`); null without. */
  basePort: number | null = null;
  isRandom = false;
  isRandomFully = false;
  isPersistent = false;

  private range: NatRange = {};

  constructor(name: NatName) {
    this.name = name;
  }

  apply({ frame, state }: NfPacket): number {
    if (this.name === 'MASQUERADE') return masquerade(frame, state, this.range);
    if (this.name === 'REDIRECT') return redirect(frame, state, this.range);
    state.ns.nat!.setupInfo(frame.ctSlot, this.range, this.name === 'DNAT' ? MANIP_DST : MANIP_SRC);
    return NF_ACCEPT;
  }

  option(name: string, text: string, _: boolean, _take: () => string, header: RuleHeader): void {
    if (name === 'random') this.isRandom = true;
    else if (name === 'random-fully') this.isRandomFully = true;
    else if (name === 'persistent') this.isPersistent = true;
    else if (name === 'to-ports') this.readPorts(text, header);
    else this.readTo(text, header);
  }

  private readTo(text: string, header: RuleHeader): void {
    const colon = text.indexOf(':');
    if (colon !== text.lastIndexOf(':')) refuse(`Bad IP address "${text}"`);
    if (colon >= 0) this.readPorts(text.slice(colon + 1), header);
    const addresses = colon < 0 ? text : text.slice(0, colon);
    if (addresses === '') return;
    const dash = addresses.indexOf('-');
    const low = readAddress(dash < 0 ? addresses : addresses.slice(0, dash));
    this.highAddress = dash < 0 ? low : readAddress(addresses.slice(dash + 1));
    this.lowAddress = low;
  }

  /** Twin of parse_ports: `low[-high[/base]]`. */
  private readPorts(text: string, { protocol }: RuleHeader): void {
    if (!PORT_PROTOCOLS.includes(protocol)) refuse(PORTS_NEED_PROTOCOL);
    const [low, afterLow] = readNatPort(text);
    this.lowPort = low;
    this.highPort = low;
    if (afterLow === '') return;
    if (afterLow.startsWith(':')) refuse('Invalid port:port syntax - use dash');
    if (!afterLow.startsWith('-')) refuse(`Garbage after port value: \`${afterLow}'`);
    const [high, afterHigh] = readNatPort(afterLow.slice(1));
    if (low > high) refuse(`Port range \`${afterLow.slice(1)}' funky`);
    this.highPort = high;
    if (afterHigh === '') return;
    if (!afterHigh.startsWith('/')) refuse(`Garbage after port range: \`${afterHigh}'`);
    [this.basePort] = readNatPort(afterHigh.slice(1));
    if (this.name === 'REDIRECT') refuse('Shifted portmap ranges not supported with this kernel');
  }

  check(): void {
    this.range = this.makeRange();
  }

  private makeRange(): NatRange {
    const { lowAddress, highAddress, lowPort, highPort, basePort, isPersistent } = this;
    return {
      ...(lowAddress === null ? {} : { minAddress: lowAddress, maxAddress: highAddress }),
      ...(lowPort === null ? {} : { minPort: lowPort, maxPort: highPort }),
      ...(basePort === null ? {} : { basePort }),
      isRandom: this.isRandom || this.isRandomFully,
      isPersistent,
    };
  }

  private rangeText(): string {
    const low = this.lowAddress;
    const addresses =
      low === null ? '' : `${formatIp4(low)}${low === this.highAddress ? '' : `-${formatIp4(this.highAddress)}`}`;
    const ports = this.ports();
    return ports === '' ? addresses : `${addresses}:${ports}`;
  }

  private ports(): string {
    if (this.lowPort === null) return '';
    const high = this.lowPort === this.highPort ? '' : `-${this.highPort}`;
    return `${this.lowPort}${high}${this.basePort === null ? '' : `/${this.basePort}`}`;
  }

  private flags(before: string): string {
    const flags: [boolean, string][] = [
      [this.isRandom, 'random'],
      [this.isRandomFully, 'random-fully'],
      [this.isPersistent, 'persistent'],
    ];
    return flags.map(([isSet, name]) => (isSet ? `${before}${name}` : '')).join('');
  }

  save(): string {
    return `${this.saveRange()}${this.flags(' --')}`;
  }

  private saveRange(): string {
    if (this.name === 'DNAT') return ` --to-destination ${this.rangeText()}`;
    if (this.name === 'SNAT') return ` --to-source ${this.rangeText()}`;
    return this.lowPort === null ? '' : ` --to-ports ${this.ports()}`;
  }

  print(): string {
    return `${this.printRange()}${this.flags(' ')}`;
  }

  private printRange(): string {
    if (this.name === 'DNAT' || this.name === 'SNAT') return ` to:${this.rangeText()}`;
    const prefix = this.name === 'REDIRECT' ? ' redir ports ' : ' masq ports: ';
    return this.lowPort === null ? '' : `${prefix}${this.ports()}`;
  }
}

function readAddress(text: string): number {
  return parseIp4(text) ?? refuse(`Bad IP address "${text}"`);
}

/** A port by number or by a service's name, and what stands behind the number. */
function readNatPort(text: string): [port: number, rest: string] {
  const [digits, rest] = leadingNumber(text);
  const port = parseUnsigned(digits, MAX_PORT);
  if (port !== undefined) return [port, rest];
  return [servicePort(text, '') ?? refuse(`Port \`${text}' not valid`), ''];
}

/** `-j NETMAP`: the network part of an address is exchanged. */
export class NetmapTarget implements NfTarget {
  readonly name = 'NETMAP';
  address = 0;
  mask = 0;
  private readonly range: NatRange = { minAddress: 0, maxAddress: 0 };

  /** Twin of netmap_tg4. */
  apply({ frame, state }: NfPacket): number {
    const manip = manipAt(state.hook);
    const { slab, l3 } = frame;
    const old = manip === MANIP_DST ? ipv4.dst(slab.view, l3) : ipv4.src(slab.view, l3);
    return setAddress(frame, state, this.range, (old & ~this.mask) | this.address, manip);
  }

  option(_name: string, text: string): void {
    const { address, mask } = readHostMask('NETMAP', 'to', text);
    this.address = address & mask;
    this.mask = mask;
  }

  check(): void {
    // `--to` is mandatory; there is nothing else.
  }

  private text(): string {
    return `${formatIp4(this.address)}${maskText(this.mask, true)}`;
  }

  save(): string {
    return ` --to ${this.text()}`;
  }

  print(): string {
    return ` to:${this.text()}`;
  }
}

const NAT_TABLE = { tables: ['nat'] };
const RANDOM: readonly OptionSpec[] = [flag('random'), flag('random-fully')];

export const DNAT: TargetExtension = targetExtension(
  'DNAT',
  [option('to-destination', { isMandatory: true }), flag('random'), flag('persistent')],
  () => new NatTarget('DNAT'),
  { ...NAT_TABLE, chains: ['PREROUTING', 'OUTPUT'] },
);
export const SNAT: TargetExtension = targetExtension(
  'SNAT',
  [option('to-source', { isMandatory: true }), ...RANDOM, flag('persistent')],
  () => new NatTarget('SNAT'),
  { ...NAT_TABLE, chains: ['POSTROUTING', 'INPUT'] },
);
export const MASQUERADE: TargetExtension = targetExtension(
  'MASQUERADE',
  [option('to-ports'), ...RANDOM],
  () => new NatTarget('MASQUERADE'),
  { ...NAT_TABLE, chains: ['POSTROUTING'] },
);
export const REDIRECT: TargetExtension = targetExtension(
  'REDIRECT',
  [option('to-ports'), flag('random')],
  () => new NatTarget('REDIRECT'),
  { ...NAT_TABLE, chains: ['PREROUTING', 'OUTPUT'] },
);
export const NETMAP: TargetExtension = targetExtension(
  'NETMAP',
  [option('to', { isMandatory: true })],
  () => new NetmapTarget(),
  NAT_TABLE,
);
