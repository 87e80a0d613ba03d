/** `ip link add | replace | del | set | property`: the link verbs of iproute2. */
import type { Rng } from '../../sim/rng.ts';
import { Bridge } from '../dev/bridge.ts';
import { bridgeNewlink, devDelete, isValidMac, MTU_MAX, vethNewlink } from '../dev/dev-ops.ts';
import { vxlanNewlink } from '../dev/vxlan-newlink.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { setBridgeSlave } from './bridge-port.ts';
import { readBridgeOptions, setBridgeOptions } from './ip-link-bridge.ts';
import type { VxlanOptions } from './ip-link-vxlan.ts';
import { readVxlanOptions, setVxlan, vxlanConfigOf, vxlanRefused } from './ip-link-vxlan.ts';
import { applyLink, mtuFlaw } from './link-apply.ts';
import { linkProperty } from './link-property.ts';
import type { LinkWords, NetnsLookup } from './link-words.ts';
import { OTHER_TYPES, readLink, wrongName } from './link-words.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, netlinkResult, noDevice, notSupported } from './result.ts';
import { completed, Words } from './words.ts';

const IF_NAME_LENGTH_MAX = 15;
const NO_DEV = failure(255, 'Not enough information: "dev" argument is required.');
const VETH_USAGE: AdminResult = {
  exit: 1,
  stdout: "Usage: ip link <options> type veth [peer <options>]\nTo get <options> type 'ip link add help'\n",
  stderr: '',
};
const VERBS = 'add set change replace delete show lst list xstats afstats property help'.split(' ');

/** What the link verbs work on. */
interface LinkPlace {
  readonly ns: Netns;
  readonly netnsByName: NetnsLookup;
  readonly rng: Rng;
}

export function ipLink(ns: Netns, args: readonly string[], netnsByName: NetnsLookup, rng: Rng): AdminResult {
  const words = new Words(args);
  const typed = words.next();
  const place: LinkPlace = { ns, netnsByName, rng };
  const verb = completed(typed, VERBS);
  switch (verb) {
    case undefined:
      return failure(255, `Command "${typed}" is unknown, try "ip link help".`);
    case 'add':
      return linkAdd(place, words, false);
    case 'replace':
      return linkAdd(place, words, true);
    case 'delete':
      return linkDel(place, words);
    case 'set':
    case 'change':
      return linkSet(place, words);
    case 'property':
      return linkProperty(ns, words);
    default:
      return notSupported(`ip link ${verb}`, 'add, set, replace, delete, property');
  }
}

/** `[name] DEV [address MAC] [netns NS] … type bridge [OPTIONS] | type veth [peer [name] DEV2 [netns NS] …]` */
function linkAdd(place: LinkPlace, words: Words, isReplace: boolean): AdminResult {
  const link = readLink(place.ns, words, place.netnsByName);
  const flaw = link.flaw ?? newLinkFlaw(place.ns, link, isReplace);
  if (flaw !== null) return flaw;
  const home = homeOf(link, place.ns);
  if (link.type === 'veth') return vethAdd(place, link, words);
  if (link.type === 'vxlan') return vxlanAdd(place, link, words);
  const name = nameOf(link, home);
  if (name === undefined) return netlinkResult('EINVAL');
  const options = readBridgeOptions(words);
  if (options.flaw !== null) return options.flaw;
  const made = bridgeNewlink(home, name, place.rng, link.index);
  const bridge = home.deviceByName(name);
  if (made !== '' || !(bridge instanceof Bridge)) return netlinkResult(made);
  const result = setBridgeOptions(bridge, options);
  if (result.exit === 0) return finish(bridge, link);
  devDelete(bridge);
  return result;
}

function vxlanAdd(place: LinkPlace, link: LinkWords, words: Words): AdminResult {
  const options = readVxlanOptions(place.ns, words, false);
  if (options.flaw !== null) return options.flaw;
  const home = homeOf(link, place.ns);
  const name = nameOf(link, home);
  if (name === undefined) return told(options, netlinkResult('EINVAL'));
  const config = vxlanConfigOf(options, null);
  const refused = vxlanNewlink(home, place.ns, name, config, place.rng, link);
  return told(
    options,
    refused === null ? finish(home.deviceByName(name)!, { ...link, mtu: undefined }) : vxlanRefused(refused),
  );
}

/** What iproute2 has to say beside the answer. */
function told(options: VxlanOptions, result: AdminResult): AdminResult {
  return { ...result, stderr: `${options.notice}${result.stderr}` };
}

