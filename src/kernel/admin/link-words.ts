/** The words of `ip link add | set | del` that say which link and what about it (iproute2: iplink_parse). */
import type { Mac } from '../../base/addr.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { readGroup } from '../show/rt-names.ts';
import { LINK_USAGE } from './ip-usage.ts';
import { invalidArgument, readInteger } from './ip-words.ts';
import type { AdminResult } from './result.ts';
import { failure, garbage, INCOMPLETE, notSupported } from './result.ts';
import { completed } from './words.ts';
import type { Words } from './words.ts';

/** Link types that iproute2 knows and this kernel does not have. */
export const OTHER_TYPES: ReadonlySet<string> = new Set(
  'bond can dummy erspan geneve gre gretap gtp hsr ifb ip6gre ip6gretap ip6tnl ipip ipoib ipvlan ipvtap macsec macvlan'
    .concat(' macvtap netkit netdevsim nlmon rmnet sit team vcan vlan vrf vti vxcan wireguard xfrm')
    .split(' '),
);

/** Settings that iproute2 knows and this kernel does not have. */
const OTHER_KEYS: ReadonlySet<string> = new Set(
  'broadcast brd gro_max_size gso_max_segs gso_max_size link link-netns link-netnsid parentdev protodown_reason state'
    .concat(' vf xdp xdpdrv xdpgeneric xdpoffload')
    .split(' '),
);
const SUPPORTED_KEYS =
  'dev, name, up, down, address, mtu, master, nomaster, netns, index, group, alias, txqueuelen, numtxqueues, ' +
  'numrxqueues, promisc, allmulticast, multicast, arp, dynamic, trailers, addrgenmode, mode, carrier, protodown, type';

/** A namespace by what stands behind `netns`: a name, a path, a process; 'ESRCH' when there is no such process. */
export type NetnsLookup = (name: string) => Netns | 'ESRCH' | undefined;

/** Flags that are on or off. */
export const LINK_FLAGS = ['multicast', 'allmulticast', 'promisc', 'trailers', 'arp', 'dynamic'] as const;
export type LinkFlag = (typeof LINK_FLAGS)[number];

/** Which link, and what is to be set; undefined and '' where nothing was said. */
export interface LinkWords {
  /** By `dev DEV`, or the word that is no key. */
  dev: string;
  /** By `name NAME`: of a new link, or the new name of the link `dev`. */
  name: string;
  isUp: boolean | undefined;
  flags: Map<LinkFlag, boolean>;
  index: number | undefined;
  address: LinkAddress | undefined;
  mtu: number | undefined;
  txQueueLen: number | undefined;
  numTxQueues: number | undefined;
  numRxQueues: number | undefined;
  group: number | undefined;
  alias: string | undefined;
  addrGenMode: string | undefined;
  /** `carrier on | off` was said, `protodown on | off` was. */
  hasCarrier: boolean;
  hasProtodown: boolean;
  /** null = none any more. */
  master: NetDevice | null | undefined;
  netns: Netns | 'ESRCH' | undefined;
  /** The words behind it are the type's own. */
  type: string;
  /** The first mistake. */
  flaw: AdminResult | null;
}

/** As written: how many bytes, and the first six of them. */
export interface LinkAddress {
  readonly length: number;
  readonly mac: Mac;
}

export function wrongName(name: string, word: string): AdminResult {
  return invalidArgument(name, `"${word}" not a valid ifname`);
}

/** iproute2 ends some of its texts with a newline of their own. */
function wrongValue(value: string, text: string): AdminResult {
  return invalidArgument(value, `${text}\n`);
}

function duplicate(key: string, value: string): AdminResult {
  return failure(255, `Error: duplicate "${key}": "${value}" is the second value.`);
}

/** Nothing said. */
export function noLinkWords(): LinkWords {
  return {
    dev: '',
    name: '',
    isUp: undefined,
    flags: new Map(),
    index: undefined,
    address: undefined,
    mtu: undefined,
    txQueueLen: undefined,
    numTxQueues: undefined,
    numRxQueues: undefined,
    group: undefined,
    alias: undefined,
    addrGenMode: undefined,
    hasCarrier: false,
    hasProtodown: false,
    master: undefined,
    netns: undefined,
    type: '',
    flaw: null,
  };
}

