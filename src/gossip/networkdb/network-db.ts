/**
 * NetworkDB: tables that belong to networks, and that the nodes which use a network keep alike by gossip, each node
 * owning what it has entered. Twin of libnetwork's package networkdb as the engine 20.10 has it.
 *
 *   node and network events ──▶ memberlist's gossip, to everybody        clocks: one for these,
 *   table events ────────────▶ datagrams to some users of the network            one for entries
 *   bulk syncs, push/pulls ──▶ connections
 */
import type { Delegate, EventDelegate, MemberNode } from '../delegate.ts';
import type { Keyring } from '../keyring.ts';
import { BroadcastQueue } from '../memberlist/broadcast-queue.ts';
import type { MemberAddress } from '../transport.ts';
import { BulkSync } from './bulk-sync.ts';
import type { DbMemberlist, StartMemberlist } from './db-state.ts';
import type { NetworkDbCounters } from './counters.ts';
import type { DbEnvironment } from './db-state.ts';
import { DbState } from './db-state.ts';
import { DbHandlers } from './handlers.ts';
import {
  GOSSIP,
  MEMBERSHIP_EVENT,
  TABLE_EVENT,
  encodeGossip,
  encodeNetworkEvent,
  encodeNodeEvent,
  encodePushPull,
  encodeTableEvent,
} from './messages.ts';
import type { Entry } from './tables.ts';
import { after } from './ticker.ts';
import { Upkeep } from './upkeep.ts';
import type { NodeNews, TableNews } from './watchers.ts';
import { SECOND } from '../../sim/units.ts';

const NO_META = new Uint8Array(0);

/** What the statistics of a network tell. */
export interface NetworkStats {
  readonly networkId: string;
  readonly leaving: boolean;
  readonly peers: number;
  readonly entries: number;
  readonly queued: number;
  readonly messagesPerSecond: number;
}

export class NetworkDb {
  private readonly state: DbState;
  private readonly bulkSync: BulkSync;
  private readonly handlers: DbHandlers;
  private readonly upkeep: Upkeep;
  private readonly memberlist: DbMemberlist;
  private readonly keyring: Keyring | null;
  private bootstrap: readonly MemberAddress[] = [];

  constructor(environment: DbEnvironment, startMemberlist: StartMemberlist) {
    this.state = new DbState(environment);
    this.keyring = environment.keyring;
    this.bulkSync = new BulkSync(this.state, () => this.memberlist);
    this.handlers = new DbHandlers(this.state, (sync) => {
      this.bulkSync.handle(sync);
    });
    this.memberlist = startMemberlist(this.delegate(), this.events());
    this.upkeep = new Upkeep({
      state: this.state,
      bulkSync: this.bulkSync,
      memberlist: () => this.memberlist,
      bootstrap: () => this.bootstrap,
      sendJoinEvent: (done) => {
        this.sendNodeEvent(MEMBERSHIP_EVENT.join, done);
      },
    });
    this.state.wake = () => {
      this.upkeep.wake();
    };
  }

  get nodeId(): string {
    return this.state.nodeId;
  }

  get counters(): NetworkDbCounters {
    return this.state.counters;
  }

  /** Joins the cluster of these; `done` hears whether anybody was there and everybody has been told. */
  join(members: readonly MemberAddress[], done: (hasJoined: boolean) => void): void {
    this.bootstrap = [...members];
    this.upkeep.wake();
    this.memberlist.join(members, (joined) => {
      if (joined === 0) done(false);
      else this.sendNodeEvent(MEMBERSHIP_EVENT.join, done);
    });
  }

  /** Leaves the cluster and stops; `done` at the end. */
  close(done: () => void): void {
    const { clock, settings } = this.state;
    this.sendNodeEvent(MEMBERSHIP_EVENT.leave, () => {
      this.memberlist.leave(settings.leaveTimeoutNs, () => {
        // It is memberlist itself that calls, in the midst of its work.
        after(clock, 0, () => {
          this.shutdown();
          done();
        });
      });
    });
  }

  /** Stops without a word. */
  shutdown(): void {
    if (this.state.isStopped) return;
    this.state.isStopped = true;
    this.upkeep.stop();
    this.memberlist.shutdown();
  }

  /** Names and addresses of the active nodes of the cluster. */
  clusterPeers(): MemberNode[] {
    return [...this.state.nodes.active.values()].map(({ member }) => member);
  }

