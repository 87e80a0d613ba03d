/**
 * One member of a Raft group (Ongaro, Ousterhout: In Search of an Understandable Consensus Algorithm), as etcd/raft is
 * set up by swarmkit: it steps down when it does not hear from most members (CheckQuorum), and nobody is elected while
 * most members hear from a leader. It has neither clock nor network: `tick` is called once a second, what others said
 * comes by `step`, and what it says goes to `outside.send`.
 *
 *   follower ── nothing heard for 10 to 19 ticks ──▶ candidate ── votes of most ──▶ leader
 *       ◀────────────── a higher term, or a leader of this one ─────┘                  │
 *       ◀────────────── a higher term, or most members silent for 10 ticks ────────────┘
 */
import { assert } from '../../../base/assert.ts';
import type { Rng } from '../../../sim/rng.ts';
import type { JsonValue } from '../control/rpc.ts';
import type { Entry, EntryData, RaftStorage, Snapshot } from './raft-log.ts';
import type { Append, AppendResponse, RaftMessage, Vote } from './raft-message.ts';

/** Ticks without a word from a leader before an election: at least so many, less than twice as many. */
export const ELECTION_TICKS = 10;
export const HEARTBEAT_TICKS = 1;
/** Entries in one message. */
const ENTRIES_MAX = 64;

export interface RaftOutside {
  send(message: RaftMessage): void;
  /** An entry is agreed on: every member applies the same ones in the same order. */
  apply(entry: Entry): void;
  /** The store as it is after the last applied entry. */
  state(): JsonValue;
  /** Somebody knows more than the log can tell. */
  restore(snapshot: Snapshot): void;
  /** Who leads may have changed. */
  leaderChanged(leader: string): void;
}

export interface RaftSettings {
  /** Applied entries after which a snapshot is taken, and entries that are kept before one. */
  readonly snapshotInterval: number;
  readonly keptEntries: number;
}

/** Cluster.Spec.Raft as `docker info` shows it. */
export const SWARM_RAFT: RaftSettings = { snapshotInterval: 10_000, keptEntries: 500 };

/** What a leader knows of a follower. */
interface Progress {
  /** Up to where it is known to agree, and what it gets next. */
  match: number;
  next: number;
  /** It has said something since the last look. */
  isActive: boolean;
}

export class RaftNode {
  readonly id: string;
  role: 'follower' | 'candidate' | 'leader' = 'follower';
  /** Who leads in this term as far as known; empty for nobody. */
  leader = '';
  commit: number;
  applied: number;
  readonly members: Set<string>;
  private readonly storage: RaftStorage;
  private readonly outside: RaftOutside;
  private readonly rng: Rng;
  private readonly settings: RaftSettings;
  private readonly progress = new Map<string, Progress>();
  private readonly votes = new Map<string, boolean>();
  private elapsedTicks = 0;
  private heartbeatTicks = 0;
  private timeoutTicks = 0;
  /** A change of members that is not applied yet: the next one has to wait. */
  private pendingMemberIndex = 0;

  constructor(id: string, storage: RaftStorage, rng: Rng, outside: RaftOutside, settings = SWARM_RAFT) {
    this.id = id;
    this.storage = storage;
    this.rng = rng;
    this.outside = outside;
    this.settings = settings;
    this.commit = storage.snapshot.index;
    this.applied = storage.snapshot.index;
    this.members = new Set(storage.snapshot.members);
    this.resetTimeout();
  }

  get term(): number {
    return this.storage.term;
  }

  /** A second has passed. */
  tick(): void {
    this.elapsedTicks++;
    if (this.role === 'leader') this.tickLeader();
    else if (this.elapsedTicks >= this.timeoutTicks && this.members.has(this.id)) this.campaign();
  }

