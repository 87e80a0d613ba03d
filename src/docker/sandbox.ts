/**
 * A sandbox: the network namespace of one container with its interfaces, routes and lo. Twin of libnetwork's
 * sandbox.go, endpoint.go (sbJoin, sbLeave) and osl/: the namespace appears when the container's process is made, after
 * its endpoints, and each endpoint's link is then moved in, renamed, addressed and only then set up. What joins later
 * is moved in at once.
 */
import type { Cidr, Ip4 } from '../base/addr.ts';
import { broadcastOf, formatCidr, formatIp4, formatMac } from '../base/addr.ts';
import { assert } from '../base/assert.ts';
import type { Driver } from './drivers/driver.ts';
import type { Endpoint } from './endpoint.ts';
import { deleteEndpoint } from './endpoint.ts';
import { DaemonError } from './errors.ts';
import { shortId } from './ids.ts';
import type { KernelDoor } from './kernel-door.ts';
import { tryLine, typeLine } from './kernel-door.ts';
import type { Network } from './network.ts';
import { poolOf } from './network.ts';
import type { ResolverSettings, SandboxFiles } from './sandbox-files.ts';

/** Interfaces inside are eth0, eth1 …, unless the network says otherwise. */
const INTERFACE_PREFIX = 'eth';
const INTERFACE_PREFIX_OPTION = 'com.docker.network.container_iface_prefix';
const NETNS_FOLDER = '/var/run/docker/netns';
/** The network that gives a way out to sandboxes none of whose networks has one (default_gateway.go). */
export const GATEWAY_NETWORK = 'docker_gwbridge';
const GATEWAY_ENDPOINT_PREFIX = 'gateway_';
/** Of the name of whoever is in the sandbox, and of the sandbox's id. */
const GATEWAY_NAME_LENGTH = 12;

/** What sandboxes of one engine do otherwise than those of another. */
export interface SandboxHabits {
  /** A new interface gets the number of one that has left. */
  readonly reusesNumbers: boolean;
  /** Who leaves a network takes the lines of its own address out of /etc/hosts, not those of the network's names. */
  readonly forgetsOwnAddress: boolean;
}

const OLD_HABITS: SandboxHabits = { reusesNumbers: false, forgetsOwnAddress: false };

export interface Sandbox {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** The file that holds the namespace, as `docker inspect` shows it. */
  readonly key: string;
  /** The namespace's name for `ip netns`; null when it is the host's own. */
  readonly netnsName: string | null;
  readonly files: SandboxFiles;
  /** Starts a DNS server in the sandbox's namespace. */
  readonly startResolver: ResolverStarter;
  /** The one that runs there; null for none. */
  resolver: { stop(): void } | null;
  /** The one that gives the default route first, then the order in which they would take its place. */
  readonly endpoints: Endpoint[];
  /** The endpoints that its container is linked to, as they were when it was made. */
  children: readonly Endpoint[];
  /** Whether the namespace is there. */
  isOpen: boolean;
  /** False when its container has ended. */
  isLive: boolean;
  /** Its endpoints leave one after the other: no way out is looked for any more. */
  isInDelete: boolean;
  /** Running containers that have joined it; the namespace stays until the last of them has ended. */
  guestCount: number;
  readonly habits: SandboxHabits;
  /** The number after the last interface's, by prefix. */
  readonly nextInterface: Map<string, number>;
  /** Where the default route leads that was set last, and whose it was; null when there is none. */
  defaultRoute: { readonly gateway: Ip4; readonly endpoint: Endpoint } | null;
}

/** How the engine starts the embedded DNS server of a sandbox whose namespace is there. */
export type ResolverStarter = (sandbox: Sandbox, settings: ResolverSettings) => { stop(): void } | null;

const NO_RESOLVER: ResolverStarter = () => null;

