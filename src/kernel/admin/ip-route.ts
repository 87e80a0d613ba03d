/** `ip route add | replace | del` (iproute2: iproute.c; Linux: fib_frontend.c). */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { networkOf, parseCidr, parseIp4 } from '../../base/addr.ts';
import type { FibRoute, RouteType } from '../ip/fib.ts';
import { DST_LOCAL, ipRouteInput } from '../ip/route.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { AdminResult } from './result.ts';
import { failure, garbage, INCOMPLETE, netlinkResult, noDevice, notSupported } from './result.ts';
import { completed, Words } from './words.ts';

const ROUTE_TYPES: ReadonlySet<string> = new Set(['unicast', 'blackhole', 'unreachable', 'prohibit']);

interface RouteWords {
  type: RouteType;
  /** A type that was written; without one `del` takes any. */
  hasType: boolean;
  destination: Cidr | undefined;
  text: string;
  gateway: Ip4 | undefined;
  gatewayText: string;
  dev: string;
  prefSrc: Ip4;
  metricText: string;
  metric: number;
  /** The gateway is a neighbour whatever the routes say. */
  isOnLink: boolean;
  /** The first mistake that is none of the above. */
  flaw: AdminResult | null;
}

const ROUTE_VERBS = ['list', 'show', 'get', 'add', 'change', 'replace', 'append', 'test', 'delete', 'flush', 'save'];
/** What iproute2 can say of a route and this kernel does not have. */
const OTHER_ROUTE_WORDS: ReadonlySet<string> = new Set(
  'advmss as congctl cwnd dsfield encap expires features hoplimit initcwnd initrwnd mtu nexthop nhid pref quickack'
    .concat(' realms reordering rto_min rtt rttvar ssthresh table tos vrf weight window')
    .split(' '),
);

/** `[TYPE] default|PREFIX [via GW] [dev DEV] [src A] [metric N] [onlink]` */
export function ipRoute(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  const typed = words.next();
  const verb = completed(typed, ROUTE_VERBS);
  if (verb === undefined) return failure(255, `Command "${typed}" is unknown, try "ip route help".`);
  if (verb !== 'add' && verb !== 'replace' && verb !== 'delete') {
    return notSupported(`ip route ${verb}`, 'add, replace, delete');
  }
  const parsed = readRoute(words);
  if (parsed.flaw !== null) return parsed.flaw;
  if (parsed.destination === undefined) {
    return failure(1, `Error: any valid prefix is expected rather than "${parsed.text}".`);
  }
  if (parsed.gateway === undefined) {
    return failure(1, `Error: inet address is expected rather than "${parsed.gatewayText}".`);
  }
  if (Number.isNaN(parsed.metric)) {
    return failure(255, `Error: argument "${parsed.metricText}" is wrong: "metric" value is invalid\n`);
  }
  if (parsed.dev !== '' && ns.deviceByName(parsed.dev) === null) return noDevice(parsed.dev);
  return verb === 'delete'
    ? routeDel(ns, parsed, parsed.destination, parsed.gateway)
    : routeAdd(ns, parsed, parsed.destination, parsed.gateway, verb === 'replace');
}

function readRoute(words: Words): RouteWords {
  const parsed: RouteWords = {
    type: 'unicast',
    hasType: false,
    destination: undefined,
    text: '',
    gateway: 0,
    gatewayText: '',
    dev: '',
    prefSrc: 0,
    metricText: '',
    metric: 0,
    isOnLink: false,
    flaw: null,
  };
  if (ROUTE_TYPES.has(words.peek())) {
    parsed.type = words.next() as RouteType;
    parsed.hasType = true;
  }
  while (!words.isAtEnd && parsed.flaw === null) {
    readRouteWord(parsed, words);
    if (words.isIncomplete) parsed.flaw = INCOMPLETE;
  }
  return parsed;
}

function readRouteWord(parsed: RouteWords, words: Words): void {
  if (words.accept('via')) {
    parsed.gatewayText = words.value();
    parsed.gateway = parseIp4(parsed.gatewayText);
  } else if (words.accept('dev')) parsed.dev = words.value();
  else if (words.accept('src')) {
    const text = words.value();
    const address = parseIp4(text);
    if (address === undefined) parsed.flaw = failure(1, `Error: inet address is expected rather than "${text}".`);
    else parsed.prefSrc = address;
  } else if (words.accept('metric', 'preference')) {
    parsed.metricText = words.value();
    const metric = Number(parsed.metricText);
    parsed.metric = /^\d+$/.test(parsed.metricText) && metric < 2 ** 32 ? metric : NaN;
  } else if (words.accept('onlink')) parsed.isOnLink = true;
  else if (words.accept('proto', 'scope')) words.value();
  else readDestination(parsed, words);
}

