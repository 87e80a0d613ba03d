/** The options that a protocol brings to conntrack(8) (conntrack-tools: extensions/libct_proto_*.c). */
import * as ipv4 from '../../wire/ipv4.ts';
import type { CtCommand } from './conntrack-commands.ts';

export type L4Option =
  | 'sport'
  | 'dport'
  | 'reply-port-src'
  | 'reply-port-dst'
  | 'mask-port-src'
  | 'mask-port-dst'
  | 'tuple-port-src'
  | 'tuple-port-dst'
  | 'state'
  | 'orig-vtag'
  | 'reply-vtag'
  | 'icmp-type'
  | 'icmp-code'
  | 'icmp-id'
  | 'srckey'
  | 'dstkey';

const PROTO_DCCP = 33;
const PROTO_GRE = 47;
const PROTO_SCTP = 132;
const PROTO_UDPLITE = 136;

type Names = readonly (readonly [name: string, option: L4Option])[];

const PORTS: Names = [
  ['orig-port-src', 'sport'],
  ['orig-port-dst', 'dport'],
  ['sport', 'sport'],
  ['dport', 'dport'],
  ['reply-port-src', 'reply-port-src'],
  ['reply-port-dst', 'reply-port-dst'],
  ['mask-port-src', 'mask-port-src'],
  ['mask-port-dst', 'mask-port-dst'],
  ['tuple-port-src', 'tuple-port-src'],
  ['tuple-port-dst', 'tuple-port-dst'],
];
const STATE: Names = [['state', 'state']];
const TAGS: Names = [
  ['orig-vtag', 'orig-vtag'],
  ['reply-vtag', 'reply-vtag'],
];
const KEYS: Names = [
  ['orig-key-src', 'srckey'],
  ['srckey', 'srckey'],
  ['orig-key-dst', 'dstkey'],
  ['dstkey', 'dstkey'],
];
const ICMP: Names = [
  ['icmp-type', 'icmp-type'],
  ['icmp-code', 'icmp-code'],
  ['icmp-id', 'icmp-id'],
];

/** The long options of a protocol, with what each is. */
export function l4OptionsOf(protocol: number): Names {
  switch (protocol) {
    case ipv4.PROTO_TCP:
    case PROTO_DCCP:
      return [...PORTS, ...STATE];
    case PROTO_SCTP:
      return [...PORTS, ...STATE, ...TAGS];
    case ipv4.PROTO_UDP:
    case PROTO_UDPLITE:
      return PORTS;
    case ipv4.PROTO_ICMP:
      return ICMP;
    case PROTO_GRE:
      return KEYS;
    default:
      return [];
  }
}

type Given = ReadonlyMap<L4Option, number>;
type Refuse = (text: string) => never;

/** Options that only expectations take. */
const EXPECTATION_ONLY: readonly L4Option[] = ['mask-port-src', 'mask-port-dst', 'tuple-port-src', 'tuple-port-dst'];

/** Twin of final_check: whether the options of a protocol make sense with the command. */
export function checkL4Options(protocol: number, command: CtCommand, given: Given, refuse: Refuse): void {
  for (const name of EXPECTATION_ONLY) if (given.has(name)) refuse(`Illegal option \`--${name}' with this command`);
  if (!['I', 'A', 'G'].includes(command)) return;
  if (protocol === ipv4.PROTO_ICMP) {
    for (const name of ['icmp-type', 'icmp-code'] as const) if (!given.has(name)) need(name, refuse);
    return;
  }
  if (protocol === PROTO_GRE) needPair(['srckey', 'dstkey'], [], given, refuse);
  else if (l4OptionsOf(protocol).length > 0) {
    needPair(['sport', 'dport'], ['reply-port-src', 'reply-port-dst'], given, refuse);
  }
  const hasState = protocol === ipv4.PROTO_TCP || protocol === PROTO_SCTP || protocol === PROTO_DCCP;
  if (hasState && command !== 'G' && !given.has('state')) need('state', refuse);
}

function need(name: L4Option, refuse: Refuse): never {
  return refuse(`You need to supply the \`--${name}' option for this command`);
}

function needPair(pair: readonly L4Option[], other: readonly L4Option[], given: Given, refuse: Refuse): void {
  if (pair.every((name) => given.has(name))) return;
  const hasNone = pair.every((name) => !given.has(name));
  if (hasNone && other.length > 0 && other.every((name) => given.has(name))) return;
  const names = hasNone && other.some((name) => given.has(name)) ? other : pair;
  refuse(`you have to specify \`--${names[0]!}' and \`--${names[1]!}'`);
}