  /** Begins an election at once: the first manager of a swarm does not wait for one. */
  campaign(isTransfer = false): void {
    this.become('candidate', this.storage.term + 1, '');
    this.storage.vote = this.id;
    this.votes.set(this.id, true);
    if (this.isQuorum(this.granted())) {
      this.lead();
      return;
    }
    const { lastIndex, lastTerm } = this.storage;
    for (const to of this.others()) {
      const vote = { kind: 'vote', from: this.id, to, term: this.term, lastIndex, lastTerm } as const;
      this.outside.send(isTransfer ? { ...vote, isTransfer } : vote);
    }
  }

  /** Lets the member lead that has most of the log (3.10), if there is one that has all of it. */
  transferLeadership(): void {
    const { lastIndex } = this.storage;
    const heir = [...this.progress].find(([, { match, isActive }]) => isActive && match === lastIndex);
    if (this.role !== 'leader' || heir === undefined) return;
    this.outside.send({ kind: 'timeoutNow', from: this.id, to: heir[0], term: this.term });
  }

  /** The index under which the leader has entered it; 0 when this node does not lead, or members change already. */
  propose(data: EntryData): number {
    if (this.role !== 'leader') return 0;
    const changesMembers = data !== null && data.kind !== 'change';
    if (changesMembers && this.pendingMemberIndex > this.applied) return 0;
    const index = this.storage.lastIndex + 1;
    if (changesMembers) this.pendingMemberIndex = index;
    this.storage.append({ term: this.term, index, data });
    for (const to of this.others()) this.sendAppend(to);
    this.maybeCommit();
    return index;
  }

  /** What another member says. What is not for this group is not heard. */
  step(message: RaftMessage): void {
    if (message.to !== this.id) return;
    if (message.term > this.term) {
      if (message.kind === 'vote' && message.isTransfer !== true && this.hearsLeader()) return;
      const isLeaders = message.kind === 'append' || message.kind === 'heartbeat' || message.kind === 'snapshot';
      this.become('follower', message.term, isLeaders ? message.from : '');
    } else if (message.term < this.term) {
      this.answerOld(message);
      return;
    }
    this.stepInTerm(message);
  }

  private stepInTerm(message: RaftMessage): void {
    switch (message.kind) {
      case 'vote':
        this.stepVote(message);
        return;
      case 'voteResponse':
        this.countVote(message.from, message.isGranted);
        return;
      case 'append':
        this.hearLeader(message.from);
        this.stepAppend(message);
        return;
      case 'heartbeat':
        this.hearLeader(message.from);
        this.commitTo(Math.min(message.commit, this.storage.lastIndex));
        this.outside.send({ kind: 'heartbeatResponse', from: this.id, to: message.from, term: this.term });
        return;
      case 'snapshot':
        this.hearLeader(message.from);
        this.stepSnapshot(message.from, message.snapshot);
        return;
      case 'appendResponse':
        this.stepAppendResponse(message);
        return;
      case 'timeoutNow':
        if (message.from === this.leader && this.members.has(this.id)) this.campaign(true);
        return;
      case 'heartbeatResponse':
        this.stepHeartbeatResponse(message.from);
    }
  }

  /** Whoever leads an older term is told of this one, so that it steps down. */
  private answerOld(message: RaftMessage): void {
    if (message.kind !== 'append' && message.kind !== 'heartbeat') return;
    const { lastIndex } = this.storage;
    const answer = { from: this.id, to: message.from, term: this.term, index: lastIndex, isRejected: true };
    this.outside.send({ kind: 'appendResponse', ...answer });
  }

  private stepVote({ from, term, lastIndex, lastTerm }: Vote): void {
    const { storage } = this;
    const isFree = storage.vote === '' || storage.vote === from;
    const isNewEnough =
      lastTerm > storage.lastTerm || (lastTerm === storage.lastTerm && lastIndex >= storage.lastIndex);
    const isGranted = isFree && isNewEnough;
    if (isGranted) {
      storage.vote = from;
      this.elapsedTicks = 0;
    }
    this.outside.send({ kind: 'voteResponse', from: this.id, to: from, term, isGranted });
  }

