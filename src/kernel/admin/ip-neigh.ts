/** `ip neigh add | change | replace | del` (iproute2: ipneigh.c; Linux: neigh_add, neigh_delete). */
import type { Ip4 } from '../../base/addr.ts';
import { macHi, macLo } from '../../base/addr.ts';
import type { Neighbour } from '../ip/neigh.ts';
import {
  NTF_EXT_LEARNED,
  NTF_MANAGED,
  NTF_PROXY,
  NTF_ROUTER,
  NTF_USE,
  NUD_CONNECTED,
  NUD_DELAY,
  NUD_FAILED,
  NUD_INCOMPLETE,
  NUD_NOARP,
  NUD_NONE,
  NUD_PERMANENT,
  NUD_PROBE,
  NUD_REACHABLE,
  NUD_STALE,
  NUD_VALID,
} from '../ip/neigh.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { PROTOCOL_NAMES } from '../show/route-names.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, garbage, INCOMPLETE, netlinkResult, noDevice, notSupported } from './result.ts';
import { readIp, readNumber, wrongArgument } from './route-values.ts';
import { completed, Words } from './words.ts';

/** States by the names that iproute2 gives them. */
export const NUD_STATES: ReadonlyMap<string, number> = new Map([
  ['permanent', NUD_PERMANENT],
  ['reachable', NUD_REACHABLE],
  ['noarp', NUD_NOARP],
  ['none', NUD_NONE],
  ['stale', NUD_STALE],
  ['incomplete', NUD_INCOMPLETE],
  ['delay', NUD_DELAY],
  ['probe', NUD_PROBE],
  ['failed', NUD_FAILED],
]);
const NUD_MAX = 0xff;

/** The state of that name or number; undefined for none. */
export function readNudState(text: string): number | undefined {
  const named = NUD_STATES.get(text);
  if (named !== undefined) return named;
  const value = readNumber(text);
  return value !== undefined && value <= NUD_MAX ? value : undefined;
}

interface NeighWords {
  ip: Ip4 | null;
  dev: string;
  lladdr: string;
  state: number;
  flags: number;
  protocol: number;
}

const VERBS = 'add change chg replace delete get show lst list flush help'.split(' ');

/** `VERB [proxy] ADDRESS [lladdr MAC] [nud STATE] [router] [use] [managed] [extern_learn] [protocol P] dev DEV` */
export function ipNeigh(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  const typed = words.next();
  const verb = completed(typed, VERBS);
  if (verb === undefined) return failure(255, `Command "${typed}" is unknown, try "ip neigh help".`);
  if (!['add', 'change', 'chg', 'replace', 'delete'].includes(verb)) {
    return notSupported(`ip neigh ${verb}`, 'add, change, replace, delete');
  }
  const read: NeighWords = { ip: null, dev: '', lladdr: '', state: NUD_PERMANENT, flags: 0, protocol: 0 };
  while (!words.isAtEnd) {
    const flaw = readWord(read, words);
    if (words.isIncomplete) return INCOMPLETE;
    if (flaw !== null) return flaw;
  }
  const isProxy = (read.flags & NTF_PROXY) !== 0;
  if (read.ip === null || (read.dev === '' && !isProxy)) {
    return failure(255, 'Device and destination are required arguments.');
  }
  const dev = read.dev === '' ? null : ns.deviceByName(read.dev);
  if (read.dev !== '' && dev === null) return noDevice(read.dev);
  if (isProxy) return setProxy(ns, verb, read.ip, dev);
  return verb === 'delete' ? deleteNeighbour(ns, dev!, read.ip) : setNeighbour(ns, verb, dev!, read.ip, read);
}

const FLAG_WORDS: Readonly<{ [word: string]: number }> = {
  router: NTF_ROUTER,
  use: NTF_USE,
  managed: NTF_MANAGED,
  extern_learn: NTF_EXT_LEARNED,
};

function readWord(read: NeighWords, words: Words): AdminResult | null {
  const flag = FLAG_WORDS[words.peek()];
  if (flag !== undefined) {
    words.next();
    read.flags |= flag;
    if (flag === NTF_USE || flag === NTF_MANAGED) read.state = NUD_NONE;
    return null;
  }
  if (words.accept('dev')) read.dev = words.value();
  else if (words.accept('lladdr')) {
    const text = words.value();
    if (read.lladdr !== '') return failure(255, `Error: duplicate "lladdr": "${text}" is the second value.`);
    read.lladdr = text;
  } else if (words.accept('nud')) {
    const text = words.value();
    const state = readNudState(text);
    if (state === undefined) return failure(255, `Error: argument "${text}" is wrong: nud state is bad`);
    read.state = state;
  } else if (words.accept('protocol', 'proto')) {
    const text = words.value();
    const protocol = PROTOCOL_NAMES.read(text);
    if (protocol === undefined) return wrongArgument(text, '"protocol" value is invalid\n');
    read.protocol = protocol;
  } else return readAddress(read, words);
  return null;
}

