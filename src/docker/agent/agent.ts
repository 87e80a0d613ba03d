/**
 * The engine's part in the gossip of a swarm, while it is in one. Twin of libnetwork's agent.go over NetworkDB: which
 * nodes use a network, who is where in it, and under which name.
 */
import type { Ip4 } from '../../base/addr.ts';
import type { ClusterKey } from '../swarm/cluster.ts';

/** A node in `docker network inspect` (networkdb.PeerInfo). */
export interface PeerInfo {
  /** The gossip name: 12 hexadecimal digits, drawn anew whenever the daemon starts. */
  readonly name: string;
  readonly ip: string;
}

/** What the managers tell a node before it may gossip. */
export interface AgentConfig {
  readonly hostName: string;
  /** Where it listens; 0 for all addresses. */
  readonly bindAddress: Ip4;
  readonly advertiseAddress: Ip4;
  /** The VTEP of its overlay networks. */
  readonly dataPathAddress: Ip4;
  readonly keys: readonly ClusterKey[];
  /** Managers that it joins. */
  readonly remotes: readonly Ip4[];
}

/** An entry of a table has come, changed or gone. */
export interface TableEvent {
  readonly kind: 'create' | 'update' | 'delete';
  readonly networkId: string;
  readonly key: string;
  readonly value: Uint8Array;
  /** The gossip name of the node that owns it. */
  readonly node: string;
}

export interface Agent {
  readonly config: AgentConfig;
  /** The keys that it has by now. */
  readonly keys: readonly ClusterKey[];
  /** This node's gossip name. */
  readonly nodeName: string;
  /** Calls `listener` when the managers have been joined, or could not be; networks are joined after that. */
  onJoined(listener: () => void): void;
  /** Begins to gossip about a network; `done` is called when its tables have been asked for everywhere. */
  joinNetwork(networkId: string, done?: () => void): void;
  leaveNetwork(networkId: string): void;
  /** Nodes that use a network, in the order in which they came. */
  peers(networkId: string): readonly PeerInfo[];
  createEntry(table: string, networkId: string, key: string, value: Uint8Array): void;
  deleteEntry(table: string, networkId: string, key: string): void;
  /**
   * Calls `listener` for what is in a table of a network now and for what becomes of it by others' doing; with an empty
   * `networkId` for what becomes of that table of any. The function ends that.
   */
  watch(table: string, networkId: string, listener: (event: TableEvent) => void): () => void;
  setKeys(keys: readonly ClusterKey[]): void;
  /** Tells the others that it goes; `done` is called when they have been told, or had time enough. */
  leave(done: () => void): void;
  /** Ends it without a word: the machine has no power. */
  shutdown(): void;
}
