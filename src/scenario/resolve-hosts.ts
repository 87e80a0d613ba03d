/**
 * Hosts and LANs of the plan, from drafts whose addresses are assigned: routes, gateways and sysctls are read here, as
 * a route can only be judged when it is known which subnets a host is on.
 */
import type { Cidr, Ip4 } from '../base/addr.ts';
import {
  broadcastOf,
  cidrContains,
  formatCidr,
  formatIp4,
  isLoopbackIp4,
  isMulticastIp4,
  networkOf,
} from '../base/addr.ts';
import { findDefaultPool } from '../docker/ipam/default-pools.ts';
import type { DiagnosticList, Position } from './diagnostics.ts';
import { DESTINATION, Mistake, parseDestination, routeTarget } from './field.ts';
import type { CableImpairment } from './impairment.ts';
import { impairmentOf, withDelay } from './impairment.ts';
import type { PlanDaemon, PlanHost, PlanInterface, PlanLan, PlanRoute, PlanUplink } from './plan.ts';
import { entriesOf, readValue } from './reader.ts';
import type { DaemonSettings } from './schema.ts';
import { SYSCTL_PATTERN, sysctlValue } from './schema.ts';
import type { Source } from './source.ts';
import { quote, unknownName } from './suggest.ts';
import type { HostDraft, InterfaceDraft, LanDraft } from './topology.ts';

/** What a host takes from the scenario when it has no value of its own. */
export interface HostDefaults {
  readonly softirqNs: number;
  readonly wakeupNs: number;
}

const EVERYWHERE: Cidr = { address: 0, prefixLen: 0 };
const ROUTE_TARGET = routeTarget();
const SYSCTL_VALUE = sysctlValue();

export function planHost(diagnostics: DiagnosticList, host: HostDraft, defaults: HostDefaults): PlanHost {
  const { fields, place } = host.read;
  const routes = readRoutes(diagnostics, host);
  const { gateway } = fields;
  if (gateway !== undefined && !host.isBroken) {
    const at = place('gateway');
    const own = subnetsOn(host, undefined);
    const mistake = neighbourMistake(host, gateway, own, own);
    if (mistake !== undefined) diagnostics.add(at, `gateway ${mistake}`);
    const taken = takenDestination(EVERYWHERE, routes);
    if (taken !== undefined) diagnostics.add(at, taken);
  }
  if (fields.docker !== false && !host.isBroken) checkEngine(diagnostics, host, routes);
  return {
    name: host.name,
    docker: fields.docker !== false,
    daemon: planDaemon(diagnostics, host),
    forward: fields.forward,
    softirqNs: fields.softirq ?? defaults.softirqNs,
    wakeupNs: fields.wakeup ?? defaults.wakeupNs,
    interfaces: host.interfaces.map(planInterface),
    routes: routes.map(({ route }) => route),
    gateway,
    dns: fields.dns,
    sysctls: readSysctls(diagnostics, host),
    line: host.at.line,
    col: host.at.col,
  };
}

/** The settings of the host's engine; a daemon refuses to start with some of them together. */
function planDaemon(diagnostics: DiagnosticList, host: HostDraft): PlanDaemon {
  const { docker } = host.read.fields;
  const settings: Partial<DaemonSettings> = typeof docker === 'boolean' ? {} : docker;
  const { iptables = true, icc = true } = settings;
  if (!iptables && !icc) {
    const why = 'icc: false needs iptables to keep containers from each other';
    diagnostics.add(host.read.place('docker'), `the engine does not start: ${why}; expected iptables: true`);
  }
  return {
    hasUserlandProxy: settings['userland-proxy'] ?? true,
    hasIptables: iptables,
    isIccEnabled: icc,
    isIpMasqueradeEnabled: settings['ip-masq'] ?? true,
    hostBindingIp: formatIp4(settings.ip ?? 0),
  };
}

