/**
 * What the routing tables say about a destination, in the form that the data plane uses (Linux: struct rtable / dst),
 * kept per namespace until routes, addresses or interfaces change. Twins: ip_route_output_key, ip_route_input.
 */
import type { Ip4 } from '../../base/addr.ts';
import { ip4, isLoopbackIp4, isMulticastIp4, networkOf } from '../../base/addr.ts';
import { Int32Table } from '../../base/table.ts';
import type { DropReason } from '../../link/drop.ts';
import { Drop } from '../../link/drop.ts';
import type { Errno } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { FibRoute } from './fib.ts';
import type { NextHopException } from './fnhe.ts';
import type { Neighbour } from './neigh.ts';

export const DST_UNICAST = 1;
export const DST_LOCAL = 2;
export const DST_BROADCAST = 3;
export const DST_MULTICAST = 4;
export const DST_BLACKHOLE = 5;
export const DST_UNREACHABLE = 6;
export const DST_PROHIBIT = 7;
/** No route: the tables have no answer. */
export const DST_NONE = 8;
export type DstType =
  | typeof DST_UNICAST
  | typeof DST_LOCAL
  | typeof DST_BROADCAST
  | typeof DST_MULTICAST
  | typeof DST_BLACKHOLE
  | typeof DST_UNREACHABLE
  | typeof DST_PROHIBIT
  | typeof DST_NONE;

/** One answer. Long-lived: sockets and frames may keep it while `generation` is the namespace's. */
export class DstEntry {
  readonly type: DstType;
  readonly dst: Ip4;
  /** The interface to leave by; lo for local destinations; null when there is no way. */
  readonly dev: NetDevice | null;
  readonly gateway: Ip4;
  /** Whom to ask for a MAC address: the gateway, or the destination itself. */
  readonly nextHop: Ip4;
  /** Source address for those who did not choose one. */
  readonly src: Ip4;
  readonly generation: number;
  /** The neighbour entry of `nextHop` on `dev`, once it was looked up. */
  neighbour: Neighbour | null;
  /** The route that gave the answer; null where none did. */
  readonly route: FibRoute | null;
  /** What was learned about the way beside that, see fnhe.ts; null nearly always. */
  readonly exception: NextHopException | null;

  constructor(
    type: DstType,
    dst: Ip4,
    dev: NetDevice | null,
    gateway: Ip4,
    src: Ip4,
    generation: number,
    route: FibRoute | null = null,
    exception: NextHopException | null = null,
  ) {
    this.type = type;
    this.dst = dst;
    this.dev = dev;
    this.gateway = gateway;
    this.nextHop = gateway === 0 ? dst : gateway;
    this.src = src;
    this.generation = generation;
    this.neighbour = null;
    this.route = route;
    this.exception = exception;
  }
}

const LOOPBACK_ADDRESS = ip4('127.0.0.1');

/** Answers kept per direction at most; a namespace that talks to more destinations starts afresh. */
const CACHE_ENTRIES_MAX = 65_536;

/** The answers that a namespace has kept, one table for frames going out, one for frames coming in. */
export class RouteCache {
  /** Moves on with every change of routes, addresses or interfaces. */
  generation: number;
  /** The last pair of addresses that `ipRcv` found acceptable: a neighbour's frames come in rows. */
  checkedSrc: Ip4;
  checkedDst: Ip4;
  private readonly output: DstTable;
  private readonly input: DstTable;

  constructor() {
    this.generation = 1;
    this.checkedSrc = 0;
    this.checkedDst = 0;
    this.output = new DstTable();
    this.input = new DstTable();
  }

  /** Forgets all answers (Linux: rt_cache_flush). */
  flush(): void {
    this.generation++;
    this.checkedSrc = 0;
    this.checkedDst = 0;
    this.output.clear();
    this.input.clear();
  }

  findOutput(dst: Ip4): DstEntry | null {
    return this.output.find(dst);
  }

  keepOutput(entry: DstEntry): void {
    this.output.add(entry);
  }

  findInput(dst: Ip4): DstEntry | null {
    return this.input.find(dst);
  }

  keepInput(entry: DstEntry): void {
    this.input.add(entry);
  }
}

