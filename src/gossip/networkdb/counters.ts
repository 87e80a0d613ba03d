/** What NetworkDB has heard, said and not followed. */
import type { DecodeFailure } from './protobuf.ts';

/** Why something that came was not followed: bytes that are no message, or news that is none. */
export type NetworkDbDrop =
  | DecodeFailure
  | 'unknownType'
  /** Messages inside messages beyond what anybody sends. */
  | 'tooDeep'
  /** The state of a push/pull that is none. */
  | 'noPushPull'
  /** Times of clocks that no clock reaches by itself, after which ours could not go on. */
  | 'clockTooHigh'
  /** Of a node that memberlist does not know. */
  | 'unknownNode'
  /** Something newer is known already. */
  | 'stale'
  /** What this node has said itself. */
  | 'ownEvent'
  /** Of a network that this node or the entry's does not use. */
  | 'notInNetwork'
  /** Deleted, and not known here. */
  | 'unknownEntry';

export class NetworkDbCounters {
  nodeEvents = 0;
  networkEvents = 0;
  tableEvents = 0;
  bulkSyncs = 0;
  compounds = 0;
  pushPulls = 0;
  /** News that was gossiped on. */
  rebroadcasts = 0;
  /** What a full queue kept from being gossiped on after a bulk sync. */
  rebroadcastsRefused = 0;
  tableMessagesSent = 0;
  bulkSyncsSent = 0;
  bulkSyncsAnswered = 0;
  bulkSyncsFailed = 0;
  bulkSyncsTimedOut = 0;
  reconnects = 0;
  rejoins = 0;
  entriesReaped = 0;
  attachmentsReaped = 0;
  nodesReaped = 0;
  private readonly byReason = new Map<NetworkDbDrop, number>();

  drop(reason: NetworkDbDrop): void {
    this.byReason.set(reason, this.dropped(reason) + 1);
  }

  dropped(reason: NetworkDbDrop): number {
    return this.byReason.get(reason) ?? 0;
  }

  /** Reasons and how often, in the order in which they first came up. */
  drops(): [NetworkDbDrop, number][] {
    return [...this.byReason];
  }
}