/** What endpoints need of their host. */
export interface NetworkHost {
  readonly door: KernelDoor;
  driverOf(network: Network): Driver;
  /**
   * An endpoint has joined, where `previous` gave the sandbox its way out until then: what is published moves to the
   * one that gives it now. Throws a DaemonError.
   */
  wayOutJoined(joined: Endpoint, previous: Endpoint | undefined): void;
  /** Before an endpoint leaves: true if it gives the way out, after which `wayOutLeft` finds the next one. */
  wayOutLeaving(leaving: Endpoint): boolean;
  wayOutLeft(): void;
  /** Its interface is up in the sandbox's namespace. */
  interfaceUp(sandbox: Sandbox, endpoint: Endpoint): void;
  interfaceLeaving(endpoint: Endpoint): void;
  /** Others are to know it by its names no longer. */
  endpointLeaving(endpoint: Endpoint): void;
  /** Makes an endpoint of this name on the gateway network, and the network too if there is none. */
  createGatewayEndpoint(name: string): Endpoint;
}

export function createSandbox(
  sandboxId: string,
  isHostNamespace: boolean,
  files: SandboxFiles,
  habits = OLD_HABITS,
  startResolver = NO_RESOLVER,
): Sandbox {
  const netnsName = isHostNamespace ? null : shortId(sandboxId);
  const key = `${NETNS_FOLDER}/${netnsName ?? 'default'}`;
  const life = { isOpen: false, isLive: true, isInDelete: false, guestCount: 0 };
  const state = { ...life, nextInterface: new Map<string, number>(), defaultRoute: null };
  const dns = { startResolver, resolver: null };
  return { id: sandboxId, key, netnsName, files, endpoints: [], children: [], habits, ...dns, ...state };
}

/** A sandbox of the engine's own, whose namespace is called so. */
export function createNamedSandbox(
  sandboxId: string,
  netnsName: string,
  files: SandboxFiles,
  habits: SandboxHabits,
  startResolver: ResolverStarter,
): Sandbox {
  const sandbox = createSandbox(sandboxId, false, files, habits, startResolver);
  return { ...sandbox, netnsName, key: `${NETNS_FOLDER}/${netnsName}` };
}

/** Makes the namespace with lo up and IPv6 off, and moves in what has joined. Nothing to do on the host's own. */
export function openSandbox(door: KernelDoor, sandbox: Sandbox, containerName: string): void {
  const netns = sandbox.netnsName;
  if (netns === null) return;
  typeLine(door, `ip netns add ${netns}`);
  sandbox.isOpen = true;
  door.labelNamespace(netns, containerName);
  typeLine(door, `ip netns exec ${netns} sysctl -w net.ipv6.conf.all.disable_ipv6=1`);
  typeLine(door, `ip -n ${netns} link set lo up`);
  for (const endpoint of sandbox.endpoints) populate(door, sandbox, endpoint);
}

/** The container has ended, its endpoints have left: removes the namespace unless others are still in it. */
export function closeSandbox(door: KernelDoor, sandbox: Sandbox): void {
  assert(sandbox.endpoints.length === 0, 'a sandbox is closed after its endpoints have left');
  sandbox.isLive = false;
  sandbox.resolver?.stop();
  sandbox.resolver = null;
  removeUnused(door, sandbox);
}

/** A container that had joined another's sandbox has ended. */
export function leaveSandboxAsGuest(door: KernelDoor, sandbox: Sandbox): void {
  sandbox.guestCount--;
  assert(sandbox.guestCount >= 0, 'a guest leaves once');
  removeUnused(door, sandbox);
}

function removeUnused(door: KernelDoor, sandbox: Sandbox): void {
  if (sandbox.isLive || sandbox.guestCount > 0) return;
  if (sandbox.isOpen) tryLine(door, `ip netns del ${sandbox.netnsName ?? ''}`);
  sandbox.isOpen = false;
}

/** The endpoint that the default route leads to, and what is published (libnetwork: getGatewayEndpoint). */
export function gatewayEndpoint(sandbox: Sandbox): Endpoint | undefined {
  return sandbox.endpoints.find((endpoint) => endpoint.gateway !== null);
}

