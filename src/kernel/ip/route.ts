/**
 * What the routing tables say about a destination, in the form that the data plane uses (Linux: struct rtable / dst),
 * kept per namespace until routes, addresses or interfaces change. Twins: ip_route_output_key, ip_route_input.
 */
import type { Ip4 } from '../../base/addr.ts';
import { cidrContains, ip4, isMulticastIp4 } from '../../base/addr.ts';
import { Int32Table } from '../../base/table.ts';
import type { Errno } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { inDevRouteLocalnet } from '../sysctl-conf.ts';
import type { AddressTypes } from './address-type.ts';
import type { FibNexthop, FibRoute } from './fib.ts';
import { RT_SCOPE_HOST, RT_SCOPE_LINK } from './fib.ts';
import type { FibResult } from './fib-table.ts';
import type { Flow } from './flow.ts';
import { flowTo } from './flow.ts';
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
  /** The interface that its socket is bound to; noted only while there is netfilter, which may route again. */
  boundTo: NetDevice | null;
  /** The route that gave the answer; null where none did. */
  readonly route: FibRoute | null;
  /** The way of it that was chosen. */
  readonly hop: FibNexthop | null;
  /** The MTU that the route itself names, 0 for none; a locked one is not to be learned better. */
  readonly routeMtu: number;
  readonly isRouteMtuLocked: boolean;
  /** What was learned about the way beside that, see fnhe.ts; null nearly always. */
  readonly exception: NextHopException | null;
  /** The MTU of the way may not be that of the interface: the one check that plain traffic pays. */
  readonly hasOwnMtu: boolean;

  constructor(
    type: DstType,
    dst: Ip4,
    dev: NetDevice | null,
    gateway: Ip4,
    src: Ip4,
    generation: number,
    route: FibRoute | null = null,
    exception: NextHopException | null = null,
    hop: FibNexthop | null = null,
  ) {
    this.type = type;
    this.dst = dst;
    this.dev = dev;
    this.gateway = gateway;
    this.nextHop = gateway === 0 ? dst : gateway;
    this.src = src;
    this.generation = generation;
    this.neighbour = null;
    this.boundTo = null;
    this.route = route;
    this.exception = exception;
    this.hop = hop;
    this.routeMtu = 0;
    this.isRouteMtuLocked = false;
    if (route !== null && route.metrics.length > 0) {
      this.routeMtu = route.metricNumber('mtu');
      this.isRouteMtuLocked = route.metrics.some((metric) => metric.name === 'mtu' && metric.isLocked);
    }
    this.hasOwnMtu = exception !== null || this.routeMtu !== 0;
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
  checkedDev: NetDevice | null;
  /** The pair before that one: behind a tunnel every frame is received twice. */
  private formerSrc: Ip4;
  private formerDst: Ip4;
  private formerDev: NetDevice | null;
  /** What addresses are to this host; null until a rule asks. */
  addressTypes: AddressTypes | null;
  private readonly output: DstTable;
  private readonly input: DstTable;

  constructor() {
    this.generation = 1;
    this.checkedSrc = 0;
    this.checkedDst = 0;
    this.checkedDev = null;
    this.formerSrc = 0;
    this.formerDst = 0;
    this.formerDev = null;
    this.addressTypes = null;
    this.output = new DstTable();
    this.input = new DstTable();
  }

  /** Forgets all answers (Linux: rt_cache_flush). */
  flush(): void {
    this.generation++;
    this.checkedSrc = 0;
    this.checkedDst = 0;
    this.checkedDev = null;
    this.formerDev = null;
    this.addressTypes = null;
    this.output.clear();
    this.input.clear();
  }

  /** Whether the pair was found acceptable before the last one. */
  wasChecked(src: Ip4, dst: Ip4, dev: NetDevice): boolean {
    return dev === this.formerDev && src === this.formerSrc && dst === this.formerDst;
  }

  /** The pair is acceptable. */
  keepChecked(src: Ip4, dst: Ip4, dev: NetDevice): void {
    this.formerSrc = this.checkedSrc;
    this.formerDst = this.checkedDst;
    this.formerDev = this.checkedDev;
    this.checkedSrc = src;
    this.checkedDst = dst;
    this.checkedDev = dev;
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
  /** The answer before that one: behind a tunnel two destinations take turns. */
  private former: DstEntry | null = null;

  find(dst: Ip4): DstEntry | null {
    const last = this.last;
    if (last !== null && last.dst === dst) return last;
    const former = this.former;
    return former !== null && former.dst === dst ? former : this.findOther(dst);
  }

  /** Neither of the two. */
  private findOther(dst: Ip4): DstEntry | null {
    const slot = this.slots.get(dst);
    if (slot < 0) return null;
    this.former = this.last;
    return (this.last = this.entries[slot]!);
  }

  add(entry: DstEntry): void {
    if (this.entries.length >= CACHE_ENTRIES_MAX) this.clear();
    this.slots.set(entry.dst, this.entries.length);
    this.entries.push(entry);
    this.former = this.last;
    this.last = entry;
  }

  clear(): void {
    if (this.entries.length === 0) return;
    this.slots = new Int32Table();
    this.entries = [];
    this.last = null;
    this.former = null;
  }
}

/**
 * Twin of ip_route_output_key. Never null: type DST_NONE says that there is no route. The source (0: to be chosen), the
 * type of service and the mark count only where rules or routes look at them.
 */
export function ipRouteOutput(ns: Netns, dst: Ip4, src: Ip4 = 0, tos = 0, mark = 0): DstEntry {
  if (!ns.fib.isPlain) return routeOutput(ns, flowTo(dst, { src, tos, mark }));
  return ns.routes.findOutput(dst) ?? routeOutputKept(ns, dst);
}

/** The same with all that is known of the flow. Slow path. */
export function ipRouteOutputFlow(ns: Netns, flow: Flow): DstEntry {
  return routeOutput(ns, flow);
}

/** Twin of ip_route_input_noref: local, broadcast, forwarded or unroutable. The source is checked by `ipRcv`. */
export function ipRouteInput(ns: Netns, dst: Ip4): DstEntry {
  if (!ns.fib.isPlain) return ipRouteInputFlow(ns, flowTo(dst));
  return ns.routes.findInput(dst) ?? routeInputKept(ns, dst);
}

/** The same with all that is known of the flow. Slow path. */
export function ipRouteInputFlow(ns: Netns, flow: Flow): DstEntry {
  const { dst } = flow;
  const { generation } = ns.routes;
  if (dst === -1) return new DstEntry(DST_BROADCAST, dst, null, 0, 0, generation);
  if (isMulticastIp4(dst)) return new DstEntry(DST_MULTICAST, dst, null, 0, 0, generation);
  const answer = ns.fib.lookup(flow);
  if (typeof answer === 'string') return refused(ns, dst, answer);
  if (answer.route.type !== 'local') return fromResult(ns, answer, dst);
  return new DstEntry(DST_LOCAL, dst, answer.hop?.dev ?? null, 0, dst, generation, answer.route, null, answer.hop);
}

/** Output bound to one interface (SO_BINDTODEVICE): on-link there when no route of that interface matches. */
export function ipRouteOutputVia(ns: Netns, dst: Ip4, dev: NetDevice, src: Ip4 = 0): DstEntry {
  if (ns.fib.isPlain && ns.netfilter === null) {
    const kept = ipRouteOutput(ns, dst);
    if (kept.dev === dev) return kept;
  }
  const entry = routeOutput(ns, flowTo(dst, { src, oif: dev }));
  entry.boundTo = dev;
  return entry;
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

function routeOutputKept(ns: Netns, dst: Ip4): DstEntry {
  // Nobody's address stands for this host.
  if (dst === 0) return ipRouteOutput(ns, LOOPBACK_ADDRESS);
  const entry = routeOutput(ns, flowTo(dst));
  ns.routes.keepOutput(entry);
  return entry;
}

function routeInputKept(ns: Netns, dst: Ip4): DstEntry {
  const entry = ipRouteInputFlow(ns, flowTo(dst));
  ns.routes.keepInput(entry);
  return entry;
}

/** Twin of ip_route_output_key_hash_rcu. */
function routeOutput(ns: Netns, flow: Flow): DstEntry {
  const { generation } = ns.routes;
  const { oif } = flow;
  const dst = flow.dst === 0 ? (flow.src === 0 ? LOOPBACK_ADDRESS : flow.src) : flow.dst;
  if (flow.dst === 0) return new DstEntry(DST_LOCAL, dst, ns.devices[1] ?? null, 0, dst, generation);
  if (oif !== null && !oif.isUp) return new DstEntry(DST_NONE, dst, null, 0, 0, generation);
  const special = dst === -1 ? DST_BROADCAST : isMulticastIp4(dst) ? DST_MULTICAST : null;
  if (oif === null && flow.src !== 0 && special !== null) {
    const owner = ns.listDevices().find((dev) => dev.addresses.some((entry) => entry.address === flow.src));
    return new DstEntry(owner === undefined ? DST_NONE : special, dst, owner ?? null, 0, flow.src, generation);
  }
  if (oif !== null && (dst === -1 || dst >>> 8 === LOCAL_MULTICAST)) {
    const src = flow.src === 0 ? inetSelectAddr(oif, 0, RT_SCOPE_LINK) : flow.src;
    return new DstEntry(special!, dst, oif, 0, src, generation);
  }
  const answer = ns.fib.lookup(flow);
  if (typeof answer === 'string' || answer.hop === null) {
    if (oif === null) return typeof answer === 'string' ? refused(ns, dst, answer) : fromResult(ns, answer, dst);
    // Apparently the tables are wrong: the destination is taken to be on the link.
    const src = flow.src === 0 ? inetSelectAddr(oif, 0, RT_SCOPE_LINK) : flow.src;
    return new DstEntry(special ?? DST_UNICAST, dst, oif, 0, src, generation);
  }
  if (special === null) return fromResult(ns, answer, dst, flow.src);
  return new DstEntry(special, dst, answer.hop.dev, 0, flow.src === 0 ? sourceOf(answer) : flow.src, generation);
}

/** 224.0.0.0/24 (RFC 5771 4), without its last byte. */
const LOCAL_MULTICAST = 0xe00000;

/** There is no route, or a rule says no. */
function refused(ns: Netns, dst: Ip4, errno: Errno): DstEntry {
  const type = errno === 'EINVAL' ? DST_BLACKHOLE : errno === 'EACCES' ? DST_PROHIBIT : DST_NONE;
  return new DstEntry(type, dst, null, 0, 0, ns.routes.generation);
}

const TYPE_OF: Readonly<Record<FibRoute['type'], DstType>> = {
  unicast: DST_UNICAST,
  local: DST_LOCAL,
  broadcast: DST_BROADCAST,
  anycast: DST_UNICAST,
  multicast: DST_MULTICAST,
  blackhole: DST_BLACKHOLE,
  unreachable: DST_UNREACHABLE,
  prohibit: DST_PROHIBIT,
  throw: DST_NONE,
  nat: DST_BLACKHOLE,
};

/** Twins of __mkroute_output, rt_set_nexthop and rt_bind_exception. */
function fromResult(ns: Netns, found: FibResult, dst: Ip4, givenSrc: Ip4 = 0): DstEntry {
  const { route, hop } = found;
  const { generation } = ns.routes;
  const type = TYPE_OF[route.type];
  if (type === DST_LOCAL) {
    const src = givenSrc !== 0 ? givenSrc : route.prefSrc === 0 ? dst : route.prefSrc;
    return new DstEntry(DST_LOCAL, dst, ns.devices[1] ?? null, 0, src, generation, route, null, hop);
  }
  const exception = ns.exceptions.find(route, dst, ns.machine.sched.now);
  const src = givenSrc === 0 ? sourceOf(found) : givenSrc;
  const gateway = exception === null || exception.gateway === 0 ? (hop?.gateway ?? 0) : exception.gateway;
  return new DstEntry(type, dst, hop?.dev ?? null, gateway, src, generation, route, exception, hop);
}

/** Twin of fib_result_prefsrc. */
function sourceOf({ route, hop }: FibResult): Ip4 {
  if (route.prefSrc !== 0 || hop === null || hop.dev === null) return route.prefSrc;
  return inetSelectAddr(hop.dev, hop.gateway, route.scope);
}

/**
 * Twin of inet_select_addr: the interface's primary address in the subnet of `dst` (0: any) that reaches as far as
 * `scope`, else its first one, else that of another interface; 0 when this host has none.
 */
export function inetSelectAddr(dev: NetDevice, dst: Ip4, scope: number): Ip4 {
  const localnetScope = inDevRouteLocalnet(dev) ? RT_SCOPE_LINK : RT_SCOPE_HOST;
  let first: Ip4 = 0;
  for (const entry of dev.addresses) {
    if (entry.isSecondary || Math.min(entry.scope, localnetScope) > scope) continue;
    if (dst === 0 || cidrContains(entry, dst)) return entry.address;
    if (first === 0) first = entry.address;
  }
  return first === 0 ? addressOfOthers(dev, scope) : first;
}

/** Interfaces in the order of their indexes, lo first, whose addresses of scope host are out of the question then. */
function addressOfOthers(dev: NetDevice, scope: number): Ip4 {
  for (const other of dev.ns.listDevices()) {
    for (const entry of other.addresses) {
      const reach = entry.scope;
      if (!entry.isSecondary && reach !== RT_SCOPE_LINK && reach <= scope) return entry.address;
    }
  }
  return 0;
}
