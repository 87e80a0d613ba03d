/**
 * What an administrator does to interfaces: open and close, rename, move, enslave, delete (Linux: dev_open, dev_close,
 * dev_change_name, dev_change_net_namespace, unregister_netdevice). Each answers with an error number.
 */
import type { Mac } from '../../base/addr.ts';
import { ip4, macHi, macLo } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import type { Rng } from '../../sim/rng.ts';
import type { Errno } from '../errno.ts';
import { arpNotify } from '../ip/arp.ts';
import { inetDevDown, inetDevGone, inetDevRenamed, inetDevUp, inetInsertIfa } from '../ip/devinet.ts';
import { deviceMtuChanged } from '../ip/fnhe.ts';
import { groupsOf } from '../ip/igmp.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { peernetToIdAlloc } from '../netns-id.ts';
import { qdiscShutdown } from '../qdisc/tree.ts';
import { Bridge } from './bridge.ts';
import { brAddIf, brDelIf, brMacChanged, brMtuAutoAdjust, brPortMacChanged, brPortOf } from './bridge-if.ts';
import { brSnoopersChanged } from './bridge-snooping.ts';
import { brPortCheck } from './bridge-stp.ts';
import { TSO_MAX_SIZE } from './link-attributes.ts';
import { Veth } from './veth.ts';
import { Vxlan } from './vxlan.ts';
import { vxlanMtuMax, vxlansOver } from './vxlan-newlink.ts';

/** IFNAMSIZ less its terminator. */
const NAME_LENGTH_MAX = 15;
/** ETH_MIN_MTU and ETH_MAX_MTU */
export const MTU_MIN = 68;
export const MTU_MAX = 65_535;
/** One for each processor that the machine may have (Linux: veth_get_num_queues). */
const VETH_QUEUES = 2;
const LOOPBACK_ADDRESS = ip4('127.0.0.1');

/** Linux: dev_valid_name. */
export function isValidName(name: string): boolean {
  return name.length > 0 && name.length <= NAME_LENGTH_MAX && name !== '.' && name !== '..' && !/[/:\s]/.test(name);
}

/** A locally administered unicast address (Linux: eth_random_addr). */
export function randomMac(rng: Rng): Mac {
  const hi = (rng.u32() & 0xfeff) | 0x0200;
  return hi * 0x1_0000_0000 + rng.u32();
}

/** The namespace in which the other end of an interface is; its own where that has none (Linux: get_link_net). */
export function linkNetnsOf(dev: NetDevice): Netns {
  if (dev instanceof Veth) return dev.peer?.ns ?? dev.ns;
  return dev instanceof Vxlan ? dev.linkNs : dev.ns;
}

/** Twin of rtmsg_ifinfo: tells those who listen how the interface is now; where its other end lies gets a number. */
export function notifyLink(dev: NetDevice): void {
  const linkNs = linkNetnsOf(dev);
  if (linkNs !== dev.ns) peernetToIdAlloc(dev.ns, linkNs);
  dev.ns.events?.link(dev, false);
}

export function devOpen(dev: NetDevice): Errno {
  if (dev.isUp) return '';
  const errno = dev.open();
  if (errno !== '') return errno;
  dev.isUp = true;
  dev.attributes.hasBeenUp = true;
  const peer = dev instanceof Veth && dev.peer?.isUp === true ? dev.peer : null;
  // The carrier is there at once; what is said of it comes a little later (linkwatch).
  dev.attributes.isCarrierNews = peer !== null;
  notifyLink(dev);
  dev.attributes.isCarrierNews = false;
  if (dev instanceof Bridge) brSnoopersChanged(dev);
  if (dev.isLoopback) inetInsertIfa(dev, LOOPBACK_ADDRESS, 8, 0);
  groupsOf(dev).up();
  inetDevUp(dev);
  setUnicastPromiscuity(dev);
  portsCheck(dev);
  dev.ns.machine.observer?.deviceUp(dev);
  arpNotify(dev);
  if (peer !== null) carrierChanged(dev, peer);
  return '';
}

/** Twin of netif_carrier_on and netif_carrier_off on both ends of a pair. */
function carrierChanged(...ends: readonly NetDevice[]): void {
  for (const end of ends) {
    end.attributes.carrierChanges++;
    if (end.isUp) notifyLink(end);
  }
}

/** The cable of a card was pulled or plugged in (netif_carrier_off, netif_carrier_on, linkwatch_do_dev). */
export function devCarrierChanged(dev: NetDevice): void {
  dev.attributes.carrierChanges++;
  if (dev.isUp && !dev.hasCarrier) {
    dev.qdisc?.reset();
    dev.ns.neighbours.carrierDown(dev);
  }
  dev.ns.routes.flush();
  portCheck(dev);
  notifyLink(dev);
}

/** Bridges look again at the ports that may work now, or not any more. */
function portsCheck(dev: NetDevice): void {
  if (dev instanceof Bridge) {
    dev.restartGc();
    for (const port of dev.ports) brPortCheck(port);
  }
  portCheck(dev);
  if (dev instanceof Veth && dev.peer !== null) portCheck(dev.peer);
}

