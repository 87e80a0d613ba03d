/**
 * What a NetworkDB holds, and the steps by which it changes: nodes that come and go, and what becomes of their entries
 * (networkdb.go, nodemgmt.go).
 */
import type { Rng } from '../../sim/rng.ts';
import type { Delegate, EventDelegate, MemberNode } from '../delegate.ts';
import type { Keyring } from '../keyring.ts';
import type { Broadcast } from '../memberlist/broadcast-queue.ts';
import { BroadcastQueue } from '../memberlist/broadcast-queue.ts';
import type { Memberlist } from '../memberlist/memberlist.ts';
import type { GossipClock } from '../transport.ts';
import type { Attachment } from './attachments.ts';
import { Attachments } from './attachments.ts';
import { NetworkDbCounters } from './counters.ts';
import { LamportClock } from './lamport-clock.ts';
import { GOSSIP, encodeGossip } from './messages.ts';
import type { DbNodeState } from './nodes.ts';
import { DbNodes } from './nodes.ts';
import type { NetworkDbSettings } from './settings.ts';
import type { PlacedEntry } from './tables.ts';
import { Tables } from './tables.ts';
import { Watchers } from './watchers.ts';

/** What NetworkDB asks of memberlist. */
export type DbMemberlist = Pick<Memberlist, 'join' | 'sendBestEffort' | 'sendReliable' | 'leave' | 'shutdown'>;

/** Makes the memberlist under a NetworkDB. */
export type StartMemberlist = (delegate: Delegate, events: EventDelegate) => DbMemberlist;

/** A network that this node uses, or has just left. */
export interface OwnNetwork {
  readonly attachment: Attachment;
  /** Table events that wait to be gossiped. */
  readonly tableBroadcasts: BroadcastQueue;
  /** Whether the first bulk sync is over: before it nothing that comes is gossiped on. */
  inSync: boolean;
  /** Messages sent in the current period of the statistics. */
  messagesSent: number;
}

export interface DbEnvironment {
  /** This node's name. */
  readonly nodeId: string;
  readonly settings: NetworkDbSettings;
  readonly clock: GossipClock;
  readonly rng: Rng;
  /** What memberlist encrypts with; null for nothing. */
  readonly keyring: Keyring | null;
}

export class DbState {
  readonly nodeId: string;
  readonly settings: NetworkDbSettings;
  readonly clock: GossipClock;
  readonly rng: Rng;
  readonly networkClock = new LamportClock();
  readonly tableClock = new LamportClock();
  readonly nodes = new DbNodes();
  readonly attachments = new Attachments();
  readonly tables = new Tables();
  readonly own = new Map<string, OwnNetwork>();
  readonly networkBroadcasts: BroadcastQueue;
  readonly nodeBroadcasts: BroadcastQueue;
  readonly watchers = new Watchers();
  readonly counters = new NetworkDbCounters();
  /** Nothing is said any more. */
  isStopped = false;
  /** Called when something waits that a ticker may sleep over: table events, failed nodes, what is to be forgotten. */
  wake: () => void = () => undefined;

  constructor({ nodeId, settings, clock, rng }: DbEnvironment) {
    this.nodeId = nodeId;
    this.settings = settings;
    this.clock = clock;
    this.rng = rng;
    this.networkBroadcasts = new BroadcastQueue(settings.retransmitMult);
    this.nodeBroadcasts = new BroadcastQueue(settings.retransmitMult);
  }

  /** News of a node and a network take the place of older ones. */
  queueNetworkEvent(networkId: string, node: string, data: Uint8Array): void {
    const message = encodeGossip(GOSSIP.networkEvent, data);
    this.networkBroadcasts.queueBroadcast(new DbBroadcast(message, `${networkId}/${node}`));
  }

  queueNodeEvent(data: Uint8Array, finished: (() => void) | null = null): void {
    this.nodeBroadcasts.queueBroadcast(new DbBroadcast(encodeGossip(GOSSIP.nodeEvent, data), '', finished));
  }

  queueTableEvent(own: OwnNetwork, table: string, key: string, data: Uint8Array): void {
    own.tableBroadcasts.queueBroadcast(new DbBroadcast(encodeGossip(GOSSIP.tableEvent, data), `${table}/${key}`));
    this.wake();
  }

