/** Networks made and removed. Twin of moby's daemon/network.go over libnetwork's controller.go. */
import type { Ip4 } from '../../base/addr.ts';
import type { Engine } from '../engine.ts';
import type { AddressPool } from '../ipam/ipam.ts';
import type { Network, NetworkConfig } from '../network.ts';

/** What the address management gave to a network. */
export interface NetworkAddresses {
  readonly pool: AddressPool | null;
  readonly gateway: Ip4 | null;
}

/** Makes the network in the kernel and enters it in the engine. Throws a DaemonError of its driver. */
export function addNetwork(engine: Engine, config: NetworkConfig, addresses: NetworkAddresses): Network {
  const common = { id: engine.ids.next(), scope: 'local', createdNs: engine.now, endpoints: new Set<never>() } as const;
  const network: Network = { ...config, ...common, ...addresses };
  engine.driverOf(network).createNetwork(network);
  engine.firewall.arrangeUserRules();
  engine.networks.set(network.id, network);
  engine.events.log('network', 'create', network.id, { name: network.name, type: network.driver });
  return network;
}
