/**
 * The primitives of filters: from qualifiers and an identifier to tests, with the defaults of pcap-filter(7) and the
 * refusals of libpcap in its own words.
 */
import * as ethernet from './ethernet.ts';
import type { Direction, FilterNode, Layer } from './filter-node.ts';
import {
  AddressIn,
  And,
  DestinationIsGroup,
  MacIs,
  MacIsGroup,
  Or,
  PortIn,
  ProtocolIs,
  TypeIs,
} from './filter-node.ts';
import type { Token } from './filter-token.ts';
import { FilterError } from './filter-token.ts';
import * as ipv4 from './ipv4.ts';

/** `host` and the like; `any` where only a direction was given. */
export type AddressType = 'any' | 'host' | 'net' | 'port' | 'portrange' | 'proto';

/** What stands before an identifier, and is kept for the bare identifiers after it: `port 53 or 80`. */
export interface Qualifiers {
  /** `ether`, `ip`, `arp`, `tcp` …; empty where none was given. */
  readonly protocol: string;
  readonly direction: Direction | 'default';
  readonly type: AddressType;
}

/** Name to IPv4 address, as int32. */
export type ResolveHost = (name: string) => number | undefined;

/** Keywords that name a protocol, and their number as EtherType or in IPv4. */
export const ETHERTYPES: Readonly<Record<string, number>> = {
  ip: ethernet.ETHERTYPE_IPV4,
  arp: ethernet.ETHERTYPE_ARP,
  ip6: ethernet.ETHERTYPE_IPV6,
};
export const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: ipv4.PROTO_ICMP,
  tcp: ipv4.PROTO_TCP,
  udp: ipv4.PROTO_UDP,
};

/** Protocols that can be named after `proto` only: /etc/protocols. */
const MORE_PROTOCOLS: Readonly<Record<string, number>> = { igmp: 2, gre: 47, esp: 50, ah: 51, vrrp: 112, sctp: 132 };

/** The services that people filter by: /etc/services. */
const SERVICES: Readonly<Record<string, number>> = {
  ssh: 22,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  http: 80,
  ntp: 123,
  snmp: 161,
  https: 443,
  syslog: 514,
  mysql: 3306,
  postgresql: 5432,
};

const PROTO_SCTP = 132;

const PORT_MAX = 65_535;

/** Offsets of the two addresses in the payload of a frame. */
const IPV4_ADDRESSES = [12, 16] as const;
const ARP_ADDRESSES = [14, 24] as const;

/** The test for a protocol's bare name. */
export function protocolTest(layer: Layer, protocol: Token): FilterNode {
  const type = lookUp(ETHERTYPES, protocol.text);
  if (type !== undefined) return new TypeIs(layer, type);
  const number = lookUp(PROTOCOLS, protocol.text);
  if (number !== undefined) return new ProtocolIs(layer, number);
  throw new FilterError(`syntax error: '${protocol.text}' needs an address, a type or an offset`, protocol.at);
}

/** The names of protocols that stand alone: nothing else can be said of them. */
export const LONE_PROTOCOLS: readonly string[] = ['igmp', 'esp', 'ah', 'sctp', 'vrrp'];

/** The test for one of them; undefined for another word. */
export function loneProtocolTest(layer: Layer, word: string): FilterNode | undefined {
  return LONE_PROTOCOLS.includes(word) ? new ProtocolIs(layer, MORE_PROTOCOLS[word]!) : undefined;
}

/** `broadcast`, behind `ether` or nothing. */
export function broadcastTest(layer: Layer, protocol: string, at: number): FilterNode {
  if (protocol === 'ip') throw new FilterError("netmask not known, so 'ip broadcast' not supported", at);
  if (protocol !== '' && protocol !== 'ether') {
    throw new FilterError('only link-layer/IP broadcast filters supported', at);
  }
  return new MacIs(layer, false, 0xffff, -1);
}

/** `multicast`, behind `ether`, `ip` or nothing. */
export function multicastTest(layer: Layer, protocol: string, at: number): FilterNode {
  if (protocol === 'ip') return new DestinationIsGroup(layer);
  if (protocol !== '' && protocol !== 'ether') {
    throw new FilterError('only link-layer/IP multicast filters supported', at);
  }
  return new MacIsGroup(layer);
}

/** The test for one identifier under its qualifiers. */
export function identifierTest(layer: Layer, qualifiers: Qualifiers, word: Token, resolve: ResolveHost): FilterNode {
  switch (qualifiers.type) {
    case 'proto':
      return protoTest(layer, qualifiers, word);
    case 'port':
      return portTest(layer, qualifiers, word, portOf(word), portOf(word));
    case 'portrange':
      return portRangeTest(layer, qualifiers, word);
    case 'net':
      return netTest(layer, qualifiers, word);
    case 'any':
    case 'host':
      return hostTest(layer, qualifiers, word, resolve);
  }
}

