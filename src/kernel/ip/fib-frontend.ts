/**
 * The routing of a namespace: its tables by number, the rules that say which of them is asked, and what happens to
 * routes when interfaces and addresses go (Linux: fib_frontend.c, fib_semantics.c).
 */
import type { Ip4 } from '../../base/addr.ts';
import { isMulticastIp4 } from '../../base/addr.ts';
import type { Errno } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';
import { multipathHash, selectHop } from './fib-hash.ts';
import type { FibNexthop, FibRoute, RouteType } from './fib.ts';
import { RT_SCOPE_NOWHERE, RT_TABLE_LOCAL, RT_TABLE_MAIN, RTPROT_KERNEL } from './fib.ts';
import type { InsertMode } from './fib-table.ts';
import { FibTable, isRefusing } from './fib-table.ts';
import type { Flow } from './flow.ts';
import { flowTo } from './flow.ts';
import type { FibRule, RuleAnswer } from './rules.ts';
import { defaultRules, rulesLookup } from './rules.ts';

/** As the kernel adds its own routes. */
const KERNEL_MODE: InsertMode = { isCreate: true, isExclusive: false, isReplace: false, isAppend: true };
/** How many of a table's number count for the order in which the kernel lists the tables. */
const TABLE_HASH_SIZE = 256;

/** Told of each route that comes or goes. */
export type RouteListener = (route: FibRoute, isDeleted: boolean) => void;

export class Fib {
  /** In order of priority; equals in the order in which they were added. */
  rules: FibRule[] = defaultRules();
  /**
   * Whether an answer depends on the destination alone: only then are answers kept. Rules of an administrator, routes
   * for a type of service and several ways end that.
   */
  isPlain = true;
  /** net.ipv4.fib_multipath_hash_policy and _fields; the seed of the hash is the namespace's own. */
  hashPolicy: () => number = () => 0;
  hashFields: () => number = () => 7;
  hashSeed = 0;
  prefersNeighbours: ((hop: FibNexthop) => boolean) | null = null;
  listener: RouteListener | null = null;
  /** Local routes that are not the kernel's own: an address may be this host's without being an interface's. */
  hasCustomLocalRoutes = false;
  private readonly tables = new Map<number, FibTable>();
  /** Somebody changed the rules: tables local and main are no longer looked up as one. */
  hasOwnRules = false;
  private complexRoutes = 0;

  /** The table of that number, made when it is not there; table local lies in one trie with main. */
  table(id: number): FibTable {
    if (id === RT_TABLE_LOCAL && !this.tables.has(RT_TABLE_MAIN)) this.table(RT_TABLE_MAIN);
    let found = this.tables.get(id);
    if (found === undefined) this.tables.set(id, (found = new FibTable(id)));
    return found;
  }

  hasTable(id: number): boolean {
    return this.tables.has(id);
  }

  insert(route: FibRoute, mode: InsertMode): Errno {
    const table = this.table(route.table);
    const errno = table.insert(route, mode, (old) => {
      this.count(old, -1);
      this.listener?.(old, true);
    });
    // A request for what is there already changes nothing.
    if (errno !== '' || !table.routes.includes(route)) return errno;
    this.count(route, 1);
    if (route.type === 'local' && route.protocol !== RTPROT_KERNEL) this.hasCustomLocalRoutes = true;
    this.listener?.(route, false);
    return '';
  }

  /** Adds a route of the kernel's own behind its equals; one that is there already stays alone. */
  add(route: FibRoute): void {
    this.insert(route, KERNEL_MODE);
  }

  /** Removes all routes that `matches` accepts and returns how many they were; fib_flush tells nobody. */
  remove(matches: (route: FibRoute) => boolean, isSilent = false): number {
    let removed = 0;
    for (const table of this.listTables()) {
      for (const route of table.remove(matches)) {
        removed++;
        this.count(route, -1);
        if (!isSilent) this.listener?.(route, true);
      }
    }
    return removed;
  }

