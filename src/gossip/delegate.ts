/** What stands above memberlist: NetworkDB, serf. Twins of its Delegate, EventDelegate and PingDelegate. */
import type { Ip4 } from '../base/addr.ts';
import type { NodeState } from './messages.ts';

/** A member as those above see it (memberlist.Node). */
export interface MemberNode {
  readonly name: string;
  readonly address: Ip4;
  readonly port: number;
  readonly meta: Uint8Array;
  readonly state: NodeState;
}

export interface Delegate {
  /** What alive messages say of this node beside its address; at most `limit` bytes. */
  nodeMeta(limit: number): Uint8Array;
  /** A user message has come. The array is not kept. */
  notifyMsg(message: Uint8Array): void;
  /** What is to be gossiped: user messages that fit `limit` bytes, each costing `overhead` more. */
  getBroadcasts(overhead: number, limit: number): Uint8Array[];
  /** Whether there is anything to gossip. Left out: there may be, and `getBroadcasts` is asked. */
  hasBroadcasts?(): boolean;
  /** What a push/pull tells; `isJoin` for the first one. */
  localState(isJoin: boolean): Uint8Array;
  mergeRemoteState(state: Uint8Array, isJoin: boolean): void;
}

export interface EventDelegate {
  notifyJoin(node: MemberNode): void;
  notifyLeave(node: MemberNode): void;
  notifyUpdate(node: MemberNode): void;
}

/** What acknowledgments carry: serf's network coordinates. */
export interface PingDelegate {
  ackPayload(): Uint8Array | null;
  notifyPingComplete(node: MemberNode, rttNs: number, payload: Uint8Array | null): void;
}

/** Hears of two members of one name. */
export interface ConflictDelegate {
  notifyConflict(existing: MemberNode, other: MemberNode): void;
}

/** Asked before a join is merged. */
export interface MergeDelegate {
  /** Why the cluster of these nodes is not to be merged with ours; null to merge. */
  notifyMerge(nodes: readonly MemberNode[]): string | null;
}

/** Asked about every alive message. */
export interface AliveDelegate {
  /** Why the message is to be ignored; null to go on. */
  notifyAlive(node: MemberNode): string | null;
}