function homeOf(link: LinkWords, ns: Netns): Netns {
  return link.netns === undefined || link.netns === 'ESRCH' ? ns : link.netns;
}

function vethAdd(place: LinkPlace, link: LinkWords, words: Words): AdminResult {
  if (!words.isAtEnd && !words.accept('peer')) return VETH_USAGE;
  const peer = readLink(place.ns, words, place.netnsByName);
  const flaw = peer.flaw ?? peerFlaw(peer);
  if (flaw !== null) return flaw;
  const [home, peerHome] = [homeOf(link, place.ns), homeOf(peer, place.ns)];
  // The peer is there first: of two names to be found it has the lower number.
  const peerName = nameOf({ ...peer, type: 'veth' }, peerHome);
  const name = nameOf(link, home, home === peerHome ? peerName : '');
  if (name === undefined || peerName === undefined) return netlinkResult('EINVAL');
  if (peerName.length > IF_NAME_LENGTH_MAX) return wrongName(peerName, 'name');
  if (peer.isUp === true) {
    // The peer has its index and comes up before it has its other end (Linux: veth_open).
    if (peer.index === undefined) peerHome.newIndex();
    return netlinkResult('ENOTCONN');
  }
  const made = vethNewlink(home, name, peerHome, peerName, place.rng, [link.index, peer.index]);
  if (made !== '') return netlinkResult(made);
  const first = finish(home.deviceByName(name)!, link);
  if (first.exit !== 0) return first;
  // The peer's master is read and forgotten (Linux: veth_newlink).
  return finish(peerHome.deviceByName(peerName)!, { ...peer, master: undefined });
}

function peerFlaw(peer: LinkWords): AdminResult | null {
  if (peer.type !== '') return failure(255, `Error: duplicate "type": "${peer.type}" is the second value.`);
  return settingsFlaw(peer);
}

/** Sets what was said of a new link; it does not stay when that fails. */
function finish(dev: NetDevice, link: LinkWords): AdminResult {
  if (link.numTxQueues !== undefined) dev.attributes.numTxQueues = link.numTxQueues;
  if (link.numRxQueues !== undefined) dev.attributes.numRxQueues = link.numRxQueues;
  // An alias is read and forgotten (Linux: rtnl_create_link).
  const result = applyLink(dev, { ...link, netns: undefined, name: '', alias: undefined });
  if (result.exit !== 0) devDelete(dev);
  return result;
}

/** The name of a new link: as written, or the first free one of a pattern or of its type (Linux: dev_alloc_name). */
function nameOf(link: LinkWords, home: Netns, taken = ''): string | undefined {
  const written = link.name === '' ? link.dev : link.name;
  if (written !== '' && !written.includes('%')) return written;
  const pattern = written === '' ? `${link.type}%d` : written;
  if (pattern.indexOf('%') !== pattern.lastIndexOf('%') || !pattern.includes('%d')) return undefined;
  let number = 0;
  const name = (): string => pattern.replace('%d', String(number));
  while (home.deviceByName(name()) !== null || name() === taken) number++;
  return name();
}

/** What iproute2 and the kernel say to a new link's name, type or settings; null when all is well. */
function newLinkFlaw(ns: Netns, link: LinkWords, isReplace: boolean): AdminResult | null {
  if (link.group !== undefined && link.dev === '') {
    return failure(255, 'group cannot be used when creating devices.');
  }
  if (link.name !== '' && link.dev !== link.name) {
    return failure(255, 'both "name" and "dev" cannot be used when creating devices.');
  }
  if (link.type === '') return failure(1, 'Not enough information: "type" argument is required');
  if (link.netns === 'ESRCH') return netlinkResult('ESRCH');
  if (link.dev.length > IF_NAME_LENGTH_MAX) return failure(2, 'Error: Attribute failed policy validation.');
  const isThere = homeOf(link, ns).deviceByName(link.dev) !== null;
  if (isReplace && isThere && link.netns === undefined) return netlinkResult('EOPNOTSUPP');
  if (link.type === 'bridge' || link.type === 'veth' || link.type === 'vxlan') return settingsFlaw(link);
  if (!OTHER_TYPES.has(link.type)) return failure(2, 'Error: Unknown device type.');
  return notSupported(`ip link add type ${link.type}`, 'bridge, veth, vxlan');
}

