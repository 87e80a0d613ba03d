/** `ip route get` (iproute2: iproute_get; Linux: inet_rtm_getroute). */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import type { AdminResult } from '../admin/result.ts';
import { DONE, failure, INCOMPLETE, netlinkResult, noDevice, notSupported } from '../admin/result.ts';
import { readNumber, readPrefixText, wrongArgument } from '../admin/route-values.ts';
import { Words } from '../admin/words.ts';
import { RT_TABLE_LOCAL, RT_TABLE_MAIN } from '../ip/fib.ts';
import { flowTo } from '../ip/flow.ts';
import type { DstEntry } from '../ip/route.ts';
import {
  DST_BROADCAST,
  DST_LOCAL,
  DST_MULTICAST,
  ipRouteInputFlow,
  ipRouteOutput,
  ipRouteOutputFlow,
  routeErrno,
} from '../ip/route.ts';
import { martianAddresses, validateSource } from '../ip/rp-filter.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { addFlags, metricsJson, metricsText, NOTHING_HIDDEN, routeRecord } from './ip-route.ts';
import type { ShowOptions } from './options.ts';
import { printRecords, Record } from './record.ts';
import { IP_PROTOCOLS } from '../admin/ip-rule.ts';
import { readDsfield, TABLE_NAMES } from './route-names.ts';

interface Question {
  dst: Ip4 | null;
  src: Ip4;
  tos: number;
  mark: number;
  iif: NetDevice | null;
  oif: NetDevice | null;
  protocol: number;
  srcPort: number;
  dstPort: number;
  isFibMatch: boolean;
}

type Flaw = AdminResult | null;

export function getRoute(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const question: Question = {
    dst: null,
    src: 0,
    tos: 0,
    mark: 0,
    iif: null,
    oif: null,
    protocol: 0,
    srcPort: 0,
    dstPort: 0,
    isFibMatch: false,
  };
  const words = new Words(args);
  while (!words.isAtEnd) {
    const flaw = readWord(ns, question, words);
    if (words.isIncomplete) return INCOMPLETE;
    if (flaw !== null) return flaw;
  }
  if (question.dst === null) return failure(1, 'need at least a destination address');
  return answer(ns, question, question.dst, options);
}

type Reader = (ns: Netns, question: Question, text: string) => Flaw;

const READERS: Readonly<{ [word: string]: Reader }> = {
  from: (_ns, question, text) => readAddress(text, (address) => (question.src = address)),
  tos: (_ns, question, text) => readTos(question, text),
  dsfield: (_ns, question, text) => readTos(question, text),
  iif: (ns, question, text) => {
    question.iif = ns.deviceByName(text);
    return question.iif === null ? noDevice(text) : null;
  },
  mark: (_ns, question, text) => {
    const mark = readNumber(text);
    if (mark === undefined) return wrongArgument(text, 'invalid mark\n');
    question.mark = mark;
    return null;
  },
  oif: readOif,
  dev: readOif,
  ipproto: (_ns, question, text) => {
    const protocol = IP_PROTOCOLS.get(text) ?? readNumber(text);
    if (protocol === undefined) return wrongArgument(text, 'Invalid "ipproto" value\n');
    question.protocol = protocol;
    return null;
  },
  sport: (_ns, question, text) => readPort(text, 'sport', (port) => (question.srcPort = port)),
  dport: (_ns, question, text) => readPort(text, 'dport', (port) => (question.dstPort = port)),
  to: (_ns, question, text) => readAddress(text, (address) => (question.dst = address)),
};

function readWord(ns: Netns, question: Question, words: Words): Flaw {
  const word = words.next();
  if (word === 'fibmatch') {
    question.isFibMatch = true;
    return null;
  }
  if (word === 'connected' || word === 'notify' || word === 'vrf' || word === 'uid') {
    return notSupported(`ip route get … ${word}`, 'from, iif, oif, tos, mark, fibmatch');
  }
  const read = READERS[word];
  if (read === undefined) return READERS['to']!(ns, question, word);
  const text = words.value();
  return words.isIncomplete ? INCOMPLETE : read(ns, question, text);
}

