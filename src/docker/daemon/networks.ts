/** Networks made and removed. Twin of moby's daemon/network.go over libnetwork's controller.go and network.go. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { readAnnouncements } from '../address-announcements.ts';
import type { Engine } from '../engine.ts';
import { DaemonError, ManagerRedirectError } from '../errors.ts';
import type { PoolAddresses } from '../ipam/network-addresses.ts';
import { allocateNetworkAddresses, releaseNetworkAddresses, splitIpamConfigs } from '../ipam/network-addresses.ts';
import { checkIpamConfigs } from '../ipam/ipam-checks.ts';
import { Ipam, noDefaultPoolText } from '../ipam/ipam.ts';
import type { IpamConfig, Network, NetworkConfig, NetworkRequest } from '../network.ts';
import { PLAIN_NETWORK, isPredefinedNetwork, networkAddresses } from '../network.ts';
import { awaitAnswer } from '../swarm/answer.ts';
import { removableNetwork } from './network-list.ts';
import { configuredBy, configurationNetwork, validateConfiguration } from './network-config.ts';

/** The driver of networks that are made without one, and of those that keep a configuration only. */
const DEFAULT_DRIVER = 'bridge';
const CONFIG_ONLY_DRIVER = 'null';
/** The first of the default pools for networks of scope `global`. */
const GLOBAL_DEFAULT: IpamConfig = { subnet: '10.0.0.0/24', range: '', gateway: '', auxAddresses: new Map() };
const NOT_A_MANAGER = `This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect \
this node to swarm and try again.`;

/** `docker network create`. Throws a DaemonError; then there is nothing of the network. */
export function createNetwork(engine: Engine, request: NetworkRequest): Network {
  const { name, ipamConfigs, isConfigOnly } = request.config;
  if (isPredefinedNetwork(name)) throw new DaemonError(`operation is not permitted on predefined ${name} network`);
  // Without a name the default network is meant.
  if (name === '' || engine.networkByName(name) !== undefined) {
    throw new DaemonError(`network with name ${name} already exists`);
  }
  splitIpamConfigs(ipamConfigs);
  if (engine.version.checksSubnets) checkIpamConfigs(ipamConfigs);
  if (name.trim() === '') throw new DaemonError(`invalid name: ${name}`);
  validateConfiguration(request);
  if (engine.version.announcesAddresses && request.config.configFrom === '') readAnnouncements(request.config.options);
  const network = isConfigOnly ? keepConfiguration(engine, request.config) : makeNetwork(engine, request);
  logNetwork(engine, 'create', network);
  return network;
}

/** The same where the host may be in a swarm, whose managers make what is to span its nodes. The network's id. */
export function* createNetworkAnywhere(
  engine: Engine,
  request: NetworkRequest,
  waiting: Process,
): Generator<Wait, string, WakeReason> {
  const { name } = request.config;
  const { cluster } = engine;
  if (cluster?.networks().some((shared) => shared.request.config.name === name) === true) {
    throw new DaemonError(`network with name ${name} already exists`);
  }
  try {
    return createNetwork(engine, request).id;
  } catch (error) {
    if (!(error instanceof ManagerRedirectError) || cluster === null) throw error;
  }
  return yield* awaitAnswer(waiting, cluster.createNetwork(request));
}

/** Makes the network in the kernel and enters it in the engine. Throws a DaemonError of its driver. */
export function addNetwork(
  engine: Engine,
  config: NetworkConfig,
  addresses: readonly PoolAddresses[],
  identity: Partial<NetworkIdentity> = {},
): Network {
  const network = plainNetwork(engine, config, addresses, identity);
  engine.driverOf(network).createNetwork(network);
  engine.firewall.arrangeUserRules();
  engine.networks.set(network.id, network);
  return network;
}

/** `docker network rm` of an id, a name or the beginning of an id. Throws a DaemonError. */
export function* removeNetworkAnywhere(
  engine: Engine,
  term: string,
  waiting: Process,
): Generator<Wait, void, WakeReason> {
  const network = removableNetwork(engine, term);
  const { cluster } = engine;
  if (network.scope === 'swarm' && cluster !== null) yield* awaitAnswer(waiting, cluster.removeNetwork(network.id));
  else removeNetwork(engine, network.id);
}

/** Removes a network of this host. Throws a DaemonError. */
export function removeNetwork(engine: Engine, term: string): void {
  const network = engine.getNetwork(term);
  if (isPredefinedNetwork(network.name)) {
    throw new DaemonError(`${network.name} is a pre-defined network and cannot be removed`);
  }
  const users = network.isConfigOnly ? configuredBy(engine, network).length : network.endpoints.size;
  if (users > 0) throw new DaemonError(`error while removing network: ${inUseText(network)}`);
  takeAway(engine, network);
  if (!network.isConfigOnly) logNetwork(engine, 'destroy', network);
}

/** A network for others to take their configuration from: no driver and no address management hears of it. */
function keepConfiguration(engine: Engine, config: NetworkConfig): Network {
  const network = plainNetwork(engine, { ...config, driver: CONFIG_ONLY_DRIVER }, []);
  engine.networks.set(network.id, network);
  return network;
}

