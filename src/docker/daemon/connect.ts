/**
 * `docker network connect`, and what a start does for each network: the refusals in their order, then the endpoint,
 * then the sandbox. Twin of moby's daemon/container_operations.go (ConnectToNetwork, connectToNetwork).
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { parseIp4, parseMac } from '../../base/addr.ts';
import { announceEndpoint } from '../agent/endpoint-records.ts';
import type { Container, EndpointRequest, EndpointSettings } from '../container.ts';
import { endpointSettings } from '../container.ts';
import type { EndpointWishes } from '../endpoint.ts';
import { createEndpoint, deleteEndpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { shortId } from '../ids.ts';
import { splitIpamConfigs } from '../ipam/network-addresses.ts';
import type { Network } from '../network.ts';
import { joinSandbox } from '../sandbox.ts';
import { awaitAnswer } from '../swarm/answer.ts';
import { attachNetwork, detachNetwork } from './attach.ts';
import { liveSandbox, logNetworkEvent, makeSandbox, networkHost } from './container-network.ts';
import { addLinks, parseLink } from './links.ts';
import { CONFLICT, DEFAULT_NETWORK, isContainerMode, isUserDefined, networkOfMode } from './network-mode.ts';

/** Connects a container, at once if it runs, else with its next start. Throws a DaemonError. */
export function* connectContainer(
  engine: Engine,
  container: Container,
  networkTerm: string,
  request: EndpointRequest,
  waiting: Process,
): Generator<Wait, void, WakeReason> {
  const settings = endpointSettings(request);
  if (container.isRunning) {
    yield* connectRunning(engine, container, networkTerm, settings, waiting);
    return;
  }
  const network = engine.findNetwork(networkTerm);
  if (network === undefined) container.networks.set(networkTerm, settings);
  else updateNetworkConfig(engine, container, network, settings, true);
}

function* connectRunning(
  engine: Engine,
  container: Container,
  networkTerm: string,
  settings: EndpointSettings,
  waiting: Process,
): Generator<Wait, void, WakeReason> {
  refuseSecondAttachment(engine, container, networkTerm);
  yield* awaitAnswer(waiting, attachNetwork(engine, container, [networkTerm, settings]));
  try {
    connectToNetwork(engine, container, networkTerm, settings, true);
  } catch (error) {
    detachNetwork(engine, container, settings);
    throw error;
  }
}

/** A swarm's managers are not asked twice for the same. */
function refuseSecondAttachment(engine: Engine, container: Container, networkTerm: string): void {
  const network = engine.findNetwork(networkTerm);
  if (network?.origin !== 'swarm' || container.networks.get(network.name)?.endpoint == null) return;
  throw new DaemonError(`${container.name} is already attached to network ${network.name}`);
}

/** The network of an entry of `container.networks`: by its id once it was there, else by its name. */
export function settingsNetwork(engine: Engine, name: string, settings: EndpointSettings): Network | undefined {
  return engine.findNetwork(settingsTerm(name, settings));
}

/** How the network of such an entry is asked for. */
export function settingsTerm(name: string, settings: EndpointSettings): string {
  return settings.networkId === '' ? name : settings.networkId;
}

/** Puts a container that starts or runs on one network. Throws a DaemonError. */
export function connectToNetwork(
  engine: Engine,
  container: Container,
  name: string,
  settings: EndpointSettings,
  isNew: boolean,
): void {
  if (isContainerMode(container.hostConfig.networkMode)) throw new DaemonError(CONFLICT.sharedNetwork);
  const network = engine.getNetwork(settingsTerm(name, settings));
  updateNetworkConfig(engine, container, network, settings, isNew);
  const wishes = wishesOf(engine, container, network, settings);
  const driver = engine.driverOf(network);
  const owner = { id: engine.ids.next(), name: container.name, containerId: container.id };
  // Before the sandbox is there its links wait on the host.
  const netnsName = engine.version.opensSandboxFirst ? (liveSandbox(container)?.netnsName ?? null) : null;
  const endpoint = createEndpoint(network, driver, owner, wishes, netnsName);
  settings.networkId = network.id;
  settings.endpoint = endpoint;
  container.networks.set(network.name, settings);
  container.networks.delete(network.id);
  try {
    const sandbox = liveSandbox(container) ?? makeSandbox(engine, container);
    if (network.name === DEFAULT_NETWORK && engine.version.opensSandboxFirst) addLinks(engine, container, sandbox);
    joinSandbox(networkHost(engine, container), sandbox, endpoint);
  } catch (error) {
    deleteEndpoint(endpoint, driver);
    throw error;
  }
  announceEndpoint(engine, endpoint);
  logNetworkEvent(engine, network, 'connect', container);
}