/** Twin of sbJoin. Throws a DaemonError; the endpoint is then to be deleted. */
export function joinSandbox(host: NetworkHost, sandbox: Sandbox, endpoint: Endpoint): void {
  const driver = host.driverOf(endpoint.network);
  endpoint.children = sandbox.children;
  driver.join(endpoint.network, endpoint);
  try {
    const isInHosts = !endpoint.network.isIngress && endpoint.network.name !== GATEWAY_NETWORK;
    if (endpoint.address !== null && isInHosts) sandbox.files.addAddress(endpoint.address);
    sandbox.files.updateResolvConf();
    const before = gatewayEndpoint(sandbox);
    insertByPriority(sandbox, endpoint);
    if (sandbox.isOpen) populate(host.door, sandbox, endpoint);
    if (sandbox.isOpen && endpoint.interfaceName !== '') host.interfaceUp(sandbox, endpoint);
    // Balancers have no way out but the ingress network's.
    if (endpoint.isBalancer && !endpoint.network.isIngress) return;
    if (needsDefaultGateway(sandbox) && defaultGatewayEndpoint(sandbox) === undefined) {
      setupDefaultGateway(host, sandbox, endpoint.containerId);
      return;
    }
    host.wayOutJoined(endpoint, before);
    if (!needsDefaultGateway(sandbox)) clearDefaultGateway(host, sandbox);
  } catch (error) {
    removeFrom(sandbox, endpoint);
    driver.leave(endpoint.network, endpoint);
    throw error;
  }
}

/** Twin of sbLeave: the interface goes, and the next endpoint in order gives the default route. */
export function leaveSandbox(host: NetworkHost, sandbox: Sandbox, endpoint: Endpoint): void {
  const { door } = host;
  host.endpointLeaving(endpoint);
  const before = gatewayEndpoint(sandbox);
  const isWayOut = host.wayOutLeaving(endpoint);
  host.driverOf(endpoint.network).leave(endpoint.network, endpoint);
  host.interfaceLeaving(endpoint);
  releaseInterface(door, sandbox, endpoint);
  removeFrom(sandbox, endpoint);
  const after = gatewayEndpoint(sandbox);
  if (sandbox.isOpen && after !== undefined && after !== before) updateGateway(door, sandbox, after);
  if (!sandbox.habits.forgetsOwnAddress) sandbox.files.deleteNames(namesKnownTo(endpoint));
  else if (endpoint.address !== null) sandbox.files.deleteAddress(endpoint.address);
  if (!sandbox.isInDelete && needsDefaultGateway(sandbox) && defaultGatewayEndpoint(sandbox) === undefined) {
    setupDefaultGateway(host, sandbox, endpoint.containerId);
    return;
  }
  if (isWayOut) host.wayOutLeft();
  if (!needsDefaultGateway(sandbox)) clearDefaultGateway(host, sandbox);
}

/** The endpoint on the gateway network that the sandbox was given; undefined for none. */
export function defaultGatewayEndpoint(sandbox: Sandbox): Endpoint | undefined {
  return sandbox.endpoints.find(isGatewayEndpoint);
}

function isGatewayEndpoint({ network, name }: Endpoint): boolean {
  return network.name === GATEWAY_NETWORK && name.startsWith(GATEWAY_ENDPOINT_PREFIX);
}

/** Whether one of the networks leads out and none has a gateway. Twin of needDefaultGW. */
function needsDefaultGateway(sandbox: Sandbox): boolean {
  const isAsked = (endpoint: Endpoint): boolean =>
    !isGatewayEndpoint(endpoint) &&
    !['null', 'host'].includes(endpoint.network.driver) &&
    // A bridge without a gateway is meant to be so.
    !(endpoint.network.driver === 'bridge' && endpoint.gateway === null) &&
    !endpoint.network.isInternal;
  const asked = sandbox.endpoints.filter(isAsked);
  return asked.length > 0 && asked.every((endpoint) => endpoint.gateway === null);
}

/** Twin of setupDefaultGW. Throws a DaemonError. */
function setupDefaultGateway(host: NetworkHost, sandbox: Sandbox, containerId: string): void {
  const isNamed = containerId.length <= GATEWAY_NAME_LENGTH;
  const owner = isNamed ? containerId : sandbox.id.slice(0, GATEWAY_NAME_LENGTH);
  const failed = (step: string, error: unknown): DaemonError => {
    if (!(error instanceof DaemonError)) throw error;
    return new DaemonError(`container ${containerId}: endpoint ${step} on GW Network failed: ${error.message}`);
  };
  let endpoint: Endpoint;
  try {
    endpoint = host.createGatewayEndpoint(`${GATEWAY_ENDPOINT_PREFIX}${owner}`);
  } catch (error) {
    throw failed('create', error);
  }
  try {
    joinSandbox(host, sandbox, endpoint);
  } catch (error) {
    deleteEndpoint(endpoint, host.driverOf(endpoint.network));
    throw failed('join', error);
  }
}

