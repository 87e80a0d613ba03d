/**
 * Addresses of interfaces, and the routes that follow from them (Linux: net/ipv4/devinet.c, fib_add_ifaddr and
 * fib_del_ifaddr of fib_frontend.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import { isLoopbackIp4, networkOf } from '../../base/addr.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { FibRoute } from './fib.ts';

/** Adds an address; false when the interface has it already (EEXIST). */
export function inetInsertIfa(dev: NetDevice, address: Ip4, prefixLen: number, broadcast: Ip4): boolean {
  const isSame = (other: InterfaceAddress): boolean => other.address === address && other.prefixLen === prefixLen;
  if (dev.addresses.some(isSame)) return false;
  const isSecondary = dev.addresses.some(
    (other) =>
      other.prefixLen === prefixLen && networkOf(other) === networkOf({ address, prefixLen }) && !other.isSecondary,
  );
  const scope = isLoopbackIp4(address) ? 'host' : 'global';
  const entry: InterfaceAddress = { address, prefixLen, broadcast, scope, isSecondary };
  dev.addresses.push(entry);
  countLocal(dev.ns, address, 1);
  if (dev.isUp) addRoutes(dev, entry);
  dev.ns.routes.flush();
  return true;
}

/** Removes an address with its routes; false when the interface does not have it. */
export function inetDelIfa(dev: NetDevice, address: Ip4, prefixLen: number): boolean {
  const at = dev.addresses.findIndex((other) => other.address === address && other.prefixLen === prefixLen);
  if (at < 0) return false;
  dev.addresses.splice(at, 1);
  countLocal(dev.ns, address, -1);
  rebuildRoutes(dev);
  return true;
}

/** The interface came up: the routes of its addresses appear. */
export function inetDevUp(dev: NetDevice): void {
  for (const entry of dev.addresses) addRoutes(dev, entry);
  dev.ns.routes.flush();
}

/** The interface went down or away: all its routes go, those of an administrator too (fib_disable_ip). */
export function inetDevDown(dev: NetDevice): void {
  dev.ns.fib.remove((route) => route.dev === dev);
  dev.ns.neighbours.flushDevice(dev);
  dev.ns.routes.flush();
}

/** Takes all addresses off an interface that leaves the namespace. */
export function inetDevGone(dev: NetDevice): void {
  for (const entry of dev.addresses) countLocal(dev.ns, entry.address, -1);
  dev.addresses = [];
  inetDevDown(dev);
}

function rebuildRoutes(dev: NetDevice): void {
  dev.ns.fib.remove((route) => route.dev === dev && route.protocol === 'kernel');
  // A gateway that is no longer on a connected network takes its routes along.
  if (dev.isUp) for (const entry of dev.addresses) addRoutes(dev, entry);
  dev.ns.fib.remove((route) => route.dev === dev && route.gateway !== 0 && !isOnLink(dev, route.gateway));
  dev.ns.routes.flush();
}

function isOnLink(dev: NetDevice, ip: Ip4): boolean {
  return dev.addresses.some((entry) => networkOf(entry) === networkOf({ address: ip, prefixLen: entry.prefixLen }));
}

function countLocal(ns: Netns, address: Ip4, change: 1 | -1): void {
  const count = Math.max(ns.localAddresses.get(address), 0) + change;
  if (count > 0) ns.localAddresses.set(address, count);
  else ns.localAddresses.delete(address);
}

/** Twin of fib_add_ifaddr: the local route, the broadcast route, and the route to the connected network. */
function addRoutes(dev: NetDevice, entry: InterfaceAddress): void {
  const { address, prefixLen, broadcast } = entry;
  const fib = dev.ns.fib;
  const common = { gateway: 0, dev, prefSrc: address, metric: 0, protocol: 'kernel' } as const;
  const local: FibRoute = { ...common, type: 'local', table: 'local', destination: address, prefixLen: 32, scope: 'host' };
  fib.add(local);
  if (broadcast !== 0 && broadcast !== address && prefixLen < 31) addBroadcast(dev, broadcast, address);
  if (entry.isSecondary) return;
  const network = networkOf({ address, prefixLen });
  if (prefixLen === 32 || network === 0) return;
  if (dev.isLoopback) {
    fib.add({ ...common, type: 'local', table: 'local', destination: network, prefixLen, scope: 'host' });
    addBroadcast(dev, network | (-1 >>> prefixLen), address);
  } else {
    fib.add({ ...common, type: 'unicast', table: 'main', destination: network, prefixLen, scope: 'link' });
  }
}

function addBroadcast(dev: NetDevice, destination: Ip4, prefSrc: Ip4): void {
  dev.ns.fib.add({
    type: 'broadcast',
    table: 'local',
    destination,
    prefixLen: 32,
    gateway: 0,
    dev,
    prefSrc,
    metric: 0,
    protocol: 'kernel',
    scope: 'link',
  });
}