  private countVote(from: string, isGranted: boolean): void {
    if (this.role !== 'candidate') return;
    this.votes.set(from, isGranted);
    const refused = [...this.votes].filter(([id, granted]) => !granted && this.members.has(id)).length;
    if (this.isQuorum(this.granted())) this.lead();
    else if (this.isQuorum(refused)) this.become('follower', this.term, '');
  }

  private granted(): number {
    return [...this.votes].filter(([id, isGranted]) => isGranted && this.members.has(id)).length;
  }

  private lead(): void {
    this.become('leader', this.term, this.id);
    this.pendingMemberIndex = this.storage.lastIndex;
    for (const id of this.members) this.follow(id);
    // What earlier leaders left is agreed on with the first entry of this term (5.4.2).
    this.propose(null);
  }

  private follow(id: string): void {
    if (id === this.id) return;
    this.progress.set(id, { match: 0, next: this.storage.lastIndex + 1, isActive: true });
  }

  private tickLeader(): void {
    if (this.elapsedTicks >= ELECTION_TICKS) {
      this.elapsedTicks = 0;
      const active = 1 + [...this.progress.values()].filter(({ isActive }) => isActive).length;
      for (const progress of this.progress.values()) progress.isActive = false;
      if (!this.isQuorum(active)) {
        this.become('follower', this.term, '');
        return;
      }
    }
    if (++this.heartbeatTicks < HEARTBEAT_TICKS) return;
    this.heartbeatTicks = 0;
    for (const [to, { match }] of this.progress) {
      const commit = Math.min(this.commit, match);
      this.outside.send({ kind: 'heartbeat', from: this.id, to, term: this.term, commit });
    }
  }

  private sendAppend(to: string): void {
    const progress = this.progress.get(to);
    if (progress === undefined) return;
    const { storage } = this;
    const said = { from: this.id, to, term: this.term };
    if (progress.next < storage.firstIndex) {
      progress.next = storage.snapshot.index + 1;
      this.outside.send({ kind: 'snapshot', ...said, snapshot: storage.snapshot });
      return;
    }
    const previousIndex = progress.next - 1;
    const entries = storage.entriesFrom(progress.next, ENTRIES_MAX);
    const previousTerm = storage.termAt(previousIndex);
    // Taken for granted until the follower says otherwise.
    progress.next += entries.length;
    this.outside.send({ kind: 'append', ...said, previousIndex, previousTerm, entries, commit: this.commit });
  }

  private stepAppend({ from, previousIndex, previousTerm, entries, commit }: Append): void {
    const { storage } = this;
    const said = { kind: 'appendResponse', from: this.id, to: from, term: this.term } as const;
    if (previousIndex < storage.firstIndex - 1) {
      this.outside.send({ ...said, index: this.commit, isRejected: false });
      return;
    }
    if (storage.termAt(previousIndex) !== previousTerm) {
      const index = Math.min(previousIndex - 1, storage.lastIndex);
      this.outside.send({ ...said, index, isRejected: true });
      return;
    }
    storage.merge(entries);
    const last = previousIndex + entries.length;
    this.commitTo(Math.min(commit, last));
    this.outside.send({ ...said, index: last, isRejected: false });
  }

  private stepAppendResponse({ from, index, isRejected }: AppendResponse): void {
    const progress = this.progress.get(from);
    if (this.role !== 'leader' || progress === undefined) return;
    progress.isActive = true;
    if (isRejected) {
      // An answer to something older than what it has said since.
      if (index < progress.match) return;
      progress.next = Math.max(Math.min(index + 1, progress.next), progress.match + 1);
      this.sendAppend(from);
      return;
    }
    if (index > progress.match) {
      progress.match = index;
      progress.next = Math.max(progress.next, index + 1);
      this.maybeCommit();
    }
    if (progress.next <= this.storage.lastIndex) this.sendAppend(from);
  }

