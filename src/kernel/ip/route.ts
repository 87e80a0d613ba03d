/**
 * What the routing tables say about a destination, in the form that the data plane uses (Linux: struct rtable / dst),
 * kept per namespace until routes, addresses or interfaces change. Twins: ip_route_output_key, ip_route_input.
 */
import type { Ip4 } from '../../base/addr.ts';
import { isLoopbackIp4, isMulticastIp4, networkOf } from '../../base/addr.ts';
import { Int32Table } from '../../base/table.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { FibRoute } from './fib.ts';
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

  constructor(type: DstType, dst: Ip4, dev: NetDevice | null, gateway: Ip4, src: Ip4, generation: number) {
    this.type = type;
    this.dst = dst;
    this.dev = dev;
    this.gateway = gateway;
    this.nextHop = gateway === 0 ? dst : gateway;
    this.src = src;
    this.generation = generation;
    this.neighbour = null;
  }
}

/** Answers kept per direction at most; a namespace that talks to more destinations starts afresh. */
const CACHE_ENTRIES_MAX = 65_536;

/** The answers that a namespace has kept, one table for frames going out, one for frames coming in. */
export class RouteCache {
  /** Moves on with every change of routes, addresses or interfaces. */
  generation: number;
  private readonly output: DstTable;
  private readonly input: DstTable;

  constructor() {
    this.generation = 1;
    this.output = new DstTable();
    this.input = new DstTable();
  }

  /** Forgets all answers (Linux: rt_cache_flush). */
  flush(): void {
    this.generation++;
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
  const viaGateway = ns.fib
    .list()
    .find((route) => route.dev === dev && route.type === 'unicast' && route.gateway !== 0 && route.prefixLen === 0);
  const gateway = viaGateway?.gateway ?? 0;
  return new DstEntry(DST_UNICAST, dst, dev, gateway, selectAddress(dev, dst), ns.routes.generation);
}

function routeOutputSlow(ns: Netns, dst: Ip4): DstEntry {
  const generation = ns.routes.generation;
  let entry: DstEntry;
  const lo = ns.devices[1] ?? null;
  if (dst === -1) entry = limitedBroadcast(ns, dst);
  else if (isMulticastIp4(dst)) entry = multicastOutput(ns, dst);
  else {
    const route = ns.fib.lookup(dst);
    if (route === null) entry = new DstEntry(DST_NONE, dst, null, 0, 0, generation);
    else if (route.type === 'local') {
      entry = new DstEntry(DST_LOCAL, dst, lo, 0, route.prefSrc === 0 ? dst : route.prefSrc, generation);
    } else entry = fromRoute(route, dst, generation);
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
    else entry = fromRoute(route, dst, generation);
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

function fromRoute(route: FibRoute, dst: Ip4, generation: number): DstEntry {
  const target = route.gateway === 0 ? dst : route.gateway;
  const src = route.prefSrc !== 0 || route.dev === null ? route.prefSrc : selectAddress(route.dev, target);
  return new DstEntry(TYPE_OF[route.type], dst, route.dev, route.gateway, src, generation);
}

/** 255.255.255.255 leaves by the default route's interface, else by the first one that is up. */
function limitedBroadcast(ns: Netns, dst: Ip4): DstEntry {
  const dev = anyOutputDevice(ns);
  const type = dev === null ? DST_NONE : DST_BROADCAST;
  return new DstEntry(type, dst, dev, 0, dev === null ? 0 : selectAddress(dev, dst), ns.routes.generation);
}

function multicastOutput(ns: Netns, dst: Ip4): DstEntry {
  const route = ns.fib.lookup(dst);
  const dev = route?.dev ?? null;
  if (dev === null) return new DstEntry(DST_NONE, dst, null, 0, 0, ns.routes.generation);
  return new DstEntry(DST_MULTICAST, dst, dev, 0, selectAddress(dev, dst), ns.routes.generation);
}

function anyOutputDevice(ns: Netns): NetDevice | null {
  const viaDefault = ns.fib.list().find((route) => route.prefixLen === 0 && route.dev !== null && route.dev.isUp);
  if (viaDefault !== undefined) return viaDefault.dev;
  return ns.listDevices().find((dev) => dev.isUp && !dev.isLoopback && dev.addresses.length > 0) ?? null;
}

/** Twin of inet_select_addr: the interface's primary address in the destination's subnet, else its first one. */
export function selectAddress(dev: NetDevice, dst: Ip4): Ip4 {
  let first: Ip4 = 0;
  for (const entry of dev.addresses) {
    if (entry.isSecondary || (isLoopbackIp4(entry.address) && !isLoopbackIp4(dst))) continue;
    if (networkOf(entry) === networkOf({ address: dst, prefixLen: entry.prefixLen })) return entry.address;
    if (first === 0) first = entry.address;
  }
  return first;
}
