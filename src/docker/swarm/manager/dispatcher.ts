/**
 * The leader's side of the nodes' sessions: who is there, by heartbeats, and what each node is told. Twin of swarmkit's
 * manager/dispatcher.
 */
import type { Json } from '../../inspect/json.ts';
import { newId } from '../identity.ts';
import type { Rng } from '../../../sim/rng.ts';
import type { KeyObject, NetworkObject, NodeDescription, NodeObject, NodeState, TaskObject } from '../objects.ts';
import { RpcError } from '../control/rpc.ts';
import type { StoreAction } from '../store.ts';
import type { LogMember } from '../store-log.ts';
import type { ManagerContext, PeerStream, RpcPeer } from './context.ts';

/** A node that missed so many heartbeats is down. */
const GRACE_PERIOD_MULTIPLIER = 3;
/** So much longer a new leader waits for nodes that another one knew. */
const UNKNOWN_MULTIPLIER = 2;
/** A node is told by chance to come a little sooner or later, so that not all of them come at once. */
const HEARTBEAT_EPSILON_NS = 500_000_000;
/** What a node is to do is gathered for so long before it is sent. */
const BATCHING_WAIT_NS = 100_000_000;

/** What a node is told in its session. */
export interface SessionMessage {
  readonly sessionId: string;
  readonly node: NodeObject;
  /** Those in which it has addresses. */
  readonly networks: readonly NetworkObject[];
  readonly managers: readonly Pick<LogMember, 'nodeId' | 'addr'>[];
  readonly keys: readonly KeyObject[];
  /** The port of the nodes' tunnels. */
  readonly dataPathPort: number;
}

/** Which containers of a node use which network, at which address. */
export interface AssignmentsMessage {
  readonly tasks: readonly TaskObject[];
  readonly networks: readonly NetworkObject[];
}

interface Session {
  readonly id: string;
  readonly nodeId: string;
  cancelExpiry: () => void;
}

export class Dispatcher {
  private readonly context: ManagerContext;
  private readonly rng: Rng;
  /** By node. */
  private readonly sessions = new Map<string, Session>();
  private readonly streams = new Map<PeerStream, () => void>();

  constructor(context: ManagerContext) {
    this.context = context;
    this.rng = context.host.rng.fork('dispatcher');
  }

  /** The leader is one no longer, or its machine goes. */
  stop(): void {
    for (const session of this.sessions.values()) session.cancelExpiry();
    this.sessions.clear();
    for (const [stream, close] of [...this.streams]) {
      close();
      stream.end(new RpcError('Unavailable', 'dispatcher is stopped'));
    }
  }

  /** A new leader has yet to hear from the nodes that another one knew. */
  markNodesUnknown(): void {
    for (const node of this.context.store.all('node')) {
      if (node.description === null || node.status.state === 'down') continue;
      const session: Session = { id: '', nodeId: node.id, cancelExpiry: () => undefined };
      this.sessions.set(node.id, session);
      this.markNode(node.id, 'unknown', 'Node moved to "unknown" state due to leadership change in cluster');
      this.expectHeartbeat(session, UNKNOWN_MULTIPLIER, 'heartbeat failure for node in "unknown" state');
    }
  }

  /** Twin of Session: registers the node, and tells it whatever concerns it until the function returned is called. */
  openSession(peer: RpcPeer, description: NodeDescription, stream: PeerStream): () => void {
    const { store } = this.context;
    const session = this.register(peer, description);
    let last = '';
    const tell = (): void => {
      const node = store.get('node', peer.nodeId);
      if (node === undefined || this.sessions.get(peer.nodeId) !== session) return;
      const message = this.messageTo(session, node);
      const text = JSON.stringify({ ...message, node: { ...node, versionIndex: 0, updatedNs: 0 } });
      if (text !== last) stream.push(message as unknown as Json);
      last = text;
    };
    const stopWatching = store.watch((action) => {
      if (concerns(action, peer.nodeId)) tell();
    });
    const stopWatchingMembers = this.context.log.watchMembers(tell);
    tell();
    return this.closer(stream, () => {
      stopWatching();
      stopWatchingMembers();
    });
  }

