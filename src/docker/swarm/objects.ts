/**
 * What the managers of a swarm keep: plain values, which go over the network and into a log as they are. Times are
 * virtual nanoseconds, addresses texts, keys hexadecimal. Twin of swarmkit's api/objects.proto, as far as it goes here.
 */

/** What all objects have. */
export interface StoreObject {
  readonly id: string;
  /** The number of the entry in the managers' log that wrote it last. */
  readonly versionIndex: number;
  readonly createdNs: number;
  readonly updatedNs: number;
}

export type NodeRole = 'worker' | 'manager';
export type NodeAvailability = 'active' | 'pause' | 'drain';
export type NodeState = 'unknown' | 'down' | 'ready' | 'disconnected';

/** What an operator wants of a node. */
export interface NodeSpec {
  readonly labels: Readonly<Record<string, string>>;
  readonly role: NodeRole;
  readonly availability: NodeAvailability;
}

/** What a node tells about itself. */
export interface NodeDescription {
  readonly hostname: string;
  readonly architecture: string;
  readonly os: string;
  readonly nanoCpus: number;
  readonly memoryBytes: number;
  readonly engineVersion: string;
  readonly plugins: readonly { readonly type: string; readonly name: string }[];
}

/** A network with the addresses that somebody has in it. */
export interface ObjectAttachment {
  readonly networkId: string;
  /** `10.0.0.2/24`. */
  readonly address: string;
}

export interface NodeObject extends StoreObject {
  readonly spec: NodeSpec;
  /** The role that its certificate gives it: what it is, while `spec.role` says what it is to become. */
  readonly role: NodeRole;
  /** Null until the node's first session. */
  readonly description: NodeDescription | null;
  readonly status: { readonly state: NodeState; readonly message: string; readonly addr: string };
  /** Where its balancers are, one in each network that it uses. */
  readonly attachments: readonly ObjectAttachment[];
}

export interface ClusterSpec {
  readonly taskHistoryRetentionLimit: number;
  readonly snapshotInterval: number;
  readonly keepOldSnapshots: number;
  readonly heartbeatPeriodNs: number;
  readonly nodeCertExpiryNs: number;
  readonly autoLockManagers: boolean;
}

/** The authority that signs the certificates of nodes. */
export interface RootCa {
  /** PEM. */
  readonly certificate: string;
  /** What join tokens say about it. */
  readonly digest: string;
  /** As in base 64. */
  readonly publicKey: string;
}

export interface KeyObject {
  readonly subsystem: 'networking:gossip' | 'networking:ipsec';
  readonly key: string;
  readonly lamportTime: number;
}

export interface ClusterObject extends StoreObject {
  readonly spec: ClusterSpec;
  readonly rootCa: RootCa;
  readonly joinTokens: Readonly<Record<NodeRole, string>>;
  readonly defaultAddressPool: readonly string[];
  readonly subnetSize: number;
  readonly dataPathPort: number;
  readonly keys: readonly KeyObject[];
  readonly keyClock: number;
  /** `SWMKEY-1-…` while managers are locked; empty otherwise. */
  readonly unlockKey: string;
  /** Nodes that were removed: their certificates count no longer. */
  readonly removedNodes: readonly string[];
}

/** What the allocator found for a subnet of a network. */
export interface AllocatedSubnet {
  /** As asked for, or one of the pool's. */
  readonly subnet: string;
  readonly range: string;
  readonly gateway: string;
  readonly vni: number;
}

/** types.NetworkCreate without maps. */
export interface NetworkSpecObject {
  readonly name: string;
  readonly driver: string;
  readonly isIpv6Enabled: boolean;
  readonly isInternal: boolean;
  readonly isAttachable: boolean;
  readonly isIngress: boolean;
  readonly configFrom: string;
  readonly scope: string;
  readonly ipamDriver: string;
  readonly ipamOptions: Readonly<Record<string, string>>;
  readonly ipamConfigs: readonly {
    readonly subnet: string;
    readonly range: string;
    readonly gateway: string;
    readonly auxAddresses: Readonly<Record<string, string>>;
  }[];
  readonly options: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

export interface NetworkObject extends StoreObject {
  readonly spec: NetworkSpecObject;
  /** Null until it is allocated. */
  readonly subnets: readonly AllocatedSubnet[] | null;
}

/** A container of a node that uses a network: a task of the attachment runtime. */
export interface TaskObject extends StoreObject {
  readonly nodeId: string;
  readonly containerId: string;
  readonly networkId: string;
  /** What `--ip` asked for; empty for any. */
  readonly wantedAddress: string;
  readonly state: 'new' | 'assigned';
  /** Null until it is allocated. */
  readonly address: string | null;
}

/** Which objects stand in which table of the store. */
export interface Tables {
  readonly cluster: ClusterObject;
  readonly node: NodeObject;
  readonly network: NetworkObject;
  readonly task: TaskObject;
}

export type TableName = keyof Tables;
