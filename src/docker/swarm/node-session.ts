/**
 * A node's session with a manager: it tells what it is and that it lives, and is told of the swarm's managers and keys,
 * of its own addresses and of its containers'. Twin of swarmkit's agent/session.go and of the attachments in moby's
 * daemon/cluster/networks.go.
 */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { formatIp4, parseCidr } from '../../base/addr.ts';
import { DaemonError } from '../errors.ts';
import type { Json } from '../inspect/json.ts';
import { Answer } from './answer.ts';
import type { NetworkAttachment } from './cluster.ts';
import type { ManagerLink } from './manager-link.ts';
import type { AssignmentsMessage, SessionMessage } from './manager/dispatcher.ts';
import type { ManagerHost } from './manager/context.ts';
import { swarmNetworkOf } from './network-spec.ts';
import type { NodeDescription, TaskObject } from './objects.ts';

/** swarmRequestTimeout. */
const ATTACH_TIMEOUT_NS = 20_000_000_000;
/** dispatcherRPCTimeout: until the managers' first word. */
const SESSION_TIMEOUT_NS = 5_000_000_000;

/** A container that waits for its address. */
interface Pending {
  readonly taskId: string;
  readonly answer: Answer<NetworkAttachment>;
  readonly cancelTimeout: () => void;
}

export class NodeSession {
  /** What the managers said last; null before the first word. */
  message: SessionMessage | null = null;
  private readonly host: ManagerHost;
  private readonly link: ManagerLink;
  private readonly onMessage: (message: SessionMessage) => void;
  private readonly onLost: () => void;
  private assignments: AssignmentsMessage = { tasks: [], networks: [] };
  private readonly pending = new Set<Pending>();
  private readonly streams: (() => void)[] = [];
  private cancelHeartbeat: () => void = () => undefined;
  private cancelTimeout: () => void = () => undefined;
  private isClosed = false;

  constructor(host: ManagerHost, link: ManagerLink, onMessage: (message: SessionMessage) => void, onLost: () => void) {
    this.host = host;
    this.link = link;
    this.onMessage = onMessage;
    this.onLost = onLost;
  }

  /** Twin of session.run. */
  start(description: NodeDescription): void {
    const onLost = (): void => {
      this.lose();
    };
    const onMessage = (message: Json): void => {
      this.heed(message as unknown as SessionMessage);
    };
    this.cancelTimeout = this.host.after(SESSION_TIMEOUT_NS, onLost);
    this.streams.push(this.link.open('Dispatcher/Session', description as unknown as Json, { onMessage, onLost }));
  }

  /** The machine has lost its power: no heartbeat leaves it any more, and no goodbye. */
  halt(): void {
    this.isClosed = true;
    this.cancelHeartbeat();
    this.cancelTimeout();
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.cancelHeartbeat();
    this.cancelTimeout();
    for (const end of this.streams) end();
    for (const { answer, cancelTimeout } of this.pending) {
      cancelTimeout();
      answer.reject(new DaemonError('context canceled'));
    }
    this.pending.clear();
    this.link.close();
  }

  /** Where the node's balancer is in a network; null where the managers have given it no address. */
  addressIn(networkId: string): Cidr | null {
    const found = this.message?.node.attachments.find((each) => each.networkId === networkId);
    return found === undefined ? null : (parseCidr(found.address) ?? null);
  }

  /** Twin of AttachNetwork: asks for an address, and waits until it has been assigned. */
  attach(term: string, containerId: string, wanted: Ip4 | null): Answer<NetworkAttachment> {
    const answer = new Answer<NetworkAttachment>();
    const wantedAddress = wanted === null ? '' : formatIp4(wanted);
    this.link.call('ResourceAllocator/AttachNetwork', { term, containerId, wantedAddress }).then((done) => {
      const reply = orRefusal(() => done.get());
      if (reply instanceof DaemonError) {
        answer.reject(new DaemonError(`Could not attach to network ${term}: ${reply.message}`));
        return;
      }
      this.await((reply as unknown as { attachmentId: string }).attachmentId, answer);
    });
    return answer;
  }

  /** Twin of DetachNetwork. */
  detach(networkId: string, containerId: string): void {
    const task = this.assignments.tasks.find(
      (each) => each.networkId === networkId && each.containerId === containerId,
    );
    if (task !== undefined) this.link.call('ResourceAllocator/DetachNetwork', { attachmentId: task.id });
  }

  private await(taskId: string, answer: Answer<NetworkAttachment>): void {
    const cancelTimeout = this.host.after(ATTACH_TIMEOUT_NS, () => {
      this.pending.delete(pending);
      this.link.call('ResourceAllocator/DetachNetwork', { attachmentId: taskId });
      const advice = 'make sure your network options are correct and check manager logs';
      answer.reject(new DaemonError(`attaching to network failed, ${advice}: context deadline exceeded`));
    });
    const pending: Pending = { taskId, answer, cancelTimeout };
    this.pending.add(pending);
    this.settle();
  }

  /** Containers whose address is there, and their node's, need not wait any longer. */
  private settle(): void {
    for (const waiting of [...this.pending]) {
      const attachment = this.attachmentOf(this.assignments.tasks.find(({ id }) => id === waiting.taskId));
      if (attachment === undefined) continue;
      this.pending.delete(waiting);
      waiting.cancelTimeout();
      waiting.answer.resolve(attachment);
    }
  }

  private attachmentOf(task: TaskObject | undefined): NetworkAttachment | undefined {
    const network = this.assignments.networks.find(({ id }) => id === task?.networkId);
    const address = task?.address === null || task === undefined ? undefined : parseCidr(task.address);
    if (network === undefined || address === undefined || this.addressIn(network.id) === null) return undefined;
    return { network: swarmNetworkOf(network), address };
  }

  private heed(message: SessionMessage): void {
    const isFirst = this.message === null;
    this.cancelTimeout();
    this.message = message;
    if (isFirst) this.begin(message.sessionId);
    this.settle();
    this.onMessage(message);
  }

  private begin(sessionId: string): void {
    const onLost = (): void => {
      this.lose();
    };
    const onMessage = (message: Json): void => {
      this.assignments = message as unknown as AssignmentsMessage;
      this.settle();
    };
    this.streams.push(this.link.open('Dispatcher/Assignments', { sessionId }, { onMessage, onLost }));
    // Who wants to read the logs of services would be told here: nobody does.
    this.streams.push(this.link.open('LogBroker/ListenSubscriptions', {}, { onMessage: ignore, onLost }));
    this.beat(sessionId);
  }

  /** Twin of session.heartbeat: at once, and then as often as the manager says. */
  private beat(sessionId: string): void {
    this.link.call('Dispatcher/Heartbeat', { sessionId }).then((done) => {
      if (this.isClosed) return;
      const reply = orRefusal(() => done.get());
      if (reply instanceof DaemonError) {
        this.lose();
        return;
      }
      this.cancelHeartbeat = this.host.after((reply as unknown as { period: number }).period, () => {
        this.beat(sessionId);
      });
    });
  }

  private lose(): void {
    if (this.isClosed) return;
    this.close();
    this.onLost();
  }
}

function ignore(): void {
  // Nothing comes.
}

function orRefusal<T>(action: () => T): T | DaemonError {
  try {
    return action();
  } catch (error) {
    if (error instanceof DaemonError) return error;
    throw error;
  }
}