/** Twin of clearDefaultGW. */
function clearDefaultGateway(host: NetworkHost, sandbox: Sandbox): void {
  const endpoint = defaultGatewayEndpoint(sandbox);
  if (endpoint === undefined) return;
  leaveSandbox(host, sandbox, endpoint);
  deleteEndpoint(endpoint, host.driverOf(endpoint.network));
}

/**
 * All of a sandbox's endpoints leave, those on the gateway network by themselves. Twin of the sandbox's delete, which
 * goes through them in their order.
 */
export function leaveAll(host: NetworkHost, sandbox: Sandbox): void {
  sandbox.isInDelete = true;
  for (const endpoint of sandbox.endpoints.filter((each) => !isGatewayEndpoint(each))) {
    leaveSandbox(host, sandbox, endpoint);
    deleteEndpoint(endpoint, host.driverOf(endpoint.network));
  }
  clearDefaultGateway(host, sandbox);
}

/**
 * The gateway network comes last, non-internal networks come before internal ones, those with a gateway before others,
 * then it goes by the networks' names (libnetwork: endpoint.Less).
 */
function comesBefore(left: Endpoint, right: Endpoint): boolean {
  if (isGatewayEndpoint(left) !== isGatewayEndpoint(right)) return isGatewayEndpoint(right);
  if (left.network.isInternal !== right.network.isInternal) return right.network.isInternal;
  if ((left.gateway === null) !== (right.gateway === null)) return right.gateway === null;
  return left.network.name < right.network.name;
}

function insertByPriority(sandbox: Sandbox, endpoint: Endpoint): void {
  const place = sandbox.endpoints.findIndex((other) => comesBefore(endpoint, other));
  sandbox.endpoints.splice(place < 0 ? sandbox.endpoints.length : place, 0, endpoint);
}

function removeFrom(sandbox: Sandbox, endpoint: Endpoint): void {
  const place = sandbox.endpoints.indexOf(endpoint);
  if (place >= 0) sandbox.endpoints.splice(place, 1);
}

/** Moves the endpoint's link in, if it has one. Twin of populateNetworkResources. */
function populate(door: KernelDoor, sandbox: Sandbox, endpoint: Endpoint): void {
  if (hasEmbeddedDns(endpoint)) {
    const settings = sandbox.files.startResolver();
    if (settings !== undefined) sandbox.resolver = sandbox.startResolver(sandbox, settings);
  }
  if (endpoint.sandboxLink !== '') addInterface(door, sandbox, endpoint);
  for (const { destination, gateway } of endpoint.staticRoutes) {
    const route = `${formatCidr(destination)} via ${formatIp4(gateway)}`;
    typeLine(door, `ip -n ${sandbox.netnsName!} route add ${route}`);
  }
  if (endpoint === gatewayEndpoint(sandbox)) updateGateway(door, sandbox, endpoint);
}

function addInterface(door: KernelDoor, sandbox: Sandbox, endpoint: Endpoint): void {
  const netns = sandbox.netnsName!;
  const asked = endpoint.network.options.get(INTERFACE_PREFIX_OPTION) ?? '';
  const prefix = asked === '' ? INTERFACE_PREFIX : asked;
  const name = `${prefix}${interfaceNumber(sandbox, prefix)}`;
  if (endpoint.netnsName === null) typeLine(door, `ip link set ${endpoint.sandboxLink} netns ${netns}`);
  typeLine(door, `ip -n ${netns} link set ${endpoint.sandboxLink} name ${name}`);
  endpoint.interfaceName = name;
  setAddresses(door, netns, name, endpoint);
  typeLine(door, `ip -n ${netns} link set ${name} up`);
}

