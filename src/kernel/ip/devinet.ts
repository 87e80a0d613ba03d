/**
 * Addresses of interfaces, and the routes that follow from them (Linux: net/ipv4/devinet.c, fib_add_ifaddr and
 * fib_del_ifaddr of fib_frontend.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import { broadcastOf, isLoopbackIp4, networkOf } from '../../base/addr.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { FibRoute } from './fib.ts';
import { isSameInfo, kernelRoute } from './fib.ts';

const RT_SCOPE_HOST = 254;
const PLAIN_ADDRESS = { metric: 0, hasNoPrefixRoute: false, lifetime: null } as const;

/** Adds an address; false when the interface has it already (EEXIST). */
export function inetInsertIfa(dev: NetDevice, address: Ip4, prefixLen: number, broadcast: Ip4): boolean {
  const list = dev.addresses;
  if (list.some((other) => other.address === address && other.prefixLen === prefixLen)) return false;
  dev.conf.settle();
  dev.arpParms.settle();
  const isSecondary = list.some((other) => !other.isSecondary && isSameSubnet(other, { address, prefixLen }));
  const scope = isLoopbackIp4(address) ? RT_SCOPE_HOST : 0;
  const firstSecondary = list.findIndex((other) => other.isSecondary);
  // Secondaries stand behind all primaries, as `ip address` lists them.
  const at = isSecondary || firstSecondary < 0 ? list.length : firstSecondary;
  list.splice(at, 0, {
    ...PLAIN_ADDRESS,
    address,
    peer: address,
    prefixLen,
    broadcast,
    scope,
    isSecondary,
    label: dev.name,
  });
  countLocal(dev.ns, address, 1);
  addRoutes(dev, [dev.addresses[at]!]);
  dev.ns.fib.syncUpDevice(dev);
  return true;
}

/**
 * Removes an address with its routes; false when the interface does not have it. The secondaries of its subnet go along
 * (promote_secondaries 0), routes by way of a gateway stay as long as the interface has any address.
 */
export function inetDelIfa(dev: NetDevice, address: Ip4, prefixLen: number): boolean {
  const found = dev.addresses.find((other) => other.address === address && other.prefixLen === prefixLen);
  if (found === undefined) return false;
  const isGone = (other: InterfaceAddress): boolean =>
    other === found || (!found.isSecondary && other.isSecondary && isSameSubnet(other, found));
  const gone = dev.addresses.filter(isGone);
  const routes = gone.flatMap((entry) => routesOf(dev, entry));
  dev.addresses = dev.addresses.filter((other) => !isGone(other));
  for (const entry of gone) countLocal(dev.ns, entry.address, -1);
  if (dev.addresses.length === 0) {
    disableIp(dev);
    return true;
  }
  removeRoutes(dev, routes);
  for (const entry of gone) {
    if (dev.ns.fib.addressType(entry.address) !== 'local') dev.ns.fib.syncDownAddress(entry.address);
  }
  dev.ns.routes.flush();
  return true;
}

/** The interface came up: the routes of its addresses appear. */
export function inetDevUp(dev: NetDevice): void {
  addRoutes(dev, dev.addresses);
  dev.ns.fib.syncUpDevice(dev);
  dev.ns.routes.flush();
}

/**
 * The interface went down: all its routes go, those of an administrator too; its addresses are still this host's own
 * (fib_sync_down_dev without force).
 */
export function inetDevDown(dev: NetDevice): void {
  dev.ns.fib.syncDownDevice(dev, false, false);
  dev.ns.neighbours.flushDevice(dev);
  dev.ns.routes.flush();
}

/** Takes all addresses off an interface that leaves the namespace. */
export function inetDevGone(dev: NetDevice): void {
  for (const entry of dev.addresses) countLocal(dev.ns, entry.address, -1);
  dev.addresses = [];
  disableIp(dev, true);
}

/** Twin of fib_disable_ip: no address is left. */
function disableIp(dev: NetDevice, isGone = false): void {
  dev.ns.fib.syncDownDevice(dev, true, isGone);
  dev.ns.neighbours.flushDevice(dev);
  dev.ns.routes.flush();
}

function isSameSubnet(left: { address: Ip4; prefixLen: number }, right: { address: Ip4; prefixLen: number }): boolean {
  return left.prefixLen === right.prefixLen && networkOf(left) === networkOf(right);
}

function countLocal(ns: Netns, address: Ip4, change: 1 | -1): void {
  const count = Math.max(ns.localAddresses.get(address), 0) + change;
  if (count > 0) ns.localAddresses.set(address, count);
  else ns.localAddresses.delete(address);
}

/** Adds the routes of these addresses behind their equals; those that are there already stay. */
function addRoutes(dev: NetDevice, entries: readonly InterfaceAddress[]): void {
  for (const route of entries.flatMap((entry) => routesOf(dev, entry))) dev.ns.fib.add(route);
  dev.ns.routes.flush();
}

/** Twin of fib_del_ifaddr: what no address that stays needs goes. */
function removeRoutes(dev: NetDevice, routes: readonly FibRoute[]): void {
  const needed = dev.addresses.flatMap((entry) => routesOf(dev, entry));
  const isSame = (left: FibRoute, right: FibRoute): boolean =>
    left.destination === right.destination && left.prefixLen === right.prefixLen && isSameInfo(left, right);
  const unneeded = routes.filter((route) => !needed.some((other) => isSame(other, route)));
  dev.ns.fib.remove((route) => unneeded.some((other) => isSame(other, route)));
}

/** Twin of fib_add_ifaddr: the local route; and while the interface is up its broadcasts and its network. */
function routesOf(dev: NetDevice, entry: InterfaceAddress): FibRoute[] {
  const { address, peer, prefixLen, broadcast } = entry;
  const primary = dev.addresses.find((other) => !other.isSecondary && isSameSubnet(other, entry)) ?? entry;
  const src = primary.address;
  const routes = [kernelRoute('local', address, 32, dev, src)];
  if (!dev.isUp) return routes;
  if (broadcast !== 0 && broadcast !== -1) routes.push(kernelRoute('broadcast', broadcast, 32, dev, src));
  const network = networkOf({ address: peer, prefixLen });
  if (entry.isSecondary || network === 0 || (network === address && prefixLen === 32)) return routes;
  if (!entry.hasNoPrefixRoute) {
    routes.push(kernelRoute(dev.isLoopback ? 'local' : 'unicast', network, prefixLen, dev, src, entry.metric));
  }
  if (prefixLen < 31) routes.push(kernelRoute('broadcast', broadcastOf({ address: peer, prefixLen }), 32, dev, src));
  return routes;
}
