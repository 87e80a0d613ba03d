/** `-m set` (Linux: xt_set.c, libxt_set.c): whether a packet's addresses and ports are in a set of ipset(8). */
import * as ipv4 from '../../../wire/ipv4.ts';
import { code as icmpCode, type as icmpType } from '../../../wire/icmp.ts';
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, option, saveOption } from '../extension.ts';
import type { IpSet } from '../ipset/ip-set.ts';
import { isBitmapProtocol } from '../ipset/set-words.ts';
import type { MatchHome } from '../match-home.ts';
import type { NfPacket } from '../packet.ts';
import { NO_HEADER } from '../packet.ts';
import { refuse } from '../xt-error.ts';
import { transportOf } from './ports.ts';

/** A set's elements have at most so many parts (IPSET_DIM_MAX). */
const MAX_PARTS = 6;
/** By protocol: what has to be there of its header for a port, ICMP's type and code among them (get_port). */
const HEADER_BYTES: ReadonlyMap<number, number> = new Map([
  [ipv4.PROTO_TCP, 20],
  [132, 12],
  [ipv4.PROTO_UDP, 8],
  [136, 8],
  [ipv4.PROTO_ICMP, 8],
]);
const NO_PORT = -1;

class SetMatch implements NfMatch {
  readonly name = 'set';
  private setName = '';
  /** For each part of an element whether it is the source's. */
  private areSources: boolean[] = [];
  private isInverted = false;
  private returnsNoMatch = false;
  private set: IpSet | null = null;

  option(name: string, text: string, isInverted: boolean, take: () => string): void {
    if (name === 'return-nomatch') {
      this.returnsNoMatch = true;
      return;
    }
    this.setName = text;
    this.isInverted = isInverted;
    const sides = take();
    if (sides === '') refuse('--match-set requires two args.');
    const words = sides.split(',');
    if (words.length > MAX_PARTS || words.some((word) => word !== 'src' && word !== 'dst')) {
      refuse("You must spefify (the comma separated list of) 'src' or 'dst'.");
    }
    this.areSources = words.map((word) => word === 'src');
  }

  check(): void {
    if (this.setName === '') refuse("You must specify `--match-set' with proper arguments");
  }

  lookUp(home: MatchHome | null): void {
    this.set = home?.sets.get(this.setName) ?? refuse(`Set ${this.setName} doesn't exist.\n`);
  }

  bind(): void {
    this.set!.references++;
  }

  /** Twin of set_match_v4 and of the types' kadt: a set whose elements have more parts than are given has nothing. */
  matches(packet: NfPacket): boolean {
    return this.isIn(packet, this.set!) !== this.isInverted;
  }

  private isIn(packet: NfPacket, set: IpSet): boolean {
    const { settings } = set;
    const { type, netmask } = settings;
    const { areSources } = this;
    const portPart = type.hasAddress ? 1 : 0;
    if (type.hasPort && areSources.length <= portPart) return false;
    const { view, network, state } = packet;
    let address = 0;
    if (type.hasAddress) address = areSources[0]! ? ipv4.src(view, network) : ipv4.dst(view, network);
    let { protocol } = packet;
    let port = 0;
    if (type.hasPort) {
      port = portOf(packet, areSources[portPart]!);
      if (port === NO_PORT || (type.isBitmap && !isBitmapProtocol(protocol))) return false;
    }
    if (!type.hasPort || type.isBitmap) protocol = 0;
    const masked = netmask === 32 ? address : address & (-1 << (32 - netmask));
    const element = set.test(masked, protocol, port, state.ns.machine.sched.now);
    if (element === null) return false;
    if (settings.hasCounters) {
      element.packets++;
      element.bytes += packet.end - network;
    }
    return true;
  }

  private text(): string {
    const sides = this.areSources.map((isSource) => (isSource ? 'src' : 'dst'));
    return `${this.set?.name ?? this.setName} ${sides.join(',')}`;
  }

  save(): string {
    return `${saveOption('match-set', this.text(), this.isInverted)}${this.returnsNoMatch ? ' --return-nomatch' : ''}`;
  }

  print(): string {
    const inverted = this.isInverted ? ' !' : '';
    return `${inverted} match-set ${this.text()}${this.returnsNoMatch ? ' return-nomatch' : ''}`;
  }
}

/** Twin of ip_set_get_ip4_port: of ICMP type and code, 0 for protocols without ports, NO_PORT for what is cut off. */
function portOf(packet: NfPacket, isSource: boolean): number {
  const { protocol, view } = packet;
  const headerBytes = HEADER_BYTES.get(protocol);
  if (headerBytes === undefined) return 0;
  const at = transportOf(packet, headerBytes);
  if (at === NO_HEADER) return NO_PORT;
  if (protocol === ipv4.PROTO_ICMP) return (icmpType(view, at) << 8) | icmpCode(view, at);
  return view.getUint16(isSource ? at : at + 2);
}

export const SET = matchExtension(
  'set',
  [option('match-set', { canInvert: true }), flag('return-nomatch')],
  () => new SetMatch(),
);
