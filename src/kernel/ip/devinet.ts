/**
 * Addresses of interfaces, and the routes that follow from them (Linux: net/ipv4/devinet.c, fib_add_ifaddr and
 * fib_del_ifaddr of fib_frontend.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import { broadcastOf, isLoopbackIp4, networkOf, prefixMask } from '../../base/addr.ts';
import { Timer } from '../../sim/timer.ts';
import type { InterfaceAddress, NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { FibRoute } from './fib.ts';
import { isSameInfo, kernelRoute } from './fib.ts';
import { inDevPromoteSecondaries } from '../sysctl-conf.ts';

const RT_SCOPE_HOST = 254;

/** An address to be added; what is left out is as for a plain one. */
export type NewAddress = Pick<InterfaceAddress, 'address' | 'prefixLen' | 'broadcast'> &
  Partial<Omit<InterfaceAddress, 'isSecondary'>>;

/** Adds an address; false when the interface has it already (EEXIST). */
export function inetInsertIfa(dev: NetDevice, address: Ip4, prefixLen: number, broadcast: Ip4): boolean {
  const scope = isLoopbackIp4(address) ? RT_SCOPE_HOST : 0;
  return inetAddIfa(dev, { address, prefixLen, broadcast, scope }) === '';
}

/**
 * Twin of __inet_insert_ifa. EINVAL: an address of the same subnet has another scope. A primary stands behind the last
 * primary of its scope or a wider one, a secondary at the end.
 */
export function inetAddIfa(dev: NetDevice, added: NewAddress): '' | 'EEXIST' | 'EINVAL' {
  const { address, peer = address, scope = 0 } = added;
  const entry: InterfaceAddress = {
    metric: 0,
    hasNoPrefixRoute: false,
    lifetime: null,
    isDeprecated: false,
    label: dev.name,
    ...added,
    peer,
    scope,
    isSecondary: false,
  };
  // Linux takes 0.0.0.0 and does nothing with it.
  if (address === 0) return '';
  const list = dev.addresses;
  const inSubnet = list.filter((other) => isSameSubnet(other, entry));
  if (inSubnet.some((other) => other.address === address)) return 'EEXIST';
  if (inSubnet.some((other) => other.scope !== scope)) return 'EINVAL';
  dev.conf.settle();
  dev.arpParms.settle();
  const isSecondary = inSubnet.length > 0;
  const at = isSecondary ? list.length : behindPrimaries(list, scope);
  list.splice(at, 0, { ...entry, isSecondary });
  countLocal(dev.ns, address, 1);
  scheduleLifetimes(dev.ns);
  dev.ns.events?.address(dev, list[at]!, false);
  addRoutes(dev, [list[at]!]);
  dev.ns.fib.syncUpDevice(dev);
  return '';
}

/** Where a new primary of that scope stands. */
function behindPrimaries(list: readonly InterfaceAddress[], scope: number): number {
  let at = 0;
  list.forEach((other, i) => {
    if (!other.isSecondary && scope <= other.scope) at = i + 1;
  });
  return at;
}

/** Changes an address that is there: its lifetime and the metric of its route (Linux: inet_rtm_newaddr). */
export function inetChangeIfa(
  dev: NetDevice,
  old: InterfaceAddress,
  change: Pick<InterfaceAddress, 'metric' | 'lifetime' | 'isDeprecated'>,
): void {
  const entry: InterfaceAddress = { ...old, ...change };
  const before = routesOf(dev, old);
  dev.addresses[dev.addresses.indexOf(old)] = entry;
  if (old.metric !== entry.metric) {
    addRoutes(dev, [entry]);
    removeRoutes(dev, before);
  }
  scheduleLifetimes(dev.ns);
  dev.ns.events?.address(dev, entry, false);
}

/** Removes an address with its routes; false when the interface does not have it. */
export function inetDelIfa(dev: NetDevice, address: Ip4, prefixLen: number): boolean {
  const found = dev.addresses.find((other) => other.address === address && other.prefixLen === prefixLen);
  if (found !== undefined) inetDelEntry(dev, found);
  return found !== undefined;
}

/**
 * Twin of __inet_del_ifa. The secondaries of a primary's subnet go along, unless promote_secondaries lets the first of
 * them take its place. Routes by way of a gateway stay as long as the interface has any address.
 */
export function inetDelEntry(dev: NetDevice, found: InterfaceAddress): void {
  const isHeir = (other: InterfaceAddress): boolean => other.isSecondary && isSameSubnet(other, found);
  const heirs = found.isSecondary ? [] : dev.addresses.filter(isHeir);
  if (heirs.length === 0 || !inDevPromoteSecondaries(dev)) {
    for (const entry of [...heirs, found]) removeEntry(dev, entry);
    return;
  }
  const old = heirs.flatMap((entry) => routesOf(dev, entry));
  dev.ns.fib.remove((route) => old.some((other) => isSameRoute(other, route)));
  removeEntry(dev, found);
  promote(dev, heirs[0]!);
  addRoutes(dev, heirs.slice(1));
}