/** `net 10.0.0.0/8` and `net 10.0.0.0 mask 255.0.0.0`; `maskBits` is what stands behind the slash. */
export function maskedNetTest(layer: Layer, qualifiers: Qualifiers, word: Token, maskBits: Token): FilterNode {
  if (maskBits.value > 32) throw new FilterError('mask length must be <= 32', maskBits.at);
  const mask = maskBits.value === 0 ? 0 : -1 << (32 - maskBits.value);
  return netMaskTest(layer, qualifiers, word, mask, `${word.text}/${maskBits.text}`);
}

export function netWithMaskTest(layer: Layer, qualifiers: Qualifiers, word: Token, maskToken: Token): FilterNode {
  const mask = dottedOf(maskToken);
  return netMaskTest(layer, qualifiers, word, mask.ip, `${word.text} mask ${maskToken.text}`);
}

function netMaskTest(layer: Layer, qualifiers: Qualifiers, word: Token, mask: number, text: string): FilterNode {
  if (qualifiers.type !== 'net') throw new FilterError('Mask syntax for networks only', word.at);
  const { ip } = dottedOf(word);
  if ((ip & ~mask) !== 0) throw new FilterError(`non-network bits set in "${text}"`, word.at);
  return addressTest(layer, qualifiers, word, ip, mask);
}

/** `proto` counts EtherTypes behind `ether`, and IPv4's protocols behind `ip` or nothing. */
function protoTest(layer: Layer, qualifiers: Qualifiers, word: Token): FilterNode {
  if (qualifiers.protocol === 'arp') throw new FilterError('arp does not encapsulate another protocol', word.at);
  if (qualifiers.protocol !== '' && qualifiers.protocol !== 'ether' && qualifiers.protocol !== 'ip') {
    throw new FilterError(`'${qualifiers.protocol} proto' is bogus`, word.at);
  }
  const isEther = qualifiers.protocol === 'ether';
  if (word.kind === 'number') return isEther ? new TypeIs(layer, word.value) : new ProtocolIs(layer, word.value);
  const number = isEther
    ? lookUp(ETHERTYPES, word.text)
    : (lookUp(PROTOCOLS, word.text) ?? lookUp(MORE_PROTOCOLS, word.text));
  if (number === undefined) throw new FilterError(`unknown protocol: ${word.text}`, word.at);
  return isEther ? new TypeIs(layer, number) : new ProtocolIs(layer, number);
}

function portOf(word: Token): number {
  if (word.kind === 'ip') throw new FilterError("'port' modifier applied to ip host", word.at);
  const port = word.kind === 'number' ? word.value : portNamed(word.text);
  if (port === undefined) throw new FilterError(`unknown port '${word.text}'`, word.at);
  if (port > PORT_MAX) throw new FilterError(`illegal port number ${port} > ${PORT_MAX}`, word.at);
  return port;
}

function portNamed(text: string): number | undefined {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : lookUp(SERVICES, text);
}

function portRangeTest(layer: Layer, qualifiers: Qualifiers, word: Token): FilterNode {
  if (word.kind === 'number') return portTest(layer, qualifiers, word, portOf(word), portOf(word));
  if (word.kind === 'ip') throw new FilterError("'portrange' modifier applied to ip host", word.at);
  const dash = word.text.indexOf('-');
  const low = portNamed(dash < 0 ? word.text : word.text.slice(0, dash));
  const high = portNamed(word.text.slice(dash + 1));
  if (low === undefined || high === undefined) throw new FilterError(`unknown port in range '${word.text}'`, word.at);
  const highest = Math.max(low, high);
  if (highest > PORT_MAX) throw new FilterError(`illegal port number ${highest} > ${PORT_MAX}`, word.at);
  return portTest(layer, qualifiers, word, Math.min(low, high), highest);
}

/** Without a protocol, ports are those of TCP, UDP and SCTP. */
function portTest(layer: Layer, qualifiers: Qualifiers, word: Token, low: number, high: number): FilterNode {
  const direction = qualifiers.direction === 'default' ? 'or' : qualifiers.direction;
  const test = (protocol: number): FilterNode => new PortIn(layer, protocol, low, high, direction);
  if (qualifiers.protocol === 'tcp') return test(ipv4.PROTO_TCP);
  if (qualifiers.protocol === 'udp') return test(ipv4.PROTO_UDP);
  if (qualifiers.protocol !== '') throw new FilterError(`illegal qualifier of '${qualifiers.type}'`, word.at);
  return new Or(new Or(test(ipv4.PROTO_TCP), test(ipv4.PROTO_UDP)), test(PROTO_SCTP));
}