function readAddress(text: string, keep: (address: Ip4) => void): Flaw {
  const prefix = readPrefixText(text);
  if (prefix === undefined) return failure(1, `Error: any valid prefix is expected rather than "${text}".`);
  keep(prefix.address);
  return null;
}

function readTos(question: Question, text: string): Flaw {
  const tos = readDsfield(text);
  if (tos === undefined) return wrongArgument(text, 'TOS value is invalid\n');
  question.tos = tos;
  return null;
}

function readOif(ns: Netns, question: Question, text: string): Flaw {
  question.oif = ns.deviceByName(text);
  return question.oif === null ? noDevice(text) : null;
}

const PORT_MAX = 65_535;

function readPort(text: string, name: string, keep: (port: number) => void): Flaw {
  const port = readNumber(text);
  if (port === undefined || port > PORT_MAX) return wrongArgument(text, `invalid "${name}"\n`);
  keep(port);
  return null;
}

function answer(ns: Netns, question: Question, dst: Ip4, options: ShowOptions): AdminResult {
  const { src, tos, mark, iif, oif, protocol, srcPort, dstPort } = question;
  const flow = flowTo(dst, { src, tos, mark, iif, oif, protocol, srcPort, dstPort });
  let entry: DstEntry;
  if (iif === null) {
    if (src !== 0 && !ns.localAddresses.has(src)) return netlinkResult('ENETUNREACH');
    entry = ipRouteOutputFlow(ns, flow);
    if (routeErrno(entry) !== '') return netlinkResult(routeErrno(entry));
  } else {
    entry = ipRouteInputFlow(ns, flow);
    const refusal = inputFlaw(ns, entry, iif, src, tos, mark);
    if (refusal !== null) return refusal;
  }
  if (question.isFibMatch) {
    if (entry.route === null) return netlinkResult('EHOSTUNREACH');
    const hidden = { ...NOTHING_HIDDEN, table: lookedUpTable(ns, entry) === RT_TABLE_MAIN && !options.details };
    return { ...DONE, stdout: printRecords([routeRecord(entry.route, options, hidden)], options) };
  }
  return { ...DONE, stdout: printRecords([entryRecord(ns, question, dst, entry, options)], options) };
}

/** Why the datagram would not be taken. */
function inputFlaw(ns: Netns, entry: DstEntry, iif: NetDevice, src: Ip4, tos: number, mark: number): Flaw {
  if (martianAddresses(iif, src, entry.dst) !== 0) return netlinkResult('EINVAL');
  if (entry.type === DST_LOCAL || entry.type === DST_BROADCAST || entry.type === DST_MULTICAST) {
    return validateSource(ns, iif, src, entry, { tos, mark }) === 0 ? null : netlinkResult('EINVAL');
  }
  if (iif.conf.forwarding === 0) return netlinkResult('EHOSTUNREACH');
  if (routeErrno(entry) !== '') return netlinkResult(routeErrno(entry));
  return validateSource(ns, iif, src, entry, { tos, mark }) === 0 ? null : netlinkResult('EINVAL');
}

const TYPE_WORDS: ReadonlyMap<number, string> = new Map([
  [DST_LOCAL, 'local'],
  [DST_BROADCAST, 'broadcast'],
  [DST_MULTICAST, 'multicast'],
]);

