/**
 * One entry of a routing table: where to, by which next hops, and what it says about itself (Linux: fib_alias with its
 * fib_info and fib_nh).
 */
import type { Ip4 } from '../../base/addr.ts';
import type { NetDevice } from '../netdev.ts';

/** rtnetlink's route types by name, in the order of their numbers from 1 on. */
export const ROUTE_TYPES = [
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
] as const;
export type RouteType = (typeof ROUTE_TYPES)[number];

export const RT_TABLE_DEFAULT = 253;
export const RT_TABLE_MAIN = 254;
export const RT_TABLE_LOCAL = 255;

export const RTPROT_KERNEL = 2;
export const RTPROT_BOOT = 3;

export const RT_SCOPE_UNIVERSE = 0;
export const RT_SCOPE_LINK = 253;
export const RT_SCOPE_HOST = 254;
export const RT_SCOPE_NOWHERE = 255;

/** What may follow the route itself: `mtu lock 1400`, `rtt 20ms` (RTAX_*), in the order in which tools print it. */
export interface RouteMetric {
  readonly name: string;
  readonly isLocked: boolean;
  /** A number in the tool's unit, or the name of a congestion control. */
  readonly value: number | string;
}

/** One way of a route (Linux: struct fib_nh). */
export class FibNexthop {
  /** 0 for a destination on the link. */
  readonly gateway: Ip4;
  readonly dev: NetDevice | null;
  /** From 1 on. */
  readonly weight: number;
  /** How far away the gateway's own route reaches: what a device that goes down takes with it depends on it. */
  readonly scope: number;
  readonly isOnLink: boolean;
  /** RTNH_F_DEAD: its device is down. */
  isDead: boolean;

  constructor(dev: NetDevice | null, gateway: Ip4, weight: number, scope: number, isOnLink: boolean) {
    this.dev = dev;
    this.gateway = gateway;
    this.weight = weight;
    this.scope = scope;
    this.isOnLink = isOnLink;
    this.isDead = false;
  }

  /** RTNH_F_LINKDOWN: the device has no carrier. A local address does not need one. */
  get isLinkDown(): boolean {
    return this.isDead || (this.dev !== null && this.scope !== RT_SCOPE_NOWHERE && !this.dev.hasCarrier);
  }
}

export interface FibRouteFields {
  readonly type: RouteType;
  readonly table: number;
  readonly destination: Ip4;
  readonly prefixLen: number;
  readonly tos: number;
  /** RTA_PRIORITY: less is better. */
  readonly metric: number;
  readonly protocol: number;
  readonly scope: number;
  /** Preferred source address, 0 for none. */
  readonly prefSrc: Ip4;
  readonly nexthops: readonly FibNexthop[];
  readonly metrics: readonly RouteMetric[];
  /** Kept and shown, 0 for none. */
  readonly realm: number;
}

export class FibRoute implements FibRouteFields {
  readonly type: RouteType;
  readonly table: number;
  readonly destination: Ip4;
  readonly prefixLen: number;
  readonly tos: number;
  readonly metric: number;
  readonly protocol: number;
  readonly scope: number;
  readonly prefSrc: Ip4;
  readonly nexthops: readonly FibNexthop[];
  readonly metrics: readonly RouteMetric[];
  readonly realm: number;
  /** Its preferred source went away: it goes at the next flush. */
  isDead: boolean;
  /** None of its ways had a carrier when it was made. */
  readonly wasMadeLinkDown: boolean;

  constructor(fields: FibRouteFields) {
    this.type = fields.type;
    this.table = fields.table;
    this.destination = fields.destination;
    this.prefixLen = fields.prefixLen;
    this.tos = fields.tos;
    this.metric = fields.metric;
    this.protocol = fields.protocol;
    this.scope = fields.scope;
    this.prefSrc = fields.prefSrc;
    this.nexthops = fields.nexthops;
    this.metrics = fields.metrics;
    this.realm = fields.realm;
    this.isDead = false;
    this.wasMadeLinkDown = fields.nexthops.every((hop) => hop.isLinkDown);
  }

  /** Of the first way; 0 for none. */
  get gateway(): Ip4 {
    return this.nexthops[0]?.gateway ?? 0;
  }

  /** Of the first way; null for none. */
  get dev(): NetDevice | null {
    return this.nexthops[0]?.dev ?? null;
  }

  /** The number of that metric, 0 when the route does not say. */
  metricNumber(name: string): number {
    const value = this.metrics.find((metric) => metric.name === name)?.value;
    return typeof value === 'number' ? value : 0;
  }
}

/** A route of the kernel's own, for an address of an interface (fib_magic). */
export function kernelRoute(
  type: RouteType,
  destination: Ip4,
  prefixLen: number,
  dev: NetDevice,
  prefSrc: Ip4,
  metric = 0,
): FibRoute {
  const isLocal = type === 'local';
  const scope = isLocal ? RT_SCOPE_NOWHERE : RT_SCOPE_HOST;
  return new FibRoute({
    type,
    table: type === 'unicast' ? RT_TABLE_MAIN : RT_TABLE_LOCAL,
    destination,
    prefixLen,
    tos: 0,
    metric,
    protocol: RTPROT_KERNEL,
    scope: isLocal ? RT_SCOPE_HOST : RT_SCOPE_LINK,
    prefSrc,
    nexthops: [new FibNexthop(dev, 0, 1, scope, false)],
    metrics: [],
    realm: 0,
  });
}

/** Whether two routes say the same in all but their key and type (fib_find_info). */
export function isSameInfo(left: FibRoute, right: FibRoute): boolean {
  return (
    left.type === right.type &&
    left.protocol === right.protocol &&
    left.scope === right.scope &&
    left.prefSrc === right.prefSrc &&
    left.metric === right.metric &&
    left.table === right.table &&
    left.realm === right.realm &&
    isSameMetrics(left.metrics, right.metrics) &&
    left.nexthops.length === right.nexthops.length &&
    left.nexthops.every((hop, i) => isSameHop(hop, right.nexthops[i]!))
  );
}

function isSameHop(left: FibNexthop, right: FibNexthop): boolean {
  const isSameWay = left.dev === right.dev && left.gateway === right.gateway && left.scope === right.scope;
  return isSameWay && left.weight === right.weight && left.isOnLink === right.isOnLink;
}

function isSameMetrics(left: readonly RouteMetric[], right: readonly RouteMetric[]): boolean {
  if (left.length !== right.length) return false;
  return left.every((metric) =>
    right.some(
      (other) => other.name === metric.name && other.value === metric.value && other.isLocked === metric.isLocked,
    ),
  );
}