/** The number after the highest ever, or the lowest that is free. */
function interfaceNumber(sandbox: Sandbox, prefix: string): number {
  let number = sandbox.nextInterface.get(prefix) ?? 0;
  if (sandbox.habits.reusesNumbers) {
    const names = sandbox.endpoints.map((endpoint) => endpoint.interfaceName);
    for (number = 0; names.includes(`${prefix}${number}`);) number++;
  }
  sandbox.nextInterface.set(prefix, number + 1);
  return number;
}

function setAddresses(door: KernelDoor, netns: string, name: string, endpoint: Endpoint): void {
  const { address, mac, network } = endpoint;
  const pool = address === null ? null : poolOf(network, address);
  assert(address !== null && mac !== null && pool !== null, 'an interface has an address and a MAC');
  const own: Cidr = { address, prefixLen: pool.subnet.prefixLen };
  typeLine(door, `ip -n ${netns} link set ${name} address ${formatMac(mac)}`);
  for (const each of [own, ...endpoint.linkLocalAddresses]) {
    const cidr = `${formatCidr(each)} brd ${formatIp4(broadcastOf(each))}`;
    typeLine(door, `ip -n ${netns} addr add ${cidr} dev ${name}`);
  }
}

/**
 * Takes the interface down and gives it its name on the host back. osl then moves it there; the driver deletes it next,
 * so that is left out.
 */
function releaseInterface(door: KernelDoor, sandbox: Sandbox, endpoint: Endpoint): void {
  if (endpoint.interfaceName === '' || !sandbox.isOpen) return;
  const netns = sandbox.netnsName!;
  const isThere = tryLine(door, `ip -n ${netns} link set ${endpoint.interfaceName} down`);
  if (isThere) tryLine(door, `ip -n ${netns} link set ${endpoint.interfaceName} name ${endpoint.sandboxLink}`);
  endpoint.interfaceName = '';
  // With the interface its routes have gone.
  if (sandbox.defaultRoute?.endpoint === endpoint) sandbox.defaultRoute = null;
}

/** Takes the old default route away and sets the new one: in between there is none. */
function updateGateway(door: KernelDoor, sandbox: Sandbox, endpoint: Endpoint): void {
  const old = sandbox.defaultRoute;
  if (old !== null) tryLine(door, defaultRouteLine(sandbox, 'del', old.gateway, old.endpoint));
  sandbox.defaultRoute = null;
  const gateway = endpoint.gateway!;
  const { exit, stderr } = door.type(defaultRouteLine(sandbox, 'add', gateway, endpoint));
  if (exit !== 0) throw new DaemonError(`failed to set gateway while updating gateway: ${errnoText(stderr)}`);
  sandbox.defaultRoute = { gateway, endpoint };
}

function defaultRouteLine(sandbox: Sandbox, verb: 'add' | 'del', gateway: Ip4, endpoint: Endpoint): string {
  const target = `default via ${formatIp4(gateway)} dev ${endpoint.interfaceName}`;
  return `ip -n ${sandbox.netnsName!} route ${verb} ${target}`;
}

/** `RTNETLINK answers: File exists` is Go's `file exists`. */
function errnoText(stderr: string): string {
  return stderr
    .trim()
    .replace(/^RTNETLINK answers: /, '')
    .toLowerCase();
}

/** Whether names are resolved on the endpoint's network: on all but those that every engine has. */
function hasEmbeddedDns(endpoint: Endpoint): boolean {
  return !['bridge', 'host', 'none'].includes(endpoint.network.name);
}

/**
 * The names known on the endpoint's network, but for the endpoint's own: a leaving container forgets the lines of its
 * /etc/hosts that end in one of them, its own lines too, since its short id is a name (libnetwork: getSvcRecords).
 */
function namesKnownTo(endpoint: Endpoint): string[] {
  const namesOf = ({ name, isAnonymous, aliases }: Endpoint): string[] => [...(isAnonymous ? [] : [name]), ...aliases];
  const names = [...endpoint.network.endpoints].flatMap(namesOf).map((name) => name.toLowerCase());
  return names.filter((name) => name.split('.', 1)[0] !== endpoint.name);
}