function readDestination(parsed: RouteWords, words: Words): void {
  words.accept('to');
  const text = words.value();
  if (OTHER_ROUTE_WORDS.has(text)) {
    parsed.flaw = notSupported(`ip route … ${text}`, 'via, dev, src, metric, onlink');
  } else if (parsed.text !== '') parsed.flaw = garbage('to', text);
  parsed.text = text;
  const prefix = text.includes('/') ? text : `${text}/32`;
  parsed.destination = text === 'default' ? { address: 0, prefixLen: 0 } : parseCidr(prefix);
}

function routeAdd(ns: Netns, parsed: RouteWords, to: Cidr, gateway: Ip4, isReplace: boolean): AdminResult {
  if (networkOf(to) !== to.address) return failure(2, 'Error: Invalid prefix for given prefix length.');
  let dev: NetDevice | null = parsed.dev === '' ? null : ns.deviceByName(parsed.dev);
  if (parsed.type !== 'unicast' && (dev !== null || gateway !== 0)) {
    return failure(2, 'Error: Gateway, device and multipath can not be specified for this route type.');
  }
  if (parsed.prefSrc !== 0 && ipRouteInput(ns, parsed.prefSrc).type !== DST_LOCAL) {
    return failure(2, 'Error: Invalid prefsrc address.');
  }
  if (parsed.isOnLink && dev === null) return failure(2, 'Error: Nexthop device required for onlink.');
  if (gateway !== 0 && !parsed.isOnLink) {
    const via = nexthopDevice(ns, gateway);
    if (via === null || (dev !== null && via !== dev)) return failure(2, 'Error: Nexthop has invalid gateway.');
    dev = via;
  }
  if (parsed.type === 'unicast') {
    if (dev === null) return failure(2, 'RTNETLINK answers: No such device');
    if (!dev.isUp) return failure(2, 'Error: Device for nexthop is not up.');
  }
  const route: FibRoute = {
    type: parsed.type,
    table: 'main',
    destination: to.address,
    prefixLen: to.prefixLen,
    gateway,
    dev: parsed.type === 'unicast' ? dev : null,
    prefSrc: parsed.prefSrc,
    metric: parsed.metric,
    protocol: 'boot',
    scope: gateway === 0 && parsed.type === 'unicast' ? 'link' : 'global',
  };
  if (isReplace) ns.fib.remove((other) => isSameRoute(other, to, parsed.metric));
  const isNew = ns.fib.add(route);
  ns.routes.flush();
  return netlinkResult(isNew ? '' : 'EEXIST');
}

/** Twin of fib_check_nh: the interface whose neighbour a gateway is, or whose own address; null when it is neither. */
function nexthopDevice(ns: Netns, gateway: Ip4): NetDevice | null {
  const route = ns.fib.lookup(gateway);
  if (route === null || route.gateway !== 0) return null;
  return route.type === 'unicast' || route.type === 'local' ? route.dev : null;
}

function isSameRoute(route: FibRoute, to: Cidr, metric: number): boolean {
  const isPrefix = route.destination === to.address && route.prefixLen === to.prefixLen;
  return route.table === 'main' && isPrefix && route.metric === metric;
}

function routeDel(ns: Netns, parsed: RouteWords, to: Cidr, gateway: Ip4): AdminResult {
  let isDone = false;
  const removed = ns.fib.remove((route) => {
    if (isDone || route.table !== 'main') return false;
    if (route.destination !== to.address || route.prefixLen !== to.prefixLen) return false;
    if (gateway !== 0 && route.gateway !== gateway) return false;
    if (parsed.dev !== '' && route.dev?.name !== parsed.dev) return false;
    if (parsed.metric !== 0 && route.metric !== parsed.metric) return false;
    if (parsed.hasType && route.type !== parsed.type) return false;
    isDone = true;
    return true;
  });
  ns.routes.flush();
  return netlinkResult(removed > 0 ? '' : 'ESRCH');
}