function entryRecord(ns: Netns, question: Question, dst: Ip4, entry: DstEntry, options: ShowOptions): Record {
  const record = new Record();
  const { iif, src, mark } = question;
  const type = TYPE_WORDS.get(entry.type) ?? (options.details ? 'unicast' : '');
  if (type !== '') record.add('type', `${type} `, type);
  record.add('dst', `${formatIp4(dst)} `, formatIp4(dst));
  if (src !== 0) record.add('from', `from ${formatIp4(src)} `, formatIp4(src));
  if (entry.gateway !== 0) record.add('gateway', `via ${formatIp4(entry.gateway)} `, formatIp4(entry.gateway));
  const dev =
    entry.type === DST_LOCAL || (entry.type === DST_BROADCAST && iif !== null)
      ? (ns.devices[1] ?? null)
      : (entry.dev ?? iif);
  if (dev !== null) record.add('dev', `dev ${dev.name} `, dev.name);
  const table = lookedUpTable(ns, entry);
  if (table !== RT_TABLE_MAIN || options.details) addTable(record, table, options);
  if (iif === null && src === 0) record.add('prefsrc', `src ${formatIp4(entry.src)} `, formatIp4(entry.src));
  addFlags(record, entry.type === DST_MULTICAST ? ['rt_offload_failed'] : []);
  if (mark !== 0) record.add('mark', mark >= 16 ? `mark 0x${mark.toString(16)} ` : `mark ${mark} `, mark);
  const realm = entry.route?.realm ?? 0;
  if (realm !== 0) record.add('flow', `realm ${realm} `, { to: String(realm) });
  if (iif === null) record.add('uid', 'uid 0 ', 0);
  addCache(ns, record, entry, iif, options);
  return record;
}

/** What was learned about single destinations, route by route: `ip route show cache` (fib_dump_info_fnhe). */
export function cacheRecords(ns: Netns, options: ShowOptions): Record[] {
  const now = ns.machine.sched.now;
  const learned = ns.fib.list().flatMap((route) => ns.exceptions.list(route, now));
  return learned.map(({ dst }) => {
    const entry = ipRouteOutput(ns, dst);
    const record = new Record();
    record.add('dst', `${formatIp4(dst)} `, formatIp4(dst));
    if (entry.gateway !== 0) record.add('gateway', `via ${formatIp4(entry.gateway)} `, formatIp4(entry.gateway));
    if (entry.dev !== null) record.add('dev', `dev ${entry.dev.name} `, entry.dev.name);
    addCache(ns, record, entry, null, options);
    return record;
  });
}

/** As long as nobody changes the rules, table local is looked up together with main, and counts as main. */
function lookedUpTable(ns: Netns, entry: DstEntry): number {
  const table = entry.route?.table ?? RT_TABLE_MAIN;
  return table === RT_TABLE_LOCAL && !ns.fib.hasOwnRules ? RT_TABLE_MAIN : table;
}

function addTable(record: Record, table: number, { numeric }: ShowOptions): void {
  const name = TABLE_NAMES.format(table, numeric);
  record.add('table', `table ${name} `, name);
}

/** The second line: what the answer is to this host, and what was learned about the way. */
function addCache(ns: Netns, record: Record, entry: DstEntry, iif: NetDevice | null, options: ShowOptions): void {
  const flags: string[] = [];
  if (entry.type === DST_LOCAL) flags.push('local');
  else if (entry.type === DST_BROADCAST) flags.push('local', 'brd');
  else if (entry.type === DST_MULTICAST) flags.push('local', 'mc');
  const exception = entry.exception;
  if (exception !== null && exception.gateway !== 0) flags.push('redirected');
  record.add('cache', `\n    cache ${flags.length === 0 ? '' : `<${flags.join(',')}> `}`, flags);
  if (exception !== null) {
    const seconds = Math.floor((exception.expiresNs - ns.machine.sched.now) / 1_000_000_000);
    record.add('expires', `expires ${seconds}sec `, seconds);
  }
  if (options.statistics > 0) record.add('users', 'users 2 ', 2);
  const metrics = entry.route === null ? '' : metricsText(entry.route);
  if (exception !== null && exception.pmtu !== 0) {
    const lock = exception.isMtuLocked ? 'lock ' : '';
    record.add('metrics', `mtu ${lock}${exception.pmtu} ${metrics.replace(/^mtu (?:lock )?\d+ /, '')}`, [
      { ...(entry.route === null ? {} : metricsJson(entry.route)), mtu: exception.pmtu },
    ]);
  } else if (metrics !== '') record.add('metrics', metrics, [metricsJson(entry.route!)]);
  if (iif !== null) record.add('iif', `iif ${iif.name} `, iif.name);
}
