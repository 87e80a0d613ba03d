/**
 * What the engine knows of its swarm, and asks of it. Twin of the interfaces between moby's daemon and daemon/cluster
 * (daemon/cluster/provider, executor): networks that the swarm shares, and addresses in them.
 */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import type { NetworkRequest } from '../network.ts';
import type { Answer } from './answer.ts';

/** One subnet of a network of the swarm, with the VXLAN identifier that stands for it. */
export interface SwarmSubnet {
  readonly subnet: Cidr;
  /** As `inspect` shows it; empty where nobody asked for one. */
  readonly range: string;
  readonly gateway: Ip4;
  readonly vni: number;
}

/** A network as the managers have it and hand it to the nodes that use it. */
export interface SwarmNetwork {
  /** 25 digits and lower-case letters. */
  readonly id: string;
  readonly request: NetworkRequest;
  readonly createdNs: number;
  readonly updatedNs: number;
  /** Counts the changes of the store. */
  readonly versionIndex: number;
  readonly subnets: readonly SwarmSubnet[];
}

/** What a node is told when a container of its own may use a network. */
export interface NetworkAttachment {
  readonly network: SwarmNetwork;
  /** The container's. */
  readonly address: Cidr;
}

/** One of the keys by which the nodes' networks are kept secret (api.EncryptionKey). */
export interface ClusterKey {
  readonly subsystem: 'networking:gossip' | 'networking:ipsec';
  readonly key: Uint8Array;
  /** When it was made, on the managers' Lamport clock: the newest has the highest. */
  readonly lamportTime: number;
}

export interface Cluster {
  /** `docker info`'s word for this node's part. */
  readonly localState: 'inactive' | 'pending' | 'active' | 'error' | 'locked';
  readonly isManager: boolean;
  readonly nodeId: string;
  /** `--data-path-port`: the UDP port of its VXLAN. */
  readonly dataPathPort: number;
  /** Twin of GetNetworks: the swarm's networks, on a manager; none on a worker. */
  networks(): readonly SwarmNetwork[];
  /** On a manager: makes a network. The answer is its id. */
  createNetwork(request: NetworkRequest): Answer<string>;
  removeNetwork(id: string): Answer<null>;
  /** Asks a manager to let a container use a network, by id or name; `wanted` is `--ip`, null for any. */
  attachNetwork(term: string, containerId: string, wanted: Ip4 | null): Answer<NetworkAttachment>;
  /** The container has left. */
  detachNetwork(networkId: string, containerId: string): void;
  /** Where the node's own balancer is in a network (a node attachment); null when the managers have given it none. */
  loadBalancerAddress(networkId: string): Cidr | null;
}