/** Reads up to the end or behind `type TYPE`; nothing is changed yet. */
export function readLink(ns: Netns, words: Words, netnsByName: NetnsLookup): LinkWords {
  const link = noLinkWords();
  while (!words.isAtEnd && link.flaw === null && link.type === '') {
    const key = completedKey(words.next());
    link.flaw = readOne(ns, link, key, words, netnsByName);
    if (words.isIncomplete) link.flaw = INCOMPLETE;
  }
  return link;
}

/** Keys that may be abbreviated, and those that may not, in the order in which iproute2 tries them. */
const KEYS: readonly (readonly [name: string, isExact: boolean])[] = [
  ...'up down name index'.split(' ').map((key) => [key, true] as const),
  ...'link address broadcast txqueuelen txqlen'.split(' ').map((key) => [key, false] as const),
  ...'brd qlen mtu xdp xdpgeneric xdpdrv xdpoffload netns multicast allmulticast promisc trailers arp carrier vf vrf'
    .split(' ')
    .map((key) => [key, true] as const),
  ...'master nomaster dynamic type alias'.split(' ').map((key) => [key, false] as const),
  ...'group mode state protodown protodown_reason gso_max_size gso_max_segs gro_max_size parentdev dev'
    .split(' ')
    .map((key) => [key, true] as const),
  ...'numtxqueues numrxqueues addrgenmode link-netns link-netnsid help'.split(' ').map((key) => [key, false] as const),
];

/** The key that a word is or abbreviates; the word itself when it is none. */
function completedKey(word: string): string {
  const found = KEYS.find(([name, isExact]) => (isExact ? word === name : completed(word, [name]) !== undefined));
  return found?.[0] ?? word;
}

function readOne(ns: Netns, link: LinkWords, key: string, words: Words, netnsByName: NetnsLookup): AdminResult | null {
  if (isLinkFlag(key)) return readFlag(link, key, words.value());
  switch (key) {
    case 'up':
    case 'down':
      link.isUp = key === 'up';
      return null;
    case 'nomaster':
      link.master = null;
      return null;
    case 'type':
      link.type = words.value();
      return null;
    case 'name':
      return readName(link, words.value());
    case 'netns':
      return readNetns(link, words.value(), netnsByName);
    case 'master':
      return readMaster(ns, link, words.value());
    case 'vrf':
      return wrongValue(words.value(), 'Not a valid VRF name');
    case 'dev':
      return readDev(link, words.value());
    case 'help':
      return { exit: 255, stdout: '', stderr: LINK_USAGE };
    default:
      return readValue(link, key, words) ?? null;
  }
}

/** Keys with a value of their own; what is no key names the device. */
function readValue(link: LinkWords, key: string, words: Words): AdminResult | null {
  switch (key) {
    case 'address':
      return readAddress(link, words.value());
    case 'mtu':
      return readNumber(link, 'mtu', 'mtu', words.value());
    case 'txqueuelen':
    case 'txqlen':
    case 'qlen':
      return readNumber(link, 'txQueueLen', 'txqueuelen', words.value());
    case 'numtxqueues':
      return readNumber(link, 'numTxQueues', 'numtxqueues', words.value());
    case 'numrxqueues':
      return readNumber(link, 'numRxQueues', 'numrxqueues', words.value());
    case 'index':
      return readIndex(link, words.value());
    case 'group':
      return readGroupWord(link, words.value());
    case 'alias':
      return readAlias(link, words.value());
    case 'addrgenmode':
      return readAddrGenMode(link, words.value());
    case 'mode':
      return readMode(words.value());
    case 'carrier':
      link.hasCarrier = true;
      return onOffFlaw('carrier', words.value());
    case 'protodown':
      link.hasProtodown = true;
      return onOffFlaw('protodown', words.value());
    default:
      return OTHER_KEYS.has(key) ? notSupported(`ip link … ${key}`, SUPPORTED_KEYS) : readDev(link, key);
  }
}

function isLinkFlag(key: string): key is LinkFlag {
  return (LINK_FLAGS as readonly string[]).includes(key);
}

function readFlag(link: LinkWords, key: LinkFlag, value: string): AdminResult | null {
  if (value !== 'on' && value !== 'off') {
    return failure(1, `Error: argument of "${key}" must be "on" or "off", not "${value}"`);
  }
  link.flags.set(key, value === 'on');
  return null;
}

