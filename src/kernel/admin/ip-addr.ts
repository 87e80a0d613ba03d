/** `ip addr add | del`, `ip route add | del`, `ip neigh add | replace | del`: the network layer verbs of iproute2. */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { broadcastOf, macHi, macLo, networkOf, parseCidr, parseIp4, parseMac } from '../../base/addr.ts';
import { inetDelIfa, inetInsertIfa } from '../ip/devinet.ts';
import type { FibRoute, RouteType } from '../ip/fib.ts';
import { NUD_PERMANENT, NUD_REACHABLE, NUD_STALE } from '../ip/neigh.ts';
import { DST_LOCAL, ipRouteInput } from '../ip/route.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import type { AdminResult } from './result.ts';
import { DONE, failure, netlinkResult, noDevice } from './result.ts';
import { Words } from './words.ts';

/** `A.B.C.D/L [brd A|+] [scope S] dev DEV` */
export function ipAddr(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  const verb = words.next();
  if (verb !== 'add' && verb !== 'del') return failure(255, `Command "${verb}" is unknown, try "ip address help".`);
  let cidr: Cidr | undefined;
  let text = '';
  let broadcastText = '';
  let name = '';
  while (!words.isAtEnd) {
    if (words.accept('dev')) name = words.next();
    else if (words.accept('brd', 'broadcast')) broadcastText = words.next();
    else if (words.accept('scope', 'label')) words.next();
    else {
      text = words.next();
      cidr = parseCidr(text.includes('/') ? text : `${text}/32`);
    }
  }
  if (cidr === undefined) return failure(1, `Error: any valid prefix is expected rather than "${text}".`);
  const dev = ns.deviceByName(name);
  if (dev === null) {
    return name === '' ? failure(1, 'Not enough information: "dev" argument is required.') : noDevice(name);
  }
  if (verb === 'del') {
    return inetDelIfa(dev, cidr.address, cidr.prefixLen) ? DONE : failure(2, 'Error: ipv4: Address not found.');
  }
  const broadcast = readBroadcast(cidr, broadcastText);
  if (broadcast === undefined) return failure(1, `Error: inet address is expected rather than "${broadcastText}".`);
  const isNew = inetInsertIfa(dev, cidr.address, cidr.prefixLen, broadcast);
  return isNew ? DONE : failure(2, 'Error: ipv4: Address already assigned.');
}

/** `+` is the network's last address where there is one; nothing is 0. */
function readBroadcast(cidr: Cidr, text: string): Ip4 | undefined {
  if (text !== '+') return text === '' ? 0 : parseIp4(text);
  return cidr.prefixLen < 31 ? broadcastOf(cidr) : 0;
}

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
}

/** `[TYPE] default|PREFIX [via GW] [dev DEV] [src A] [metric N] [onlink]` */
export function ipRoute(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  const verb = words.next();
  if (verb !== 'add' && verb !== 'replace' && verb !== 'del') {
    return failure(255, `Command "${verb}" is unknown, try "ip route help".`);
  }
  const parsed = readRoute(words);
  if (parsed.destination === undefined) {
    return failure(1, `Error: any valid prefix is expected rather than "${parsed.text}".`);
  }
  if (parsed.gateway === undefined) {
    return failure(1, `Error: inet address is expected rather than "${parsed.gatewayText}".`);
  }
  if (Number.isNaN(parsed.metric)) {
    return failure(255, `Error: argument "${parsed.metricText}" is wrong: "metric" value is invalid`);
  }
  if (parsed.dev !== '' && ns.deviceByName(parsed.dev) === null) return noDevice(parsed.dev);
  return verb === 'del'
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
  };
  if (ROUTE_TYPES.has(words.peek())) {
    parsed.type = words.next() as RouteType;
    parsed.hasType = true;
  }
  while (!words.isAtEnd) {
    if (words.accept('via')) {
      parsed.gatewayText = words.next();
      parsed.gateway = parseIp4(parsed.gatewayText);
    } else if (words.accept('dev')) parsed.dev = words.next();
    else if (words.accept('src')) parsed.prefSrc = parseIp4(words.next()) ?? 0;
    else if (words.accept('metric', 'preference')) {
      parsed.metricText = words.next();
      parsed.metric = /^\d+$/.test(parsed.metricText) ? Number(parsed.metricText) : NaN;
    } else if (words.accept('onlink')) parsed.isOnLink = true;
    else if (words.accept('proto', 'scope')) words.next();
    else {
      parsed.text = words.next();
      const prefix = parsed.text.includes('/') ? parsed.text : `${parsed.text}/32`;
      parsed.destination = parsed.text === 'default' ? { address: 0, prefixLen: 0 } : parseCidr(prefix);
    }
  }
  return parsed;
}

function routeAdd(ns: Netns, parsed: RouteWords, to: Cidr, gateway: Ip4, isReplace: boolean): AdminResult {
  if (networkOf(to) !== to.address) return failure(2, 'Error: Invalid prefix for given prefix length.');
  let dev: NetDevice | null = parsed.dev === '' ? null : ns.deviceByName(parsed.dev);
  if (parsed.prefSrc !== 0 && ipRouteInput(ns, parsed.prefSrc).type !== DST_LOCAL) {
    return failure(2, 'Error: Invalid prefsrc address.');
  }
  if (gateway !== 0 && !(parsed.isOnLink && dev !== null)) {
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

const NUD_STATES: ReadonlyMap<string, number> = new Map([
  ['permanent', NUD_PERMANENT],
  ['reachable', NUD_REACHABLE],
  ['stale', NUD_STALE],
]);

/** `add|replace|del ADDRESS [lladdr MAC] [nud permanent|reachable|stale] dev DEV` */
export function ipNeigh(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  const verb = words.next();
  if (!['add', 'replace', 'change', 'del'].includes(verb)) {
    return failure(255, `Command "${verb}" is unknown, try "ip neigh help".`);
  }
  let ip: Ip4 | undefined;
  let name = '';
  let macText = '';
  let nud = 'permanent';
  while (!words.isAtEnd) {
    if (words.accept('dev')) name = words.next();
    else if (words.accept('lladdr')) macText = words.next();
    else if (words.accept('nud')) nud = words.next();
    else {
      const text = words.next();
      ip = parseIp4(text);
      if (ip === undefined) return failure(1, `Error: any valid address is expected rather than "${text}".`);
    }
  }
  if (name === '' || ip === undefined) return failure(255, 'Device and destination are required arguments.');
  const dev = ns.deviceByName(name);
  if (dev === null) return noDevice(name);
  return setNeighbour(ns, verb, dev, ip, macText, nud);
}

function setNeighbour(ns: Netns, verb: string, dev: NetDevice, ip: Ip4, macText: string, nud: string): AdminResult {
  const found = ns.neighbours.find(dev, ip);
  if (verb === 'del') {
    if (found === null) return failure(2, 'RTNETLINK answers: No such file or directory');
    ns.neighbours.remove(found);
    return DONE;
  }
  if (verb === 'add' && found !== null) return netlinkResult('EEXIST');
  const state = NUD_STATES.get(nud);
  if (state === undefined) return failure(255, `Error: argument "${nud}" is wrong: nud state is bad`);
  if (macText === '') return failure(2, 'Error: No link layer address given.');
  const address = parseMac(macText);
  if (address === undefined) return failure(1, `"${macText}" is invalid lladdr.`);
  const neighbour = found ?? ns.neighbours.create(dev, ip);
  if (neighbour === null) return netlinkResult('ENOBUFS');
  ns.neighbours.setFixed(neighbour, macHi(address), macLo(address), state);
  return DONE;
}
