/**
 * A container on its networks: what it gets when it starts and gives back when it ends. Twin of moby's
 * daemon/container_operations.go.
 */
import { formatIp4 } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import { withdrawEndpoint } from '../agent/endpoint-records.ts';
import type { Container, EndpointRequest, EndpointSettings } from '../container.ts';
import { NO_ENDPOINT_REQUEST, endpointSettings } from '../container.ts';
import { startEmbeddedDns } from '../dns/embedded-dns.ts';
import type { Engine, NetnsHandle } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { hostnameText } from '../etc-files.ts';
import type { Network } from '../network.ts';
import type { NetworkHost, ResolverStarter, Sandbox } from '../sandbox.ts';
import { closeSandbox, createSandbox, leaveAll, leaveSandboxAsGuest, openSandbox } from '../sandbox.ts';
import { SandboxFiles } from '../sandbox-files.ts';
import { detachNetworks } from './attach.ts';
import { connectToNetwork, settingsNetwork } from './connect.ts';
import { connectivityJoined, connectivityLeaving, connectivityLeft } from './connectivity.ts';
import { createGatewayEndpoint } from './default-gateway.ts';
import { linkedEndpoints, linkedHosts, updateParents } from './links.ts';
import { writeSysctls } from './sysctls.ts';
import { DEFAULT_NETWORK, connectedContainer, isContainerMode, isUserDefined, networkOfMode } from './network-mode.ts';

/** The files that a container on another's network shares with it. */
const SHARED_FILES = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'];

/** The network namespace that the container's processes live in. */
export function namespaceOf(engine: Engine, container: Container): NetnsHandle {
  const name = sandboxOf(container)?.netnsName ?? null;
  const ns = name === null ? engine.host.rootNs : engine.host.namespaces.get(name);
  assert(ns !== undefined, 'the namespace of a sandbox is there while the container runs');
  return ns;
}

/** The sandbox that a running container is in: its own, or another's. */
function sandboxOf(container: Container): Sandbox | null {
  return container.joinedSandbox ?? container.sandbox;
}

/**
 * Which networks a new container is to be on: `endpoints` is what the client asked for, by what was typed. Twin of
 * updateContainerNetworkSettings.
 */
export function setInitialNetworks(
  engine: Engine,
  container: Container,
  endpoints: ReadonlyMap<string, EndpointRequest>,
): void {
  const { networkMode } = container.hostConfig;
  if (isContainerMode(networkMode)) return;
  const network = isUserDefined(networkMode) ? engine.findNetwork(networkMode) : undefined;
  const name = network?.name ?? networkOfMode(networkMode);
  if (endpoints.size === 0) {
    container.networks.set(name, endpointSettings(NO_ENDPOINT_REQUEST));
    return;
  }
  for (const [typed, request] of endpoints) {
    // A name that is the beginning of an id stays as it is: the client does not know of ids.
    const isSame = typed === network?.id || (networkMode === 'default' && typed === 'default');
    container.networks.set(isSame ? name : typed, endpointSettings(request));
  }
}

/**
 * Puts the container on its networks and opens its namespace. Throws a DaemonError; `releaseNetwork` cleans up. The
 * default bridge comes first and then, where Docker goes through a map in random order, the others by name.
 */
export function allocateNetwork(engine: Engine, container: Container): void {
  if (isContainerMode(container.hostConfig.networkMode)) {
    joinContainer(engine, container);
    if (engine.version.opensSandboxFirst) writeSysctls(engine, container);
    return;
  }
  for (const path of SHARED_FILES) container.files.mountFile(path, null);
  if (engine.version.opensSandboxFirst) {
    openOwnSandbox(engine, container);
    writeSysctls(engine, container);
  }
  const settings = [...container.networks].sort(([left], [right]) => {
    if ((left === DEFAULT_NETWORK) !== (right === DEFAULT_NETWORK)) return left === DEFAULT_NETWORK ? -1 : 1;
    return left < right ? -1 : 1;
  });
  for (const [name, each] of settings) connectAtStart(engine, container, name, each);
  if (!engine.version.opensSandboxFirst) openOwnSandbox(engine, container);
}

/** Newer engines say of what fails that the container was about to start. */
function connectAtStart(engine: Engine, container: Container, name: string, settings: EndpointSettings): void {
  try {
    connectToNetwork(engine, container, name, settings, false);
  } catch (error) {
    if (!(error instanceof DaemonError) || !engine.version.opensSandboxFirst) throw error;
    throw new DaemonError(`failed to set up container networking: ${error.message}`, error.isNotFound);
  }
}

function openOwnSandbox(engine: Engine, container: Container): void {
  const sandbox = liveSandbox(container) ?? makeSandbox(engine, container);
  container.files.write('/etc/hostname', hostnameText(container.config.hostname));
  openSandbox(engine.host.door, sandbox, container.name);
}

/** The sandbox that is there now; null when the container does not run, or on another's network. */
export function liveSandbox(container: Container): Sandbox | null {
  return container.sandbox?.isLive === true ? container.sandbox : null;
}