/** The first secondary becomes the primary of its subnet and stands behind the primaries. */
function promote(dev: NetDevice, heir: InterfaceAddress): void {
  dev.addresses = dev.addresses.filter((other) => other !== heir);
  const entry: InterfaceAddress = { ...heir, isSecondary: false };
  dev.addresses.splice(behindPrimaries(dev.addresses, entry.scope), 0, entry);
  dev.ns.events?.address(dev, entry, false);
  addRoutes(dev, [entry]);
}

function removeEntry(dev: NetDevice, entry: InterfaceAddress): void {
  const routes = routesOf(dev, entry);
  dev.addresses = dev.addresses.filter((other) => other !== entry);
  countLocal(dev.ns, entry.address, -1);
  dev.ns.events?.address(dev, entry, true);
  dev.ns.nat?.forgetMasqueraded(dev.ifIndex, entry.peer);
  removeRoutes(dev, routes);
  if (dev.ns.fib.addressType(entry.address) !== 'local') dev.ns.fib.syncDownAddress(entry.address);
  if (dev.addresses.length === 0) disableIp(dev);
  dev.ns.routes.flush();
}

/** The interface got another name: labels follow (Linux: inetdev_changename). */
export function inetDevRenamed(dev: NetDevice): void {
  let named = 0;
  dev.addresses = dev.addresses.map((entry) => {
    if (named++ === 0) return { ...entry, label: dev.name };
    const colon = entry.label.indexOf(':');
    const alias = colon < 0 ? `:${named}` : entry.label.slice(colon);
    return { ...entry, label: dev.name.slice(0, LABEL_LENGTH_MAX - alias.length) + alias };
  });
  for (const entry of dev.addresses) dev.ns.events?.address(dev, entry, false);
}

/** IFNAMSIZ less its terminator. */
const LABEL_LENGTH_MAX = 15;

/** Sees to it that addresses go, or are not preferred any more, when their time has come (Linux: check_lifetime). */
function scheduleLifetimes(ns: Netns): void {
  let nextNs = Infinity;
  for (const dev of ns.listDevices()) {
    for (const { lifetime, isDeprecated } of dev.addresses) {
      if (lifetime === null) continue;
      nextNs = Math.min(
        nextNs,
        isDeprecated ? lifetime.validUntilNs : lifetime.preferredUntilNs,
        lifetime.validUntilNs,
      );
    }
  }
  if (nextNs === Infinity) return;
  const { sched, source } = ns.machine;
  ns.addressTimer ??= new Timer(sched, source, () => {
    endLifetimes(ns);
  });
  ns.addressTimer.armAt(Math.max(nextNs, sched.now));
}

function endLifetimes(ns: Netns): void {
  const nowNs = ns.machine.sched.now;
  for (const dev of ns.listDevices()) {
    for (const entry of [...dev.addresses]) {
      const { lifetime, isDeprecated } = entry;
      if (lifetime === null || !dev.addresses.includes(entry)) continue;
      if (lifetime.validUntilNs <= nowNs) inetDelEntry(dev, entry);
      else if (lifetime.preferredUntilNs <= nowNs && !isDeprecated) {
        inetChangeIfa(dev, entry, { metric: entry.metric, lifetime, isDeprecated: true });
      }
    }
  }
  scheduleLifetimes(ns);
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
  dev.ns.nat?.forgetMasqueraded(dev.ifIndex, null);
  dev.ns.fib.syncDownDevice(dev, false, false);
  dev.ns.neighbours.flushDevice(dev);
  dev.ns.routes.flush();
}

/** Takes all addresses off an interface that leaves the namespace. */
export function inetDevGone(dev: NetDevice): void {
  for (const entry of [...dev.addresses]) removeEntry(dev, entry);
  disableIp(dev, true);
}

/** Twin of fib_disable_ip: no address is left. */
function disableIp(dev: NetDevice, isGone = false): void {
  dev.ns.fib.syncDownDevice(dev, true, isGone);
  dev.ns.neighbours.flushDevice(dev);
  dev.ns.routes.flush();
}

/** The same mask, and the same network at the other end. */
function isSameSubnet(left: InterfaceAddress, right: InterfaceAddress): boolean {
  const mask = prefixMask(left.prefixLen);
  return left.prefixLen === right.prefixLen && ((left.peer ^ right.peer) & mask) === 0;
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

/** Twin of fib_del_ifaddr: what no address that stays needs goes, the network first, the address itself last. */
function removeRoutes(dev: NetDevice, routes: readonly FibRoute[]): void {
  const needed = dev.addresses.flatMap((entry) => routesOf(dev, entry));
  const unneeded = routes.filter((route) => !needed.some((other) => isSameRoute(other, route)));
  const [local, ...rest] = unneeded;
  const isLocalFirst = local?.type === 'local' && local.prefixLen === 32;
  const inOrder = isLocalFirst ? [...rest.filter((route) => route.type !== 'broadcast')] : [];
  for (const route of new Set([...inOrder, ...(isLocalFirst ? [...rest, local] : unneeded)])) {
    dev.ns.fib.remove((other) => isSameRoute(other, route));
  }
}

function isSameRoute(left: FibRoute, right: FibRoute): boolean {
  return left.destination === right.destination && left.prefixLen === right.prefixLen && isSameInfo(left, right);
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