function readAddress(read: NeighWords, words: Words): AdminResult | null {
  if (words.accept('proxy')) read.flags |= NTF_PROXY;
  else words.accept('to');
  const text = words.value();
  if (read.ip !== null) return garbage('to', text);
  const ip = readIp(text);
  if (ip === undefined) return failure(1, `Error: any valid address is expected rather than "${text}".`);
  read.ip = ip;
  return null;
}

function setProxy(ns: Netns, verb: string, ip: Ip4, dev: NetDevice | null): AdminResult {
  const table = ns.neighbours;
  const isIt = (proxy: { ip: Ip4; dev: NetDevice | null }): boolean => proxy.ip === ip && proxy.dev === dev;
  const isThere = table.proxies.some(isIt);
  if (verb === 'delete') {
    if (!isThere) return netlinkResult('ENOENT');
    table.proxies = table.proxies.filter((proxy) => !isIt(proxy));
  } else if (!isThere) table.proxies = [...table.proxies, { ip, dev }];
  return DONE;
}

function deleteNeighbour(ns: Netns, dev: NetDevice, ip: Ip4): AdminResult {
  const found = ns.neighbours.find(dev, ip);
  if (found === null) return netlinkResult('ENOENT');
  ns.neighbours.setUnknown(found, NUD_FAILED);
  ns.neighbours.remove(found);
  return DONE;
}

/** Groups of one or two hexadecimal digits, at least as many as an interface has bytes (ll_addr_a2n). */
const LLADDR = /^[\da-f]{1,2}(?::[\da-f]{1,2}){0,31}$/i;
const MAC_BYTES = 6;

function setNeighbour(ns: Netns, verb: string, dev: NetDevice, ip: Ip4, read: NeighWords): AdminResult {
  const table = ns.neighbours;
  const isText = read.lladdr !== '';
  if (isText && !LLADDR.test(read.lladdr)) return failure(1, `"${read.lladdr}" is invalid lladdr.`);
  const bytes = isText ? read.lladdr.split(':').map((group) => Number.parseInt(group, 16)) : [];
  if (isText && bytes.length < MAC_BYTES) return failure(2, 'Error: Invalid link address.');
  const found = table.find(dev, ip);
  if (found === null && (verb === 'change' || verb === 'chg')) return netlinkResult('ENOENT');
  if (found !== null && verb === 'add') return netlinkResult('EEXIST');
  const isAsking = (read.flags & (NTF_USE | NTF_MANAGED)) !== 0;
  // It is there from now on, whatever is wrong with the rest.
  const neighbour = found ?? table.create(dev, ip);
  if (neighbour === null) return netlinkResult('ENOBUFS');
  neighbour.protocol = read.protocol;
  neighbour.flags |= read.flags & (NTF_EXT_LEARNED | NTF_ROUTER | NTF_MANAGED);
  if (isAsking) {
    if (neighbour.state === NUD_PERMANENT) neighbour.state = NUD_NONE;
    table.eventSend(neighbour, null);
    return DONE;
  }
  return enter(ns, neighbour, read.state, bytes);
}

function enter(ns: Netns, neighbour: Neighbour, state: number, bytes: readonly number[]): AdminResult {
  const table = ns.neighbours;
  if ((state & NUD_VALID) === 0) {
    table.setUnknown(neighbour, state);
    return DONE;
  }
  if (bytes.length === 0 && (neighbour.state & NUD_VALID) === 0) {
    return failure(2, 'Error: No link layer address given.');
  }
  const mac = bytes.slice(0, MAC_BYTES).reduce((all, byte) => all * 256 + byte, 0);
  const [hi, lo] = bytes.length === 0 ? [neighbour.macHi, neighbour.macLo] : [macHi(mac), macLo(mac)];
  table.setFixed(neighbour, hi, lo, state);
  if ((state & NUD_CONNECTED) === 0 && bytes.length > 0) {
    neighbour.confirmedNs = ns.machine.sched.now - 2 * neighbour.dev.arpParms.baseReachableNs;
  }
  return DONE;
}
