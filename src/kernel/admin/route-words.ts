/** The words of `ip route add | del …` (iproute2: iproute_modify, parse_nexthops). */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import type { RouteMetric, RouteType } from '../ip/fib.ts';
import { RT_SCOPE_HOST, RT_SCOPE_LINK, RT_SCOPE_NOWHERE, RT_SCOPE_UNIVERSE } from '../ip/fib.ts';
import { RT_TABLE_LOCAL, RT_TABLE_MAIN, RTPROT_BOOT } from '../ip/fib.ts';
import type { HopRequest, RouteRequest } from '../ip/fib-create.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { PROTOCOL_NAMES, readDsfield, readRouteType, SCOPE_NAMES, TABLE_NAMES } from '../show/route-names.ts';
import type { AdminResult } from './result.ts';
import { failure, garbage, INCOMPLETE, noDevice, notSupported } from './result.ts';
import { readIp, readNumber, readPrefixText, wrongArgument } from './route-values.ts';
import type { Words } from './words.ts';

/** Metrics in the order in which the tool prints them (RTAX_*); those with `lock` may be locked. */
export const METRICS: readonly string[] = (
  'lock mtu window rtt rttvar ssthresh cwnd advmss reordering hoplimit initcwnd features rto_min initrwnd ' +
  'quickack congctl'
).split(' ');
const TIME_METRICS: ReadonlySet<string> = new Set(['rtt', 'rttvar', 'rto_min']);
const LACKING: ReadonlySet<string> = new Set([
  'as',
  'expires',
  'nhid',
  'vrf',
  'encap',
  'ttl-propagate',
  'from',
  'pref',
]);

interface Draft {
  type: RouteType | '';
  to: Cidr | null;
  hop: { gateway: Ip4; dev: string; isOnLink: boolean };
  hops: HopRequest[];
  tos: number;
  metric: number;
  protocol: number | null;
  scope: number | null;
  prefSrc: Ip4;
  table: number | null;
  realm: number;
  metrics: Map<string, RouteMetric>;
}

/** What a reader of one word answers: null when all is well. */
type Flaw = AdminResult | null;

/** Reads everything behind the verb. */
export function readRouteWords(ns: Netns, words: Words, isDelete: boolean): RouteRequest | AdminResult {
  const draft: Draft = {
    type: '',
    to: null,
    hop: { gateway: 0, dev: '', isOnLink: false },
    hops: [],
    tos: 0,
    metric: 0,
    protocol: null,
    scope: null,
    prefSrc: 0,
    table: null,
    realm: 0,
    metrics: new Map(),
  };
  while (!words.isAtEnd) {
    const flaw = readWord(ns, draft, words);
    if (words.isIncomplete) return INCOMPLETE;
    if (flaw !== null) return flaw;
  }
  return finish(ns, draft, isDelete);
}

function finish(ns: Netns, draft: Draft, isDelete: boolean): RouteRequest | AdminResult {
  let dev: NetDevice | null = null;
  if (draft.hop.dev !== '') {
    dev = ns.deviceByName(draft.hop.dev);
    if (dev === null) return noDevice(draft.hop.dev);
  }
  const type = draft.type === '' && !isDelete ? 'unicast' : draft.type;
  const isOwn = type === 'local' || type === 'broadcast' || type === 'nat' || type === 'anycast';
  const { address, prefixLen } = draft.to ?? { address: 0, prefixLen: 0 };
  return {
    type,
    table: draft.table ?? (isOwn ? RT_TABLE_LOCAL : RT_TABLE_MAIN),
    destination: address,
    prefixLen,
    tos: draft.tos,
    metric: draft.metric,
    protocol: draft.protocol ?? (isDelete ? 0 : RTPROT_BOOT),
    scope: draft.scope ?? impliedScope(draft, type, isDelete),
    prefSrc: draft.prefSrc,
    hop: { gateway: draft.hop.gateway, dev, weight: 1, isOnLink: draft.hop.isOnLink },
    hops: draft.hops,
    metrics: METRICS.flatMap((name) => draft.metrics.get(name) ?? []),
    realm: draft.realm,
  };
}

function impliedScope(draft: Draft, type: RouteType | '', isDelete: boolean): number {
  if (type === 'local' || type === 'nat') return RT_SCOPE_HOST;
  if (type === 'broadcast' || type === 'multicast' || type === 'anycast') return RT_SCOPE_LINK;
  if (type !== 'unicast' && type !== '') return isDelete ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE;
  if (isDelete) return RT_SCOPE_NOWHERE;
  return draft.hop.gateway === 0 && draft.hops.length === 0 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}

type Reader = (draft: Draft, words: Words, ns: Netns) => Flaw;

const READERS: readonly (readonly [names: string, isAbbreviated: boolean, read: Reader])[] = [
  ['src', false, readSrc],
  ['via', false, (draft, words) => readVia(draft.hop, words)],
  ['tos', false, readTos],
  ['dsfield', true, readTos],
  ['metric', false, readMetric],
  ['priority', false, readMetric],
  ['preference', true, readMetric],
  ['scope', false, readScopeWord],
  ['onlink', false, (draft) => ((draft.hop.isOnLink = true), null)],
  ['nexthop', false, readHops],
  ['protocol', true, readProtocol],
  ['table', true, readTable],
  ['dev', false, readDev],
  ['oif', false, readDev],
  ['realms', true, readRealm],
];