/** Shortened addresses stand for nets: `net 10` is 10.0.0.0/8, and `net 10.1` is 10.1.0.0/16. */
function netTest(layer: Layer, qualifiers: Qualifiers, word: Token): FilterNode {
  if (word.kind === 'ip') return dottedTest(layer, qualifiers, word);
  if (word.kind !== 'number') throw new FilterError(`unknown network '${word.text}'`, word.at);
  let net = word.value;
  let mask = -1;
  while (net !== 0 && net < 0x100_0000) {
    net *= 0x100;
    mask <<= 8;
  }
  return addressTest(layer, qualifiers, word, net | 0, mask);
}

function hostTest(layer: Layer, qualifiers: Qualifiers, word: Token, resolve: ResolveHost): FilterNode {
  if (word.kind === 'mac') return macTest(layer, qualifiers, word);
  if (word.kind === 'ip') return dottedTest(layer, qualifiers, word);
  if (word.kind === 'number') return addressTest(layer, qualifiers, word, word.value | 0, -1);
  if (qualifiers.protocol === 'ether') throw new FilterError(`unknown ether host '${word.text}'`, word.at);
  const ip = resolve(word.text);
  if (ip === undefined) throw new FilterError(`unknown host '${word.text}'`, word.at);
  return addressTest(layer, qualifiers, word, ip, -1);
}

function dottedTest(layer: Layer, qualifiers: Qualifiers, word: Token): FilterNode {
  const { ip, parts } = dottedOf(word);
  return addressTest(layer, qualifiers, word, ip, -1 << (32 - 8 * parts));
}

/** The address with its missing parts as zeros, and how many parts it has. */
function dottedOf(word: Token): { readonly ip: number; readonly parts: number } {
  const parts = word.text.split('.');
  let ip = 0;
  for (let i = 0; i < 4; i++) {
    const part = parts[i] ?? '0';
    const isPlain = /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255;
    if (word.kind !== 'ip' || !isPlain) throw new FilterError(`invalid IPv4 address '${word.text}'`, word.at);
    ip = (ip << 8) | Number(part);
  }
  return { ip, parts: parts.length };
}

/** Without a protocol, a host or net is looked for in IPv4 and in ARP. */
function addressTest(layer: Layer, qualifiers: Qualifiers, word: Token, net: number, mask: number): FilterNode {
  const kind = qualifiers.type === 'net' ? 'net' : 'host';
  const test = (type: number, offsets: readonly [number, number]): FilterNode =>
    directed(
      qualifiers,
      () => new AddressIn(layer, type, offsets[0], net, mask),
      () => new AddressIn(layer, type, offsets[1], net, mask),
    );
  switch (qualifiers.protocol) {
    case '':
      return new Or(test(ethernet.ETHERTYPE_IPV4, IPV4_ADDRESSES), test(ethernet.ETHERTYPE_ARP, ARP_ADDRESSES));
    case 'ip':
      return test(ethernet.ETHERTYPE_IPV4, IPV4_ADDRESSES);
    case 'arp':
      return test(ethernet.ETHERTYPE_ARP, ARP_ADDRESSES);
    case 'ether':
      throw new FilterError('illegal link layer address', word.at);
    default:
      throw new FilterError(`'${qualifiers.protocol}' modifier applied to ${kind}`, word.at);
  }
}

function macTest(layer: Layer, qualifiers: Qualifiers, word: Token): FilterNode {
  if (qualifiers.protocol !== 'ether') throw new FilterError('ethernet address used in non-ether expression', word.at);
  const digits = word.text.includes('.')
    ? word.text.replaceAll('.', '')
    : word.text
        .split(/[:-]/)
        .map((byte) => byte.padStart(2, '0'))
        .join('');
  const hi = parseInt(digits.slice(0, 4), 16);
  const lo = parseInt(digits.slice(4), 16) | 0;
  return directed(
    qualifiers,
    () => new MacIs(layer, true, hi, lo),
    () => new MacIs(layer, false, hi, lo),
  );
}

function directed(qualifiers: Qualifiers, src: () => FilterNode, dst: () => FilterNode): FilterNode {
  switch (qualifiers.direction) {
    case 'src':
      return src();
    case 'dst':
      return dst();
    case 'and':
      return new And(src(), dst());
    case 'default':
    case 'or':
      return new Or(src(), dst());
  }
}

function lookUp(table: Readonly<Record<string, number>>, name: string): number | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