  /** Twin of Heartbeat: how long to wait until the next one. */
  heartbeat(nodeId: string, sessionId: string): number {
    const session = this.sessionOf(nodeId, sessionId);
    return this.expectHeartbeat(session);
  }

  /** Twin of Assignments: all that the node is to do, now and whenever that changes. */
  openAssignments(nodeId: string, sessionId: string, stream: PeerStream): () => void {
    this.sessionOf(nodeId, sessionId);
    const { store, host } = this.context;
    const tell = (): void => {
      const tasks = store.all('task').filter((task) => task.nodeId === nodeId && task.state === 'assigned');
      const networks = store.all('network').filter(({ id }) => tasks.some((task) => task.networkId === id));
      const message: AssignmentsMessage = { tasks, networks };
      stream.push(message as unknown as Json);
    };
    let cancel: (() => void) | null = null;
    const stopWatching = store.watch((action) => {
      if (action.table !== 'task' || action.object.nodeId !== nodeId) return;
      cancel?.();
      cancel = host.after(BATCHING_WAIT_NS, tell);
    });
    tell();
    return this.closer(stream, () => {
      stopWatching();
      cancel?.();
    });
  }

  /** Ends a stream once, whoever ends it. */
  private closer(stream: PeerStream, close: () => void): () => void {
    const once = (): void => {
      if (this.streams.delete(stream)) close();
    };
    this.streams.set(stream, once);
    return once;
  }

  private register(peer: RpcPeer, description: NodeDescription): Session {
    if (this.context.store.get('node', peer.nodeId) === undefined) throw new RpcError('NotFound', 'node not found');
    this.sessions.get(peer.nodeId)?.cancelExpiry();
    const session: Session = { id: newId(this.rng), nodeId: peer.nodeId, cancelExpiry: () => undefined };
    this.sessions.set(peer.nodeId, session);
    this.expectHeartbeat(session);
    this.updateNode(peer.nodeId, (node) => ({ ...node, description }));
    this.updateNode(peer.nodeId, (node) => ({
      ...node,
      status: { state: 'ready', message: '', addr: peer.address },
    }));
    return session;
  }

  private expectHeartbeat(session: Session, multiplier = 1, failure = 'heartbeat failure'): number {
    const { heartbeatPeriodNs } = this.context.store.cluster!.spec;
    const periodNs = heartbeatPeriodNs - HEARTBEAT_EPSILON_NS + this.rng.below(2 * HEARTBEAT_EPSILON_NS);
    session.cancelExpiry();
    session.cancelExpiry = this.context.host.after(periodNs * GRACE_PERIOD_MULTIPLIER * multiplier, () => {
      this.sessions.delete(session.nodeId);
      this.markNode(session.nodeId, 'down', failure);
    });
    return periodNs;
  }

  private sessionOf(nodeId: string, sessionId: string): Session {
    const session = this.sessions.get(nodeId);
    if (session === undefined) throw new RpcError('NotFound', 'node not registered');
    if (session.id !== sessionId) throw new RpcError('InvalidArgument', 'session invalid');
    return session;
  }

  private markNode(nodeId: string, state: NodeState, message: string): void {
    this.updateNode(nodeId, (node) => ({ ...node, status: { ...node.status, state, message } }));
  }

  private updateNode(nodeId: string, change: (node: NodeObject) => NodeObject): void {
    const { store, writer } = this.context;
    writer.update(() => {
      const node = store.get('node', nodeId);
      return node === undefined ? [] : [{ kind: 'update', table: 'node', object: change(node) }];
    });
  }

  private messageTo(session: Session, node: NodeObject): SessionMessage {
    const { store, log } = this.context;
    const managers = log.members().map(({ nodeId, addr }) => ({ nodeId, addr }));
    const { keys, dataPathPort } = store.cluster!;
    const networks = store.all('network').filter(({ id }) => node.attachments.some((each) => each.networkId === id));
    return { sessionId: session.id, node, networks, managers, keys, dataPathPort };
  }
}

function concerns(action: StoreAction, nodeId: string): boolean {
  return action.table === 'cluster' || (action.table === 'node' && action.object.id === nodeId);
}
