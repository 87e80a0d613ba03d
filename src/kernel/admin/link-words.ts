/** The words of `ip link add | set | del` that say which link and what about it (iproute2: iplink_parse). */
import type { Mac } from '../../base/addr.ts';
import { parseMac } from '../../base/addr.ts';
import { isValidName } from '../dev/dev-ops.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { AdminResult } from './result.ts';
import { failure, INCOMPLETE, notSupported } from './result.ts';
import type { Words } from './words.ts';

/** Link types that iproute2 knows and this kernel does not have. */
export const OTHER_TYPES: ReadonlySet<string> = new Set(
  'bond can dummy erspan geneve gre gretap gtp hsr ifb ip6gre ip6gretap ip6tnl ipip ipoib ipvlan ipvtap macsec macvlan'
    .concat(' macvtap netkit netdevsim nlmon rmnet sit team vcan vlan vrf vti vxcan vxlan wireguard xfrm')
    .split(' '),
);

/** Settings that iproute2 knows and this kernel does not have. */
const OTHER_KEYS: ReadonlySet<string> = new Set(
  'addrgenmode alias allmulticast arp broadcast brd carrier dynamic group gso_max_size index link link-netns mode'
    .concat(' multicast numrxqueues numtxqueues promisc protodown qlen state trailers txqlen txqueuelen vf vrf xdp')
    .split(' '),
);
const SUPPORTED_KEYS = 'dev, name, up, down, address, mtu, master, nomaster, netns, type';

/** Finds a namespace by its `ip netns` name. */
export type NetnsLookup = (name: string) => Netns | undefined;

/** Which link, and what is to be set; undefined and '' where nothing was said. */
export interface LinkWords {
  /** By `dev DEV`, or the word that is no key. */
  dev: string;
  /** By `name NAME`: of a new link, or the new name of the link `dev`. */
  name: string;
  isUp: boolean | undefined;
  address: Mac | undefined;
  mtu: number | undefined;
  /** null = none any more. */
  master: NetDevice | null | undefined;
  netns: Netns | undefined;
  /** The words behind it are the type's own. */
  type: string;
  /** The first mistake. */
  flaw: AdminResult | null;
}

export function wrongName(name: string, word: string): AdminResult {
  return failure(255, `Error: argument "${name}" is wrong: "${word}" not a valid ifname`);
}

/** iproute2 ends some of its texts with a newline of their own. */
function wrongValue(value: string, text: string): AdminResult {
  return failure(255, `Error: argument "${value}" is wrong: ${text}\n`);
}

function duplicate(key: string, value: string): AdminResult {
  return failure(255, `Error: duplicate "${key}": "${value}" is the second value.`);
}

/** Reads up to the end or behind `type TYPE`; nothing is changed yet. */
export function readLink(ns: Netns, words: Words, netnsByName: NetnsLookup): LinkWords {
  const link: LinkWords = {
    dev: '',
    name: '',
    isUp: undefined,
    address: undefined,
    mtu: undefined,
    master: undefined,
    netns: undefined,
    type: '',
    flaw: null,
  };
  while (!words.isAtEnd && link.flaw === null && link.type === '') {
    link.flaw = readOne(ns, link, words, netnsByName);
    if (words.isIncomplete) link.flaw = INCOMPLETE;
  }
  return link;
}

function readOne(ns: Netns, link: LinkWords, words: Words, netnsByName: NetnsLookup): AdminResult | null {
  const key = words.next();
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
      link.name = words.value();
      return isDeviceWord(link.name) && link.name.length < 16 ? null : wrongName(link.name, 'name');
    case 'address':
      return readAddress(link, words.value());
    case 'mtu':
      return readMtu(link, words.value());
    case 'master':
      return readMaster(ns, link, words.value());
    case 'netns':
      return readNetns(link, words.value(), netnsByName);
    case 'dev':
      return readDev(link, words.value());
    default:
      if (OTHER_KEYS.has(key)) return notSupported(`ip link … ${key}`, SUPPORTED_KEYS);
      return readDev(link, key);
  }
}

/** iproute2 lets a device be named by an alternative name, which may be longer than an interface's own. */
function isDeviceWord(text: string): boolean {
  return text.length < 128 && isValidName(text.slice(0, 15)) && !text.includes('/');
}

function readDev(link: LinkWords, text: string): AdminResult | null {
  if (link.dev !== '') return failure(255, `Error: either "dev" is duplicate, or "${text}" is a garbage.`);
  link.dev = text;
  return isDeviceWord(text) ? null : wrongName(text, 'dev');
}

function readAddress(link: LinkWords, text: string): AdminResult | null {
  link.address = parseMac(text);
  return link.address === undefined ? failure(1, `"${text}" is invalid lladdr.`) : null;
}

function readMtu(link: LinkWords, text: string): AdminResult | null {
  if (link.mtu !== undefined) return duplicate('mtu', text);
  if (!/^\d+$/.test(text)) return wrongValue(text, 'Invalid "mtu" value');
  link.mtu = Number(text);
  return null;
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
