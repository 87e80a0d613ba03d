/**
 * Forwarding database: which port leads to which MAC address. Twin of net/bridge/br_fdb.c; used by the Linux bridge
 * and by the LAN switch. Entries are keyed by (MAC, port number) columns of a typed table; an entry that was not
 * confirmed for the ageing time counts as absent and is removed when it is met.
 */
import type { Mac } from '../base/addr.ts';
import { macFrom } from '../base/addr.ts';
import { MacTable } from '../base/table.ts';
import type { Scheduler } from '../sim/scheduler.ts';

/** Linux: BR_DEFAULT_AGEING_TIME, 300 s. */
export const FDB_AGEING_NS = 300_000_000_000;

/** What `find` answers when no port is known. */
export const FDB_MISS = -1;
/** Flag in the answer of `find`: the address is the bridge's own, the frame goes up. */
export const FDB_LOCAL = 1 << 20;
/** Flag: never ages. Learning moves it all the same (Linux: BR_FDB_STATIC without BR_FDB_STICKY). */
const FDB_STATIC = 1 << 21;
const PORT_MASK = FDB_LOCAL - 1;

export const FDB_UNCHANGED = 0;
export const FDB_LEARNED = 1;
export const FDB_MOVED = 2;

export interface FdbEntry {
  readonly mac: Mac;
  readonly port: number;
  readonly isLocal: boolean;
  readonly isStatic: boolean;
  /** When the entry was last confirmed by a frame. */
  readonly updatedNs: number;
}

export class Fdb {
  ageingNs: number;
  private readonly sched: Scheduler;
  private readonly table: MacTable;

  constructor(sched: Scheduler, ageingNs = FDB_AGEING_NS) {
    this.sched = sched;
    this.ageingNs = ageingNs;
    this.table = new MacTable();
  }

  /** Twin of br_fdb_find_rcu with has_expired: the port number, with FDB_LOCAL where it applies, or FDB_MISS. */
  find(hi: number, lo: number): number {
    const slot = this.table.find(hi, lo);
    if (slot < 0) return FDB_MISS;
    const value = this.table.values[slot]!;
    if ((value & FDB_STATIC) === 0 && this.sched.now - this.table.times[slot]! >= this.ageingNs) {
      this.table.remove(hi, lo);
      return FDB_MISS;
    }
    return value & (PORT_MASK | FDB_LOCAL);
  }

  /** Twin of br_fdb_update: the source address of a frame that came in by `port`. */
  fdbUpdate(hi: number, lo: number, port: number): number {
    const nowNs = this.sched.now;
    let slot = this.table.find(hi, lo);
    if (slot < 0) {
      slot = this.table.insert(hi, lo);
      this.table.values[slot] = port;
      this.table.times[slot] = nowNs;
      return FDB_LEARNED;
    }
    const value = this.table.values[slot]!;
    if ((value & FDB_LOCAL) !== 0) return FDB_UNCHANGED;
    const expired = (value & FDB_STATIC) === 0 && nowNs - this.table.times[slot]! >= this.ageingNs;
    this.table.times[slot] = nowNs;
    if ((value & PORT_MASK) === port) return expired ? FDB_LEARNED : FDB_UNCHANGED;
    this.table.values[slot] = port | (value & FDB_STATIC);
    return expired ? FDB_LEARNED : FDB_MOVED;
  }

  /**
   * An address of the bridge itself or of its port. Where several have the same, the first stays (br_fdb_add_local).
   */
  addLocal(hi: number, lo: number, port: number): void {
    const found = this.table.find(hi, lo);
    if (found >= 0 && (this.table.values[found]! & FDB_LOCAL) !== 0) return;
    const slot = found < 0 ? this.table.insert(hi, lo) : found;
    this.table.values[slot] = port | FDB_LOCAL | FDB_STATIC;
    this.table.times[slot] = this.sched.now;
  }

  /** An entry that an administrator made; it does not age. */
  addStatic(hi: number, lo: number, port: number): void {
    const found = this.table.find(hi, lo);
    const slot = found < 0 ? this.table.insert(hi, lo) : found;
    this.table.values[slot] = port | FDB_STATIC;
    this.table.times[slot] = this.sched.now;
  }

  /** True when there was such an entry. */
  remove(hi: number, lo: number): boolean {
    if (this.table.find(hi, lo) < 0) return false;
    this.table.remove(hi, lo);
    return true;
  }

  /** Forgets what was learned, on one port or on all (br_fdb_flush, br_fdb_delete_by_port). */
  flush(port: number | null, alsoStatic: boolean): void {
    for (const entry of this.entries()) {
      if (port !== null && entry.port !== port) continue;
      if ((entry.isStatic || entry.isLocal) && !alsoStatic) continue;
      this.table.remove(Math.floor(entry.mac / 0x1_0000_0000), entry.mac | 0);
    }
  }

  /** All entries that have not aged out, in no particular order. Cold path. */
  entries(): FdbEntry[] {
    const nowNs = this.sched.now;
    const list: FdbEntry[] = [];
    this.table.forEachSlot((slot, hi, lo) => {
      const value = this.table.values[slot]!;
      const updatedNs = this.table.times[slot]!;
      const isStatic = (value & FDB_STATIC) !== 0;
      if (!isStatic && nowNs - updatedNs >= this.ageingNs) return;
      const isLocal = (value & FDB_LOCAL) !== 0;
      list.push({ mac: macFrom(hi, lo), port: value & PORT_MASK, isLocal, isStatic, updatedNs });
    });
    return list;
  }
}