/** Makes the container's sandbox, and its files. */
export function makeSandbox(engine: Engine, container: Container): Sandbox {
  const { config, hostConfig } = container;
  const files = new SandboxFiles(container.files, engine.host.files, {
    hostname: config.hostname,
    domainname: config.domainname,
    extraHosts: [...extraHosts(engine, hostConfig.extraHosts ?? []), ...linkedHosts(container)],
    dns: hostConfig.dns,
    dnsSearch: hostConfig.dnsSearch,
    dnsOptions: hostConfig.dnsOptions,
    isHostNetwork: container.isHostNetwork,
    hasEmbeddedDns: isUserDefined(hostConfig.networkMode),
  });
  updateParents(engine, container);
  const { sandboxHabits } = engine.version;
  const startResolver: ResolverStarter = (sandbox, settings) => startEmbeddedDns(engine, sandbox, settings);
  const sandboxId = engine.ids.next();
  container.sandbox = createSandbox(sandboxId, container.isHostNetwork, files, sandboxHabits, startResolver);
  container.sandbox.children = linkedEndpoints(container);
  return container.sandbox;
}

/** What a container's sandbox needs of the engine. */
export function networkHost(engine: Engine, container: Container): NetworkHost {
  return {
    door: engine.host.door,
    driverOf: (network) => engine.driverOf(network),
    wayOutJoined: (joined, previous) => {
      connectivityJoined(engine, container, joined, previous);
    },
    wayOutLeaving: (leaving) => connectivityLeaving(engine, container, leaving),
    wayOutLeft: () => {
      connectivityLeft(engine, container);
    },
    interfaceUp: ({ netnsName }, endpoint) => {
      const ns = netnsName === null ? undefined : engine.host.namespaces.get(netnsName);
      if (ns !== undefined && engine.version.announcesAddresses) engine.announcer.start(ns, endpoint);
    },
    interfaceLeaving: (endpoint) => {
      engine.announcer.stop(endpoint);
    },
    endpointLeaving: (endpoint) => {
      withdrawEndpoint(engine, endpoint);
    },
    createGatewayEndpoint: (name) => createGatewayEndpoint(engine, name, container.id),
  };
}

/** Gives back addresses, links and the namespace; the names of the networks stay for the next start. */
export function releaseNetwork(engine: Engine, container: Container): void {
  if (container.joinedSandbox !== null) {
    leaveSandboxAsGuest(engine.host.door, container.joinedSandbox);
    container.joinedSandbox = null;
  }
  const networks = settingsNetworks(engine, container);
  for (const settings of container.networks.values()) settings.endpoint = null;
  const sandbox = liveSandbox(container);
  if (sandbox !== null) {
    leaveAll(networkHost(engine, container), sandbox);
    closeSandbox(engine.host.door, sandbox);
    for (const network of networks) logNetworkEvent(engine, network, 'disconnect', container);
  }
  detachNetworks(engine, container);
}

export function logNetworkEvent(
  engine: Engine,
  network: Network,
  action: 'connect' | 'disconnect',
  container: Container,
): void {
  const attributes = { container: container.id, name: network.name, type: network.driver };
  engine.events.log('network', action, network.id, attributes);
}

/** The networks of a container that are there. */
function settingsNetworks(engine: Engine, container: Container): Network[] {
  const found = [...container.networks].map(([name, settings]) => settingsNetwork(engine, name, settings));
  return found.filter((network) => network !== undefined);
}

/** `host-gateway` is the host's address on the default bridge. */
function extraHosts(engine: Engine, typed: readonly string[]): [string, string][] {
  const gateway = engine.findNetwork(DEFAULT_NETWORK)?.gateway ?? null;
  return typed.map((text) => {
    const colon = text.indexOf(':');
    const [name, address] = [text.slice(0, colon), text.slice(colon + 1)];
    return [address === 'host-gateway' && gateway !== null ? formatIp4(gateway) : address, name];
  });
}

/** `--network container:…`: the other's namespace, host name and files. Twin of initializeNetworking. */
function joinContainer(engine: Engine, container: Container): void {
  const term = connectedContainer(container.hostConfig.networkMode);
  const other = engine.getContainer(term);
  if (other === container) throw new DaemonError('cannot join own network');
  if (!other.isActive) throw new DaemonError(`cannot join network of a non running container: ${term}`);
  if (!other.isRunning) {
    throw new DaemonError(`Container ${term} is restarting, wait until the container is running`);
  }
  const { hostname, domainname } = other.config;
  container.config = { ...container.config, hostname, domainname };
  for (const path of SHARED_FILES) container.files.mountFile(path, other.files);
  const sandbox = sandboxOf(other);
  assert(sandbox !== null, 'a running container has a sandbox');
  sandbox.guestCount++;
  container.joinedSandbox = sandbox;
  container.joinedFrom = other.joinedFrom ?? other;
}
