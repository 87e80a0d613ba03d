/** The network by which a swarm publishes ports, on this node. Twin of moby's setupIngress and releaseIngress. */
import type { Cidr } from '../../base/addr.ts';
import type { Engine } from '../engine.ts';
import type { SwarmNetwork } from '../swarm/cluster.ts';
import { disconnectContainer } from './disconnect.ts';
import { createManagedNetwork, removeManagedNetwork } from './managed-networks.ts';

/**
 * The node has joined a swarm, or its ingress network has changed: makes it, with the sandbox that takes in what is
 * published. One with another id is removed before. Throws a DaemonError.
 */
export function setupIngress(engine: Engine, ingress: SwarmNetwork, address: Cidr): void {
  for (const network of [...engine.networks.values()]) {
    if (network.isIngress && network.id !== ingress.id) removeManagedNetwork(engine, network);
  }
  createManagedNetwork(engine, ingress, address.address);
}

/**
 * The node leaves its swarm: containers leave the networks that they were attached to. Twin of clearAttachableNetworks.
 */
export function clearAttachableNetworks(engine: Engine): void {
  for (const network of [...engine.networks.values()]) {
    if (network.origin !== 'swarm' || !network.isAttachable) continue;
    for (const endpoint of [...network.endpoints]) {
      const container = engine.containers.get(endpoint.containerId);
      if (container !== undefined) disconnectContainer(engine, container.id, network.id, true);
    }
    // With its last container it has gone already.
    if (engine.networks.has(network.id)) removeManagedNetwork(engine, network);
  }
}

/** The node has left its swarm, or the swarm has no such network any more. */
export function releaseIngress(engine: Engine): void {
  for (const network of [...engine.networks.values()]) {
    if (network.isIngress) removeManagedNetwork(engine, network);
  }
}
