/** `ip link add | del | set`: the link verbs of iproute2. */
import { parseMac } from '../../base/addr.ts';
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
  isValidName,
  leaveMaster,
  mayChangeNetns,
  vethNewlink,
} from '../dev/dev-ops.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, netlinkResult, noDevice } from './result.ts';
import { Words } from './words.ts';

/** Link types that iproute2 knows and this kernel does not have. */
const OTHER_TYPES: ReadonlySet<string> = new Set(
  'bond can dummy erspan geneve gre gretap gtp hsr ifb ip6gre ip6gretap ip6tnl ipip ipoib ipvlan ipvtap macsec macvlan'
    .concat(' macvtap netkit netdevsim nlmon rmnet sit team vcan vlan vrf vti vxcan vxlan wireguard xfrm')
    .split(' '),
);
const IF_NAME_LENGTH_MAX = 15;
/** ETH_MIN_MTU and ETH_MAX_MTU */
const MTU_MIN = 68;
const MTU_MAX = 65_535;
/** USER_HZ, the unit of bridge times. */
const CENTISECOND_NS = 10_000_000;

/** Finds a namespace by its `ip netns` name. */
export type NetnsLookup = (name: string) => Netns | undefined;

export function ipLink(ns: Netns, args: readonly string[], netnsByName: NetnsLookup, rng: Rng): AdminResult {
  const words = new Words(args);
  const verb = words.next();
  if (verb === 'add') return linkAdd(ns, words, netnsByName, rng);
  if (verb === 'del' || verb === 'delete') return linkDel(ns, words);
  if (verb === 'set') return linkSet(ns, words, netnsByName);
  return failure(255, `Command "${verb}" is unknown, try "ip link help".`);
}

/** `[name] DEV [address MAC] [netns NS] type bridge | type veth peer [name] DEV2 [netns NS]` */
function linkAdd(ns: Netns, words: Words, netnsByName: NetnsLookup, rng: Rng): AdminResult {
  const head = readLinkHead(words);
  const targetNs = head.netns === '' ? ns : netnsByName(head.netns);
  if (targetNs === undefined) return wrongNetns(head.netns);
  const flaw = linkHeadFlaw(head);
  if (flaw !== null) return flaw;
  if (head.type === 'bridge') return withAddress(bridgeNewlink(targetNs, head.name, rng), targetNs, head);
  if (!words.accept('peer')) return failure(255, 'veth needs a peer: expected "peer name DEV"');
  const peer = readLinkHead(words);
  const peerNs = peer.netns === '' ? ns : netnsByName(peer.netns);
  if (peerNs === undefined) return wrongNetns(peer.netns);
  if (!isValidName(peer.name)) return wrongName(peer.name, 'name');
  const made = vethNewlink(targetNs, head.name, peerNs, peer.name, rng);
  if (made !== '') return netlinkResult(made);
  const first = withAddress('', targetNs, head);
  return first.exit === 0 ? withAddress('', peerNs, peer) : first;
}

/** What iproute2 and the kernel say to a name or a type that they do not take; null when all is well. */
function linkHeadFlaw(head: LinkHead): AdminResult | null {
  if (head.type === '') return failure(1, 'Not enough information: "type" argument is required');
  if (head.name.length > IF_NAME_LENGTH_MAX) return failure(2, 'Error: Attribute failed policy validation.');
  if (!isValidName(head.name)) return wrongName(head.name, head.nameWord);
  if (head.type === 'bridge' || head.type === 'veth') return null;
  if (!OTHER_TYPES.has(head.type)) return failure(2, 'Error: Unknown device type.');
  return failure(127, `ip link add type ${head.type}: not supported by Dockwire; supported: bridge, veth`);
}

function wrongName(name: string, word: string): AdminResult {
  return failure(255, `Error: argument "${name}" is wrong: "${word}" not a valid ifname`);
}

function wrongNetns(name: string): AdminResult {
  return failure(255, `Error: argument "${name}" is wrong: Invalid "netns" value`);
}

interface LinkHead {
  name: string;
  /** The word under which a bad name is reported. */
  nameWord: 'name' | 'dev';
  netns: string;
  address: string;
  type: string;
}

function readLinkHead(words: Words): LinkHead {
  const head: LinkHead = { name: '', nameWord: 'dev', netns: '', address: '', type: '' };
  while (!words.isAtEnd && words.peek() !== 'peer') {
    if (words.accept('name')) {
      head.name = words.next();
      head.nameWord = 'name';
    } else if (words.accept('dev')) head.name = words.next();
    else if (words.accept('netns')) head.netns = words.next();
    else if (words.accept('address')) head.address = words.next();
    else if (words.accept('type')) head.type = words.next();
    else head.name = words.next();
  }
  return head;
}

function withAddress(errno: ReturnType<typeof bridgeNewlink>, ns: Netns, head: LinkHead): AdminResult {
  if (errno !== '' || head.address === '') return netlinkResult(errno);
  const address = parseMac(head.address);
  const dev = ns.deviceByName(head.name);
  if (address === undefined || dev === null) return failure(1, `"${head.address}" is invalid lladdr.`);
  return netlinkResult(devSetMac(dev, address));
}