/** What may be asked for on which network; adds the names that every container has on networks with names. */
function updateNetworkConfig(
  engine: Engine,
  container: Container,
  network: Network,
  settings: EndpointSettings,
  isNew: boolean,
): void {
  const { ipam } = settings.request;
  const hasAddress = ipam !== null && (ipam.ipv4Address !== '' || ipam.ipv6Address !== '');
  if (isUserDefined(network.name)) {
    const own = [shortId(container.id), container.config.hostname];
    settings.aliases = [...new Set([...(settings.aliases ?? []), ...own])];
  } else {
    if (hasAddress) throw new DaemonError('user specified IP address is supported on user defined networks only');
    if ((settings.aliases ?? []).length > 0) {
      throw new DaemonError('network-scoped alias is supported only for containers in user defined networks');
    }
  }
  if (ipam !== null && lacksSubnet(network, ipam)) {
    const where = 'only when connecting to networks with user configured subnets';
    throw new DaemonError(`user specified IP address is supported ${where}`);
  }
  if (isNew) addNetworkSettings(engine, container, network, settings);
}

/** Whether an address is wanted of an IP version of which no subnet was asked for (validateNetworkingConfig). */
function lacksSubnet(
  network: Network,
  wanted: { readonly ipv4Address: string; readonly ipv6Address: string },
): boolean {
  const { ip4, ip6 } = splitIpamConfigs(network.ipamConfigs);
  return (wanted.ipv4Address !== '' && ip4.length === 0) || (wanted.ipv6Address !== '' && ip6.length === 0);
}

/** Twin of updateNetworkSettings: which networks go together. One that is there already stays as it is. */
function addNetworkSettings(engine: Engine, container: Container, network: Network, settings: EndpointSettings): void {
  if (!container.isHostNetwork && network.driver === 'host') throw new DaemonError(CONFLICT.hostNetwork);
  for (const [name, each] of container.networks) {
    const other = settingsNetwork(engine, name, each);
    if (other === undefined) continue;
    if (other.name === network.name) return;
    if (other.driver === 'host' || network.driver === 'host') throw new DaemonError(CONFLICT.sharedNetwork);
    if (other.name === 'none' || network.name === 'none') throw new DaemonError(CONFLICT.noNetwork);
  }
  container.networks.set(network.name, settings);
}

/** Twin of buildCreateEndpointOptions. A MAC is for the network of `--network`, by the name that was typed. */
function wishesOf(engine: Engine, container: Container, network: Network, settings: EndpointSettings): EndpointWishes {
  const { config, hostConfig } = container;
  const { ipam } = settings.request;
  const linkLocalAddresses = (ipam?.linkLocalAddresses ?? []).map((text) => {
    const typed = ipam?.linkLocalAddresses.join(' ') ?? '';
    return parsedAddress(text) ?? refuse(`Invalid link-local IP address: [${typed}]`);
  });
  const ipv4Address = ipam?.ipv4Address ?? '';
  const asked =
    ipv4Address === '' ? null : (parsedAddress(ipv4Address) ?? refuse(`Invalid IPv4 address: ${ipv4Address})`));
  const address = settings.assigned ?? asked;
  const isOwnNetwork = network.name === networkOfMode(hostConfig.networkMode);
  const mac = isOwnNetwork && config.macAddress !== '' ? parseMac(withColons(config.macAddress))! : null;
  const isNameless = container.isAnonymous && engine.version.hidesDrawnNames;
  const isAnonymous = isNameless || !isUserDefined(network.name);
  const linkAliases = new Map(
    settings.request.links.map((text) => parseLink(text)).map(([name, alias]) => [alias, name]),
  );
  return { address, mac, linkLocalAddresses, isAnonymous, aliases: settings.aliases ?? [], linkAliases };
}

function parsedAddress(text: string): Ip4 | undefined {
  return parseIp4(text);
}

function refuse(message: string): never {
  throw new DaemonError(message);
}

/** Dashes, and dots between groups of four digits, mean the same (net.ParseMAC). */
function withColons(mac: string): string {
  return mac.replace(/[^\da-f]/gi, '').replace(/..(?=.)/g, '$&:');
}
