/** `ip neigh show | get | flush` (iproute2: ipneigh.c, print_neigh). */
import type { Cidr } from '../../base/addr.ts';
import { cidrContains, formatIp4, formatMac, macFrom } from '../../base/addr.ts';
import { NUD_STATES, readNudState } from '../admin/ip-neigh.ts';
import type { AdminResult } from '../admin/result.ts';
import { DONE, failure, INCOMPLETE, noDevice } from '../admin/result.ts';
import { readIp, readPrefixText, wrongArgument } from '../admin/route-values.ts';
import { Words } from '../admin/words.ts';
import type { Neighbour, ProxyNeighbour } from '../ip/neigh.ts';
import {
  NTF_EXT_LEARNED,
  NTF_MANAGED,
  NTF_ROUTER,
  NUD_DELAY,
  NUD_FAILED,
  NUD_INCOMPLETE,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_PROBE,
  NUD_REACHABLE,
  NUD_VALID,
} from '../ip/neigh.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { ShowOptions } from './options.ts';
import { printRecords, Record } from './record.ts';
import { PROTOCOL_NAMES } from './route-names.ts';

const NUD_ANY = 0xff;
/** Stands for entries without a state, which have no bit of their own. */
const NO_STATE = 0x100;
const SECOND_NS = 1_000_000_000;

interface Filter {
  dev: NetDevice | null;
  /** Bits of the states that are wanted; 0 when none was named. */
  states: number;
  prefix: Cidr | null;
  isProxy: boolean;
  isUnused: boolean;
  isWithoutMaster: boolean;
  master: NetDevice | null;
  protocol: number;
  /** What a complaint calls the prefix that it expects. */
  familyWord: string;
}

export function showNeighbours(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const filter = readFilter(ns, args, options.family);
  if ('exit' in filter) return filter;
  if (options.family === 'inet6') return { ...DONE, stdout: printRecords([], options) };
  if (filter.states === 0) filter.states = NUD_ANY & ~NUD_NOARP;
  if (filter.isProxy) {
    const proxies = ns.neighbours.proxies.filter((proxy) => filter.dev === null || proxy.dev === filter.dev);
    return {
      ...DONE,
      stdout: printRecords(
        proxies.map((proxy) => proxyRecord(proxy, filter)),
        options,
      ),
    };
  }
  const entries = ns.neighbours.list().filter((neighbour) => isWanted(neighbour, filter));
  return {
    ...DONE,
    stdout: printRecords(
      entries.map((entry) => neighbourRecord(entry, filter, options)),
      options,
    ),
  };
}

/** Takes out what is neither permanent nor needs no asking, or the states that are named. */
export function flushNeighbours(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  if (args.length === 0) return failure(1, 'Flush requires arguments.');
  const filter = readFilter(ns, args, options.family);
  if ('exit' in filter) return filter;
  if (filter.states === 0) filter.states = (NUD_ANY & ~(NUD_PERMANENT | NUD_NOARP)) | NO_STATE;
  const entries = ns.neighbours.list().filter((neighbour) => isWanted(neighbour, filter));
  for (const entry of entries) {
    ns.neighbours.setUnknown(entry, NUD_FAILED);
    ns.neighbours.remove(entry);
  }
  if (options.statistics === 0) return DONE;
  if (entries.length === 0) return { ...DONE, stdout: 'Nothing to flush.\n' };
  const rounds = `\n*** Round 1, deleting ${entries.length} entries ***\n*** Flush is complete after 1 round ***\n`;
  return { ...DONE, stdout: rounds };
}

/** `ip neigh get [proxy] ADDRESS dev DEV` */
export function getNeighbour(ns: Netns, args: readonly string[], options: ShowOptions): AdminResult {
  const words = new Words(args);
  let [isProxy, name, text] = [false, '', ''];
  while (!words.isAtEnd) {
    if (words.accept('dev')) name = words.value();
    else {
      if (words.accept('proxy')) isProxy = true;
      else words.accept('to');
      text = words.value();
      if (readIp(text) === undefined) {
        return failure(1, `Error: any valid address is expected rather than "${text}".`);
      }
    }
    if (words.isIncomplete) return INCOMPLETE;
  }
  if (name === '' || text === '') return failure(1, 'Device and address are required arguments.');
  const dev = ns.deviceByName(name);
  if (dev === null) return noDevice(name);
  const ip = readIp(text)!;
  const proxy = ns.neighbours.proxies.find((each) => each.ip === ip && each.dev === dev);
  if (isProxy) {
    if (proxy === undefined) return failure(2, 'Error: Proxy neighbour entry not found.');
    return { ...DONE, stdout: printRecords([proxyRecord(proxy, NO_FILTER)], options) };
  }
  const found = ns.neighbours.find(dev, ip);
  if (found === null) return failure(2, 'Error: Neighbour entry not found.');
  return { ...DONE, stdout: printRecords([neighbourRecord(found, NO_FILTER, options)], options) };
}

const NO_FILTER: Filter = {
  dev: null,
  states: 0,
  prefix: null,
  isProxy: false,
  isUnused: false,
  isWithoutMaster: false,
  master: null,
  protocol: 0,
  familyWord: 'any valid',
};

