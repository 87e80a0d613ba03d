/**
 * What operators ask of the managers, and nodes of them for their containers. Twin of swarmkit's manager/controlapi and
 * manager/resourceapi, with their words.
 */
import { formatCidr, networkOf, parseCidr, parseIp4, cidrContains } from '../../../base/addr.ts';
import type { Json } from '../../inspect/json.ts';
import type { Answer } from '../answer.ts';
import { newId, newJoinToken } from '../identity.ts';
import type {
  ClusterObject,
  ClusterSpec,
  NetworkObject,
  NetworkSpecObject,
  NodeObject,
  NodeRole,
  NodeSpec,
  TaskObject,
} from '../objects.ts';
import { RpcError } from '../control/rpc.ts';
import { NEW_OBJECT } from '../store.ts';
import type { StoreAction } from '../store.ts';
import { newUnlockKey } from '../unlock-key.ts';
import type { ManagerContext } from './context.ts';
import { canRemoveMember } from './role-manager.ts';

const NANOSECONDS_PER_HOUR = 3_600_000_000_000;

/** What `docker swarm update` and `join-token --rotate` ask for. */
export interface ClusterUpdate {
  readonly versionIndex: number;
  readonly spec: ClusterSpec;
  readonly rotatedToken: NodeRole | '';
  readonly rotatesUnlockKey: boolean;
}

/** What a container asks for. */
export interface AttachRequest {
  readonly term: string;
  readonly containerId: string;
  readonly wantedAddress: string;
}

export class ControlApi {
  private readonly context: ManagerContext;

  constructor(context: ManagerContext) {
    this.context = context;
  }

  /** The answer is the id. */
  createNetwork(spec: NetworkSpecObject): Answer<Json> {
    const { store, host, writer } = this.context;
    const id = newId(host.rng);
    const done = writer.update(() => {
      validateNetworkSpec(spec);
      const present = spec.isIngress ? store.all('network').find((each) => each.spec.isIngress) : undefined;
      if (present !== undefined)
        throw new RpcError('AlreadyExists', `ingress network (${present.id}) is already present`);
      if (store.all('network').some((each) => each.spec.name === spec.name)) {
        throw new RpcError('Unknown', 'name conflicts with an existing object');
      }
      return [{ kind: 'create', table: 'network', object: { ...NEW_OBJECT, id, spec, subnets: null } }];
    });
    return done.map((): Json => id);
  }

  removeNetwork(id: string): Answer<Json> {
    const { store, writer } = this.context;
    const done = writer.update(() => {
      const network = store.get('network', id);
      if (network === undefined) throw new RpcError('NotFound', `network ${id} not found`);
      const user = store.all('task').find((task) => task.networkId === id);
      if (user !== undefined && !network.spec.isIngress) {
        throw new RpcError('FailedPrecondition', `network ${id} is in use by task ${user.id}`);
      }
      return [{ kind: 'remove', table: 'network', object: network }];
    });
    return done.map((): Json => null);
  }

  /** Twin of UpdateNode. */
  updateNode(id: string, versionIndex: number, spec: NodeSpec): Answer<Json> {
    const { store, writer } = this.context;
    const done = writer.update(() => {
      const node = this.nodeOf(id);
      if (node.spec.role === 'manager' && spec.role === 'worker') this.checkDemotion(node);
      if (node.versionIndex !== versionIndex) throw outOfSequence();
      const object: NodeObject = { ...store.get('node', id)!, spec };
      return [{ kind: 'update', table: 'node', object }];
    });
    return done.map((): Json => null);
  }

  /** Twin of RemoveNode: its containers and its certificate count no longer. */
  removeNode(id: string, isForced: boolean): Answer<Json> {
    const { store, log, writer } = this.context;
    const done = writer.update(() => {
      const node = this.nodeOf(id);
      if (node.spec.role === 'manager' && log.members().some(({ nodeId }) => nodeId === id)) {
        const reason = 'is a cluster manager and is a member of the raft cluster';
        throw new RpcError('FailedPrecondition', `node ${id} ${reason}. It must be demoted to worker before removal`);
      }
      if (!isForced && node.status.state === 'ready') {
        throw new RpcError('FailedPrecondition', `node ${id} is not down and can't be removed`);
      }
      const cluster = store.cluster!;
      const tasks = store.all('task').filter((task) => task.nodeId === id);
      return [
        { kind: 'update', table: 'cluster', object: { ...cluster, removedNodes: [...cluster.removedNodes, id] } },
        ...tasks.map((object): StoreAction => ({ kind: 'remove', table: 'task', object })),
        { kind: 'remove', table: 'node', object: node },
      ];
    });
    return done.map((): Json => null);
  }

  /** Twin of UpdateCluster. */
  updateCluster(update: ClusterUpdate): Answer<Json> {
    const { store, writer } = this.context;
    const done = writer.update(() => {
      const cluster = store.cluster!;
      validateClusterSpec(update.spec);
      if (cluster.versionIndex !== update.versionIndex) throw outOfSequence();
      return [{ kind: 'update', table: 'cluster', object: this.updatedCluster(cluster, update) }];
    });
    return done.map((): Json => null);
  }