  setRules(rules: FibRule[]): void {
    this.rules = rules;
    this.hasOwnRules = true;
    this.judge();
  }

  /** What the rules and tables say. Slow path. */
  lookup(flow: Flow): RuleAnswer {
    const ask = (id: number): ReturnType<FibTable['lookup']> => this.tables.get(id)?.lookup(flow) ?? null;
    const answer = rulesLookup(this.rules, flow, ask);
    if (typeof answer === 'string' || answer.route.nexthops.length < 2 || flow.oif !== null) return answer;
    const hash = multipathHash(flow, this.hashPolicy(), this.hashFields(), this.hashSeed);
    return { route: answer.route, hop: selectHop(answer.route, flow, hash, this.prefersNeighbours) ?? answer.hop };
  }

  /** Twin of inet_addr_type: what an address is to this host. */
  addressType(address: Ip4): RouteType {
    if (address === -1 || address === 0) return 'broadcast';
    if (isMulticastIp4(address)) return 'multicast';
    return this.localRoute(address)?.type ?? 'unicast';
  }

  /**
   * What table local says of an address, null where it says nothing or refuses. It lies in one trie with main until
   * somebody changes the rules (fib_trie_table): then the longer prefix answers.
   */
  localRoute(address: Ip4): FibRoute | null {
    const flow = flowTo(address);
    const local = this.tables.get(RT_TABLE_LOCAL)?.lookup(flow)?.route ?? null;
    const main = this.hasOwnRules ? null : (this.tables.get(RT_TABLE_MAIN)?.lookup(flow)?.route ?? null);
    const route = local === null || (main !== null && main.prefixLen > local.prefixLen) ? main : local;
    return route === null || isRefusing(route) ? null : route;
  }

  /** Twin of fib_sync_down_dev and fib_flush: `dev` is down, or has no address any more, or leaves (`isForced`). */
  syncDownDevice(dev: NetDevice, isForced: boolean, isGone: boolean): void {
    for (const route of this.list()) {
      if (!route.nexthops.some((hop) => hop.dev === dev)) continue;
      for (const hop of route.nexthops) {
        if (hop.dev === dev && (isForced || hop.scope !== RT_SCOPE_NOWHERE)) hop.isDead = true;
      }
      if (isGone || route.nexthops.every((hop) => hop.isDead)) route.isDead = true;
    }
    this.remove((route) => route.isDead, true);
  }

  /** Twin of fib_sync_up: `dev` is up again, and the ways that led over it. */
  syncUpDevice(dev: NetDevice): void {
    for (const route of this.list()) for (const hop of route.nexthops) if (hop.dev === dev) hop.isDead = false;
  }

  /** Twin of fib_sync_down_addr: the address is nobody's here now; routes that prefer it go. */
  syncDownAddress(address: Ip4): void {
    this.remove((route) => route.prefSrc === address && route.table === RT_TABLE_MAIN);
  }

  /** All routes, as `ip route show table all` lists them. */
  list(): FibRoute[] {
    return this.listTables().flatMap((table) => table.routes);
  }

  /** By the low byte of their numbers; of equals the youngest first. */
  private listTables(): FibTable[] {
    const youngestFirst = [...this.tables.values()].reverse();
    return youngestFirst.sort((a, b) => (a.id % TABLE_HASH_SIZE) - (b.id % TABLE_HASH_SIZE));
  }

  private count(route: FibRoute, change: 1 | -1): void {
    if (!isComplex(route)) return;
    this.complexRoutes += change;
    this.judge();
  }

  private judge(): void {
    this.isPlain = !this.hasOwnRules && this.complexRoutes === 0;
  }
}

/** Whether a route's answer depends on more than the destination. */
function isComplex(route: FibRoute): boolean {
  return route.tos !== 0 || route.nexthops.length > 1;
}
