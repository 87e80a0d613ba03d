/**
 * Hash tables with open addressing and linear probing on typed arrays. They hold at most three quarters of their
 * slots, double on the slow path, and delete by shifting the rest of a run back, so that no tombstone ever slows a
 * search. Slots move when the table grows and when an entry is deleted: a slot number is good until the next change.
 */
import { assert } from './assert.ts';

const FIRST_CAPACITY = 16;
/** What `find` answers for an unknown key, and `Int32Table.get` likewise. */
const ABSENT = -1;
/** In the column of upper halves (0..65535) this marks a free slot. */
const FREE = -1;

function capacityFor(wanted: number): number {
  let capacity = FIRST_CAPACITY;
  while (capacity < wanted) capacity *= 2;
  return capacity;
}

/** Spreads all bits of a key over the lower ones, which choose the slot (the finalizer of MurmurHash3, shortened). */
function spread(key: number): number {
  const mixed = Math.imul(key ^ (key >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/**
 * Keyed by a MAC address as two halves: 16 bits, and 32 bits as an int32. What belongs to the key stands in the
 * columns `values` and `times` at the slot; both are replaced when the table grows.
 */
export class MacTable {
  /** The number of entries. */
  size: number;
  values: Int32Array;
  times: Float64Array;
  private his: Int32Array;
  private los: Int32Array;
  private mask: number;

  constructor(capacity = FIRST_CAPACITY) {
    const slots = capacityFor(capacity);
    this.size = 0;
    this.values = new Int32Array(slots);
    this.times = new Float64Array(slots);
    this.his = new Int32Array(slots).fill(FREE);
    this.los = new Int32Array(slots);
    this.mask = slots - 1;
  }

  /** The slot of a key, or -1. */
  find(hi: number, lo: number): number {
    const his = this.his;
    const los = this.los;
    const mask = this.mask;
    let slot = spread(lo ^ (hi << 16)) & mask;
    for (;;) {
      const found = his[slot]!;
      if (found === hi && los[slot] === lo) return slot;
      if (found === FREE) return ABSENT;
      slot = (slot + 1) & mask;
    }
  }

  /**
   * The slot of a key that is entered unless it is known; the columns of a new one are 0. Take the columns after the
   * call, not in one expression with it: it may replace them.
   */
  insert(hi: number, lo: number): number {
    assert(hi >= 0 && hi <= 0xffff, 'MacTable.insert: the upper half has 16 bits');
    assert((lo | 0) === lo, 'MacTable.insert: the lower half is an int32');
    const known = this.find(hi, lo);
    if (known >= 0) return known;
    if ((this.size + 1) * 4 > (this.mask + 1) * 3) this.grow();
    this.size++;
    return this.place(hi, lo, 0, 0);
  }

  /** Deletes a key; false when it is not in the table. */
  remove(hi: number, lo: number): boolean {
    let hole = this.find(hi, lo);
    if (hole < 0) return false;
    const { his, los, mask } = this;
    for (let slot = (hole + 1) & mask; his[slot] !== FREE; slot = (slot + 1) & mask) {
      const home = spread(los[slot]! ^ (his[slot]! << 16)) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      his[hole] = his[slot]!;
      los[hole] = los[slot]!;
      this.values[hole] = this.values[slot]!;
      this.times[hole] = this.times[slot]!;
      hole = slot;
    }
    his[hole] = FREE;
    this.size--;
    return true;
  }

  /** Calls back for each entry, in no particular order. The callback must not insert or remove. */
  forEachSlot(visit: (slot: number, hi: number, lo: number) => void): void {
    const sizeBefore = this.size;
    for (let slot = 0; slot <= this.mask; slot++) {
      if (this.his[slot] !== FREE) visit(slot, this.his[slot]!, this.los[slot]!);
    }
    assert(this.size === sizeBefore, 'MacTable.forEachSlot: the table stays as it is meanwhile');
  }

  /** Puts a key that is not in the table into the first free slot of its run. */
  private place(hi: number, lo: number, value: number, time: number): number {
    let slot = spread(lo ^ (hi << 16)) & this.mask;
    while (this.his[slot] !== FREE) slot = (slot + 1) & this.mask;
    this.his[slot] = hi;
    this.los[slot] = lo;
    this.values[slot] = value;
    this.times[slot] = time;
    return slot;
  }

  /** Slow path. */
  private grow(): void {
    const { his, los, values, times } = this;
    const slots = his.length * 2;
    this.values = new Int32Array(slots);
    this.times = new Float64Array(slots);
    this.his = new Int32Array(slots).fill(FREE);
    this.los = new Int32Array(slots);
    this.mask = slots - 1;
    for (let i = 0; i < his.length; i++) {
      if (his[i] !== FREE) this.place(his[i]!, los[i]!, values[i]!, times[i]!);
    }
  }
}

/** Keyed by an int32, for example an IPv4 address; the value is an int32. */
export class Int32Table {
  /** The number of entries. */
  size: number;
  private keys: Int32Array;
  private values: Int32Array;
  private used: Uint8Array;
  private mask: number;

  constructor(capacity = FIRST_CAPACITY) {
    const slots = capacityFor(capacity);
    this.size = 0;
    this.keys = new Int32Array(slots);
    this.values = new Int32Array(slots);
    this.used = new Uint8Array(slots);
    this.mask = slots - 1;
  }

  /** The value of a key, or -1 when it is not in the table. */
  get(key: number): number {
    const slot = this.find(key);
    return slot < 0 ? ABSENT : this.values[slot]!;
  }

  has(key: number): boolean {
    return this.find(key) >= 0;
  }

  /** Enters a key or replaces its value. */
  set(key: number, value: number): void {
    assert((key | 0) === key, 'Int32Table.set: the key is an int32');
    assert((value | 0) === value, 'Int32Table.set: the value is an int32');
    const slot = this.find(key);
    if (slot >= 0) {
      this.values[slot] = value;
      return;
    }
    if ((this.size + 1) * 4 > (this.mask + 1) * 3) this.grow();
    this.size++;
    this.place(key, value);
  }

  /** Deletes a key; false when it is not in the table. */
  delete(key: number): boolean {
    let hole = this.find(key);
    if (hole < 0) return false;
    const { keys, values, used, mask } = this;
    for (let slot = (hole + 1) & mask; used[slot] === 1; slot = (slot + 1) & mask) {
      const home = spread(keys[slot]!) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      keys[hole] = keys[slot]!;
      values[hole] = values[slot]!;
      hole = slot;
    }
    used[hole] = 0;
    this.size--;
    return true;
  }

  private find(key: number): number {
    const keys = this.keys;
    const used = this.used;
    const mask = this.mask;
    let slot = spread(key) & mask;
    while (used[slot] === 1) {
      if (keys[slot] === key) return slot;
      slot = (slot + 1) & mask;
    }
    return ABSENT;
  }

  /** Puts a key that is not in the table into the first free slot of its run. */
  private place(key: number, value: number): void {
    let slot = spread(key) & this.mask;
    while (this.used[slot] === 1) slot = (slot + 1) & this.mask;
    this.keys[slot] = key;
    this.values[slot] = value;
    this.used[slot] = 1;
  }

  /** Slow path. */
  private grow(): void {
    const { keys, values, used } = this;
    const slots = keys.length * 2;
    this.keys = new Int32Array(slots);
    this.values = new Int32Array(slots);
    this.used = new Uint8Array(slots);
    this.mask = slots - 1;
    for (let i = 0; i < keys.length; i++) {
      if (used[i] === 1) this.place(keys[i]!, values[i]!);
    }
  }
}
