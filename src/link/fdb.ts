/**
 * Forwarding database: which port leads to which MAC address. Twin of net/bridge/br_fdb.c; used by the Linux bridge
 * and by the LAN switch. An entry that was not confirmed for the ageing time counts as absent and is removed when it is
 * met: what Linux's garbage collection does at that instant, without an event for it.
 *
 *   MacTable: MAC → entry number      columns by entry number: flags and port, updated, used, next older, next newer
 *
 * Entry numbers do not move, and the entries form a list with the newest first, as Linux's br->fdb_list does: that is
 * the order in which `bridge fdb` shows them.
 */
import type { Mac } from '../base/addr.ts';
import { macFrom } from '../base/addr.ts';
import { MacTable } from '../base/table.ts';
import type { Scheduler } from '../sim/scheduler.ts';

/** Linux: BR_DEFAULT_AGEING_TIME, 300 s. */
export const FDB_AGEING_NS = 300_000_000_000;

/** What `find` answers when no port is known. */
export const FDB_MISS = -1;
/** Flag in the answer of `find`: the address is the bridge's own, the frame goes up (BR_FDB_LOCAL). */
export const FDB_LOCAL = 1 << 20;
/** Never ages. Learning moves it all the same, unless it is sticky (BR_FDB_STATIC). */
export const FDB_STATIC = 1 << 21;
/** Learning does not move it (BR_FDB_STICKY). */
export const FDB_STICKY = 1 << 22;
/** An administrator made it or changed it (BR_FDB_ADDED_BY_USER). */
export const FDB_ADDED_BY_USER = 1 << 23;
/** Put there by `extern_learn`: does not age either (BR_FDB_ADDED_BY_EXT_LEARN). */
export const FDB_EXT_LEARNED = 1 << 24;
const PORT_MASK = FDB_LOCAL - 1;
const NEVER_AGES = FDB_STATIC | FDB_EXT_LEARNED;

export const FDB_UNCHANGED = 0;
export const FDB_LEARNED = 1;
export const FDB_MOVED = 2;

const NONE = -1;
const FIRST_CAPACITY = 16;

export interface FdbEntry {
  readonly mac: Mac;
  readonly port: number;
  /** FDB_LOCAL and its like. */
  readonly flags: number;
  readonly isLocal: boolean;
  readonly isStatic: boolean;
  /** When the entry was last confirmed by a frame. */
  readonly updatedNs: number;
  /** When a frame was last sent where it points. */
  readonly usedNs: number;
}

export class Fdb {
  ageingNs: number;
  private readonly sched: Scheduler;
  /** Its values are entry numbers. */
  private readonly table: MacTable;
  /** Port number and flags. */
  private values: Int32Array;
  private updated: Float64Array;
  private used: Float64Array;
  private macs: Float64Array;
  private older: Int32Array;
  private newer: Int32Array;
  private newest: number;
  /** First of the free entry numbers, linked by `older`. */
  private free: number;

  constructor(sched: Scheduler, ageingNs = FDB_AGEING_NS) {
    this.sched = sched;
    this.ageingNs = ageingNs;
    this.table = new MacTable();
    this.values = new Int32Array(0);
    this.updated = new Float64Array(0);
    this.used = new Float64Array(0);
    this.macs = new Float64Array(0);
    this.older = new Int32Array(0);
    this.newer = new Int32Array(0);
    this.newest = NONE;
    this.free = NONE;
  }

  /** Twin of br_fdb_find_rcu: the port number, with FDB_LOCAL where it applies, or FDB_MISS. */
  find(hi: number, lo: number): number {
    const entry = this.entryOf(hi, lo);
    return entry < 0 ? FDB_MISS : this.values[entry]! & (PORT_MASK | FDB_LOCAL);
  }

  /** `find` for a frame that is about to go there: the entry counts as used now. */
  findForFrame(hi: number, lo: number): number {
    const entry = this.entryOf(hi, lo);
    if (entry < 0) return FDB_MISS;
    const value = this.values[entry]!;
    if ((value & FDB_LOCAL) === 0) this.used[entry] = this.sched.now;
    return value & (PORT_MASK | FDB_LOCAL);
  }

  /** Twin of br_fdb_update: the source address of a frame that came in by `port`. */
  fdbUpdate(hi: number, lo: number, port: number): number {
    if (this.ageingNs === 0) return FDB_UNCHANGED;
    const entry = this.entryOf(hi, lo);
    if (entry < 0) {
      this.create(hi, lo, port);
      return FDB_LEARNED;
    }
    const value = this.values[entry]!;
    if ((value & FDB_LOCAL) !== 0) return FDB_UNCHANGED;
    this.updated[entry] = this.sched.now;
    if ((value & PORT_MASK) === port || (value & FDB_STICKY) !== 0) return FDB_UNCHANGED;
    this.values[entry] = port | (value & ~PORT_MASK & ~FDB_EXT_LEARNED);
    return FDB_MOVED;
  }

  /**
   * An address of the bridge itself or of its port. Where several have the same, the first stays; what was learned
   * under that address gives way (fdb_add_local).
   */
  addLocal(hi: number, lo: number, port: number): void {
    const found = this.entryOf(hi, lo);
    if (found >= 0) {
      if ((this.values[found]! & FDB_LOCAL) !== 0) return;
      this.delete(found, hi, lo);
    }
    this.create(hi, lo, port | FDB_LOCAL | FDB_STATIC);
  }

