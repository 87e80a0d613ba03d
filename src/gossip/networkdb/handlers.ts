/** What is made of messages and states that come from others (delegate.go). */
import { SECOND } from '../../sim/units.ts';
import type { DbState } from './db-state.ts';
import type { BulkSyncMessage, Decoded, NetworkEvent, NodeEvent, TableEvent } from './messages.ts';
import {
  GOSSIP,
  MEMBERSHIP_EVENT,
  TABLE_EVENT,
  decodeBulkSync,
  decodeCompound,
  decodeGossip,
  decodeNetworkEvent,
  decodeNodeEvent,
  decodePushPull,
  decodeTableEvent,
  isFailure,
} from './messages.ts';
import type { Entry } from './tables.ts';
import type { TableOperation } from './watchers.ts';

/** Compound, bulk sync, compound, event are four; nobody sends more. */
const DEPTH_MAX = 8;
/** Clocks count what happens; one that says more would leave ours no room. */
const LAMPORT_TIME_MAX = 2 ** 52;
/** A deletion that nobody here knew of is told on while more than this part of its time is left. */
const REBROADCAST_PART = 6;

const OPERATIONS: Readonly<Record<number, TableOperation>> = {
  [TABLE_EVENT.create]: 'create',
  [TABLE_EVENT.update]: 'update',
  [TABLE_EVENT.delete]: 'delete',
};

export class DbHandlers {
  private readonly state: DbState;
  private readonly onBulkSync: (sync: BulkSyncMessage) => void;

  /** `onBulkSync` answers a bulk sync, or takes one for the answer. */
  constructor(state: DbState, onBulkSync: (sync: BulkSyncMessage) => void) {
    this.state = state;
    this.onBulkSync = onBulkSync;
  }

  /** `isBulkSync` where a table event is part of one: it comes with the time that is left to it now. */
  handleMessage(bytes: Uint8Array, isBulkSync = false, depth = 0): void {
    const { counters } = this.state;
    const gossip = this.understood(decodeGossip(bytes));
    if (gossip === null) return;
    const { type, data } = gossip;
    if (depth === DEPTH_MAX) counters.drop('tooDeep');
    else if (type === GOSSIP.nodeEvent) this.handleNodeMessage(data);
    else if (type === GOSSIP.networkEvent) this.handleNetworkMessage(data);
    else if (type === GOSSIP.tableEvent) this.handleTableMessage(data, isBulkSync);
    else if (type === GOSSIP.bulkSync) this.handleBulkSync(data, depth);
    else if (type === GOSSIP.compound) this.handleCompound(data, isBulkSync, depth);
    else counters.drop('unknownType');
  }

  /** What a push/pull has brought (MergeRemoteState). */
  mergeRemoteState(bytes: Uint8Array): void {
    const { counters } = this.state;
    const gossip = this.understood(decodeGossip(bytes));
    if (gossip === null) return;
    if (gossip.type !== GOSSIP.pushPull) {
      counters.drop('noPushPull');
      return;
    }
    const pushPull = this.understood(decodePushPull(gossip.data));
    if (pushPull === null) return;
    counters.pushPulls++;
    const { lTime, nodeName, networks } = pushPull;
    this.handleNodeEvent({ type: MEMBERSHIP_EVENT.join, lTime, nodeName });
    for (const { leaving, ...entry } of networks) {
      this.handleNetworkEvent({ ...entry, type: leaving ? MEMBERSHIP_EVENT.leave : MEMBERSHIP_EVENT.join });
    }
  }

  private handleCompound(bytes: Uint8Array, isBulkSync: boolean, depth: number): void {
    const { counters } = this.state;
    const parts = this.understood(decodeCompound(bytes));
    if (parts === null) return;
    counters.compounds++;
    for (const part of parts) this.handleMessage(part, isBulkSync, depth + 1);
  }

  private handleBulkSync(bytes: Uint8Array, depth: number): void {
    const { counters, tableClock } = this.state;
    const sync = this.understood(decodeBulkSync(bytes));
    if (sync === null) return;
    if (sync.lTime > LAMPORT_TIME_MAX) {
      counters.drop('clockTooHigh');
      return;
    }
    counters.bulkSyncs++;
    if (sync.lTime > 0) tableClock.witness(sync.lTime);
    this.handleMessage(sync.payload, true, depth + 1);
    this.onBulkSync(sync);
  }

  private handleNodeMessage(bytes: Uint8Array): void {
    const { counters } = this.state;
    const event = this.understood(decodeNodeEvent(bytes));
    if (event === null) return;
    counters.nodeEvents++;
    if (!this.handleNodeEvent(event)) return;
    counters.rebroadcasts++;
    this.state.queueNodeEvent(bytes);
  }

  /** Whether it is news. */
  private handleNodeEvent({ type, lTime, nodeName }: NodeEvent): boolean {
    const { counters, networkClock, nodes } = this.state;
    if (lTime > LAMPORT_TIME_MAX) return this.ignore('clockTooHigh');
    networkClock.witness(lTime);
    const found = nodes.find(nodeName);
    if (found === undefined) return this.ignore('unknownNode');
    if (found.node.lTime >= lTime) return this.ignore('stale');
    found.node.lTime = lTime;
    // Of a node that memberlist has given up nobody would say that it dies.
    if (found.state !== 'active') return this.ignore('unknownNode');
    if (type === MEMBERSHIP_EVENT.leave) return this.state.changeNodeState(nodeName, 'left');
    if (type !== MEMBERSHIP_EVENT.join) counters.drop('unknownType');
    return false;
  }

