/**
 * What was learned about the way to one destination beside what its route says: the path's MTU, a better gateway
 * (Linux: struct fib_nh_exception, update_or_create_fnhe, find_exception). Exceptions belong to a next hop and go with
 * it; `ip route flush cache` forgets them all.
 */
import type { Ip4 } from '../../base/addr.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { FibRoute } from './fib.ts';
import type { DstEntry } from './route.ts';
import { DST_UNICAST, ipRouteOutput } from './route.ts';

/** No path is longer than what a datagram can be (IP_MAX_MTU). */
const IP_MAX_MTU = 65_535;
/** A better gateway is believed in for so long (ip_rt_gc_timeout). */
export const REDIRECT_LIFE_NS = 300_000_000_000;
/** Linux has 2,048 chains of five or a few more. */
const EXCEPTIONS_MAX = 10_240;

/** One exception of a next hop. */
export interface NextHopException {
  readonly dst: Ip4;
  /** 0 for the route's own. */
  gateway: Ip4;
  /** 0 when nothing was learned of it. */
  pmtu: number;
  /** The router's MTU was below `net.ipv4.route.min_pmtu`: datagrams go without DF. */
  isMtuLocked: boolean;
  expiresNs: number;
}

/** The exceptions of a namespace, by next hop and destination. */
export class ExceptionTable {
  private byRoute = new WeakMap<FibRoute, Map<Ip4, NextHopException>>();
  /** Whether there may be any: most namespaces never learn one. */
  private isEmpty = true;

  /** Twin of find_exception: what is too old is forgotten. */
  find(route: FibRoute, dst: Ip4, nowNs: number): NextHopException | null {
    if (this.isEmpty) return null;
    const all = this.byRoute.get(route);
    const found = all?.get(dst);
    if (all === undefined || found === undefined) return null;
    if (nowNs <= found.expiresNs) return found;
    all.delete(dst);
    return null;
  }

  /** Those of one route that are in force, in the order in which they were learned: `ip route show cache`. */
  list(route: FibRoute, nowNs: number): NextHopException[] {
    return [...(this.byRoute.get(route)?.values() ?? [])].filter((exception) => nowNs <= exception.expiresNs);
  }

  /** Finds or makes the exception of `route` for `dst` (the first half of update_or_create_fnhe). */
  open(route: FibRoute, dst: Ip4): NextHopException {
    this.isEmpty = false;
    let all = this.byRoute.get(route);
    if (all === undefined) this.byRoute.set(route, (all = new Map<Ip4, NextHopException>()));
    let found = all.get(dst);
    if (found === undefined) {
      if (all.size >= EXCEPTIONS_MAX) for (const oldest of [...all.keys()].slice(0, 1)) all.delete(oldest);
      found = { dst, gateway: 0, pmtu: 0, isMtuLocked: false, expiresNs: 0 };
      all.set(dst, found);
    }
    return found;
  }

  /** Forgets everything (fnhe_genid_bump). Call `flushExceptions`, which also lets go of the answers kept. */
  clear(): void {
    this.byRoute = new WeakMap<FibRoute, Map<Ip4, NextHopException>>();
    this.isEmpty = true;
  }
}

/** What `ip route flush cache` does (ipv4_sysctl_rtcache_flush). */
export function flushExceptions(ns: Netns): void {
  ns.exceptions.clear();
  ns.routes.flush();
}

/** Twin of ipv4_mtu: how long a datagram of this host may be that goes by `entry`, which has an interface. */
export function dstMtu(ns: Netns, entry: DstEntry): number {
  const exception = entry.exception;
  if (exception !== null && exception.pmtu !== 0 && ns.machine.sched.now < exception.expiresNs) return exception.pmtu;
  if (entry.routeMtu !== 0) return Math.min(entry.routeMtu, IP_MAX_MTU);
  return interfaceMtu(entry.dev!);
}

/** Which policies of IPsec a datagram of a socket meets. */
export interface SocketFlow {
  readonly protocol: number;
  readonly localPort: number;
  readonly remotePort: number;
}

/**
 * Twin of dst_mtu for the datagrams of a socket: where a policy has them encrypted there is less room for them (Linux:
 * xfrm_init_pmtu).
 */
export function sockMtu(ns: Netns, entry: DstEntry, flow: SocketFlow): number {
  const mtu = dstMtu(ns, entry);
  return ns.xfrm === null ? mtu : ns.xfrm.socketMtu(entry, flow, mtu);
}

/** What the interface itself takes. */
export function interfaceMtu(dev: NetDevice): number {
  return dev.mtu < IP_MAX_MTU ? dev.mtu : IP_MAX_MTU;
}

/** Twin of ip_dst_mtu_maybe_forward for what is forwarded: a router trusts what it learned only where it is told to. */
export function forwardMtu(ns: Netns, entry: DstEntry): number {
  const trusts = ns.sysctls.ipForwardUsePmtu !== 0 || isMtuLocked(entry) || entry.routeMtu !== 0;
  return trusts ? dstMtu(ns, entry) : interfaceMtu(entry.dev!);
}

/** Twin of ip_mtu_locked: nothing may be sent with DF there. */
export function isMtuLocked(entry: DstEntry): boolean {
  return entry.isRouteMtuLocked || entry.exception?.isMtuLocked === true;
}

/**
 * Twin of __ip_rt_update_pmtu: a router on the way of `entry` said that it takes no more than `mtu` bytes. An MTU that
 * cannot be true is not believed, but DF is given up.
 */
export function updatePmtu(ns: Netns, entry: DstEntry, mtu: number): void {
  if (entry.type !== DST_UNICAST || entry.route === null || entry.dev === null || isMtuLocked(entry)) return;
  const oldMtu = dstMtu(ns, entry);
  if (oldMtu < mtu) return;
  const { rtMinPmtu, rtMtuExpiresNs } = ns.sysctls;
  const isTooSmall = mtu < rtMinPmtu;
  const now = ns.machine.sched.now;
  const exception = ns.exceptions.open(entry.route, entry.dst);
  const learned = isTooSmall ? Math.min(oldMtu, rtMinPmtu) : mtu;
  // Half its life must have passed before the same news renews it.
  if (exception.pmtu === learned && !isTooSmall && now < exception.expiresNs - rtMtuExpiresNs / 2) return;
  exception.pmtu = learned;
  exception.isMtuLocked = isTooSmall;
  exception.expiresNs = now + rtMtuExpiresNs;
  ns.routes.flush();
}

/** Twin of fib_nhc_update_mtu: the MTU of `dev` changes, and what was learned of the paths behind it with it. */
export function deviceMtuChanged(dev: NetDevice, oldMtu: number): void {
  const ns = dev.ns;
  const now = ns.machine.sched.now;
  for (const route of ns.fib.list()) {
    if (route.dev !== dev) continue;
    for (const exception of ns.exceptions.list(route, now)) {
      if (exception.isMtuLocked) {
        if (dev.mtu > exception.pmtu) continue;
        exception.isMtuLocked = false;
      } else if (dev.mtu >= exception.pmtu && oldMtu !== exception.pmtu) continue;
      exception.pmtu = dev.mtu;
    }
  }
  ns.routes.flush();
}

/** An answer that is still right: one whose exception has had its time is asked for again. Slow path. */
export function freshEntry(ns: Netns, entry: DstEntry): DstEntry {
  if (entry.exception === null || ns.machine.sched.now <= entry.exception.expiresNs) return entry;
  ns.routes.flush();
  return ipRouteOutput(ns, entry.dst);
}
