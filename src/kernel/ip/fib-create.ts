/**
 * From a request to a route: what the kernel checks, in its order and words (Linux: rtm_to_fib_config, fib_create_info,
 * fib_check_nh, fib_table_delete).
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Errno } from '../errno.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { FibRouteFields, RouteType } from './fib.ts';
import {
  FibNexthop,
  FibRoute,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_NOWHERE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
} from './fib.ts';
import { isPrefix } from './fib-table.ts';
import { flowTo } from './flow.ts';

/** One `nexthop` of a request. */
export interface HopRequest {
  readonly gateway: Ip4;
  readonly dev: NetDevice | null;
  readonly weight: number;
  readonly isOnLink: boolean;
}

/** Linux: struct fib_config. */
export interface RouteRequest extends Omit<FibRouteFields, 'type' | 'nexthops'> {
  /** '' for any, as a `protocol` of 0 is, in a request to delete. */
  readonly type: RouteType | '';
  readonly hop: HopRequest;
  /** Several ways; empty where there is but one. */
  readonly hops: readonly HopRequest[];
}

/** Why not: an error number, with the kernel's own words where it has some (extack). */
export interface Refusal {
  readonly errno: Errno;
  readonly words: string;
}

/** How far each type reaches (fib_props[].scope). */
const TYPE_SCOPES: Readonly<Record<RouteType, number>> = {
  unicast: RT_SCOPE_UNIVERSE,
  local: RT_SCOPE_HOST,
  broadcast: RT_SCOPE_LINK,
  anycast: RT_SCOPE_LINK,
  multicast: RT_SCOPE_UNIVERSE,
  blackhole: RT_SCOPE_UNIVERSE,
  unreachable: RT_SCOPE_UNIVERSE,
  prohibit: RT_SCOPE_UNIVERSE,
  throw: RT_SCOPE_UNIVERSE,
  nat: RT_SCOPE_NOWHERE,
};
const ECN_MASK = 0x3;
const REFUSING: ReadonlySet<RouteType> = new Set(['blackhole', 'unreachable', 'prohibit', 'throw', 'nat']);

export function refusal(errno: Errno, words = ''): Refusal {
  return { errno, words };
}

function isRefusal(thing: FibNexthop | Refusal): thing is Refusal {
  return 'errno' in thing;
}

/** What is wrong with a request whatever the tables hold (rtm_to_fib_config); null for nothing. */
export function requestFlaw({ destination, prefixLen, tos }: RouteRequest): Refusal | null {
  if (!isPrefix(destination, prefixLen)) return refusal('EINVAL', 'Invalid prefix for given prefix length');
  if ((tos & ECN_MASK) !== 0) return refusal('EINVAL', 'Invalid dsfield (tos): ECN bits must be 0');
  return null;
}

/** Twin of fib_create_info. */
export function fibCreateRoute(ns: Netns, request: RouteRequest): FibRoute | Refusal {
  const type = request.type === '' ? 'unicast' : request.type;
  if (TYPE_SCOPES[type] > request.scope) return refusal('EINVAL', 'Invalid scope');
  const made = REFUSING.has(type) ? refusingHops(type, request) : makeHops(ns, request);
  if ('errno' in made) return made;
  if (request.prefSrc !== 0 && !isValidPrefSrc(ns, request, type)) {
    return refusal('EINVAL', 'Invalid prefsrc address');
  }
  return new FibRoute({ ...request, type, nexthops: made });
}

function refusingHops(type: RouteType, { hop, hops }: RouteRequest): readonly FibNexthop[] | Refusal {
  if (hop.gateway !== 0 || hop.dev !== null || hops.length > 0) {
    return refusal('EINVAL', 'Gateway, device and multipath can not be specified for this route type');
  }
  if (type === 'nat') return refusal('EINVAL');
  return [];
}

/** Twin of fib_valid_prefsrc; an address of a table's own is not looked for. */
function isValidPrefSrc(ns: Netns, request: RouteRequest, type: RouteType): boolean {
  if (type === 'local' && request.prefixLen === 32 && request.prefSrc === request.destination) return true;
  return ns.fib.addressType(request.prefSrc) === 'local';
}

function makeHops(ns: Netns, request: RouteRequest): readonly FibNexthop[] | Refusal {
  const { scope, hops } = request;
  const wanted = hops.length > 0 ? hops : [request.hop];
  if (scope > RT_SCOPE_HOST) return refusal('EINVAL', 'Invalid scope');
  if (scope === RT_SCOPE_HOST) return hostHop(wanted);
  const made: FibNexthop[] = [];
  for (const hop of wanted) {
    const checked = checkHop(ns, hop, request.table, scope);
    if (isRefusal(checked)) return checked;
    made.push(checked);
  }
  return made;
}

