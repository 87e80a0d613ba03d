/**
 * The leader's hand that gives networks, nodes and containers their addresses, as soon as they stand in the store. Twin
 * of swarmkit's manager/allocator/network.go.
 */
import { DaemonError } from '../../errors.ts';
import type { NetworkObject, NodeObject, ObjectAttachment, TaskObject } from '../objects.ts';
import type { MemoryStore, StoreAction } from '../store.ts';
import type { StoreWriter } from '../store-writer.ts';
import { NetworkAllocator } from './network-allocator.ts';

export class Allocator {
  private readonly store: MemoryStore;
  private readonly writer: Pick<StoreWriter, 'update'>;
  private readonly networks: NetworkAllocator;
  private readonly stopWatching: () => void;

  /** Takes over what the store says, and goes on from there. */
  constructor(store: MemoryStore, writer: Pick<StoreWriter, 'update'>) {
    this.store = store;
    this.writer = writer;
    const { defaultAddressPool, subnetSize } = store.cluster!;
    this.networks = new NetworkAllocator(defaultAddressPool, subnetSize);
    this.restore();
    this.stopWatching = store.watch((action) => {
      this.heed(action);
    });
    for (const network of ingressFirst(store.all('network'))) this.allocateNetwork(network.id);
    for (const node of store.all('node')) this.reallocateNode(node.id);
    for (const task of store.all('task')) this.allocateTask(task.id);
  }

  stop(): void {
    this.stopWatching();
  }

  /** Twin of doNetworkInit's first half: what was allocated before stays so. */
  private restore(): void {
    for (const network of ingressFirst(this.store.all('network'))) {
      if (network.subnets !== null) tryTo(() => this.networks.allocate(network));
    }
    for (const { networkId, address } of this.store.all('node').flatMap(({ attachments }) => attachments)) {
      tryTo(() => this.networks.allocateAddress(networkId, address));
    }
    for (const { networkId, address } of this.store.all('task')) {
      if (address !== null) tryTo(() => this.networks.allocateAddress(networkId, address));
    }
  }

  private heed(action: StoreAction): void {
    if (action.table === 'network') this.heedNetwork(action.kind, action.object);
    else if (action.table === 'node') this.heedNode(action.kind, action.object);
    else if (action.table === 'task') this.heedTask(action.kind, action.object);
  }

  /** Twin of doNetworkAlloc. */
  private heedNetwork(kind: StoreAction['kind'], network: NetworkObject): void {
    if (kind === 'create') this.allocateNetwork(network.id);
    if (network.spec.isIngress) for (const node of this.store.all('node')) this.reallocateNode(node.id);
    if (kind !== 'remove') return;
    for (const node of this.store.all('node')) this.reallocateNode(node.id);
    this.networks.deallocate(network.id);
    this.retry();
  }

  /** Twin of doNodeAlloc. */
  private heedNode(kind: StoreAction['kind'], node: NodeObject): void {
    if (kind !== 'remove') {
      this.reallocateNode(node.id);
      return;
    }
    for (const { networkId, address } of node.attachments) this.networks.releaseAddress(networkId, address);
    this.retry();
  }

  /** Twin of doTaskAlloc: first the container's address, then its node's. */
  private heedTask(kind: StoreAction['kind'], task: TaskObject): void {
    if (kind === 'create') this.allocateTask(task.id);
    if (kind === 'remove' && task.address !== null) this.networks.releaseAddress(task.networkId, task.address);
    this.reallocateNode(task.nodeId);
    if (kind === 'remove') this.retry();
  }

  private allocateNetwork(networkId: string): void {
    this.writer.update(() => {
      const network = this.store.get('network', networkId);
      if (network === undefined || this.networks.isAllocated(networkId)) return [];
      const subnets = tryTo(() => this.networks.allocate(network));
      return subnets === undefined ? [] : [{ kind: 'update', table: 'network', object: { ...network, subnets } }];
    });
  }

  private allocateTask(taskId: string): void {
    this.writer.update(() => {
      const task = this.store.get('task', taskId);
      if (task === undefined || task.address !== null) return [];
      const address = tryTo(() => this.networks.allocateAddress(task.networkId, task.wantedAddress));
      if (address === undefined) return [];
      return [{ kind: 'update', table: 'task', object: { ...task, address, state: 'assigned' } }];
    });
  }

  /** Something was given back: who got nothing before may get something now. */
  private retry(): void {
    for (const { id, subnets } of this.store.all('network')) if (subnets === null) this.allocateNetwork(id);
    for (const { id, address } of this.store.all('task')) if (address === null) this.allocateTask(id);
  }

  /** Twin of reallocateNode: an address in each network that the node uses, and in no other. */
  private reallocateNode(nodeId: string): void {
    this.writer.update(() => {
      const node = this.store.get('node', nodeId);
      if (node === undefined) return [];
      const wanted = this.networksOfNode(nodeId);
      const kept = node.attachments.filter(({ networkId }) => wanted.includes(networkId));
      const added: ObjectAttachment[] = [];
      for (const networkId of wanted) {
        if (kept.some((each) => each.networkId === networkId) || !this.networks.isAllocated(networkId)) continue;
        const address = tryTo(() => this.networks.allocateAddress(networkId));
        if (address !== undefined) added.push({ networkId, address });
      }
      const gone = node.attachments.filter((each) => !kept.includes(each));
      for (const { networkId, address } of gone) this.networks.releaseAddress(networkId, address);
      if (added.length + gone.length === 0) return [];
      return [{ kind: 'update', table: 'node', object: { ...node, attachments: [...kept, ...added] } }];
    });
  }

  /** Twin of getNodeNetworks: those of its containers with addresses, and the ingress network. */
  private networksOfNode(nodeId: string): readonly string[] {
    const tasks = this.store.all('task').filter((task) => task.nodeId === nodeId && task.address !== null);
    const ingress = this.store.all('network').filter(({ spec }) => spec.isIngress);
    return [...new Set([...tasks.map(({ networkId }) => networkId), ...ingress.map(({ id }) => id)])];
  }
}

/** Undefined for a refusal, which a real leader writes into its log. */
function tryTo<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof DaemonError) return undefined;
    throw error;
  }
}

function ingressFirst(networks: readonly NetworkObject[]): readonly NetworkObject[] {
  return [...networks].sort((left, right) => Number(right.spec.isIngress) - Number(left.spec.isIngress));
}