  /**
   * An entry that an administrator made (fdb_add_entry): `flags` says of which kind it is from now on. An entry that
   * is there keeps its place in the list.
   */
  addByUser(hi: number, lo: number, port: number, flags: number): void {
    const value = port | flags | FDB_ADDED_BY_USER;
    const found = this.entryOf(hi, lo);
    if (found < 0) {
      this.create(hi, lo, value);
      return;
    }
    this.used[found] = this.sched.now;
    if (this.values[found] === value) return;
    this.values[found] = value;
    this.updated[found] = this.sched.now;
  }

  /** An entry that somebody outside the bridge has learned (br_fdb_external_learn_add); one's own stays local. */
  addExternal(hi: number, lo: number, port: number): void {
    const found = this.entryOf(hi, lo);
    const local = port === 0 ? FDB_LOCAL : 0;
    if (found < 0) {
      this.create(hi, lo, port | local | FDB_EXT_LEARNED);
      return;
    }
    this.values[found] = (this.values[found]! & ~PORT_MASK) | port | local | FDB_EXT_LEARNED;
    this.updated[found] = this.sched.now;
  }

  /** Hands an own address that is in the table to another port that has it, too. */
  setLocalPort(hi: number, lo: number, port: number): void {
    const entry = this.entryOf(hi, lo);
    if (entry < 0) return;
    this.values[entry] = (this.values[entry]! & ~PORT_MASK & ~FDB_ADDED_BY_USER) | port;
  }

  /** True when there was such an entry. */
  remove(hi: number, lo: number): boolean {
    const entry = this.entryOf(hi, lo);
    if (entry < 0) return false;
    this.delete(entry, hi, lo);
    return true;
  }

  /** Forgets what was learned, on one port or on all (br_fdb_flush, br_fdb_delete_by_port). */
  flush(port: number | null, alsoStatic: boolean): void {
    this.removeWhere((entry) => (port === null || entry.port === port) && (alsoStatic || !entry.isStatic));
  }

  /** Removes the entries that `isGone` names, the newest first; tells how many. Cold path. */
  removeWhere(isGone: (entry: FdbEntry) => boolean): number {
    const gone = this.entries().filter(isGone);
    for (const entry of gone) this.remove(Math.floor(entry.mac / 0x1_0000_0000), entry.mac | 0);
    return gone.length;
  }

  /** The entry of an address, or undefined. Cold path. */
  entry(hi: number, lo: number): FdbEntry | undefined {
    const found = this.entryOf(hi, lo);
    return found < 0 ? undefined : this.describe(found);
  }

  /** All entries that have not aged out, the newest first. Cold path. */
  entries(): FdbEntry[] {
    const list: FdbEntry[] = [];
    for (let entry = this.newest; entry !== NONE; entry = this.older[entry]!) {
      if (!this.hasExpired(entry)) list.push(this.describe(entry));
    }
    return list;
  }

  private describe(entry: number): FdbEntry {
    const value = this.values[entry]!;
    return {
      mac: this.macs[entry]!,
      port: value & PORT_MASK,
      flags: value & ~PORT_MASK,
      isLocal: (value & FDB_LOCAL) !== 0,
      isStatic: (value & FDB_STATIC) !== 0,
      updatedNs: this.updated[entry]!,
      usedNs: this.used[entry]!,
    };
  }

  /** The number of a living entry, or -1; one that has aged out is removed. */
  private entryOf(hi: number, lo: number): number {
    const slot = this.table.find(hi, lo);
    if (slot < 0) return NONE;
    const entry = this.table.values[slot]!;
    if (!this.hasExpired(entry)) return entry;
    this.delete(entry, hi, lo);
    return NONE;
  }

  /** Linux: has_expired. */
  private hasExpired(entry: number): boolean {
    if ((this.values[entry]! & NEVER_AGES) !== 0) return false;
    return this.sched.now - this.updated[entry]! >= this.ageingNs;
  }

  private create(hi: number, lo: number, value: number): void {
    if (this.free === NONE) this.grow();
    const entry = this.free;
    this.free = this.older[entry]!;
    const slot = this.table.insert(hi, lo);
    this.table.values[slot] = entry;
    this.values[entry] = value;
    this.updated[entry] = this.sched.now;
    this.used[entry] = this.sched.now;
    this.macs[entry] = macFrom(hi, lo);
    this.older[entry] = this.newest;
    this.newer[entry] = NONE;
    if (this.newest !== NONE) this.newer[this.newest] = entry;
    this.newest = entry;
  }

  private delete(entry: number, hi: number, lo: number): void {
    this.table.remove(hi, lo);
    const [older, newer] = [this.older[entry]!, this.newer[entry]!];
    if (older !== NONE) this.newer[older] = newer;
    if (newer !== NONE) this.older[newer] = older;
    else this.newest = older;
    this.older[entry] = this.free;
    this.free = entry;
  }

  /** Slow path: doubles the number of entries. */
  private grow(): void {
    const from = this.values.length;
    const to = Math.max(FIRST_CAPACITY, from * 2);
    this.values = grown(this.values, new Int32Array(to));
    this.older = grown(this.older, new Int32Array(to));
    this.newer = grown(this.newer, new Int32Array(to));
    this.updated = grown(this.updated, new Float64Array(to));
    this.used = grown(this.used, new Float64Array(to));
    this.macs = grown(this.macs, new Float64Array(to));
    for (let entry = to - 1; entry >= from; entry--) {
      this.older[entry] = this.free;
      this.free = entry;
    }
  }
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