  /** The nodes that use a network, in the order in which they came; null for one that memberlist does not know. */
  peers(networkId: string): { readonly name: string; readonly member: MemberNode | null }[] {
    return this.state.attachments.users(networkId).map((name) => {
      return { name, member: this.state.nodes.active.get(name)?.member ?? null };
    });
  }

  /** Begins to take part in a network; `done` when all that use it have been asked for its tables. */
  joinNetwork(networkId: string, done: () => void = () => undefined): void {
    const { attachments, networkClock, nodeId, own, settings } = this.state;
    const lTime = networkClock.increment();
    const network = {
      attachment: attachments.join(networkId, nodeId, lTime),
      tableBroadcasts: new BroadcastQueue(settings.retransmitMult),
      inSync: false,
      messagesSent: 0,
    };
    own.set(networkId, network);
    this.sendNetworkEvent(networkId, MEMBERSHIP_EVENT.join, lTime);
    this.bulkSync.syncAll(attachments.users(networkId), () => {
      network.inSync = true;
      done();
    });
  }

  /** Takes part in a network no more: what this node has entered is deleted, the rest forgotten. */
  leaveNetwork(networkId: string): void {
    const { attachments, networkClock, nodeId, own, settings } = this.state;
    if (!own.has(networkId)) return;
    const lTime = networkClock.increment();
    this.sendNetworkEvent(networkId, MEMBERSHIP_EVENT.leave, lTime);
    attachments.leave(networkId, nodeId, lTime, settings.reapNetworkIntervalNs);
    this.state.deleteEntriesOnLeaving(networkId);
    this.state.wake();
  }

  /** Enters something; false when there is an entry of that key already, or a deleted one that is still remembered. */
  createEntry(table: string, networkId: string, key: string, value: Uint8Array): boolean {
    if (this.state.tables.get(networkId, table, key) !== undefined) return false;
    this.enter(TABLE_EVENT.create, table, networkId, key, this.newEntry(value));
    return true;
  }

  /** Changes an entry; false when there is none. */
  updateEntry(table: string, networkId: string, key: string, value: Uint8Array): boolean {
    if (this.state.tables.get(networkId, table, key) === undefined) return false;
    this.enter(TABLE_EVENT.update, table, networkId, key, this.newEntry(value));
    return true;
  }

  /** Deletes an entry; false when there is none. */
  deleteEntry(table: string, networkId: string, key: string): boolean {
    const known = this.state.tables.get(networkId, table, key);
    if (known === undefined || known.deleting) return false;
    const reapTimeNs = this.state.settings.reapEntryIntervalNs;
    const entry = { ...this.newEntry(known.value), deleting: true, reapTimeNs };
    this.enter(TABLE_EVENT.delete, table, networkId, key, entry);
    return true;
  }

  getEntry(table: string, networkId: string, key: string): Uint8Array | undefined {
    const entry = this.state.tables.get(networkId, table, key);
    return entry === undefined || entry.deleting ? undefined : entry.value;
  }

  /** The keys of a table with who owns each entry and what it says, in the order in which they came. */
  table(table: string, networkId: string): { key: string; node: string; value: Uint8Array }[] {
    const entries = this.state.tables.table(networkId, table).filter(([, { deleting }]) => !deleting);
    return entries.map(([key, { node, value }]) => ({ key, node, value }));
  }

  /** Hears of changes by others, and of what becomes of entries when nodes go; an empty name stands for any. */
  watch(table: string, networkId: string, listener: (news: TableNews) => void): () => void {
    return this.state.watchers.watch(table, networkId, listener);
  }

  watchNodes(listener: (news: NodeNews) => void): () => void {
    return this.state.watchers.watchNodes(listener);
  }

  /** Adds a key, with which messages may come from now on. */
  setKey(key: Uint8Array): void {
    this.keyring?.addKey(key);
  }

  /** Encrypts with a key that was added before. */
  setPrimaryKey(key: Uint8Array): void {
    this.keyring?.useKey(key);
  }

  /** Takes a key away that is not the primary one. */
  removeKey(key: Uint8Array): void {
    this.keyring?.removeKey(key);
  }

  /** What every network has to show since the last time this was asked for. */
  takeStats(): NetworkStats[] {
    const { attachments, own, settings, tables } = this.state;
    return [...own].map(([networkId, network]) => {
      const messagesPerSecond = Math.trunc(network.messagesSent / (settings.statsPeriodNs / SECOND));
      network.messagesSent = 0;
      return {
        networkId,
        leaving: network.attachment.leaving,
        peers: attachments.users(networkId).length,
        entries: tables.size(networkId),
        queued: network.tableBroadcasts.numQueued,
        messagesPerSecond,
      };
    });
  }

