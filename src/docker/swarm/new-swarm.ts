/** The first entry of a swarm: itself, its first node and its ingress network. Twin of becomeLeader in manager.go. */
import type { Rng } from '../../sim/rng.ts';
import { newId, newJoinToken } from './identity.ts';
import { newNode } from './manager/manager.ts';
import { OVERLAY_DRIVER } from './network-spec.ts';
import type { ClusterObject, ClusterSpec, NetworkSpecObject, NodeAvailability } from './objects.ts';
import { createRootCa } from './root-ca.ts';
import type { StoreAction } from './store.ts';
import { NEW_OBJECT } from './store.ts';
import { dataPathPort } from './listen-addr.ts';

/** What is said of a swarm when it is made. */
export interface NewSwarm {
  readonly addressPool: readonly string[];
  /** 0 for 24. */
  readonly subnetSize: number;
  /** 0 for 4789. */
  readonly dataPathPort: number;
  readonly availability: NodeAvailability;
  /** What was said of its settings. */
  readonly spec: Partial<ClusterSpec>;
}

const DEFAULT_POOL = ['10.0.0.0/8'];
const DEFAULT_SUBNET_SIZE = 24;

/** What swarmkit begins with. */
export const DEFAULT_CLUSTER_SPEC: ClusterSpec = {
  taskHistoryRetentionLimit: 5,
  snapshotInterval: 10_000,
  keepOldSnapshots: 0,
  heartbeatPeriodNs: 5_000_000_000,
  nodeCertExpiryNs: 7_776_000_000_000_000,
  autoLockManagers: false,
};

/** `nowSeconds` is since 1970. */
export function firstChange(rng: Rng, nowSeconds: number, nodeId: string, asked: NewSwarm): readonly StoreAction[] {
  const node = newNode(nodeId, { labels: {}, role: 'manager', availability: asked.availability });
  const network = { ...NEW_OBJECT, id: newId(rng), spec: INGRESS, subnets: null };
  return [
    { kind: 'create', table: 'cluster', object: newCluster(rng, nowSeconds, asked) },
    { kind: 'create', table: 'node', object: node },
    { kind: 'create', table: 'network', object: network },
  ];
}

function newCluster(rng: Rng, nowSeconds: number, asked: NewSwarm): ClusterObject {
  const rootCa = createRootCa(rng.fork('authority'), nowSeconds);
  return {
    ...NEW_OBJECT,
    id: newId(rng),
    spec: DEFAULT_CLUSTER_SPEC,
    rootCa,
    joinTokens: { worker: newJoinToken(rng, rootCa.digest), manager: newJoinToken(rng, rootCa.digest) },
    defaultAddressPool: asked.addressPool.length === 0 ? DEFAULT_POOL : asked.addressPool,
    subnetSize: asked.subnetSize === 0 ? DEFAULT_SUBNET_SIZE : asked.subnetSize,
    dataPathPort: dataPathPort(asked.dataPathPort),
    keys: [],
    keyClock: 0,
    unlockKey: '',
    removedNodes: [],
  };
}

/** Twin of newIngressNetwork. */
const INGRESS: NetworkSpecObject = {
  name: 'ingress',
  driver: OVERLAY_DRIVER,
  isIpv6Enabled: false,
  isInternal: false,
  isAttachable: false,
  isIngress: true,
  configFrom: '',
  scope: 'swarm',
  ipamDriver: '',
  ipamOptions: {},
  ipamConfigs: [],
  options: {},
  labels: {},
};
