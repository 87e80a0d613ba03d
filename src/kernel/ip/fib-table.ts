/**
 * One routing table (Linux: net/ipv4/fib_trie.c, without the trie: a sorted list in the order in which the kernel lists
 * its leaves, and the same routes from the longest prefix to the shortest for look-ups).
 */
import type { Ip4 } from '../../base/addr.ts';
import { compareIp4, prefixMask } from '../../base/addr.ts';
import type { Errno } from '../errno.ts';
import { isSameInfo } from './fib.ts';
import type { FibNexthop, FibRoute } from './fib.ts';
import type { Flow } from './flow.ts';

/** What a request for a new route may do (NLM_F_*). */
export interface InsertMode {
  readonly isCreate: boolean;
  readonly isExclusive: boolean;
  readonly isReplace: boolean;
  readonly isAppend: boolean;
}

/** What a table answers: a route with the way that was chosen; null where it has nothing to say. */
export interface FibResult {
  readonly route: FibRoute;
  readonly hop: FibNexthop | null;
}

export class FibTable {
  readonly id: number;
  /** By destination, then longest prefix, greatest TOS, smallest metric; equals as they were put there. */
  readonly routes: FibRoute[] = [];
  /** The same, longest prefix first; made anew after a change. */
  private byLength: FibRoute[] | null = null;

  constructor(id: number) {
    this.id = id;
  }

  /** Twin of fib_table_insert. `replaced` is told of a route that gave way. */
  insert(route: FibRoute, mode: InsertMode, replaced: (old: FibRoute) => void): Errno {
    const { routes } = this;
    const first = routes.findIndex((other) => isSameKey(other, route));
    if (first < 0) {
      if (!mode.isCreate) return 'ENOENT';
      const before = routes.findIndex((other) => compareRoutes(other, route) > 0);
      this.splice(before < 0 ? routes.length : before, 0, route);
      return '';
    }
    if (mode.isExclusive) return 'EEXIST';
    let end = first;
    while (end < routes.length && isSameKey(routes[end]!, route)) end++;
    const match = routes.findIndex((other, i) => i >= first && i < end && isSameInfo(other, route));
    if (mode.isReplace) {
      if (match >= 0) return match === first ? '' : 'EEXIST';
      const old = routes[first]!;
      this.splice(first, 1, route);
      replaced(old);
      return '';
    }
    if (match >= 0) return 'EEXIST';
    if (!mode.isCreate) return 'ENOENT';
    this.splice(mode.isAppend ? end : first, 0, route);
    return '';
  }

  /** Removes all routes that `matches` accepts and returns them, in their order. */
  remove(matches: (route: FibRoute) => boolean): FibRoute[] {
    const removed = this.routes.filter(matches);
    for (const route of removed) this.splice(this.routes.indexOf(route), 1);
    return removed;
  }

  /** Twin of fib_table_lookup: the longest prefix that has something to say. Slow path. */
  lookup(flow: Flow): FibResult | null {
    this.byLength ??= [...this.routes].sort((a, b) => b.prefixLen - a.prefixLen || compareRoutes(a, b));
    for (const route of this.byLength) {
      if (((flow.dst ^ route.destination) & prefixMask(route.prefixLen)) !== 0) continue;
      if (route.tos !== 0 && route.tos !== (flow.tos & DSCP_MASK)) continue;
      if (route.isDead || route.scope < flow.scope) continue;
      if (isRefusing(route)) return { route, hop: null };
      const hop = route.nexthops.find((each) => isGoodHop(each, flow));
      if (hop !== undefined) return { route, hop };
    }
    return null;
  }

  private splice(at: number, count: number, ...added: FibRoute[]): void {
    this.routes.splice(at, count, ...added);
    this.byLength = null;
  }
}

/** The six bits of the type of service that routes look at. */
const DSCP_MASK = 0xfc;

/** Types that are an answer without a way (fib_props[].error). */
export function isRefusing(route: FibRoute): boolean {
  const { type } = route;
  return type === 'blackhole' || type === 'unreachable' || type === 'prohibit' || type === 'throw' || type === 'nat';
}

/** Twin of fib_lookup_good_nhc. */
export function isGoodHop(hop: FibNexthop, flow: Flow): boolean {
  if (hop.isDead) return false;
  if (flow.oif !== null && flow.oif !== hop.dev) return false;
  if (flow.ignoresLinkState || hop.dev === null || hop.dev.conf.ignoreRoutesWithLinkdown === 0) return true;
  return !hop.isLinkDown;
}

function compareRoutes(a: FibRoute, b: FibRoute): number {
  return compareIp4(a.destination, b.destination) || b.prefixLen - a.prefixLen || b.tos - a.tos || a.metric - b.metric;
}

function isSameKey(a: FibRoute, b: FibRoute): boolean {
  return a.destination === b.destination && a.prefixLen === b.prefixLen && a.tos === b.tos && a.metric === b.metric;
}

/** The first address of a prefix, to which a destination is compared. */
export function isPrefix(destination: Ip4, prefixLen: number): boolean {
  return (destination & prefixMask(prefixLen)) === destination;
}