function makeNetwork(engine: Engine, request: NetworkRequest): Network {
  const asked = request.config.driver === '' ? { ...request.config, driver: DEFAULT_DRIVER } : request.config;
  refuseScope(engine, asked.driver, request);
  const driver = engine.driverNamed(asked.driver);
  const config = configurationNetwork(engine, asked);
  const isGlobal = (request.scope === '' ? scopeOf(asked.driver) : request.scope) === 'global';
  // Networks that a swarm shares have an address space of their own; here none stays.
  const ipam = isGlobal ? new Ipam() : engine.ipam;
  const addresses = driver?.hasAddresses === false ? [] : allocate(engine, ipam, config, isGlobal);
  try {
    if (driver === undefined || scopeOf(asked.driver) === 'global') {
      throw new DaemonError(addresses.length === 0 ? 'ipv4 pool is empty' : NOT_A_MANAGER);
    }
    const network = addNetwork(engine, config, addresses);
    if (request.scope === '' || request.scope === 'local') return network;
    // Only now is it found that there is no store for networks of another scope.
    driver.deleteNetwork(network);
    engine.networks.delete(network.id);
    throw new DaemonError(NOT_A_MANAGER);
  } catch (error) {
    releaseNetworkAddresses(ipam, addresses);
    throw error;
  }
}

/** Twin of NewNetwork's questions about the driver and about where the network is to be known. */
function refuseScope(engine: Engine, name: string, request: NetworkRequest): void {
  const isGlobal = scopeOf(name) === 'global';
  if (!isGlobal && engine.driverNamed(name) === undefined) {
    throw new DaemonError(`plugin ${JSON.stringify(name)} not found`);
  }
  if (isGlobal && request.scope === 'local') {
    throw new DaemonError(`cannot downgrade network scope for ${name} networks`);
  }
  if (!isGlobal && request.isIngress) throw new DaemonError('Ingress network can only be global scope network');
  const { cluster } = engine;
  if ((isGlobal || request.scope === 'swarm') && cluster?.localState === 'active') {
    if (cluster.isManager) throw new ManagerRedirectError(request.config.name);
    const where = 'Please create the network from a manager node.';
    throw new DaemonError(`Cannot create a multi-host network from a worker node. ${where}`);
  }
  if (request.scope === 'swarm') {
    throw new DaemonError('cannot create a swarm scoped network when swarm is not active');
  }
}

/** Where networks of a driver are known: on one host, or in a swarm. */
function scopeOf(driver: string): 'local' | 'global' {
  return driver === 'overlay' ? 'global' : 'local';
}

/** Twin of ipamAllocate. */
function allocate(engine: Engine, ipam: Ipam, config: NetworkConfig, isGlobal: boolean): readonly PoolAddresses[] {
  const { ip4 } = splitIpamConfigs(config.ipamConfigs);
  const { name: networkName, ipamDriver } = config;
  const configs = isGlobal && ip4.length === 0 && ipamDriver !== 'null' ? [GLOBAL_DEFAULT] : ip4;
  const avoid = engine.networksToAvoid();
  const isGatewaySkipped = engine.driverNamed(config.driver)?.skipsGateway?.(config) ?? false;
  const request = { networkName, ipamDriver, configs, avoid, isGatewaySkipped };
  const addresses = allocateNetworkAddresses(ipam, request);
  if (!config.isIpv6Enabled) return addresses;
  releaseNetworkAddresses(ipam, addresses);
  if (ipamDriver === 'null') throw new DaemonError('null ipam driver does not handle IPv6 address pool pool requests');
  throw new DaemonError(noDefaultPoolText(6));
}

/** Removes a network that nobody uses any more. Throws a DaemonError of its driver. */
export function takeAway(engine: Engine, network: Network): void {
  if (!network.isConfigOnly) {
    const ipam = network.origin === 'swarm' ? engine.swarmIpam : engine.ipam;
    releaseNetworkAddresses(ipam, network.addresses);
    engine.driverOf(network).deleteNetwork(network);
  }
  engine.networks.delete(network.id);
}

/** What the swarm says of a network of its own, and nobody of others. */
type NetworkIdentity = Pick<Network, 'id' | 'scope' | 'origin' | 'isIngress'>;

function plainNetwork(
  engine: Engine,
  config: NetworkConfig,
  addresses: readonly PoolAddresses[],
  identity: Partial<NetworkIdentity> = {},
): Network {
  const own = { id: identity.id ?? engine.ids.next(), scope: 'local', origin: 'host', isIngress: false } as const;
  const common = { ...own, ...identity, createdNs: engine.now, endpoints: new Set<never>() };
  const ipamDriver = config.ipamDriver === '' ? PLAIN_NETWORK.ipamDriver : config.ipamDriver;
  return { ...config, ipamDriver, ...common, ...networkAddresses(addresses) };
}

function inUseText(network: Network): string {
  if (network.isConfigOnly) return `configuration network ${JSON.stringify(network.name)} is in use`;
  return `network ${network.name} id ${network.id} has active endpoints`;
}

export function logNetwork(engine: Engine, action: string, network: Network): void {
  engine.events.log('network', action, network.id, { name: network.name, type: network.driver });
}