function readWord(ns: Netns, draft: Draft, words: Words): Flaw {
  const word = words.peek();
  const metric = METRICS.find((name) => name === word && name !== 'lock');
  if (metric !== undefined) return readMetricOption(draft, words, metric);
  for (const [name, isAbbreviated, read] of READERS) {
    if (word !== name && !(isAbbreviated && word !== '' && name.startsWith(word))) continue;
    words.next();
    return read(draft, words, ns);
  }
  if (LACKING.has(word))
    return notSupported(`ip route … ${word}`, 'via, dev, src, metric, table, proto, scope, nexthop');
  return readDestination(draft, words);
}

function readDestination(draft: Draft, words: Words): Flaw {
  words.accept('to');
  const type = /^\d/.test(words.peek()) ? undefined : readRouteType(words.peek());
  if (type !== undefined) {
    words.next();
    draft.type = type;
    if (words.isAtEnd) return INCOMPLETE;
  }
  const text = words.value();
  if (draft.to !== null) return garbage('to', text);
  const prefix = readPrefixText(text);
  if (prefix === undefined) return failure(1, `Error: any valid prefix is expected rather than "${text}".`);
  draft.to = prefix;
  return null;
}

function readSrc(draft: Draft, words: Words): Flaw {
  const text = words.value();
  const address = readIp(text);
  if (address === undefined) return failure(1, `Error: inet address is expected rather than "${text}".`);
  draft.prefSrc = address;
  return null;
}

function readVia(hop: { gateway: Ip4 }, words: Words): Flaw {
  words.accept('inet');
  const text = words.value();
  const address = readIp(text);
  if (address === undefined) return failure(1, `Error: inet address is expected rather than "${text}".`);
  hop.gateway = address;
  return null;
}

function readTos(draft: Draft, words: Words): Flaw {
  const text = words.value();
  const tos = readDsfield(text);
  if (tos === undefined) return wrongArgument(text, '"tos" value is invalid\n');
  draft.tos = tos;
  return null;
}

function readMetric(draft: Draft, words: Words): Flaw {
  const text = words.value();
  const metric = readNumber(text);
  if (metric === undefined) return wrongArgument(text, '"metric" value is invalid\n');
  draft.metric = metric;
  return null;
}

function readScopeWord(draft: Draft, words: Words): Flaw {
  const text = words.value();
  const scope = SCOPE_NAMES.read(text);
  if (scope === undefined) return wrongArgument(text, 'invalid "scope" value\n');
  draft.scope = scope;
  return null;
}

function readProtocol(draft: Draft, words: Words): Flaw {
  const text = words.value();
  const protocol = PROTOCOL_NAMES.read(text);
  if (protocol === undefined) return wrongArgument(text, '"protocol" value is invalid\n');
  draft.protocol = protocol;
  return null;
}

function readTable(draft: Draft, words: Words): Flaw {
  const text = words.value();
  const table = TABLE_NAMES.read(text);
  if (table === undefined) return wrongArgument(text, '"table" value is invalid\n');
  draft.table = table;
  return null;
}

function readDev(draft: Draft, words: Words): Flaw {
  draft.hop.dev = words.value();
  return null;
}

function readRealm(draft: Draft, words: Words): Flaw {
  const text = words.value();
  const realm = readNumber(text);
  if (realm === undefined) return wrongArgument(text, '"realms" value is invalid\n');
  draft.realm = realm;
  return null;
}

function readMetricOption(draft: Draft, words: Words, name: string): Flaw {
  words.next();
  const isLocked = words.accept('lock') || name === 'rto_min';
  const text = words.value();
  if (words.isIncomplete) return INCOMPLETE;
  let value: number | string | undefined = text;
  if (name === 'features') value = text === 'ecn' ? 'ecn' : undefined;
  else if (TIME_METRICS.has(name)) value = readTime(text);
  else if (name !== 'congctl') value = readNumber(text);
  if (value === undefined) {
    return wrongArgument(text, name === 'features' ? '"features" value not valid\n' : `"${name}" value is invalid\n`);
  }
  draft.metrics.set(name, { name, isLocked, value });
  return null;
}

const TIME_UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  sec: 1000,
  secs: 1000,
  ms: 1,
  msec: 1,
  msecs: 1,
  '': 1,
};

/** Milliseconds (iproute2: get_time_rtt). */
function readTime(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(text);
  const unit = match === null ? undefined : TIME_UNITS[match[2]!];
  return unit === undefined ? undefined : Math.ceil(Number(match![1]) * unit);
}

/** `nexthop via A dev D weight N [onlink] nexthop …` up to the end of the line. */
function readHops(draft: Draft, words: Words, ns: Netns): Flaw {
  for (;;) {
    const hop = { gateway: 0, dev: '', weight: 1, isOnLink: false };
    while (!words.isAtEnd && words.peek() !== 'nexthop') {
      const flaw = readHopWord(hop, words);
      if (words.isIncomplete) return INCOMPLETE;
      if (flaw !== null) return flaw;
    }
    const dev = hop.dev === '' ? null : ns.deviceByName(hop.dev);
    if (hop.dev !== '' && dev === null) return noDevice(hop.dev);
    draft.hops.push({ ...hop, dev });
    if (!words.accept('nexthop')) return null;
  }
}

const WEIGHT_MAX = 256;

function readHopWord(hop: { gateway: Ip4; dev: string; weight: number; isOnLink: boolean }, words: Words): Flaw {
  if (words.accept('via')) return readVia(hop, words);
  if (words.accept('dev')) hop.dev = words.value();
  else if (words.accept('onlink')) hop.isOnLink = true;
  else if (words.accept('weight')) {
    const text = words.value();
    const weight = readNumber(text);
    if (weight === undefined || weight < 1 || weight > WEIGHT_MAX) return wrongArgument(text, '"weight" is invalid\n');
    hop.weight = weight;
  } else return failure(255, `Error: "nexthop" or end of line is expected instead of "${words.peek()}"`);
  return null;
}