function portCheck(dev: NetDevice): void {
  const port = brPortOf(dev);
  if (port !== null) brPortCheck(port);
}

/** Twin of dev_set_promiscuity: one more (1) or one less (-1) wants all frames that reach the interface. */
export function devSetPromiscuity(dev: NetDevice, change: 1 | -1): void {
  dev.promiscuity += change;
  assert(dev.promiscuity >= 0, 'who leaves promiscuous mode has been in it');
}

/**
 * An interface that listens to a second unicast address hears all, for want of a filter (__dev_set_rx_mode). A bridge
 * has no need to: its table is the filter.
 */
export function setUnicastPromiscuity(dev: NetDevice): void {
  const isWanted = dev.unicastList.entries.length > 0 && dev.kind !== 'bridge';
  if (isWanted === dev.isUnicastPromisc || (isWanted && !dev.isUp)) return;
  dev.isUnicastPromisc = isWanted;
  devSetPromiscuity(dev, isWanted ? 1 : -1);
}

/** Twin of dev_set_allmulti: one more (1) or one less (-1) wants the frames for all groups. */
export function devSetAllmulti(dev: NetDevice, change: 1 | -1): void {
  dev.allmulti += change;
  assert(dev.allmulti >= 0, 'who no longer wants all groups has wanted them');
}

export function devClose(dev: NetDevice): void {
  if (!dev.isUp) return;
  dev.stop();
  dev.isUp = false;
  notifyLink(dev);
  if (dev instanceof Bridge) brSnoopersChanged(dev);
  groupsOf(dev).down();
  dev.qdisc?.reset();
  inetDevDown(dev);
  portsCheck(dev);
  // The other end has no carrier any more (NETDEV_CHANGE).
  if (dev instanceof Veth && dev.peer?.isUp === true) {
    dev.peer.ns.neighbours.carrierDown(dev.peer);
    carrierChanged(dev, dev.peer);
  }
  dev.ns.packetSockets?.deviceDown(dev, false);
  dev.ns.machine.observer?.deviceDown(dev);
}

/** Twin of dev_change_name; an interface that is up may be renamed, too (Linux 6.3). */
export function devChangeName(dev: NetDevice, name: string): Errno {
  if (!isValidName(name)) return 'EINVAL';
  if (dev.name === name) return '';
  if (dev.ns.deviceByName(name) !== null) return 'EEXIST';
  const observer = dev.isUp ? dev.ns.machine.observer : null;
  observer?.deviceDown(dev);
  dev.rename(name);
  notifyLink(dev);
  inetDevRenamed(dev);
  observer?.deviceUp(dev);
  return '';
}

/** Some interfaces belong to the namespace in which they were made (Linux: netns_immutable). */
export function mayChangeNetns(dev: NetDevice): boolean {
  return !dev.isLoopback && !(dev instanceof Bridge);
}

/** Twin of dev_change_net_namespace: the interface goes down and loses its addresses on the way. */
export function devChangeNetns(dev: NetDevice, target: Netns, newName = '', index = 0): Errno {
  if (!mayChangeNetns(dev)) return 'EINVAL';
  if (dev.ns === target) return '';
  const name = newName === '' ? dev.name : newName;
  if (!isValidName(name)) return 'EINVAL';
  if (target.deviceByName(name) !== null) return 'EEXIST';
  if (index !== 0 && (target.devices[index] ?? null) !== null) return 'EBUSY';
  for (const above of vxlansOver(dev)) devDelete(above);
  leaveMaster(dev);
  devClose(dev);
  inetDevGone(dev);
  dev.ns.packetSockets?.deviceDown(dev, true);
  qdiscShutdown(dev);
  // The new home of the interface gets a number in the old one (Linux: RTM_DELLINK tells it).
  peernetToIdAlloc(dev.ns, target);
  dev.attributes.hasBeenUp = false;
  dev.ns.events?.link(dev, true);
  dev.ns.removeDevice(dev);
  dev.forgetAddressLists();
  setUnicastPromiscuity(dev);
  dev.rename(name);
  if (index !== 0) dev.ifIndex = index;
  target.addDevice(dev);
  notifyLink(dev);
  return '';
}

/** Linux: is_valid_ether_addr. */
export function isValidMac(mac: Mac): boolean {
  return (macHi(mac) & 0x0100) === 0 && mac !== 0;
}

export function devSetMac(dev: NetDevice, mac: Mac): Errno {
  if (!isValidMac(mac)) return 'EADDRNOTAVAIL';
  const [oldHi, oldLo] = [dev.macHi, dev.macLo];
  dev.macHi = macHi(mac);
  dev.macLo = macLo(mac);
  if (dev instanceof Bridge) {
    dev.hasFixedMac = true;
    brMacChanged(dev, oldHi, oldLo);
  }
  const port = brPortOf(dev);
  if (port !== null) brPortMacChanged(port, oldHi, oldLo);
  dev.ns.neighbours.flushDevice(dev);
  dev.ns.routes.flush();
  notifyLink(dev);
  arpNotify(dev);
  return '';
}