  private handleNetworkMessage(bytes: Uint8Array): void {
    const { counters } = this.state;
    const event = this.understood(decodeNetworkEvent(bytes));
    if (event === null) return;
    counters.networkEvents++;
    if (!this.handleNetworkEvent(event)) return;
    counters.rebroadcasts++;
    this.state.queueNetworkEvent(event.networkId, event.nodeName, bytes);
  }

  /** Whether it is news. */
  private handleNetworkEvent({ type, lTime, nodeName, networkId }: NetworkEvent): boolean {
    const { attachments, networkClock, nodes, settings } = this.state;
    if (lTime > LAMPORT_TIME_MAX) return this.ignore('clockTooHigh');
    networkClock.witness(lTime);
    if (nodeName === this.state.nodeId) return this.ignore('ownEvent');
    const isLeave = type === MEMBERSHIP_EVENT.leave;
    const known = attachments.get(networkId, nodeName);
    if (known === undefined) {
      if (isLeave) return this.ignore('notInNetwork');
      if (!nodes.active.has(nodeName)) return this.ignore('unknownNode');
      attachments.join(networkId, nodeName, lTime);
      return true;
    }
    if (known.lTime >= lTime) return this.ignore('stale');
    if (isLeave) {
      attachments.leave(networkId, nodeName, lTime, settings.reapNetworkIntervalNs);
      // Who syncs with us hears from these that they are gone.
      this.state.deleteEntriesOfLeaver(networkId, nodeName);
      this.state.wake();
    } else {
      attachments.join(networkId, nodeName, lTime);
    }
    return true;
  }

  private handleTableMessage(bytes: Uint8Array, isBulkSync: boolean): void {
    const { counters, own, nodeId } = this.state;
    const event = this.understood(decodeTableEvent(bytes));
    if (event === null) return;
    counters.tableEvents++;
    if (event.nodeName === nodeId) counters.drop('ownEvent');
    if (event.nodeName === nodeId || !this.handleTableEvent(event, isBulkSync)) return;
    const network = own.get(event.networkId);
    if (network === undefined || network.attachment.leaving) return;
    if (isBulkSync && network.tableBroadcasts.numQueued > this.state.settings.queueLengthOnSyncMax) {
      counters.rebroadcastsRefused++;
      return;
    }
    counters.rebroadcasts++;
    this.state.queueTableEvent(network, event.tableName, event.key, bytes);
  }

  /** Whether it is to be told on. */
  private handleTableEvent(event: TableEvent, isBulkSync: boolean): boolean {
    const { attachments, nodeId, own, tableClock, tables, watchers } = this.state;
    const { lTime, nodeName, networkId, tableName, key } = event;
    if (lTime > LAMPORT_TIME_MAX) return this.ignore('clockTooHigh');
    tableClock.witness(lTime);
    const network = own.get(networkId);
    const isBothIn = attachments.isUser(networkId, nodeId) && attachments.isUser(networkId, nodeName);
    if (network === undefined || !isBothIn) return this.ignore('notInNetwork');
    const known = tables.get(networkId, tableName, key);
    const isDelete = event.type === TABLE_EVENT.delete;
    if (known !== undefined && known.lTime >= lTime) return this.ignore('stale');
    // It may have been on its way for longer than it is remembered; what a bulk sync says is as of now.
    if (known === undefined && isDelete && !isBulkSync) return this.ignore('unknownEntry');
    const operation = OPERATIONS[event.type];
    if (operation === undefined) return this.ignore('unknownType');
    const entry = this.entryOf(event);
    tables.set(networkId, tableName, key, entry);
    if (isDelete) this.state.wake();
    if (known === undefined && isDelete) {
      // Kept, so that a late word of its creation does not bring it back.
      return network.inSync && entry.reapTimeNs > this.state.settings.reapEntryIntervalNs / REBROADCAST_PART;
    }
    watchers.tell({ operation, table: tableName, networkId, key, value: entry.value, node: nodeName });
    return network.inSync;
  }

  private entryOf({ type, lTime, nodeName, value, residualReapTime }: TableEvent): Entry {
    const deleting = type === TABLE_EVENT.delete;
    const reapTimeNs = residualReapTime * SECOND;
    return {
      node: nodeName,
      lTime,
      value: value.slice(),
      deleting,
      // Engines before 17.12 do not say how long.
      reapTimeNs: deleting && reapTimeNs === 0 ? this.state.settings.reapEntryIntervalNs : reapTimeNs,
    };
  }

  /** The message, or null after counting why there is none. */
  private understood<T extends object>(decoded: Decoded<T>): T | null {
    if (!isFailure(decoded)) return decoded;
    this.state.counters.drop(decoded);
    return null;
  }

  private ignore(reason: Parameters<DbState['counters']['drop']>[0]): false {
    this.state.counters.drop(reason);
    return false;
  }
}