class DstTable {
  private slots = new Int32Table();
  private entries: DstEntry[] = [];
  /** The last answer: most hosts talk to one destination for a while. */
  private last: DstEntry | null = null;

  find(dst: Ip4): DstEntry | null {
    const last = this.last;
    if (last !== null && last.dst === dst) return last;
    const slot = this.slots.get(dst);
    if (slot < 0) return null;
    return (this.last = this.entries[slot]!);
  }

  add(entry: DstEntry): void {
    if (this.entries.length >= CACHE_ENTRIES_MAX) this.clear();
    this.slots.set(entry.dst, this.entries.length);
    this.entries.push(entry);
    this.last = entry;
  }

  clear(): void {
    if (this.entries.length === 0) return;
    this.slots = new Int32Table();
    this.entries = [];
    this.last = null;
  }
}

/** Twin of ip_route_output_key for a destination alone. Never null: type DST_NONE says that there is no route. */
export function ipRouteOutput(ns: Netns, dst: Ip4): DstEntry {
  return ns.routes.findOutput(dst) ?? routeOutputSlow(ns, dst);
}

/** Twin of ip_route_input_noref: local, broadcast, forwarded or unroutable. The source is checked by `ipRcv`. */
export function ipRouteInput(ns: Netns, dst: Ip4): DstEntry {
  return ns.routes.findInput(dst) ?? routeInputSlow(ns, dst);
}

/** Output bound to one interface (SO_BINDTODEVICE): on-link there when no route of that interface matches. */
export function ipRouteOutputVia(ns: Netns, dst: Ip4, dev: NetDevice): DstEntry {
  const entry = ipRouteOutput(ns, dst);
  if (entry.dev === dev || entry.type === DST_LOCAL) return entry;
  const generation = ns.routes.generation;
  if (dst === -1) return new DstEntry(DST_BROADCAST, dst, dev, 0, selectAddress(dev, dst), generation);
  if (isMulticastIp4(dst)) return new DstEntry(DST_MULTICAST, dst, dev, 0, selectAddress(dev, dst), generation);
  const route = ns.fib.lookupVia(dst, dev);
  if (route !== null) return fromRoute(ns, route, dst, generation);
  return new DstEntry(DST_UNICAST, dst, dev, 0, selectAddress(dev, dst), generation);
}

/**
 * Why nothing may come from `src` over a wire, 0 when it may (Linux: ip_route_input_slow, and fib_validate_source with
 * rp_filter 0).
 */
export function martianSource(ns: Netns, src: Ip4): DropReason | 0 {
  if (isMulticastIp4(src) || src === -1 || isZeronetIp4(src)) return Drop.IP_INVALID_SOURCE;
  if (isLoopbackIp4(src)) return Drop.IP_LOCALNET;
  return ns.localAddresses.has(src) ? Drop.IP_LOCAL_SOURCE : 0;
}

/** Why nothing that came over a wire may go to `dst`, 0 when it may. */
export function martianDestination(dst: Ip4): DropReason | 0 {
  if (isZeronetIp4(dst)) return Drop.IP_INVALID_DEST;
  return isLoopbackIp4(dst) ? Drop.IP_LOCALNET : 0;
}

/** 0.0.0.0 alone: Linux takes the rest of 0.0.0.0/8 for addresses as good as any (ipv4_is_zeronet since 5.3). */
function isZeronetIp4(ip: Ip4): boolean {
  return ip === 0;
}

const ERRNOS: Readonly<Record<number, Errno>> = {
  [DST_BLACKHOLE]: 'EINVAL',
  [DST_UNREACHABLE]: 'EHOSTUNREACH',
  [DST_PROHIBIT]: 'EACCES',
  [DST_NONE]: 'ENETUNREACH',
};

/** What a system call answers that wants to send there; '' when there is a way (Linux: fib_props[].error). */
export function routeErrno(entry: DstEntry): Errno {
  return ERRNOS[entry.type] ?? '';
}

