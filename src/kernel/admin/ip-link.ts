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
  leaveMaster,
  vethNewlink,
} from '../dev/dev-ops.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, netlinkResult, noDevice } from './result.ts';
import { Words } from './words.ts';

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
  if (targetNs === undefined) return failure(255, `Invalid "netns" value: "${head.netns}"`);
  if (head.type === 'bridge') return withAddress(bridgeNewlink(targetNs, head.name, rng), targetNs, head);
  if (head.type !== 'veth') return failure(2, 'RTNETLINK answers: Operation not supported');
  if (!words.accept('peer')) return failure(255, 'veth needs a peer: expected "peer name DEV"');
  const peer = readLinkHead(words);
  const peerNs = peer.netns === '' ? ns : netnsByName(peer.netns);
  if (peerNs === undefined) return failure(255, `Invalid "netns" value: "${peer.netns}"`);
  const made = vethNewlink(targetNs, head.name, peerNs, peer.name, rng);
  if (made !== '') return netlinkResult(made);
  const first = withAddress('', targetNs, head);
  return first.exit === 0 ? withAddress('', peerNs, peer) : first;
}

interface LinkHead {
  name: string;
  netns: string;
  address: string;
  type: string;
}

function readLinkHead(words: Words): LinkHead {
  const head: LinkHead = { name: '', netns: '', address: '', type: '' };
  while (!words.isAtEnd && words.peek() !== 'peer') {
    if (words.accept('name', 'dev')) head.name = words.next();
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
  if (address === undefined || dev === null) return failure(255, `"${head.address}" is invalid lladdr.`);
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
      return netlinkResult(devChangeName(dev, words.next()));
    case 'address':
      return setAddress(dev, words.next());
    case 'mtu':
      return setMtu(dev, words.next());
    case 'master':
      return setMaster(dev, words.next());
    case 'netns':
      return setNetns(dev, words.next(), netnsByName);
    case 'type':
      return setBridgeSlave(dev, words);
    default:
      return failure(255, `Error: either "dev" is duplicate, or "${verb}" is a garbage.`);
  }
}

function setAddress(dev: NetDevice, text: string): AdminResult {
  const address = parseMac(text);
  return address === undefined ? failure(255, `"${text}" is invalid lladdr.`) : netlinkResult(devSetMac(dev, address));
}

function setMtu(dev: NetDevice, text: string): AdminResult {
  if (!/^\d+$/.test(text)) return failure(255, `Error: argument "${text}" is wrong: Invalid "mtu" value`);
  return netlinkResult(devSetMtu(dev, Number(text)));
}

function setMaster(dev: NetDevice, name: string): AdminResult {
  const bridge = dev.ns.deviceByName(name);
  return bridge === null ? failure(255, `Error: argument "${name}" is wrong: Device does not exist`) : netlinkResult(devSetMaster(dev, bridge));
}

function setNetns(dev: NetDevice, name: string, netnsByName: NetnsLookup): AdminResult {
  const target = netnsByName(name);
  return target === undefined
    ? failure(255, `Error: argument "${name}" is wrong: Invalid "netns" value`)
    : netlinkResult(devChangeNetns(dev, target));
}

/** `type bridge_slave hairpin on|off` */
function setBridgeSlave(dev: NetDevice, words: Words): AdminResult {
  const port = dev.master instanceof Bridge ? dev.master.ports.find((other) => other.dev === dev) : undefined;
  if (!words.accept('bridge_slave') || port === undefined) return failure(2, 'RTNETLINK answers: Operation not supported');
  while (!words.isAtEnd) {
    const key = words.next();
    const value = words.next();
    if (value !== 'on' && value !== 'off') return failure(255, `Error: argument of "${key}" must be "on" or "off"`);
    if (key === 'hairpin') port.isHairpin = value === 'on';
    else if (key === 'learning') port.isLearning = value === 'on';
    else return failure(255, `bridge_slave: unknown option "${key}"?`);
  }
  return DONE;
}