/** An engine whose default bridge finds no subnet does not start. */
function checkEngine(diagnostics: DiagnosticList, host: HostDraft, routes: readonly PlacedRoute[]): void {
  const subnets = host.interfaces.flatMap(({ addresses }) => addresses ?? []).filter(({ prefixLen }) => prefixLen < 32);
  const onLink = routes.filter(({ route }) => route.via === undefined).map(({ route }) => route.destination);
  const servers = host.read.fields.dns.map((address) => ({ address, prefixLen: 32 }));
  const reached = [...subnets, ...onLink, ...servers].filter(({ prefixLen }) => prefixLen > 0);
  if (findDefaultPool(reached) !== undefined) return;
  const why = 'all of 172.17.0.0/16 to 172.31.0.0/16 and 192.168.0.0/16 is in use on its host';
  diagnostics.add(host.at, `the engine finds no subnet for docker0: ${why}; expected a free one, or docker: false`);
}

function planInterface(draft: InterfaceDraft): PlanInterface {
  return {
    name: draft.name,
    lan: draft.lan.name,
    addresses: draft.addresses ?? [],
    mac: draft.mac ?? 0,
    mtu: draft.mtu ?? draft.lan.read.fields.mtu,
  };
}

interface PlacedRoute {
  readonly route: PlanRoute;
  readonly at: Position;
}

/** In the order in which the kernel takes them: a route that names only a device may lead to another one's router. */
function readRoutes(diagnostics: DiagnosticList, host: HostDraft): PlacedRoute[] {
  const node = host.read.node('routes');
  const routes: PlacedRoute[] = [];
  if (node === undefined) return routes;
  for (const entry of entriesOf(diagnostics, node, 'routes').values()) {
    const destination = parseDestination(entry.name);
    if (destination instanceof Mistake) diagnostics.add(entry.at, destination.message);
    else if (destination === undefined) {
      diagnostics.add(entry.at, `${quote(entry.name)} is no destination; expected ${DESTINATION}`);
    }
    const target = readValue(diagnostics, entry.value, `the route to ${entry.name}`, ROUTE_TARGET);
    if (destination === undefined || destination instanceof Mistake || target === undefined) continue;
    const mistake = takenDestination(destination, routes) ?? connectedMistake(host, destination);
    if (mistake !== undefined) diagnostics.add(entry.at, mistake);
    routes.push({ route: { destination, ...target }, at: entry.value });
  }
  if (!host.isBroken) for (const placed of routes) checkTarget(diagnostics, host, routes, placed);
  return [
    ...routes.filter(({ route }) => route.via === undefined),
    ...routes.filter(({ route }) => route.via !== undefined),
  ];
}

/** Two routes to one destination: `ip route add` would answer "File exists". */
function takenDestination(destination: Cidr, routes: readonly PlacedRoute[]): string | undefined {
  const isTaken = routes.some(({ route }) => isSameSubnet(route.destination, destination));
  return isTaken
    ? `the route to ${formatCidr(destination)} is there twice; expected one route to a destination`
    : undefined;
}

/** The kernel makes the routes to the subnets of the interfaces itself. */
function connectedMistake(host: HostDraft, destination: Cidr): string | undefined {
  if (host.isBroken || destination.prefixLen === 32) return undefined;
  for (const { name, addresses } of host.interfaces) {
    const isOwn = addresses?.some((own) =>
      isSameSubnet({ address: networkOf(own), prefixLen: own.prefixLen }, destination),
    );
    if (isOwn === true)
      return `the route to ${formatCidr(destination)} is there by the address of ${name}; expected another destination`;
  }
  return undefined;
}

function isSameSubnet(left: Cidr, right: Cidr): boolean {
  return left.address === right.address && left.prefixLen === right.prefixLen;
}