function linkDel(ns: Netns, words: Words): AdminResult {
  words.accept('dev');
  const name = words.next();
  const dev = ns.deviceByName(name);
  if (dev === null) return noDevice(name);
  if (dev.isLoopback || dev.kind === 'ether') return failure(2, 'RTNETLINK answers: Operation not supported');
  devDelete(dev);
  return DONE;
}

function linkSet(ns: Netns, words: Words, netnsByName: NetnsLookup): AdminResult {
  words.accept('dev');
  const name = words.next();
  const dev = ns.deviceByName(name);
  if (dev === null) return noDevice(name);
  let result = DONE;
  while (!words.isAtEnd && result.exit === 0) result = setOne(dev, words, netnsByName);
  return result;
}

function setOne(dev: NetDevice, words: Words, netnsByName: NetnsLookup): AdminResult {
  const verb = words.next();
  switch (verb) {
    case 'up':
      devOpen(dev);
      return DONE;
    case 'down':
      devClose(dev);
      return DONE;
    case 'nomaster':
      leaveMaster(dev);
      return DONE;
    case 'name':
      return setName(dev, words.next());
    case 'address':
      return setAddress(dev, words.next());
    case 'mtu':
      return setMtu(dev, words.next());
    case 'master':
      return setMaster(dev, words.next());
    case 'netns':
      return setNetns(dev, words.next(), netnsByName);
    case 'type':
      return words.accept('bridge') ? setBridge(dev, words) : setBridgeSlave(dev, words);
    default:
      return failure(255, `Error: either "dev" is duplicate, or "${verb}" is a garbage.`);
  }
}

function setName(dev: NetDevice, name: string): AdminResult {
  return isValidName(name) ? netlinkResult(devChangeName(dev, name)) : wrongName(name, 'name');
}

function setAddress(dev: NetDevice, text: string): AdminResult {
  const address = parseMac(text);
  return address === undefined ? failure(1, `"${text}" is invalid lladdr.`) : netlinkResult(devSetMac(dev, address));
}

function setMtu(dev: NetDevice, text: string): AdminResult {
  if (!/^\d+$/.test(text)) return failure(255, `Error: argument "${text}" is wrong: Invalid "mtu" value`);
  const mtu = Number(text);
  if (mtu < MTU_MIN) return failure(2, 'Error: mtu less than device minimum.');
  if (mtu > MTU_MAX) return failure(2, 'Error: mtu greater than device maximum.');
  return netlinkResult(devSetMtu(dev, mtu));
}

function setMaster(dev: NetDevice, name: string): AdminResult {
  const bridge = dev.ns.deviceByName(name);
  if (bridge === null) return failure(255, `Error: argument "${name}" is wrong: Device does not exist`);
  const errno = devSetMaster(dev, bridge);
  return errno === 'ELOOP' ? failure(2, 'Error: Can not enslave a bridge to a bridge.') : netlinkResult(errno);
}

function setNetns(dev: NetDevice, name: string, netnsByName: NetnsLookup): AdminResult {
  const target = netnsByName(name);
  if (target === undefined) return wrongNetns(name);
  if (!mayChangeNetns(dev)) return failure(2, 'Error: The interface netns is immutable.');
  const errno = devChangeNetns(dev, target);
  if (errno === 'EEXIST') return failure(2, 'Error: An interface with the same name exists in the target netns.');
  return netlinkResult(errno);
}

/** `type bridge fdb_flush | ageing_time CENTISECONDS` */
function setBridge(dev: NetDevice, words: Words): AdminResult {
  if (!(dev instanceof Bridge)) return failure(2, 'RTNETLINK answers: Operation not supported');
  while (!words.isAtEnd) {
    const key = words.next();
    if (key === 'fdb_flush') dev.fdb.flush(null, false);
    else if (key === 'ageing_time' && /^\d+$/.test(words.peek()))
      dev.fdb.ageingNs = Number(words.next()) * CENTISECOND_NS;
    else return failure(1, `bridge: unknown command "${key}"?`);
  }
  return DONE;
}

/** `type bridge_slave hairpin|learning on|off` */
function setBridgeSlave(dev: NetDevice, words: Words): AdminResult {
  const port = dev.master instanceof Bridge ? dev.master.ports.find((other) => other.dev === dev) : undefined;
  if (!words.accept('bridge_slave') || port === undefined)
    return failure(2, 'RTNETLINK answers: Operation not supported');
  while (!words.isAtEnd) {
    const key = words.next();
    const value = words.next();
    if (key !== 'hairpin' && key !== 'learning') return failure(1, `bridge_slave: unknown option "${key}"?`);
    if (value !== 'on' && value !== 'off') {
      return failure(1, `Error: argument of "${key}" must be one of "off", "on", not "${value}"`);
    }
    if (key === 'hairpin') port.isHairpin = value === 'on';
    else port.isLearning = value === 'on';
  }
  return DONE;
}
