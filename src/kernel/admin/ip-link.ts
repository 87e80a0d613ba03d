/** `ip link add | del | set`: the link verbs of iproute2. */
import type { Rng } from '../../sim/rng.ts';
import { Bridge } from '../dev/bridge.ts';
import {
  bridgeNewlink,
  devChangeName,
  devChangeNetns,
  devClose,
  devDelete,
  devOpen,
  devSetMac,
  devSetMaster,
  devSetMtu,
  isValidMac,
  leaveMaster,
  mayChangeNetns,
  MTU_MAX,
  MTU_MIN,
  mtuMax,
  vethNewlink,
} from '../dev/dev-ops.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { setBridgeSlave } from './bridge-port.ts';
import { readBridgeOptions, setBridgeOptions } from './ip-link-bridge.ts';
import type { LinkWords, NetnsLookup } from './link-words.ts';
import { OTHER_TYPES, readLink, wrongName } from './link-words.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, netlinkResult, noDevice, notSupported } from './result.ts';
import { completed, Words } from './words.ts';

const IF_NAME_LENGTH_MAX = 15;
const NO_DEV = failure(255, 'Not enough information: "dev" argument is required.');
const VERBS = ['add', 'set', 'change', 'replace', 'delete', 'show', 'list'];

export function ipLink(ns: Netns, args: readonly string[], netnsByName: NetnsLookup, rng: Rng): AdminResult {
  const words = new Words(args);
  const typed = words.next();
  const verb = completed(typed, VERBS);
  if (verb === 'add') return linkAdd(ns, words, netnsByName, rng);
  if (verb === 'delete') return linkDel(ns, words, netnsByName);
  if (verb === 'set' || verb === 'change') return linkSet(ns, words, netnsByName);
  if (verb !== undefined) return notSupported(`ip link ${verb}`, 'add, set, delete');
  return failure(255, `Command "${typed}" is unknown, try "ip link help".`);
}

/** `[name] DEV [address MAC] [netns NS] … type bridge [OPTIONS] | type veth [peer [name] DEV2 [netns NS] …]` */
function linkAdd(ns: Netns, words: Words, netnsByName: NetnsLookup, rng: Rng): AdminResult {
  const link = readLink(ns, words, netnsByName);
  const flaw = link.flaw ?? newLinkFlaw(link);
  if (flaw !== null) return flaw;
  const home = link.netns ?? ns;
  const name = nameOf(link, home);
  if (link.type === 'veth') return vethAdd(ns, link, name, words, netnsByName, rng);
  const options = readBridgeOptions(words);
  if (options.flaw !== null) return options.flaw;
  const made = bridgeNewlink(home, name, rng);
  const bridge = home.deviceByName(name);
  if (made !== '' || !(bridge instanceof Bridge)) return netlinkResult(made);
  const result = setBridgeOptions(bridge, options);
  if (result.exit === 0) return finish(bridge, link);
  devDelete(bridge);
  return result;
}

function vethAdd(
  ns: Netns,
  link: LinkWords,
  name: string,
  words: Words,
  netnsByName: NetnsLookup,
  rng: Rng,
): AdminResult {
  if (!words.isAtEnd && !words.accept('peer')) {
    return failure(
      255,
      "Usage: ip link <options> type veth [peer <options>]\nTo get <options> type 'ip link add help'",
    );
  }
  const peer = readLink(ns, words, netnsByName);
  const flaw = peer.flaw ?? settingsFlaw(peer);
  if (flaw !== null) return flaw;
  const [home, peerHome] = [link.netns ?? ns, peer.netns ?? ns];
  const peerName = nameOf({ ...peer, type: 'veth' }, peerHome, home === peerHome ? name : '');
  if (peerName.length > IF_NAME_LENGTH_MAX) return wrongName(peerName, 'name');
  const made = vethNewlink(home, name, peerHome, peerName, rng);
  if (made !== '') return netlinkResult(made);
  const first = finish(home.deviceByName(name)!, link);
  if (first.exit !== 0) return first;
  // The peer's master is read and forgotten (Linux: veth_newlink).
  return finish(peerHome.deviceByName(peerName)!, { ...peer, master: undefined });
}

/** Sets what was said of a new link; it does not stay when that fails. */
function finish(dev: NetDevice, link: LinkWords): AdminResult {
  const result = applyTo(dev, { ...link, netns: undefined, name: '' });
  if (result.exit !== 0) devDelete(dev);
  return result;
}