function checkTarget(
  diagnostics: DiagnosticList,
  host: HostDraft,
  routes: readonly PlacedRoute[],
  placed: PlacedRoute,
): void {
  const { via, dev } = placed.route;
  const devices = host.interfaces.map(({ name }) => name);
  if (dev !== undefined && !devices.includes(dev)) {
    diagnostics.add(placed.at, unknownName('interface', dev, devices).replace(';', ` of host ${quote(host.name)};`));
    return;
  }
  if (via === undefined) return;
  const behindDevices = routes
    .map(({ route }) => route)
    .filter((route) => route.via === undefined && (dev ?? route.dev) === route.dev);
  const own = subnetsOn(host, dev);
  const mistake = neighbourMistake(host, via, own, [...own, ...behindDevices.map(({ destination }) => destination)]);
  if (mistake !== undefined) diagnostics.add(placed.at, `router ${mistake}`);
}

/** The addresses of the device, or of all. */
function subnetsOn(host: HostDraft, dev: string | undefined): Cidr[] {
  return host.interfaces.filter(({ name }) => (dev ?? name) === name).flatMap(({ addresses }) => addresses ?? []);
}

/** As in Linux (fib_check_nh), a router must be a neighbour: on a subnet of the host, or where a device leads. */
function neighbourMistake(
  host: HostDraft,
  router: Ip4,
  own: readonly Cidr[],
  near: readonly Cidr[],
): string | undefined {
  const text = formatIp4(router);
  if (subnetsOn(host, undefined).some(({ address }) => address === router)) {
    return `${text} is host ${quote(host.name)} itself; expected another machine on one of its subnets`;
  }
  const isEdge = (subnet: Cidr): boolean =>
    subnet.prefixLen < 31 && (router === networkOf(subnet) || router === broadcastOf(subnet));
  if (own.some(isEdge) || isLoopbackIp4(router) || isMulticastIp4(router) || router === 0 || router === -1) {
    return `${text} is no address of a machine; expected another machine on one of its subnets`;
  }
  if (near.some((subnet) => cidrContains(subnet, router))) return undefined;
  const subnets = own.map((cidr) => `the subnet of ${formatCidr(cidr)}`).join(' or ');
  const expected = subnets === '' ? 'a host that has an address there' : `an address in ${subnets}`;
  return `${text} is no neighbour of host ${quote(host.name)}; expected ${expected}`;
}

function readSysctls(diagnostics: DiagnosticList, host: HostDraft): Record<string, string> {
  const node = host.read.node('sysctls');
  const sysctls: Record<string, string> = {};
  if (node === undefined) return sysctls;
  for (const entry of entriesOf(diagnostics, node, 'sysctls').values()) {
    if (!SYSCTL_PATTERN.test(entry.name)) {
      diagnostics.add(
        entry.at,
        `${quote(entry.name)} is not the name of a sysctl; expected one such as net.ipv4.ip_forward`,
      );
      continue;
    }
    const value = readValue(diagnostics, entry.value, entry.name, SYSCTL_VALUE);
    if (value !== undefined) sysctls[entry.name] = String(value);
  }
  return sysctls;
}

export function planLan(source: Source, lan: LanDraft): PlanLan {
  const { fields } = lan.read;
  const impairment = impairmentOf(source, lan, fields.delay.delayNs);
  return {
    name: lan.name,
    index: lan.index,
    isSwitch: fields.switch,
    rateBitsPerSecond: fields.rate,
    ...impairment,
    queueFrames: fields.queue,
    mtu: fields.mtu,
    framing: fields.framing,
    uplink: planUplink(lan, impairment),
    members: lan.members.map((member) => ({ host: member.host.name, interfaceName: member.name })),
  };
}

function planUplink(lan: LanDraft, impairment: CableImpairment): PlanUplink | undefined {
  if (lan.uplink === undefined) return undefined;
  const { to, rateBitsPerSecond, delayNs } = lan.uplink;
  const { rate, delay } = lan.read.fields;
  return {
    to,
    rateBitsPerSecond: rateBitsPerSecond ?? rate,
    ...withDelay(impairment, delay.delayNs, delayNs ?? delay.delayNs),
  };
}
