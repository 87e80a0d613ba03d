/**
 * A manager as it runs on a machine: its store and log, its ear on 2377/tcp and its connections to other managers. Twin
 * of what swarmkit's node.runManager starts.
 *
 *   first of a swarm:  store ── first entry ──▶ leads at once
 *   one more:          Raft/Join ──▶ leader enters a member, and sends the log ──▶ the store is there, and a leader
 */
import type { Engine } from '../engine.ts';
import { ControlClient } from './control/control-client.ts';
import type { ControlServer } from './control/control-server.ts';
import type { ControlIdentity, JsonValue } from './control/rpc.ts';
import type { HostPort } from './listen-addr.ts';
import { formatHostPort } from './listen-addr.ts';
import { ManagerPeers } from './manager-peers.ts';
import { serveManager } from './manager-server.ts';
import type { ManagerHost } from './manager/context.ts';
import { Manager } from './manager/manager.ts';
import type { RaftMessage } from './raft/raft-message.ts';
import { RaftStoreLog } from './store-log.ts';
import { MemoryStore } from './store.ts';
import type { StoreAction } from './store.ts';
import { StoreWriter } from './store-writer.ts';

const JOIN_RETRY_NS = 1_000_000_000;
const JOIN_TIMEOUT_NS = 10_000_000_000;
/** How often one looks whether what a new manager waits for is there. */
const READY_INTERVAL_NS = 100_000_000;

export interface ProcessParts {
  readonly engine: Engine;
  readonly host: ManagerHost;
  readonly identity: ControlIdentity;
  readonly listen: HostPort;
  readonly advertise: HostPort;
  /** This manager is none any more, as the others say. */
  readonly onRemoved: () => void;
}

export class ManagerProcess {
  readonly manager: Manager;
  readonly log: RaftStoreLog;
  private readonly parts: ProcessParts;
  private readonly peers: ManagerPeers;
  private server: ControlServer | null = null;
  private joining: ControlClient | null = null;
  private cancelTimer: () => void = () => undefined;
  private isStopped = false;

  private constructor(parts: ProcessParts, begins: boolean) {
    const { engine, host, identity, advertise } = parts;
    this.parts = parts;
    const store = new MemoryStore();
    const self = { nodeId: identity.nodeId, addr: formatHostPort(advertise) };
    this.peers = new ManagerPeers(engine, identity, self.addr, parts.onRemoved, () => {
      this.manager.endForwarded();
    });
    this.log = new RaftStoreLog({ host, store, self, peers: this.peers }, begins);
    const context = { host, store, log: this.log, writer: new StoreWriter(this.log, host.clock) };
    this.manager = new Manager(context, () => {
      const { leader } = this.log;
      return leader === null || leader.nodeId === identity.nodeId ? null : this.peers.clientOf(leader);
    });
    this.log.attend({
      lead: () => {
        this.manager.lead();
      },
      follow: () => {
        this.manager.follow();
      },
    });
  }

  /** The first of a swarm, with its first entry. Throws a DaemonError when it cannot listen. */
  static first(
    parts: Omit<ProcessParts, 'identity' | 'onRemoved'>,
    nodeId: string,
    actions: readonly StoreAction[],
  ): ManagerProcess {
    const clusterId = actions.find(({ table }) => table === 'cluster')!.object.id;
    const identity = { nodeId, role: 'manager', clusterId } as const;
    const begun = new ManagerProcess({ ...parts, identity, onRemoved: () => undefined }, true);
    begun.manager.context.writer.update(() => actions);
    begun.listen();
    begun.manager.lead();
    return begun;
  }

  /** One more, let in by another; `onReady` is called when it knows what the others know. */
  static joining(parts: ProcessParts, remote: HostPort, onReady: () => void): ManagerProcess {
    const begun = new ManagerProcess(parts, false);
    begun.listen();
    begun.join(remote);
    begun.awaitReady(onReady);
    return begun;
  }

  get identity(): ControlIdentity {
    return this.parts.identity;
  }

  stop(): void {
    this.halt();
    this.manager.follow();
    this.joining?.close();
    this.peers.close();
    this.server?.close();
  }

  /** The machine has lost its power: nothing is told to anybody. */
  halt(): void {
    this.isStopped = true;
    this.cancelTimer();
    this.log.stop();
    this.peers.halt();
  }

  private listen(): void {
    const { engine, listen, identity } = this.parts;
    this.server = serveManager(engine, listen, this.manager, identity, (nodeId, message) => {
      const { addr, ...said } = message as unknown as RaftMessage & { readonly addr: string };
      this.log.step({ nodeId, addr }, said);
    });
  }

  /** Twin of joinCluster: until somebody lets it in. */
  private join(remote: HostPort): void {
    const { engine, identity, advertise, host } = this.parts;
    const client = new ControlClient(engine, remote.host, remote.port, identity);
    this.joining = client;
    const body: JsonValue = { addr: formatHostPort(advertise) };
    client.call('Raft/Join', body, JOIN_TIMEOUT_NS).then(({ refusal }) => {
      if (this.isStopped) return;
      client.close();
      this.joining = null;
      if (refusal === null) return;
      host.after(JOIN_RETRY_NS, () => {
        if (!this.isStopped) this.join(remote);
      });
    });
  }

  private awaitReady(onReady: () => void): void {
    this.cancelTimer = this.parts.host.after(READY_INTERVAL_NS, () => {
      const { nodeId } = this.parts.identity;
      const isMember = this.log.members().some((each) => each.nodeId === nodeId);
      if (isMember && this.log.leader !== null) onReady();
      else this.awaitReady(onReady);
    });
  }
}
