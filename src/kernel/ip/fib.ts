/**
 * Routing tables: the tables `local` and `main`, longest prefix first, then the smallest metric (Linux: fib_lookup over
 * the default rules). A look-up walks a sorted list; frames use the answers kept in route.ts.
 */
import type { Ip4 } from '../../base/addr.ts';
import { compareIp4, prefixMask } from '../../base/addr.ts';
import type { NetDevice } from '../netdev.ts';

export type RouteType = 'unicast' | 'local' | 'broadcast' | 'blackhole' | 'unreachable' | 'prohibit';
export type RouteTable = 'local' | 'main';
export type RouteScope = 'global' | 'link' | 'host';

/** One entry of a table (Linux: fib_alias with its fib_info). */
export interface FibRoute {
  readonly type: RouteType;
  readonly table: RouteTable;
  readonly destination: Ip4;
  readonly prefixLen: number;
  /** 0 for a destination on the link. */
  readonly gateway: Ip4;
  readonly dev: NetDevice | null;
  /** Preferred source address, 0 for none. */
  readonly prefSrc: Ip4;
  readonly metric: number;
  readonly protocol: 'kernel' | 'boot' | 'static';
  readonly scope: RouteScope;
}

export class Fib {
  private readonly local: FibRoute[] = [];
  private readonly main: FibRoute[] = [];

  /**
   * Adds behind the routes of the same prefix and metric; false when such a route is there (EEXIST). Only the kernel's
   * own routes may stand beside each other: two interfaces may be on one network.
   */
  add(route: FibRoute): boolean {
    const list = route.table === 'local' ? this.local : this.main;
    if (list.some((other) => hasSameKey(other, route))) return false;
    let at = list.findIndex((other) => isBefore(route, other));
    if (at < 0) at = list.length;
    list.splice(at, 0, route);
    return true;
  }

  /** Removes all routes that `matches` accepts and returns how many they were. */
  remove(matches: (route: FibRoute) => boolean): number {
    let removed = 0;
    for (const list of [this.local, this.main]) {
      for (let i = list.length - 1; i >= 0; i--) {
        if (!matches(list[i]!)) continue;
        list.splice(i, 1);
        removed++;
      }
    }
    return removed;
  }

  /** The route for `dst`: table local first, then main; null when there is none. Slow path. */
  lookup(dst: Ip4): FibRoute | null {
    return firstMatch(this.local, dst) ?? firstMatch(this.main, dst);
  }

  /** The same among the routes that leave by `dev` (a socket bound to it); null when none of them leads there. */
  lookupVia(dst: Ip4, dev: NetDevice): FibRoute | null {
    const leavesBy = (route: FibRoute): boolean => route.dev === dev;
    return firstMatch(this.local.filter(leavesBy), dst) ?? firstMatch(this.main.filter(leavesBy), dst);
  }

  /** All routes: main first, as `ip route show table all` lists them. */
  list(): FibRoute[] {
    return [...this.main, ...this.local];
  }
}

function firstMatch(list: readonly FibRoute[], dst: Ip4): FibRoute | null {
  for (const route of list) {
    if (((dst ^ route.destination) & prefixMask(route.prefixLen)) === 0) return route;
  }
  return null;
}

function isBefore(a: FibRoute, b: FibRoute): boolean {
  if (a.prefixLen !== b.prefixLen) return a.prefixLen > b.prefixLen;
  const order = compareIp4(a.destination, b.destination);
  if (order !== 0) return order < 0;
  return a.metric < b.metric;
}

function hasSameKey(other: FibRoute, added: FibRoute): boolean {
  const isPrefix = other.destination === added.destination && other.prefixLen === added.prefixLen;
  if (!isPrefix || other.metric !== added.metric) return false;
  if (added.protocol !== 'kernel') return true;
  return other.dev === added.dev && other.type === added.type && other.prefSrc === added.prefSrc;
}