/** What would fail when the link is there already: then it must not come into being. */
function settingsFlaw(link: LinkWords): AdminResult | null {
  if (link.netns === 'ESRCH') return netlinkResult('ESRCH');
  if (link.address !== undefined) {
    if (link.address.length < 6) return netlinkResult('EINVAL');
    if (!isValidMac(link.address.mac)) return netlinkResult('EADDRNOTAVAIL');
  }
  return link.mtu === undefined ? null : mtuFlaw(link.mtu, MTU_MAX);
}

function linkDel(place: LinkPlace, words: Words): AdminResult {
  const link = readLink(place.ns, words, place.netnsByName);
  const flaw = link.flaw ?? oldLinkFlaw(link, words);
  if (flaw !== null) return flaw;
  if (link.dev === '' && link.group !== undefined) return groupDel(place.ns, link.group);
  const dev = place.ns.deviceByName(link.dev);
  if (dev === null) return noDevice(link.dev);
  if (dev.isLoopback || dev.kind === 'ether') return netlinkResult('EOPNOTSUPP');
  devDelete(dev);
  return DONE;
}

/** What iproute2 says when it is not clear which link is meant. */
function oldLinkFlaw(link: LinkWords, words: Words): AdminResult | null {
  if (link.dev === '' && link.group !== undefined) {
    if (words.isAtEnd) return null;
    return failure(255, `Garbage instead of arguments "${words.peek()} ...". Try "ip link help".`);
  }
  return link.dev === '' ? NO_DEV : null;
}

/** Twin of rtnl_group_dellink: all of them, or none when one cannot be deleted. */
function groupDel(ns: Netns, group: number): AdminResult {
  if (group === 0) return netlinkResult('EPERM');
  const members = ns.listDevices().filter((dev) => dev.attributes.group === group);
  if (members.length === 0) return netlinkResult('ENODEV');
  if (members.some((dev) => dev.isLoopback || dev.kind === 'ether')) return netlinkResult('EOPNOTSUPP');
  for (const dev of members) if (dev.ns.deviceByName(dev.name) === dev) devDelete(dev);
  return DONE;
}

function linkSet(place: LinkPlace, words: Words): AdminResult {
  const { ns } = place;
  const link = readLink(ns, words, place.netnsByName);
  if (link.flaw !== null) return link.flaw;
  if (link.address !== undefined && link.address.length !== 6 && ns.deviceByName(link.dev) !== null) {
    return failure(1, `Invalid address length ${link.address.length} - must be 6 bytes`);
  }
  if (link.index !== undefined && link.netns === undefined) {
    return failure(255, 'index can be used only when creating devices or when moving device to another netns.');
  }
  const flaw = oldLinkFlaw(link, words);
  if (flaw !== null) return flaw;
  if (link.dev === '') return groupSet(ns, link);
  const dev = ns.deviceByName(link.dev);
  if (dev === null) return noDevice(link.dev);
  const typeFlaw = link.type === '' || words.isAtEnd ? null : setType(dev, link.type, words);
  return typeFlaw ?? applyLink(dev, link.name === link.dev ? { ...link, name: '' } : link);
}

/** `group N` without a device: all of that group (Linux: rtnl_group_changelink). */
function groupSet(ns: Netns, link: LinkWords): AdminResult {
  for (const dev of ns.listDevices()) {
    if (dev.attributes.group !== link.group) continue;
    const result = applyLink(dev, link);
    if (result.exit !== 0) return result;
  }
  return DONE;
}

/** `type bridge …` of a bridge, `type bridge_slave …` of a port. Null when all was set. */
function setType(dev: NetDevice, type: string, words: Words): AdminResult | null {
  if (type === 'bridge') {
    const options = readBridgeOptions(words);
    if (options.flaw !== null) return options.flaw;
    if (!(dev instanceof Bridge)) return netlinkResult('EOPNOTSUPP');
    const result = setBridgeOptions(dev, options);
    return result.exit === 0 ? null : result;
  }
  if (type === 'vxlan') return setVxlan(dev, words);
  if (type === 'bridge_slave') return setBridgeSlave(dev, words);
  if (type === 'veth') {
    return words.accept('peer') ? netlinkResult('EOPNOTSUPP') : VETH_USAGE;
  }
  if (OTHER_TYPES.has(type)) return notSupported(`ip link set type ${type}`, 'bridge, bridge_slave, vxlan');
  return failure(1, `Garbage instead of arguments "${words.peek()} ...". Try "ip link help".`);
}