/** A route to this host itself. */
function hostHop(wanted: readonly HopRequest[]): readonly FibNexthop[] | Refusal {
  if (wanted.length !== 1) return refusal('EINVAL', 'Route with host scope can not have multiple nexthops');
  const { gateway, dev } = wanted[0]!;
  if (gateway !== 0) return refusal('EINVAL', 'Route with host scope can not have a gateway');
  return dev === null ? refusal('ENODEV') : [new FibNexthop(dev, 0, 1, RT_SCOPE_NOWHERE, false)];
}

/** Twin of fib_check_nh. */
function checkHop(ns: Netns, hop: HopRequest, table: number, scope: number): FibNexthop | Refusal {
  if (hop.gateway !== 0) return hop.isOnLink ? checkOnLink(ns, hop, scope) : checkGateway(ns, hop, table, scope);
  if (hop.isOnLink) {
    return refusal('EINVAL', 'Invalid flags for nexthop - PERVASIVE and ONLINK can not be set');
  }
  if (hop.dev === null) return refusal('ENODEV');
  if (!hop.dev.isUp) return refusal('ENETDOWN', 'Device for nexthop is not up');
  return new FibNexthop(hop.dev, 0, hop.weight, RT_SCOPE_HOST, false);
}

/** Twin of fib_check_nh_v4_gw for `onlink`: nobody asks the routes about the gateway. */
function checkOnLink(ns: Netns, hop: HopRequest, scope: number): FibNexthop | Refusal {
  if (scope >= RT_SCOPE_LINK) return refusal('EINVAL', 'Nexthop has invalid scope');
  if (hop.dev === null) return refusal('ENODEV', 'Nexthop device required for onlink');
  if (!hop.dev.isUp) return refusal('ENETDOWN', 'Nexthop device is not up');
  if (ns.fib.addressType(hop.gateway) !== 'unicast') return refusal('EINVAL', 'Nexthop has invalid gateway');
  return new FibNexthop(hop.dev, hop.gateway, hop.weight, RT_SCOPE_LINK, true);
}

/** The gateway has to be a neighbour, or an address of this host. */
function checkGateway(ns: Netns, hop: HopRequest, table: number, scope: number): FibNexthop | Refusal {
  const flow = flowTo(hop.gateway, {
    scope: Math.max(scope + 1, RT_SCOPE_LINK),
    oif: hop.dev,
    ignoresLinkState: true,
  });
  const own =
    table !== 0 && table !== RT_TABLE_MAIN && ns.fib.hasTable(table) ? ns.fib.table(table).lookup(flow) : null;
  const found = own === null || own.hop === null ? ns.fib.lookup(flow) : own;
  if (typeof found === 'string') return refusal(found, 'Nexthop has invalid gateway');
  const { route, hop: way } = found;
  if (way === null) return refusal('EINVAL', 'Nexthop has invalid gateway');
  if (route.type !== 'unicast' && route.type !== 'local') return refusal('EINVAL', 'Nexthop has invalid gateway');
  if (way.dev === null) return refusal('ENODEV', 'No egress device for nexthop gateway');
  if (!way.dev.isUp) return refusal('ENETDOWN');
  return new FibNexthop(way.dev, hop.gateway, hop.weight, route.scope, false);
}

/** Twin of fib_table_delete: the first route that is not at odds with the request. */
export function findToDelete(ns: Netns, request: RouteRequest): FibRoute | undefined {
  if (!ns.fib.hasTable(request.table)) return undefined;
  return ns.fib.table(request.table).routes.find((route) => {
    if (route.destination !== request.destination || route.prefixLen !== request.prefixLen) return false;
    if (route.tos !== request.tos) return false;
    if (request.type !== '' && route.type !== request.type) return false;
    if (request.scope !== RT_SCOPE_NOWHERE && route.scope !== request.scope) return false;
    if (request.prefSrc !== 0 && route.prefSrc !== request.prefSrc) return false;
    if (request.protocol !== 0 && route.protocol !== request.protocol) return false;
    if (request.metric !== 0 && route.metric !== request.metric) return false;
    return matchesHops(route, request) && matchesMetrics(route, request);
  });
}

/** Twin of fib_nh_match. */
function matchesHops(route: FibRoute, { hop, hops }: RouteRequest): boolean {
  if (hop.dev !== null || hop.gateway !== 0) {
    const first = route.nexthops[0];
    if (hop.dev !== null && first?.dev !== hop.dev) return false;
    return hop.gateway === 0 || first?.gateway === hop.gateway;
  }
  if (hops.length === 0) return true;
  // The kernel walks the route's ways: the request may name more.
  return route.nexthops.every((way, i) => {
    const wanted = hops[i];
    if (wanted === undefined) return false;
    if (wanted.dev !== null && wanted.dev !== way.dev) return false;
    return wanted.gateway === 0 || wanted.gateway === way.gateway;
  });
}

/** Twin of fib_metrics_match. */
function matchesMetrics(route: FibRoute, request: RouteRequest): boolean {
  return request.metrics.every((wanted) =>
    route.metrics.some((metric) => metric.name === wanted.name && metric.value === wanted.value),
  );
}