function isWanted(neighbour: Neighbour, filter: Filter): boolean {
  const { state, dev } = neighbour;
  if (filter.dev !== null && dev !== filter.dev) return false;
  if (filter.master !== null && dev.master !== filter.master) return false;
  if (filter.isWithoutMaster && dev.master !== null) return false;
  if (filter.protocol !== 0 && neighbour.protocol !== filter.protocol) return false;
  if (filter.prefix !== null && !cidrContains(filter.prefix, neighbour.ip)) return false;
  if (filter.isUnused && isHeld(neighbour)) return false;
  const isNamed = (state & filter.states) !== 0 || (state === 0 && (filter.states & NO_STATE) !== 0);
  return isNamed || (neighbour.flags & NTF_EXT_LEARNED) !== 0;
}

/** Whether a timer runs for the entry, which is a reference to it. */
function isHeld({ timer, state }: Neighbour): boolean {
  return timer.isArmed && (state & (NUD_INCOMPLETE | NUD_REACHABLE | NUD_DELAY | NUD_PROBE)) !== 0;
}

function addHead(record: Record, ip: number, dev: NetDevice | null, filter: Filter): void {
  record.add('dst', `${formatIp4(ip)} `, formatIp4(ip));
  if (dev !== null && filter.dev === null) record.add('dev', `dev ${dev.name} `, dev.name);
}

function proxyRecord(proxy: ProxyNeighbour, filter: Filter): Record {
  const record = new Record();
  addHead(record, proxy.ip, proxy.dev, filter);
  record.add('proxy', 'proxy ', null);
  return record;
}

function neighbourRecord(neighbour: Neighbour, filter: Filter, options: ShowOptions): Record {
  const record = new Record();
  const { flags, state, protocol } = neighbour;
  addHead(record, neighbour.ip, neighbour.dev, filter);
  if ((state & NUD_VALID) !== 0) {
    const mac = formatMac(macFrom(neighbour.macHi, neighbour.macLo));
    record.add('lladdr', `lladdr ${mac} `, mac);
  }
  if ((flags & NTF_ROUTER) !== 0) record.add('router', 'router ', null);
  if ((flags & NTF_EXT_LEARNED) !== 0) record.add('extern_learn', 'extern_learn ', null);
  if ((flags & NTF_MANAGED) !== 0) record.add('managed', 'managed ', null);
  if (options.statistics > 0) addStatistics(record, neighbour);
  const names = [...NUD_STATES].filter(([, bit]) => (state & bit) !== 0).map(([name]) => name.toUpperCase());
  if (state !== 0) record.add('state', names.map((name) => `${name} `).join(''), names);
  if (protocol !== 0) {
    const name = PROTOCOL_NAMES.format(protocol, options.numeric);
    record.add('protocol', `proto ${name} `, name);
  }
  return record;
}

/** Twin of print_cacheinfo: how many hold it, and how many seconds ago it was used, confirmed, updated. */
function addStatistics(record: Record, neighbour: Neighbour): void {
  const now = neighbour.dev.ns.machine.sched.now;
  const ago = (atNs: number): number => Math.floor((now - atNs) / SECOND_NS);
  if (isHeld(neighbour)) record.add('refcnt', ' ref 1', 1);
  record.add('used', ` used ${ago(neighbour.usedNs)}`, ago(neighbour.usedNs));
  record.add('confirmed', `/${ago(neighbour.confirmedNs)}`, ago(neighbour.confirmedNs));
  record.add('updated', `/${ago(neighbour.updatedNs)}`, ago(neighbour.updatedNs));
  record.add('probes', `probes ${neighbour.probes} `, neighbour.probes);
}

function readFilter(ns: Netns, args: readonly string[], family: string): Filter | AdminResult {
  const filter: Filter = { ...NO_FILTER, familyWord: family === 'inet' ? 'inet' : 'any valid' };
  const words = new Words(args);
  while (!words.isAtEnd) {
    const flaw = readWord(ns, filter, words);
    if (words.isIncomplete) return INCOMPLETE;
    if (flaw !== null) return flaw;
  }
  return filter;
}

function readWord(ns: Netns, filter: Filter, words: Words): AdminResult | null {
  if (words.accept('dev')) {
    const text = words.value();
    filter.dev = ns.deviceByName(text);
    return filter.dev === null && !words.isIncomplete ? noDevice(text) : null;
  }
  if (words.accept('master')) {
    const text = words.value();
    filter.master = ns.deviceByName(text);
    if (filter.master === null) return wrongArgument(text, 'Device does not exist\n');
  } else if (words.accept('vrf')) return wrongArgument(words.value(), 'Not a valid VRF name\n');
  else if (words.accept('nomaster')) filter.isWithoutMaster = true;
  else if (words.accept('unused')) filter.isUnused = true;
  else if (words.accept('proxy')) filter.isProxy = true;
  else if (words.accept('nud')) {
    const text = words.value();
    const state = text === 'all' ? NUD_ANY | NO_STATE : readNudState(text);
    if (state === undefined) return failure(255, `Error: argument "${text}" is wrong: nud state is bad`);
    filter.states |= state === 0 ? NO_STATE : state;
  } else if (words.accept('protocol', 'proto')) {
    const text = words.value();
    const protocol = PROTOCOL_NAMES.read(text);
    if (protocol === undefined) return wrongArgument(text, 'invalid "protocol"\n');
    filter.protocol = protocol;
  } else return readPrefix(filter, words);
  return null;
}

function readPrefix(filter: Filter, words: Words): AdminResult | null {
  words.accept('to');
  const text = words.value();
  const prefix = readPrefixText(text);
  if (prefix === undefined) return failure(1, `Error: ${filter.familyWord} prefix is expected rather than "${text}".`);
  filter.prefix = prefix;
  return null;
}
