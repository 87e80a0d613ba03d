/** The log of a Raft node: what has been agreed on, or may be, and a snapshot in place of what is too old to keep. */
import { assert } from '../../../base/assert.ts';
import type { JsonValue } from '../control/rpc.ts';

/** Who takes part, or a change of the store; null is the entry by which a new leader begins its term. */
export type EntryData =
  | { readonly kind: 'change'; readonly change: JsonValue }
  | { readonly kind: 'add' | 'remove'; readonly member: string }
  | null;

export interface Entry {
  readonly term: number;
  readonly index: number;
  readonly data: EntryData;
}

/** The store as it was after an entry, and who took part then. */
export interface Snapshot {
  readonly index: number;
  readonly term: number;
  readonly members: readonly string[];
  readonly state: JsonValue;
}

/** What a node must not forget when it is switched off: etcd's hard state, its entries, its latest snapshot. */
export class RaftStorage {
  term: number;
  /** For whom it has voted in this term; empty for nobody. */
  vote = '';
  snapshot: Snapshot;
  /** The entry before the first that is still there: at most the snapshot's. */
  private cutIndex: number;
  private cutTerm: number;
  private entries: Entry[] = [];

  /**
   * `members` are those with whom the group begins: they have a first entry in common, of which whoever joins later
   * gets to know by a snapshot. None for a node that joins.
   */
  constructor(members: readonly string[], state: JsonValue) {
    const first = members.length === 0 ? 0 : 1;
    this.snapshot = { index: first, term: first, members, state };
    this.term = first;
    this.cutIndex = first;
    this.cutTerm = first;
  }

  get firstIndex(): number {
    return this.cutIndex + 1;
  }

  get lastIndex(): number {
    return this.cutIndex + this.entries.length;
  }

  /** The term of an entry that is still there, or of the one before them; -1 for one that is not there. */
  termAt(index: number): number {
    if (index === this.cutIndex) return this.cutTerm;
    return this.entries[index - this.firstIndex]?.term ?? -1;
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex);
  }

  entryAt(index: number): Entry {
    const entry = this.entries[index - this.firstIndex];
    assert(entry !== undefined, 'an entry is read that is in the log');
    return entry;
  }

  /** At most `max` entries from `index` on. */
  entriesFrom(index: number, max: number): Entry[] {
    const start = index - this.firstIndex;
    assert(start >= 0, 'entries are read that are in the log');
    return this.entries.slice(start, start + max);
  }

  append(entry: Entry): void {
    assert(entry.index === this.lastIndex + 1, 'entries follow each other');
    this.entries.push(entry);
  }

  /** Takes entries over that follow one that both have; what contradicts them goes. */
  merge(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.index <= this.cutIndex || this.termAt(entry.index) === entry.term) continue;
      assert(entry.index > this.snapshot.index, 'what is agreed on is not contradicted');
      if (entry.index <= this.lastIndex) this.entries.length = entry.index - this.firstIndex;
      this.append(entry);
    }
  }

  /** Keeps the store as it is after an applied entry, and of the entries before it the last `kept`. */
  compact(index: number, members: readonly string[], state: JsonValue, kept: number): void {
    this.snapshot = { index, term: this.termAt(index), members, state };
    const cut = index - kept;
    if (cut <= this.cutIndex) return;
    const cutTerm = this.termAt(cut);
    this.entries.splice(0, cut - this.cutIndex);
    this.cutIndex = cut;
    this.cutTerm = cutTerm;
  }

  /** A snapshot of somebody who knows more takes the place of all. */
  restore(snapshot: Snapshot): void {
    this.snapshot = snapshot;
    this.cutIndex = snapshot.index;
    this.cutTerm = snapshot.term;
    this.entries = [];
  }
}
