/**
 * The managers' log, through which every change of the store goes. A single manager agrees with itself at once; with
 * several of them a log that is agreed upon over the network stands in the same place.
 */
import { Answer } from './answer.ts';
import type { Change, MemoryStore } from './store.ts';

/** A manager that has a voice in the log. */
export interface LogMember {
  readonly nodeId: string;
  /** Where others reach it: `192.168.50.11:2377`. */
  readonly addr: string;
  readonly isLeader: boolean;
  readonly isReachable: boolean;
}

export interface StoreLog {
  /** Whether this manager may propose changes. */
  readonly isLeader: boolean;
  /** The members as far as this manager knows. */
  members(): readonly LogMember[];
  /** The answer comes when the change is in the store of this manager. */
  propose(change: Change): Answer<null>;
}

/**
 * The entry that makes the first manager a member, the empty one with which a leader begins, and one about what this
 * store does not keep, as there is in swarmkit: the swarm's networks `bridge` and `host`.
 */
const FIRST_ENTRIES = 3;

/** The log of a swarm with one manager. */
export class LocalLog implements StoreLog {
  readonly isLeader = true;
  private readonly store: MemoryStore;
  private readonly self: LogMember;
  private lastIndex: number;

  constructor(store: MemoryStore, self: Pick<LogMember, 'nodeId' | 'addr'>, lastIndex = FIRST_ENTRIES) {
    this.store = store;
    this.self = { ...self, isLeader: true, isReachable: true };
    this.lastIndex = lastIndex;
  }

  members(): readonly LogMember[] {
    return [this.self];
  }

  /** The number of the last entry. */
  get index(): number {
    return this.lastIndex;
  }

  propose(change: Change): Answer<null> {
    this.store.apply(change, ++this.lastIndex);
    return Answer.of(null);
  }
}
