/**
 * The messages of hashicorp/serf (serf/messages.go), which memberlist carries: in user messages, in the user state of
 * a push/pull, in the payload of acknowledgments.
 */
import type { Slice } from '../messages.ts';

/** The first byte of a message (messageType). */
export const SERF_MESSAGE = {
  leave: 0,
  join: 1,
  pushPull: 2,
  userEvent: 3,
  query: 4,
  queryResponse: 5,
  conflictResponse: 6,
  keyRequest: 7,
  keyResponse: 8,
  relay: 9,
} as const;

/** Flags of queries and their responses. */
export const QUERY_FLAG_ACK = 1;
export const QUERY_FLAG_NO_BROADCAST = 2;

export interface SerfLeave {
  readonly type: typeof SERF_MESSAGE.leave;
  readonly ltime: number;
  readonly node: string;
  readonly prune: boolean;
}

export interface SerfJoin {
  readonly type: typeof SERF_MESSAGE.join;
  readonly ltime: number;
  readonly node: string;
}

/** User events that share a Lamport time. */
export interface UserEvents {
  readonly ltime: number;
  readonly events: readonly { readonly name: string; readonly payload: Slice }[];
}

export interface SerfPushPull {
  readonly type: typeof SERF_MESSAGE.pushPull;
  readonly ltime: number;
  /** Each member's status time, in the order of the message: a Go map has none. */
  readonly statusLTimes: readonly (readonly [node: string, ltime: number])[];
  readonly leftMembers: readonly string[];
  readonly eventLTime: number;
  /** The ring of recent events, null where nothing was. */
  readonly events: readonly (UserEvents | null)[];
  readonly queryLTime: number;
}

export interface SerfUserEvent {
  readonly type: typeof SERF_MESSAGE.userEvent;
  readonly ltime: number;
  readonly name: string;
  readonly payload: Slice;
  /** Whether events of that name may be put together (CC). */
  readonly canCoalesce: boolean;
}

export interface SerfQuery {
  readonly type: typeof SERF_MESSAGE.query;
  readonly ltime: number;
  readonly id: number;
  /** Where the answer goes. */
  readonly addr: Slice;
  readonly port: number;
  readonly sourceNode: string;
  /** Encoded filters, a byte with the kind first. */
  readonly filters: readonly Uint8Array[] | null;
  readonly flags: number;
  readonly relayFactor: number;
  readonly timeoutNs: number;
  readonly name: string;
  readonly payload: Slice;
}

export interface SerfQueryResponse {
  readonly type: typeof SERF_MESSAGE.queryResponse;
  readonly ltime: number;
  readonly id: number;
  readonly from: string;
  readonly flags: number;
  readonly payload: Slice;
}

export type SerfMessage = SerfLeave | SerfJoin | SerfPushPull | SerfUserEvent | SerfQuery | SerfQueryResponse;

/** Where a node lies in the space of round-trip times, in seconds (Vivaldi). */
export interface Coordinate {
  readonly vec: readonly number[];
  readonly error: number;
  readonly adjustment: number;
  readonly height: number;
}