/** Loopback has no greatest MTU of its own; no datagram fills its default one. */
export function mtuMax(dev: NetDevice): number {
  return dev.isLoopback ? 2 ** 31 - 1 : MTU_MAX;
}

export function devSetMtu(dev: NetDevice, mtu: number): Errno {
  const below = vxlanMtuMax(dev);
  if (mtu < MTU_MIN || mtu > mtuMax(dev) || (below !== null && mtu > below)) return 'EINVAL';
  const oldMtu = dev.mtu;
  dev.mtu = mtu;
  if (dev instanceof Bridge) dev.hasFixedMtu = true;
  if (dev.master instanceof Bridge) brMtuAutoAdjust(dev.master);
  deviceMtuChanged(dev, oldMtu);
  if (mtu !== oldMtu) notifyLink(dev);
  return '';
}

/** Makes `dev` a port of `bridge`. */
export function devSetMaster(dev: NetDevice, bridge: NetDevice): Errno {
  if (!(bridge instanceof Bridge)) return 'EOPNOTSUPP';
  if (dev.isLoopback || dev instanceof Bridge) return dev instanceof Bridge ? 'ELOOP' : 'EINVAL';
  if (dev.master === bridge) return '';
  leaveMaster(dev);
  devSetAllmulti(dev, 1);
  brAddIf(bridge, dev);
  setTsoLimit(bridge);
  devSetPromiscuity(dev, 1);
  notifyLink(dev);
  return '';
}

/** Twin of br_set_gso_limits: what all ports can take; as much as there is when the last one has gone. */
function setTsoLimit(bridge: Bridge): void {
  const limits = bridge.ports.map((port) => port.dev.attributes.tsoMaxSize);
  bridge.attributes.tsoMaxSize = Math.min(TSO_MAX_SIZE, ...limits);
}

export function leaveMaster(dev: NetDevice): void {
  if (!(dev.master instanceof Bridge)) return;
  const bridge = dev.master;
  brDelIf(bridge, dev);
  setTsoLimit(bridge);
  devSetPromiscuity(dev, -1);
  devSetAllmulti(dev, -1);
  notifyLink(dev);
}

/** Deletes an interface; of a veth pair both ends go. */
export function devDelete(dev: NetDevice): void {
  if (dev instanceof Veth && dev.peer !== null) {
    const peer = dev.peer;
    dev.peer = null;
    peer.peer = null;
    devClose(dev);
    devClose(peer);
    unregister(dev);
    unregister(peer);
    return;
  }
  if (dev instanceof Bridge) for (const port of [...dev.ports]) leaveMaster(port.dev);
  unregister(dev);
}

function unregister(dev: NetDevice): void {
  for (const above of vxlansOver(dev)) devDelete(above);
  leaveMaster(dev);
  devClose(dev);
  dev.uninit();
  inetDevGone(dev);
  dev.forgetAddressLists();
  dev.ns.packetSockets?.deviceDown(dev, true);
  qdiscShutdown(dev);
  dev.attributes.hasBeenUp = false;
  dev.ns.events?.link(dev, true);
  dev.ns.removeDevice(dev);
}

/** A pair of new veths; the peer is registered first, as Linux does. */
export function vethNewlink(
  ns: Netns,
  name: string,
  peerNs: Netns,
  peerName: string,
  rng: Rng,
  indexes: readonly (number | undefined)[] = [],
): Errno {
  if (!isValidName(name) || !isValidName(peerName)) return 'EINVAL';
  if (ns.deviceByName(name) !== null || peerNs.deviceByName(peerName) !== null) return 'EEXIST';
  if (ns === peerNs && name === peerName) return 'EEXIST';
  if (isIndexTaken(ns, indexes[0]) || isIndexTaken(peerNs, indexes[1])) return 'EEXIST';
  const peer = new Veth(peerNs, peerName, randomMac(rng));
  const veth = new Veth(ns, name, randomMac(rng));
  for (const end of [peer, veth]) {
    end.attributes.tsoMaxSize = TSO_MAX_SIZE;
    end.attributes.numTxQueues = VETH_QUEUES;
    end.attributes.numRxQueues = VETH_QUEUES;
    end.attributes.carrierChanges = 1;
  }
  if (indexes[0] !== undefined) veth.ifIndex = indexes[0];
  if (indexes[1] !== undefined) peer.ifIndex = indexes[1];
  peerNs.addDevice(peer);
  notifyLink(peer);
  peer.peer = veth;
  veth.peer = peer;
  ns.addDevice(veth);
  notifyLink(veth);
  return '';
}

function isIndexTaken(ns: Netns, index: number | undefined): boolean {
  return index !== undefined && (ns.devices[index] ?? null) !== null;
}

export function bridgeNewlink(ns: Netns, name: string, rng: Rng, index?: number): Errno {
  if (!isValidName(name)) return 'EINVAL';
  if (ns.deviceByName(name) !== null || isIndexTaken(ns, index)) return 'EEXIST';
  const bridge = new Bridge(ns, name, randomMac(rng));
  if (index !== undefined) bridge.ifIndex = index;
  ns.addDevice(bridge);
  notifyLink(bridge);
  bridge.fdb.addLocal(bridge.macHi, bridge.macLo, 0);
  return '';
}