  /** Up to `count` random ones of these nodes other than this one (mRandomNodes): few draws, so it may be fewer. */
  randomNodes(count: number, names: readonly string[]): string[] {
    const chosen: string[] = [];
    for (let i = 0; i < 3 * names.length && chosen.length < count; i++) {
      const name = names[this.rng.below(names.length)]!;
      if (name !== this.nodeId && !chosen.includes(name)) chosen.push(name);
    }
    return chosen;
  }

  /** Networks of this node that another uses. */
  commonNetworks(node: string): string[] {
    return [...this.own.keys()].filter((networkId) => this.attachments.isUser(networkId, node));
  }

  /** Whether the node was not in that state yet. One that goes takes its networks and entries with it. */
  changeNodeState(name: string, state: DbNodeState): boolean {
    const found = this.nodes.find(name);
    if (found === undefined || found.state === state) return false;
    this.nodes.move(name, found.state, state);
    if (state === 'active') {
      found.node.reapTimeNs = 0;
      found.node.replacedBy = '';
      return true;
    }
    // One that failed and then left is remembered no longer for that.
    if (found.node.reapTimeNs === 0) found.node.reapTimeNs = this.settings.nodeReapIntervalNs;
    this.attachments.forgetNode(name);
    this.deleteNodeTableEntries(name);
    this.wake();
    return true;
  }

  /** A name that is new to us may be a later life of a node that we know. */
  purgeReincarnation(member: MemberNode): void {
    const earlier = this.nodes.earlierIncarnation(member);
    if (earlier === undefined || (this.settings.healsReincarnations && earlier === this.nodeId)) return;
    this.changeNodeState(earlier, 'left');
    this.nodes.left.get(earlier)!.replacedBy = member.name;
  }

  /** A name has died: who was taken for its earlier life, and is there, is the later one. */
  restoreReplaced(name: string): void {
    if (!this.settings.healsReincarnations) return;
    for (const each of this.nodes.replaced(name)) this.changeNodeState(each, 'active');
  }

  /** Another node has left a network: its entries there are deleted, and remembered so. */
  deleteEntriesOfLeaver(networkId: string, node: string): void {
    for (const placed of this.tables.network(networkId)) {
      if (placed.entry.node !== node || placed.entry.deleting) continue;
      this.entomb(placed, placed.entry.lTime);
      this.tellDeleted(placed);
    }
  }

  /**
   * This node leaves a network. Its own entries are remembered as deleted a little later than they were, so that who
   * has not heard of its leaving believes it; those of others are forgotten, so that they are news when it comes back.
   */
  deleteEntriesOnLeaving(networkId: string): void {
    for (const placed of this.tables.network(networkId)) {
      const { entry, table, key } = placed;
      if (entry.node !== this.nodeId) this.tables.delete(networkId, table, key);
      else if (!entry.deleting) this.entomb(placed, entry.lTime + 1);
      if (!entry.deleting) this.tellDeleted(placed);
    }
  }

  private deleteNodeTableEntries(node: string): void {
    for (const placed of this.tables.ofNode(node)) {
      this.tables.delete(placed.networkId, placed.table, placed.key);
      if (!placed.entry.deleting) this.tellDeleted(placed);
    }
  }

  private entomb({ networkId, table, key, entry }: PlacedEntry, lTime: number): void {
    const { node, value } = entry;
    const reapTimeNs = this.settings.reapEntryIntervalNs;
    this.tables.set(networkId, table, key, { node, lTime, value, deleting: true, reapTimeNs });
    this.wake();
  }

  private tellDeleted({ networkId, table, key, entry }: PlacedEntry): void {
    const { node, value } = entry;
    this.watchers.tell({ operation: 'delete', table, networkId, key, value, node });
  }
}

class DbBroadcast implements Broadcast {
  readonly message: Uint8Array;
  readonly name: string;
  readonly isUnique = true;
  private readonly onFinished: (() => void) | null;

  constructor(message: Uint8Array, name: string, onFinished: (() => void) | null = null) {
    this.message = message;
    this.name = name;
    this.onFinished = onFinished;
  }

  invalidates(): boolean {
    return false;
  }

  finished(): void {
    this.onFinished?.();
  }
}