/** The name of a new link: as written, or the first free one of its type (Linux: dev_alloc_name). */
function nameOf(link: LinkWords, home: Netns, taken = ''): string {
  const written = link.name === '' ? link.dev : link.name;
  if (written !== '') return written;
  let number = 0;
  const name = (): string => `${link.type}${number}`;
  while (home.deviceByName(name()) !== null || name() === taken) number++;
  return name();
}

/** What iproute2 and the kernel say to a new link's name, type or settings; null when all is well. */
function newLinkFlaw(link: LinkWords): AdminResult | null {
  if (link.type === '') return failure(1, 'Not enough information: "type" argument is required');
  if (link.dev.length > IF_NAME_LENGTH_MAX) return failure(2, 'Error: Attribute failed policy validation.');
  if (link.type === 'bridge' || link.type === 'veth') return settingsFlaw(link);
  if (!OTHER_TYPES.has(link.type)) return failure(2, 'Error: Unknown device type.');
  return notSupported(`ip link add type ${link.type}`, 'bridge, veth');
}

/** What would fail when the link is there already: then it must not come into being. */
function settingsFlaw(link: LinkWords): AdminResult | null {
  if (link.address !== undefined && !isValidMac(link.address)) return netlinkResult('EADDRNOTAVAIL');
  return link.mtu === undefined ? null : mtuFlaw(link.mtu, MTU_MAX);
}

function mtuFlaw(mtu: number, max: number): AdminResult | null {
  if (mtu < MTU_MIN) return failure(2, 'Error: mtu less than device minimum.');
  return mtu > max ? failure(2, 'Error: mtu greater than device maximum.') : null;
}

function linkDel(ns: Netns, words: Words, netnsByName: NetnsLookup): AdminResult {
  const link = readLink(ns, words, netnsByName);
  if (link.flaw !== null) return link.flaw;
  if (link.dev === '') return NO_DEV;
  const dev = ns.deviceByName(link.dev);
  if (dev === null) return noDevice(link.dev);
  if (dev.isLoopback || dev.kind === 'ether') return failure(2, 'RTNETLINK answers: Operation not supported');
  devDelete(dev);
  return DONE;
}

function linkSet(ns: Netns, words: Words, netnsByName: NetnsLookup): AdminResult {
  const link = readLink(ns, words, netnsByName);
  if (link.flaw !== null) return link.flaw;
  if (link.dev === '') return NO_DEV;
  const dev = ns.deviceByName(link.dev);
  if (dev === null) return noDevice(link.dev);
  const flaw = link.type === '' ? null : setType(dev, link.type, words);
  return flaw ?? applyTo(dev, link);
}

/** Sets all that was said, in the kernel's order (Linux: do_setlink), up to the first that is refused. */
function applyTo(dev: NetDevice, link: LinkWords): AdminResult {
  if (link.netns !== undefined) {
    const result = setNetns(dev, link.netns);
    if (result.exit !== 0) return result;
  }
  if (link.address !== undefined) {
    const errno = devSetMac(dev, link.address);
    if (errno !== '') return netlinkResult(errno);
  }
  if (link.mtu !== undefined) {
    const flaw = mtuFlaw(link.mtu, mtuMax(dev));
    if (flaw !== null) return flaw;
    devSetMtu(dev, link.mtu);
  }
  if (link.name !== '') {
    const errno = devChangeName(dev, link.name);
    if (errno !== '') return netlinkResult(errno);
  }
  if (link.master === null) leaveMaster(dev);
  else if (link.master !== undefined) {
    const result = setMaster(dev, link.master);
    if (result.exit !== 0) return result;
  }
  if (link.isUp === true) devOpen(dev);
  if (link.isUp === false) devClose(dev);
  return DONE;
}

function setMaster(dev: NetDevice, bridge: NetDevice): AdminResult {
  const errno = devSetMaster(dev, bridge);
  return errno === 'ELOOP' ? failure(2, 'Error: Can not enslave a bridge to a bridge.') : netlinkResult(errno);
}

function setNetns(dev: NetDevice, target: Netns): AdminResult {
  if (!mayChangeNetns(dev)) return failure(2, 'Error: The interface netns is immutable.');
  const errno = devChangeNetns(dev, target);
  if (errno === 'EEXIST') return failure(2, 'Error: An interface with the same name exists in the target netns.');
  return netlinkResult(errno);
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
  return type === 'bridge_slave' ? setBridgeSlave(dev, words) : netlinkResult('EOPNOTSUPP');
}