  private stepHeartbeatResponse(from: string): void {
    const progress = this.progress.get(from);
    if (this.role !== 'leader' || progress === undefined) return;
    progress.isActive = true;
    if (progress.match >= this.storage.lastIndex) return;
    // What was under way may have been lost.
    progress.next = progress.match + 1;
    this.sendAppend(from);
  }

  private stepSnapshot(from: string, snapshot: Snapshot): void {
    const isInLog = this.storage.termAt(snapshot.index) === snapshot.term;
    // A late one may be older than entries that it has said it has.
    if (isInLog) this.commitTo(snapshot.index);
    else if (snapshot.index > this.commit) {
      this.storage.restore(snapshot);
      this.commit = snapshot.index;
      this.applied = snapshot.index;
      this.members.clear();
      for (const member of snapshot.members) this.members.add(member);
      this.outside.restore(snapshot);
    }
    const said = { from: this.id, to: from, term: this.term, index: this.commit, isRejected: false };
    this.outside.send({ kind: 'appendResponse', ...said });
  }

  /** The newest entry of this term that most members have is agreed on, and all before it. */
  private maybeCommit(): void {
    const have = [...this.members].map((id) =>
      id === this.id ? this.storage.lastIndex : (this.progress.get(id)?.match ?? 0),
    );
    have.sort((a, b) => b - a);
    const index = have[this.members.size >> 1] ?? 0;
    if (index > this.commit && this.storage.termAt(index) === this.term) {
      this.commitTo(index);
      for (const to of this.others()) this.sendAppend(to);
    }
  }

  private commitTo(index: number): void {
    if (index <= this.commit) return;
    this.commit = index;
    while (this.applied < this.commit) this.applyNext();
  }

  private applyNext(): void {
    const entry = this.storage.entryAt(++this.applied);
    if (entry.data !== null && entry.data.kind !== 'change') this.changeMembers(entry.data.kind, entry.data.member);
    this.outside.apply(entry);
    // Fewer members have to agree on what is under way.
    if (entry.data?.kind === 'remove' && this.role === 'leader') this.maybeCommit();
    if (this.applied - this.storage.snapshot.index >= this.settings.snapshotInterval) {
      this.storage.compact(this.applied, [...this.members], this.outside.state(), this.settings.keptEntries);
    }
  }

  private changeMembers(kind: 'add' | 'remove', member: string): void {
    if (kind === 'add') {
      this.members.add(member);
      if (this.role === 'leader' && !this.progress.has(member)) this.follow(member);
      return;
    }
    this.members.delete(member);
    this.progress.delete(member);
    if (member === this.id && this.role !== 'follower') this.become('follower', this.term, '');
  }

  private hearLeader(from: string): void {
    assert(this.role !== 'leader' || from === this.id, 'a term has one leader');
    if (this.role === 'candidate' || this.leader !== from) this.become('follower', this.term, from);
    this.elapsedTicks = 0;
  }

  private hearsLeader(): boolean {
    return this.leader !== '' && this.elapsedTicks < ELECTION_TICKS;
  }

  private become(role: RaftNode['role'], term: number, leader: string): void {
    if (term > this.storage.term) {
      this.storage.term = term;
      this.storage.vote = '';
    }
    this.role = role;
    this.votes.clear();
    this.progress.clear();
    this.heartbeatTicks = 0;
    this.resetTimeout();
    if (leader === this.leader) return;
    this.leader = leader;
    this.outside.leaderChanged(leader);
  }

  private resetTimeout(): void {
    this.elapsedTicks = 0;
    this.timeoutTicks = this.rng.between(ELECTION_TICKS, 2 * ELECTION_TICKS - 1);
  }

  private others(): string[] {
    return [...this.members].filter((id) => id !== this.id);
  }

  private isQuorum(count: number): boolean {
    return count > this.members.size >> 1;
  }
}
