/**
 * The messages of hashicorp/memberlist (net.go). Each begins with a byte that tells its type; the rest is a msgpack
 * map with the fields' Go names as keys, but for compound messages, checksums and user messages.
 */

/** The first byte of a message (messageType). */
export const MESSAGE = {
  ping: 0,
  indirectPing: 1,
  ackResp: 2,
  suspect: 3,
  alive: 4,
  dead: 5,
  pushPull: 6,
  compound: 7,
  user: 8,
  compress: 9,
  encrypt: 10,
  nackResp: 11,
  hasCrc: 12,
  err: 13,
  hasLabel: 244,
} as const;

/** A node's state in a push/pull (nodeStateType). */
export const NODE_STATE = { alive: 0, suspect: 1, dead: 2, left: 3 } as const;
export type NodeState = (typeof NODE_STATE)[keyof typeof NODE_STATE];

/** Bytes as the library has them: a Go slice, null for nil. */
export type Slice = Uint8Array | null;

/** Who asks; left out of the message where empty. */
export interface Source {
  /** 4 or 16 bytes. */
  readonly sourceAddr: Slice;
  readonly sourcePort: number;
  readonly sourceNode: string;
}

export interface Ping extends Source {
  readonly type: typeof MESSAGE.ping;
  readonly seqNo: number;
  readonly node: string;
}

export interface IndirectPing extends Source {
  readonly type: typeof MESSAGE.indirectPing;
  readonly seqNo: number;
  /** Address of the node to ask, 4 or 16 bytes. */
  readonly target: Slice;
  readonly port: number;
  readonly node: string;
  /** Whether the asker wants to hear that there was no answer. */
  readonly nack: boolean;
}

export interface AckResp {
  readonly type: typeof MESSAGE.ackResp;
  readonly seqNo: number;
  readonly payload: Slice;
}

export interface NackResp {
  readonly type: typeof MESSAGE.nackResp;
  readonly seqNo: number;
}

export interface Suspect {
  readonly type: typeof MESSAGE.suspect;
  readonly incarnation: number;
  readonly node: string;
  readonly from: string;
}

/** With `node` and `from` the same: that node has left. */
export interface Dead {
  readonly type: typeof MESSAGE.dead;
  readonly incarnation: number;
  readonly node: string;
  readonly from: string;
}

export interface Alive {
  readonly type: typeof MESSAGE.alive;
  readonly incarnation: number;
  readonly node: string;
  readonly addr: Slice;
  readonly port: number;
  readonly meta: Slice;
  /** Protocol min, max, current, delegate min, max, current. */
  readonly vsn: Slice;
}

export interface ErrResp {
  readonly type: typeof MESSAGE.err;
  readonly error: string;
}

/** One node in a push/pull (pushNodeState). */
export interface PushNodeState {
  readonly name: string;
  readonly addr: Slice;
  readonly port: number;
  readonly meta: Slice;
  readonly incarnation: number;
  readonly state: number;
  readonly vsn: Slice;
}

/** What goes over a stream in a push/pull, each way. */
export interface PushPull {
  readonly type: typeof MESSAGE.pushPull;
  readonly isJoin: boolean;
  readonly nodes: readonly PushNodeState[];
  readonly userState: Uint8Array;
}

/** What somebody above memberlist has to say: NetworkDB, serf. */
export interface UserMessage {
  readonly type: typeof MESSAGE.user;
  readonly bytes: Uint8Array;
}

export type PacketMessage = Ping | IndirectPing | AckResp | NackResp | Suspect | Alive | Dead | UserMessage;
export type StreamMessage = Ping | AckResp | PushPull | UserMessage | ErrResp;
