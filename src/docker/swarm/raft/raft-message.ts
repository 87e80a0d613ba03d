/** What the members of a Raft group say to each other (etcd's raftpb.Message). Plain data: it travels as it is. */
import type { Entry, Snapshot } from './raft-log.ts';

interface Spoken {
  readonly from: string;
  readonly to: string;
  readonly term: number;
}

/** "Vote for me": the log may not be older than the voter's. */
export interface Vote extends Spoken {
  readonly kind: 'vote';
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** The leader wants it so: nobody waits until the leader is silent. */
  readonly isTransfer?: true;
}

export interface VoteResponse extends Spoken {
  readonly kind: 'voteResponse';
  readonly isGranted: boolean;
}

/** Entries behind one that the follower should have; none for a question. */
export interface Append extends Spoken {
  readonly kind: 'append';
  readonly previousIndex: number;
  readonly previousTerm: number;
  readonly entries: readonly Entry[];
  readonly commit: number;
}

export interface AppendResponse extends Spoken {
  readonly kind: 'appendResponse';
  /** Up to which both agree; when rejected, the follower's last entry. */
  readonly index: number;
  readonly isRejected: boolean;
}

export interface Heartbeat extends Spoken {
  readonly kind: 'heartbeat';
  readonly commit: number;
}

export interface HeartbeatResponse extends Spoken {
  readonly kind: 'heartbeatResponse';
}

export interface InstallSnapshot extends Spoken {
  readonly kind: 'snapshot';
  readonly snapshot: Snapshot;
}

/** The leader wants another one to lead, which has all that it has itself. */
export interface TimeoutNow extends Spoken {
  readonly kind: 'timeoutNow';
}

export type RaftMessage =
  Vote | VoteResponse | Append | AppendResponse | Heartbeat | HeartbeatResponse | InstallSnapshot | TimeoutNow;