function routeOutputSlow(ns: Netns, dst: Ip4): DstEntry {
  const generation = ns.routes.generation;
  let entry: DstEntry;
  const lo = ns.devices[1] ?? null;
  // Nobody's address stands for this host (ip_route_output_key_hash_rcu).
  if (dst === 0) return ipRouteOutput(ns, LOOPBACK_ADDRESS);
  if (dst === -1) entry = limitedBroadcast(ns, dst);
  else if (isMulticastIp4(dst)) entry = multicastOutput(ns, dst);
  else {
    const route = ns.fib.lookup(dst);
    if (route === null) entry = new DstEntry(DST_NONE, dst, null, 0, 0, generation);
    else if (route.type === 'local') {
      entry = new DstEntry(DST_LOCAL, dst, lo, 0, route.prefSrc === 0 ? dst : route.prefSrc, generation);
    } else entry = fromRoute(ns, route, dst, generation);
  }
  ns.routes.keepOutput(entry);
  return entry;
}

function routeInputSlow(ns: Netns, dst: Ip4): DstEntry {
  const generation = ns.routes.generation;
  let entry: DstEntry;
  if (dst === -1) entry = new DstEntry(DST_BROADCAST, dst, null, 0, 0, generation);
  else if (isMulticastIp4(dst)) entry = new DstEntry(DST_MULTICAST, dst, null, 0, 0, generation);
  else {
    const route = ns.fib.lookup(dst);
    if (route === null) entry = new DstEntry(DST_NONE, dst, null, 0, 0, generation);
    else entry = fromRoute(ns, route, dst, generation);
  }
  ns.routes.keepInput(entry);
  return entry;
}

const TYPE_OF = {
  unicast: DST_UNICAST,
  local: DST_LOCAL,
  broadcast: DST_BROADCAST,
  blackhole: DST_BLACKHOLE,
  unreachable: DST_UNREACHABLE,
  prohibit: DST_PROHIBIT,
} as const;

/** Twins of __mkroute_output, rt_set_nexthop and rt_bind_exception. */
function fromRoute(ns: Netns, route: FibRoute, dst: Ip4, generation: number): DstEntry {
  const exception = ns.exceptions.find(route, dst, ns.machine.sched.now);
  const target = route.gateway === 0 ? dst : route.gateway;
  const src = route.prefSrc !== 0 || route.dev === null ? route.prefSrc : selectAddress(route.dev, target);
  const gateway = exception === null || exception.gateway === 0 ? route.gateway : exception.gateway;
  return new DstEntry(TYPE_OF[route.type], dst, route.dev, gateway, src, generation, route, exception);
}

/** 255.255.255.255 leaves where the tables say, which is by the default route's interface. */
function limitedBroadcast(ns: Netns, dst: Ip4): DstEntry {
  const route = ns.fib.lookup(dst);
  const generation = ns.routes.generation;
  if (route === null) return new DstEntry(DST_NONE, dst, null, 0, 0, generation);
  if (route.dev === null) return fromRoute(ns, route, dst, generation);
  return new DstEntry(DST_BROADCAST, dst, route.dev, 0, selectAddress(route.dev, dst), generation);
}

function multicastOutput(ns: Netns, dst: Ip4): DstEntry {
  const route = ns.fib.lookup(dst);
  const dev = route?.dev ?? null;
  if (dev === null) return new DstEntry(DST_NONE, dst, null, 0, 0, ns.routes.generation);
  return new DstEntry(DST_MULTICAST, dst, dev, 0, selectAddress(dev, dst), ns.routes.generation);
}

/**
 * Twin of inet_select_addr: the interface's primary address in the destination's subnet, else its first one, else that
 * of another interface; 0 when this host has none.
 */
export function selectAddress(dev: NetDevice, dst: Ip4): Ip4 {
  let first: Ip4 = 0;
  for (const entry of dev.addresses) {
    if (entry.isSecondary || (isLoopbackIp4(entry.address) && !isLoopbackIp4(dst))) continue;
    if (networkOf(entry) === networkOf({ address: dst, prefixLen: entry.prefixLen })) return entry.address;
    if (first === 0) first = entry.address;
  }
  return first === 0 ? addressOfOthers(dev) : first;
}

function addressOfOthers(dev: NetDevice): Ip4 {
  for (const other of dev.ns.listDevices()) {
    for (const entry of other.addresses) if (!entry.isSecondary && entry.scope === 0) return entry.address;
  }
  return 0;
}