  private newEntry(value: Uint8Array): Entry {
    const { nodeId, tableClock } = this.state;
    return { node: nodeId, lTime: tableClock.increment(), value: value.slice(), deleting: false, reapTimeNs: 0 };
  }

  private enter(type: number, table: string, networkId: string, key: string, entry: Entry): void {
    this.state.tables.set(networkId, table, key, entry);
    this.state.wake();
    const network = this.state.own.get(networkId);
    if (network === undefined) return;
    const { node: nodeName, lTime, value, reapTimeNs } = entry;
    const residualReapTime = Math.trunc(reapTimeNs / SECOND);
    const event = { type, lTime, nodeName, networkId, tableName: table, key, value, residualReapTime };
    this.state.queueTableEvent(network, table, key, encodeTableEvent(event));
  }

  private sendNetworkEvent(networkId: string, type: number, lTime: number): void {
    const nodeName = this.state.nodeId;
    this.state.queueNetworkEvent(networkId, nodeName, encodeNetworkEvent({ type, lTime, nodeName, networkId }));
  }

  /** `done` hears whether it was gossiped in time; alone there is nobody to tell. */
  private sendNodeEvent(type: number, done: (isTold: boolean) => void): void {
    const { clock, networkClock, nodes, nodeId, settings } = this.state;
    const event = encodeNodeEvent({ type, lTime: networkClock.increment(), nodeName: nodeId });
    if (nodes.active.size <= 1) {
      this.state.queueNodeEvent(event);
      done(true);
      return;
    }
    let isOver = false;
    const end = (isTold: boolean): void => {
      if (isOver) return;
      isOver = true;
      stop();
      done(isTold);
    };
    const stop = after(clock, settings.broadcastTimeoutNs, () => {
      end(false);
    });
    // Told in the midst of sending; what follows begins after it.
    this.state.queueNodeEvent(event, () => {
      after(clock, 0, () => {
        end(true);
      });
    });
  }

  private delegate(): Delegate {
    const { networkBroadcasts, nodeBroadcasts, nodes } = this.state;
    return {
      nodeMeta: () => NO_META,
      notifyMsg: (message) => {
        if (message.length > 0) this.handlers.handleMessage(message);
      },
      hasBroadcasts: () => networkBroadcasts.numQueued > 0 || nodeBroadcasts.numQueued > 0,
      getBroadcasts: (overhead, limit) => {
        const numNodes = nodes.active.size;
        // Twin of a mistake: the second queue does not know what the first has taken of the limit.
        return [networkBroadcasts, nodeBroadcasts].flatMap(
          (queue) => queue.getBroadcasts(overhead, limit, numNodes) ?? [],
        );
      },
      localState: (isJoin) => this.localState(isJoin),
      mergeRemoteState: (state) => {
        this.handlers.mergeRemoteState(state);
      },
    };
  }

  private localState(isJoin: boolean): Uint8Array {
    const { attachments, networkClock, nodeId, own } = this.state;
    if (isJoin) {
      // Newer than what the other may believe of this node: that it has left them.
      const lTime = networkClock.increment();
      for (const { attachment } of own.values()) attachment.lTime = lTime;
    }
    const networks = [...attachments.all()].map(([networkId, nodeName, { lTime, leaving }]) => {
      return { networkId, lTime, nodeName, leaving };
    });
    return encodeGossip(GOSSIP.pushPull, encodePushPull({ lTime: networkClock.time, networks, nodeName: nodeId }));
  }

  private events(): EventDelegate {
    const { nodes, watchers } = this.state;
    return {
      notifyJoin: (member) => {
        watchers.tellNode({ operation: 'create', address: member.address });
        if (this.state.changeNodeState(member.name, 'active')) return;
        this.state.purgeReincarnation(member);
        nodes.active.set(member.name, { member, lTime: 0, reapTimeNs: 0, replacedBy: '' });
      },
      notifyLeave: (member) => {
        watchers.tellNode({ operation: 'delete', address: member.address });
        // One that has said that it goes is among those that left already.
        if (nodes.active.has(member.name)) this.state.changeNodeState(member.name, 'failed');
        this.state.restoreReplaced(member.name);
      },
      notifyUpdate: () => undefined,
    };
  }
}