  /** Twin of resourceapi's AttachNetwork: the id of the task that stands for the container. */
  attachNetwork(nodeId: string, request: AttachRequest): Answer<Json> {
    const { host, writer } = this.context;
    const id = newId(host.rng);
    const done = writer.update(() => {
      const network = this.networkOf(request.term);
      const { containerId, wantedAddress } = request;
      const object: TaskObject = {
        ...NEW_OBJECT,
        ...{ id, nodeId, containerId, wantedAddress },
        networkId: network.id,
        state: 'new',
        address: null,
      };
      return [{ kind: 'create', table: 'task', object }];
    });
    return done.map((): Json => ({ attachmentId: id }));
  }

  /** Twin of resourceapi's DetachNetwork. */
  detachNetwork(nodeId: string, taskId: string): Answer<Json> {
    const { store, writer } = this.context;
    const done = writer.update(() => {
      const object = store.get('task', taskId);
      if (object === undefined) throw new RpcError('NotFound', `attachment ${taskId} not found`);
      if (object.nodeId !== nodeId) {
        throw new RpcError('PermissionDenied', `attachment ${taskId} doesn't belong to this node`);
      }
      return [{ kind: 'remove', table: 'task', object }];
    });
    return done.map((): Json => null);
  }

  private networkOf(term: string): NetworkObject {
    const { store } = this.context;
    const named = store.all('network').filter(({ spec }) => spec.name === term);
    const network = store.get('network', term) ?? (named.length === 1 ? named[0] : undefined);
    if (network === undefined) throw new RpcError('NotFound', `network ${term} not found`);
    if (!network.spec.isAttachable) throw new RpcError('PermissionDenied', `network ${term} not manually attachable`);
    return network;
  }

  private nodeOf(id: string): NodeObject {
    const node = this.context.store.get('node', id);
    if (node === undefined) throw new RpcError('NotFound', `node ${id} not found`);
    return node;
  }

  private checkDemotion(node: NodeObject): void {
    const { store, log } = this.context;
    const managers = store.all('node').filter(({ role }) => role === 'manager');
    if (managers.length === 1 && managers[0] === node) {
      throw new RpcError('FailedPrecondition', 'attempting to demote the last manager of the swarm');
    }
    if (!log.members().some(({ nodeId }) => nodeId === node.id))
      throw new RpcError('NotFound', "can't find manager in raft memberlist");
    if (!canRemoveMember(this.context, node.id)) {
      const reason = 'this would result in a loss of quorum';
      throw new RpcError('FailedPrecondition', `can't remove member from the raft: ${reason}`);
    }
  }

  private updatedCluster(cluster: ClusterObject, update: ClusterUpdate): ClusterObject {
    const { rng } = this.context.host;
    const { spec, rotatedToken, rotatesUnlockKey } = update;
    const isKeyNeeded = spec.autoLockManagers && (cluster.unlockKey === '' || rotatesUnlockKey);
    const unlockKey = isKeyNeeded ? newUnlockKey(rng) : cluster.unlockKey;
    const token = rotatedToken === '' ? {} : { [rotatedToken]: newJoinToken(rng, cluster.rootCa.digest) };
    return {
      ...cluster,
      spec,
      joinTokens: { ...cluster.joinTokens, ...token },
      unlockKey: spec.autoLockManagers ? unlockKey : '',
    };
  }
}

function outOfSequence(): RpcError {
  return new RpcError('Unknown', 'update out of sequence');
}

/** Twin of validateClusterSpec. */
function validateClusterSpec(spec: ClusterSpec): void {
  if (spec.nodeCertExpiryNs < NANOSECONDS_PER_HOUR) {
    throw new RpcError('InvalidArgument', 'minimum certificate expiry time is: 1h0m0s');
  }
  if (spec.heartbeatPeriodNs < 0) {
    throw new RpcError('InvalidArgument', 'heartbeat time period cannot be a negative duration');
  }
}

/** Twin of validateNetworkSpec. */
function validateNetworkSpec(spec: NetworkSpecObject): void {
  if (spec.isIngress && spec.driver !== 'overlay') {
    throw new RpcError('Unimplemented', 'only overlay driver is currently supported for ingress network');
  }
  if (spec.isAttachable && spec.isIngress) {
    throw new RpcError('InvalidArgument', 'ingress network cannot be attachable');
  }
  if (spec.name === '') throw new RpcError('InvalidArgument', 'meta: name must be provided');
  if (!/^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/.test(spec.name)) {
    throw new RpcError('InvalidArgument', 'name must be valid as a DNS name component');
  }
  for (const config of spec.ipamConfigs) validateIpamConfig(config);
}

/** Twin of validateIPAMConfiguration. */
function validateIpamConfig({ subnet, range, gateway }: NetworkSpecObject['ipamConfigs'][number]): void {
  const refuse = (text: string): RpcError => new RpcError('InvalidArgument', `ipam configuration: ${text}`);
  const cidr = parseCidr(subnet);
  if (cidr === undefined) throw refuse(`invalid subnet ${subnet}`);
  const network = { ...cidr, address: networkOf(cidr) };
  if (range !== '') {
    const inner = parseCidr(range);
    if (inner === undefined) throw refuse(`invalid range ${range}`);
    if (!cidrContains(network, inner.address)) throw refuse(`subnet ${subnet} does not contain range ${range}`);
  }
  if (gateway !== '') {
    const address = parseIp4(gateway);
    if (address === undefined) throw refuse(`invalid gateway ${gateway}`);
    if (!cidrContains(network, address)) throw refuse(`subnet ${formatCidr(cidr)} does not contain gateway ${gateway}`);
  }
}