/** Twin of parse_on_off; the exit code is the number of EINVAL. */
function onOffFlaw(key: string, value: string): AdminResult | null {
  if (completed(value, ['off', 'on']) !== undefined) return null;
  return failure(22, `Error: argument of "${key}" must be one of "off", "on", not "${value}"`);
}

/** Twin of check_altifname: iproute2 lets a device be named by an alternative name, which may be longer. */
export function isDeviceWord(text: string): boolean {
  return text !== '' && !/[/\s]/.test(text);
}

function readName(link: LinkWords, text: string): AdminResult | null {
  if (link.name !== '') return duplicate('name', text);
  link.name = text;
  if (!isDeviceWord(text) || text.length > 15) return wrongName(text, 'name');
  if (link.dev === '') link.dev = text;
  return null;
}

function readDev(link: LinkWords, text: string): AdminResult | null {
  if (link.dev !== link.name) return garbage('dev', text);
  link.dev = text;
  return isDeviceWord(text) ? null : wrongName(text, 'dev');
}

/** Hexadecimal bytes between colons, or the four of a dotted quad. */
function readAddress(link: LinkWords, text: string): AdminResult | null {
  const parts = text.includes('.') ? text.split('.').map(Number) : text.split(':').map((part) => parseInt(part, 16));
  if (parts.length > 32 || parts.some((part) => !(part >= 0 && part <= 255))) {
    const wrong = text.includes('.') ? text : text.split(':').find((part) => !(parseInt(part, 16) <= 255));
    return failure(1, `"${wrong ?? text}" is invalid lladdr.`);
  }
  const mac = parts.slice(0, 6).reduce((sum, part) => sum * 256 + part, 0);
  link.address = { length: parts.length, mac };
  return null;
}

type NumberKey = 'mtu' | 'txQueueLen' | 'numTxQueues' | 'numRxQueues';

function readNumber(link: LinkWords, field: NumberKey, key: string, text: string): AdminResult | null {
  if (link[field] !== undefined) return duplicate(key, text);
  const value = readInteger(text);
  if (value === undefined || value < -(2 ** 31) || value >= 2 ** 31) return wrongValue(text, `Invalid "${key}" value`);
  link[field] = value;
  return null;
}

/** As atoi(3) takes it. */
function readIndex(link: LinkWords, text: string): AdminResult | null {
  if (link.index !== undefined) return duplicate('index', text);
  const index = parseInt(text, 10);
  if (!(index > 0)) return invalidArgument(text, 'Invalid "index" value');
  link.index = index;
  return null;
}

function readGroupWord(link: LinkWords, text: string): AdminResult | null {
  if (link.group !== undefined) return duplicate('group', text);
  link.group = readGroup(text);
  return link.group === undefined ? wrongValue(text, 'Invalid "group" value') : null;
}

/** IFALIASZ */
const ALIAS_LENGTH_MAX = 255;

function readAlias(link: LinkWords, text: string): AdminResult | null {
  link.alias = text;
  return text.length > ALIAS_LENGTH_MAX ? wrongValue(text, 'alias too long') : null;
}

function readAddrGenMode(link: LinkWords, text: string): AdminResult | null {
  link.addrGenMode = text;
  const isKnown = ['eui64', 'none', 'stable_secret', 'random'].includes(text);
  return isKnown ? null : wrongValue(text, 'Invalid address generation mode');
}

function readMode(text: string): AdminResult | null {
  if (text.toLowerCase() === 'dormant') return notSupported('ip link … mode dormant', 'default');
  return text.toLowerCase() === 'default' ? null : wrongValue(text, 'Invalid link mode');
}

function readMaster(ns: Netns, link: LinkWords, name: string): AdminResult | null {
  link.master = ns.deviceByName(name);
  return link.master === null ? wrongValue(name, 'Device does not exist') : null;
}

function readNetns(link: LinkWords, name: string, netnsByName: NetnsLookup): AdminResult | null {
  if (link.netns !== undefined) return duplicate('netns', name);
  link.netns = netnsByName(name);
  return link.netns === undefined ? wrongValue(name, 'Invalid "netns" value') : null;
}
