/** `ip addr add | change | replace | del`: the addresses of an interface (iproute2: ipaddress.c, ipaddr_modify). */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { isMulticastIp4, prefixMask } from '../../base/addr.ts';
import type { NewAddress } from '../ip/devinet.ts';
import { inetAddIfa, inetChangeIfa, inetDelEntry } from '../ip/devinet.ts';
import type { AddressLifetime, InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { readScope, RT_SCOPE_HOST } from '../show/rt-names.ts';
import { ADDRESS_USAGE } from './ip-usage.ts';
import type { Family } from './ip-words.ts';
import { addressFlaw, invalidArgument, prefixFlaw, readAddress, readPrefix, readU32 } from './ip-words.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, garbage, INCOMPLETE, netlinkResult, noDevice, notSupported } from './result.ts';
import { completed, Words } from './words.ts';

type Verb = 'add' | 'change' | 'replace' | 'delete';

/** All that was said; undefined and '' where nothing was. */
interface AddressWords {
  local: Cidr | undefined;
  /** As written. */
  localText: string;
  peer: Cidr | undefined;
  /** `+` and `-` stand for the last and the first address of the network. */
  broadcast: Ip4 | '+' | '-' | undefined;
  scope: number | undefined;
  dev: string;
  label: string;
  metric: number;
  valid: number | undefined;
  preferred: number | undefined;
  hasNoPrefixRoute: boolean;
  isAutojoin: boolean;
  family: Family | '';
  warnings: string;
  /** The first mistake. */
  flaw: AdminResult | null;
}

const VERBS = 'add change chg replace delete list show lst flush save showdump restore help'.split(' ');
const LABEL_LENGTH_MAX = 15;
/** What stands for "no end" in netlink (INFINITY_LIFE_TIME). */
const FOREVER = 0xffff_ffff;
const SECOND_NS = 1_000_000_000;

/** Flags that iproute2 knows: those that only the kernel sets, and those that only IPv6 has. */
const READONLY_FLAGS: ReadonlySet<string> = new Set(
  'secondary temporary dadfailed deprecated tentative permanent stable-privacy'.split(' '),
);
const IPV6_FLAGS: ReadonlySet<string> = new Set('nodad optimistic home mngtmpaddr'.split(' '));

/** `family` is that of `ip -4 | -6`. */
export function ipAddr(ns: Netns, args: readonly string[], family: Family = ''): AdminResult {
  const words = new Words(args);
  const typed = words.next();
  const verb = completed(typed, VERBS);
  switch (verb) {
    case undefined:
      return failure(255, `Command "${typed}" is unknown, try "ip address help".`);
    case 'add':
    case 'replace':
    case 'delete':
      return modify(ns, verb, words, family);
    case 'change':
    case 'chg':
      return modify(ns, 'change', words, family);
    case 'help':
      return { exit: 255, stdout: '', stderr: ADDRESS_USAGE };
    default:
      return notSupported(`ip address ${verb}`, 'add, change, replace, delete');
  }
}

/** `[local] PREFIX [peer PREFIX] [brd A|+|-] [scope SCOPE] [label NAME] [metric N] [valid_lft T] … dev DEV` */
function modify(ns: Netns, verb: Verb, words: Words, family: Family): AdminResult {
  const read = readWords(words, family);
  const result = read.flaw ?? carryOut(ns, verb, read);
  return { ...result, stderr: read.warnings + result.stderr };
}

function carryOut(ns: Netns, verb: Verb, read: AddressWords): AdminResult {
  if (read.dev === '') return failure(1, 'Not enough information: "dev" argument is required.');
  const isInet6 = read.family === 'inet6';
  if (verb === 'delete') warnOfWildcard(read);
  else if (typeof read.broadcast === 'string' && read.family !== 'inet') {
    return failure(1, 'Broadcast can be set only for IPv4 addresses');
  }
  const dev = ns.deviceByName(read.dev);
  if (dev === null) return noDevice(read.dev);
  const flaw = lifetimeFlaw(read);
  if (flaw !== null) return flaw;
  if (read.isAutojoin) {
    if (read.local === undefined || !isMulticastIp4(read.local.address)) {
      return failure(1, 'autojoin needs multicast address');
    }
    return notSupported('ip address … autojoin', 'add without it');
  }
  if (read.family === '') return netlinkResult('EOPNOTSUPP');
  if (isInet6) return inet6(verb);
  return verb === 'delete' ? remove(dev, read) : add(dev, read, verb);
}

/** Without a prefix length the first entry of that address goes, with a word of warning. */
function warnOfWildcard(read: AddressWords): void {
  if (read.peer !== undefined || read.local === undefined || read.localText.includes('/')) return;
  if (read.family !== 'inet') return;
  read.warnings +=
    'Warning: Executing wildcard deletion to stay compatible with old scripts.\n' +
    `         Explicitly specify the prefix length (${read.localText}/32) to avoid this warning.\n` +
    '         This special behaviour is likely to disappear in further releases,\n' +
    '         fix your scripts!\n';
}

function lifetimeFlaw({ valid, preferred }: AddressWords): AdminResult | null {
  if (valid === 0) return failure(1, 'valid_lft is zero');
  if ((valid ?? FOREVER) >= (preferred ?? FOREVER) || (valid === undefined && preferred === undefined)) return null;
  return failure(1, 'preferred_lft is greater than valid_lft');
}

/** Namespaces are as with disable_ipv6=1. */
function inet6(verb: Verb): AdminResult {
  return failure(2, `Error: ipv6: ${verb === 'delete' ? 'address not found' : 'IPv6 is disabled on this device'}.`);
}

function readWords(words: Words, family: Family): AddressWords {
  const read: AddressWords = {
    local: undefined,
    localText: '',
    peer: undefined,
    broadcast: undefined,
    scope: undefined,
    dev: '',
    label: '',
    metric: 0,
    valid: undefined,
    preferred: undefined,
    hasNoPrefixRoute: false,
    isAutojoin: false,
    family,
    warnings: '',
    flaw: null,
  };
  while (!words.isAtEnd && read.flaw === null) {
    read.flaw = readWord(read, words.next(), words);
    if (words.isIncomplete) read.flaw = INCOMPLETE;
  }
  return read;
}

function readWord(read: AddressWords, word: string, words: Words): AdminResult | null {
  switch (keyOf(word)) {
    case 'peer':
      return readPeer(read, words.value());
    case 'broadcast':
      return readBroadcast(read, words.value());
    case 'anycast':
      return addressOf(read, words.value())[1];
    case 'scope':
      return readScopeWord(read, words.value());
    case 'dev':
      read.dev = words.value();
      return null;
    case 'label':
      read.label = words.value();
      return null;
    case 'metric':
      return readMetric(read, words.value());
    case 'valid_lft':
      return readLifetime(read, 'valid', words.value());
    case 'preferred_lft':
      return readLifetime(read, 'preferred', words.value());
    default:
      return readFlag(read, word) ? null : readLocal(read, word, words);
  }
}

/** The key that a word is or abbreviates, tried in iproute2's order; '' for none. */
function keyOf(word: string): string {
  if (word === 'peer' || word === 'remote') return 'peer';
  if (word === 'brd' || completed(word, ['broadcast']) !== undefined) return 'broadcast';
  if (['anycast', 'scope', 'dev', 'label'].includes(word)) return word;
  if (completed(word, ['metric', 'priority', 'preference']) !== undefined) return 'metric';
  return completed(word, ['valid_lft', 'preferred_lft']) ?? '';
}

/** An IPv6 address as far as it concerns us: we know one when we see it. */
function isInet6Text(text: string): boolean {
  return /^[0-9a-f:]*:[0-9a-f:.]*(\/\d+)?$/i.test(text) && text.includes(':');
}

/** A prefix of the family asked for, which it sets where none was; an IPv6 one is undefined. */
function prefixOf(read: AddressWords, text: string): [Cidr | undefined, AdminResult | null] {
  if (isInet6Text(text) && (read.family === '' || read.family === 'inet6')) {
    read.family = 'inet6';
    return [undefined, null];
  }
  const prefix = read.family === '' || read.family === 'inet' ? readPrefix(text) : undefined;
  if (prefix === undefined) return [undefined, prefixFlaw(text, read.family)];
  const isNoAddress = ['default', 'any', 'all'].includes(text);
  if (read.family === '' && !isNoAddress) read.family = 'inet';
  return [isNoAddress ? undefined : prefix, null];
}

/** The same for an address. */
function addressOf(read: AddressWords, text: string): [Ip4 | undefined, AdminResult | null] {
  if (isInet6Text(text) && (read.family === '' || read.family === 'inet6')) {
    read.family = 'inet6';
    return [undefined, null];
  }
  const address = read.family === '' || read.family === 'inet' ? readAddress(text) : undefined;
  if (address === undefined) return [undefined, addressFlaw(text, read.family)];
  read.family = 'inet';
  return [address, null];
}

function duplicate(key: string, text: string): AdminResult {
  return failure(255, `Error: duplicate "${key}": "${text}" is the second value.`);
}

function readPeer(read: AddressWords, text: string): AdminResult | null {
  if (read.peer !== undefined) return duplicate('peer', text);
  const [peer, flaw] = prefixOf(read, text);
  read.peer = peer;
  return flaw;
}

function readBroadcast(read: AddressWords, text: string): AdminResult | null {
  if (read.broadcast !== undefined) return duplicate('broadcast', text);
  if (text === '+' || text === '-') {
    read.broadcast = text;
    return null;
  }
  const [address, flaw] = addressOf(read, text);
  read.broadcast = address;
  return flaw;
}

function readScopeWord(read: AddressWords, text: string): AdminResult | null {
  read.scope = readScope(text);
  return read.scope === undefined ? invalidArgument(text, 'invalid scope value.') : null;
}

function readMetric(read: AddressWords, text: string): AdminResult | null {
  const metric = readU32(text);
  read.metric = metric ?? 0;
  return metric === undefined ? invalidArgument(text, '"metric" value is invalid\n') : null;
}

function readLifetime(read: AddressWords, field: 'valid' | 'preferred', text: string): AdminResult | null {
  if (read[field] !== undefined) return duplicate(`${field}_lft`, text);
  const seconds = text === 'forever' ? FOREVER : readU32(text);
  read[field] = seconds;
  return seconds === undefined ? invalidArgument(text, `${field}_lft value`) : null;
}

/** Whether the word is a flag. */
function readFlag(read: AddressWords, word: string): boolean {
  if (READONLY_FLAGS.has(word)) {
    read.warnings += `Warning: ${word} option is not mutable from userspace\n`;
  } else if (IPV6_FLAGS.has(word)) {
    if (read.family !== 'inet6') {
      read.warnings += `Warning: ${word} option can be set only for IPv6 addresses\n`;
    }
  } else if (word === 'noprefixroute') read.hasNoPrefixRoute = true;
  else if (word === 'autojoin') read.isAutojoin = true;
  else return false;
  return true;
}

function readLocal(read: AddressWords, word: string, words: Words): AdminResult | null {
  const text = word === 'local' ? words.value() : word;
  if (words.isIncomplete) return INCOMPLETE;
  if (completed(text, ['help']) !== undefined) return { exit: 255, stdout: '', stderr: ADDRESS_USAGE };
  if (read.localText !== '') return garbage('local', text);
  read.localText = text;
  const [local, flaw] = prefixOf(read, text);
  read.local = local;
  return flaw;
}

/** Twin of inet_rtm_newaddr. */
function add(dev: NetDevice, read: AddressWords, verb: Verb): AdminResult {
  const { local } = read;
  if (local === undefined) return failure(2, 'Error: ipv4: Local address is not supplied.');
  if (read.label.length > LABEL_LENGTH_MAX) return failure(2, 'Error: Attribute failed policy validation.');
  const peer = read.peer ?? local;
  const prefixLen = peer.prefixLen === 0 ? local.prefixLen : peer.prefixLen;
  const scope = read.scope ?? (local.address >>> 24 === 127 ? RT_SCOPE_HOST : 0);
  const times = lifetimeOf(read, dev.ns.machine.sched.now);
  const entry: NewAddress = {
    address: local.address,
    peer: peer.address,
    prefixLen,
    broadcast: broadcastOf(read, peer),
    scope,
    metric: read.metric,
    hasNoPrefixRoute: read.hasNoPrefixRoute,
    ...times,
    ...(read.label === '' ? {} : { label: read.label }),
  };
  const old = dev.addresses.find((other) => isMatch(other, local.address, peer.address, prefixLen));
  if (old !== undefined && verb !== 'add') {
    inetChangeIfa(dev, old, { metric: read.metric, ...times });
    return DONE;
  }
  switch (inetAddIfa(dev, entry)) {
    case 'EEXIST':
      return failure(2, 'Error: ipv4: Address already assigned.');
    case 'EINVAL':
      return failure(2, 'Error: ipv4: Invalid scope value.');
    default:
      return DONE;
  }
}

/** Twin of find_matching_ifa. */
function isMatch(entry: InterfaceAddress, local: Ip4, peer: Ip4, prefixLen: number): boolean {
  const isInNetwork = ((entry.peer ^ peer) & prefixMask(prefixLen)) === 0;
  return entry.address === local && entry.prefixLen === prefixLen && isInNetwork;
}

function broadcastOf({ broadcast }: AddressWords, peer: Cidr): Ip4 {
  if (typeof broadcast !== 'string') return broadcast ?? 0;
  if (peer.prefixLen > 30) return 0;
  const mask = prefixMask(peer.prefixLen);
  return broadcast === '+' ? peer.address | ~mask : peer.address & mask;
}

/** Twin of set_ifa_lifetime. */
function lifetimeOf(
  { valid = FOREVER, preferred = FOREVER }: AddressWords,
  nowNs: number,
): { lifetime: AddressLifetime | null; isDeprecated: boolean } {
  const until = (seconds: number): number => (seconds === FOREVER ? Infinity : nowNs + seconds * SECOND_NS);
  const lifetime = { validUntilNs: until(valid), preferredUntilNs: until(preferred) };
  return { lifetime: valid === FOREVER ? null : lifetime, isDeprecated: preferred === 0 };
}

/** Twin of inet_rtm_deladdr. */
function remove(dev: NetDevice, read: AddressWords): AdminResult {
  const { local } = read;
  const hasPrefix = read.peer !== undefined || read.localText.includes('/');
  const peer = hasPrefix ? (read.peer ?? local) : undefined;
  const found = dev.addresses.find((entry) => {
    if (local !== undefined && entry.address !== local.address) return false;
    if (read.label !== '' && entry.label !== read.label) return false;
    if (peer === undefined) return true;
    return entry.prefixLen === peer.prefixLen && ((entry.peer ^ peer.address) & prefixMask(entry.prefixLen)) === 0;
  });
  if (found === undefined) return failure(2, 'Error: ipv4: Address not found.');
  inetDelEntry(dev, found);
  return DONE;
}
