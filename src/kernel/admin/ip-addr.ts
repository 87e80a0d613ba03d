/** `ip addr add | del`, `ip route add | del`, `ip neigh add | replace | del`: the network layer verbs of iproute2. */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { broadcastOf, macHi, macLo, networkOf, parseCidr, parseIp4, parseMac } from '../../base/addr.ts';
import { inetDelIfa, inetInsertIfa } from '../ip/devinet.ts';
import type { FibRoute, RouteType } from '../ip/fib.ts';
import { NUD_PERMANENT, NUD_REACHABLE, NUD_STALE } from '../ip/neigh.ts';
import { DST_UNICAST, ipRouteOutput } from '../ip/route.ts';
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
  const broadcast = broadcastText === '+' ? broadcastOf(cidr) : broadcastText === '' ? 0 : parseIp4(broadcastText);
  if (broadcast === undefined) return failure(1, `Error: inet address is expected rather than "${broadcastText}".`);
  const isNew = inetInsertIfa(dev, cidr.address, cidr.prefixLen, broadcast);
  return isNew ? DONE : failure(2, 'Error: ipv4: Address already assigned.');
}

const ROUTE_TYPES: ReadonlySet<string> = new Set(['unicast', 'blackhole', 'unreachable', 'prohibit']);

interface RouteWords {
  type: RouteType;
  destination: Cidr | undefined;
  text: string;
  gateway: Ip4 | undefined;
  gatewayText: string;
  dev: string;
  prefSrc: Ip4;
  metric: number;
}

/** `[TYPE] default|PREFIX [via GW] [dev DEV] [src A] [metric N]` */
export function ipRoute(ns: Netns, args: readonly string[]): AdminResult {
  const words = new Words(args);
  const verb = words.next();
  if (verb !== 'add' && verb !== 'replace' && verb !== 'del') {
    return failure(255, `Command "${verb}" is unknown, try "ip route help".`);
  }
  const parsed = readRoute(words);
  if (parsed.destination === undefined || parsed.gateway === undefined) {
    const wrong = parsed.destination === undefined ? parsed.text : parsed.gatewayText;
    return failure(1, `Error: any valid prefix is expected rather than "${wrong}".`);
  }
  if (parsed.dev !== '' && ns.deviceByName(parsed.dev) === null) return noDevice(parsed.dev);
  return verb === 'del'
    ? routeDel(ns, parsed, parsed.destination, parsed.gateway)
    : routeAdd(ns, parsed, parsed.destination, parsed.gateway, verb === 'replace');
}

function readRoute(words: Words): RouteWords {
  const parsed: RouteWords = {
    type: 'unicast',
    destination: undefined,
    text: '',
    gateway: 0,
    gatewayText: '',
    dev: '',
    prefSrc: 0,
    metric: 0,
  };
  if (ROUTE_TYPES.has(words.peek())) parsed.type = words.next() as RouteType;
  while (!words.isAtEnd) {
    if (words.accept('via')) {
      parsed.gatewayText = words.next();
      parsed.gateway = parseIp4(parsed.gatewayText);
    } else if (words.accept('dev')) parsed.dev = words.next();
    else if (words.accept('src')) parsed.prefSrc = parseIp4(words.next()) ?? 0;
    else if (words.accept('metric', 'preference')) parsed.metric = Number(words.next());
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
  if (gateway !== 0) {
    const via = ipRouteOutput(ns, gateway);
    const isNeighbour = via.type === DST_UNICAST && via.gateway === 0;
    if (!isNeighbour || (dev !== null && via.dev !== dev)) return failure(2, 'Error: Nexthop has invalid gateway.');
    dev = via.dev;
  }
  if (parsed.type === 'unicast') {
    if (dev === null) return failure(2, 'RTNETLINK answers: No such device');
    if (!dev.isUp) return failure(2, 'RTNETLINK answers: Network is down');
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
    isDone = true;
    return true;
  });
  ns.routes.flush();
  return netlinkResult(removed > 0 ? '' : 'ESRCH');
}

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
    else ip = parseIp4(words.next());
  }
  const dev = ns.deviceByName(name);
  if (dev === null) return noDevice(name);
  if (ip === undefined) return failure(255, 'Device and destination are required arguments.');
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
  if (verb === 'change' && found === null) return netlinkResult('ENOENT');
  const address = parseMac(macText);
  if (address === undefined) return failure(255, `"${macText}" is invalid lladdr.`);
  const neighbour = found ?? ns.neighbours.create(dev, ip);
  if (neighbour === null) return netlinkResult('ENOBUFS');
  const states: Record<string, number> = { permanent: NUD_PERMANENT, reachable: NUD_REACHABLE, stale: NUD_STALE };
  const state = states[nud];
  if (state === undefined) return failure(255, `Error: argument "${nud}" is wrong: nud state is bad`);
  ns.neighbours.setFixed(neighbour, macHi(address), macLo(address), state);
  return DONE;
}
