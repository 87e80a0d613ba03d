/**
 * Networks of a swarm on one node: made when something of the node is to be on them, removed when nothing is any more.
 * Twin of moby's CreateManagedNetwork and DeleteManagedNetwork, and of libnetwork's NewNetwork for them.
 */
import type { Ip4 } from '../../base/addr.ts';
import { formatCidr, formatIp4, networkOf } from '../../base/addr.ts';
import { OVERLAY_OPTION } from '../drivers/overlay/overlay-config.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { allocateNetworkAddresses, releaseNetworkAddresses } from '../ipam/network-addresses.ts';
import type { IpamConfig, Network, NetworkConfig } from '../network.ts';
import { PLAIN_NETWORK } from '../network.ts';
import type { SwarmNetwork } from '../swarm/cluster.ts';
import { createLoadBalancer, deleteLoadBalancer } from './load-balancer.ts';
import { addNetwork, logNetwork, takeAway } from './networks.ts';

/**
 * Makes a swarm's network on this node, with a balancer of this address; null for none. One that is there already
 * stays. Throws a DaemonError.
 */
export function createManagedNetwork(engine: Engine, shared: SwarmNetwork, balancer: Ip4 | null): Network {
  const known = engine.networks.get(shared.id);
  if (known !== undefined) return known;
  const config = managedConfig(shared);
  if (config.driver === 'overlay' && balancer === null) {
    throw new DaemonError(`Failed to find a load balancer IP to use for network: ${shared.id}`);
  }
  const { name: networkName, ipamDriver, ipamConfigs: configs } = config;
  const addresses = allocateNetworkAddresses(engine.swarmIpam, { networkName, ipamDriver, configs, avoid: [] });
  const identity = { id: shared.id, scope: 'swarm', origin: 'swarm', isIngress: shared.request.isIngress } as const;
  let network: Network;
  try {
    network = addNetwork(engine, config, addresses, identity);
  } catch (error) {
    releaseNetworkAddresses(engine.swarmIpam, addresses);
    throw error;
  }
  if (config.driver === 'overlay') joinCluster(engine, network, balancer);
  logNetwork(engine, 'create', network);
  return network;
}

/** Removes it unless a container of this node is on it. */
export function removeUnusedNetwork(engine: Engine, network: Network): void {
  const isUsed = [...network.endpoints].some((endpoint) => !endpoint.isBalancer);
  if (!isUsed && engine.networks.get(network.id) === network) removeManagedNetwork(engine, network);
}

/** Removes it with its balancer. Throws a DaemonError when containers are on it. */
export function removeManagedNetwork(engine: Engine, network: Network): void {
  deleteLoadBalancer(engine, network);
  if (network.endpoints.size > 0) {
    throw new DaemonError(
      `error while removing network: network ${network.name} id ${network.id} has active endpoints`,
    );
  }
  engine.agent?.leaveNetwork(network.id);
  takeAway(engine, network);
  logNetwork(engine, 'destroy', network);
}

/** A network of the managers' store as one that is not in use here. */
export function storedNetwork(shared: SwarmNetwork): Network {
  const config = managedConfig(shared);
  return {
    ...config,
    id: shared.id,
    scope: 'swarm',
    origin: 'store',
    isIngress: shared.request.isIngress,
    createdNs: shared.createdNs,
    addresses: [],
    pool: null,
    gateway: null,
    endpoints: new Set(),
  };
}

function joinCluster(engine: Engine, network: Network, balancer: Ip4 | null): void {
  engine.agent?.joinNetwork(network.id);
  engine.overlay.watchPeers(network);
  try {
    if (balancer !== null) createLoadBalancer(engine, network, balancer);
  } catch (error) {
    removeManagedNetwork(engine, network);
    throw error;
  }
}

/** As the managers hand it to a node: with the subnets that they have chosen. */
function managedConfig({ request, subnets }: SwarmNetwork): NetworkConfig {
  const { config } = request;
  const ipamConfigs = subnets.map(({ subnet, range, gateway }): IpamConfig => ({
    subnet: formatCidr({ ...subnet, address: networkOf(subnet) }),
    range,
    gateway: formatIp4(gateway),
    auxAddresses: new Map(),
  }));
  const vnis = subnets.map(({ vni }) => vni).join(',');
  const options =
    config.driver === 'overlay' ? new Map([...config.options, [OVERLAY_OPTION.vniList, vnis]]) : config.options;
  const ipamDriver = config.ipamDriver === '' ? PLAIN_NETWORK.ipamDriver : config.ipamDriver;
  return { ...config, ipamDriver, ipamOptions: null, ipamConfigs, options };
}
