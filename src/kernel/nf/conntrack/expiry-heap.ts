/**
 * When entries expire: a binary heap of slots on typed arrays, the earliest first. Packets move the deadline of their
 * entry to later all the time, and that costs nothing here: the heap keeps the time under which a slot was entered,
 * and a slot that comes to the top before its deadline is entered again. Only a deadline that moves to earlier (a
 * connection that closes) has to move up at once. No operation looks at more than a path of the heap.
 */
import { assert } from '../../../base/assert.ts';

const ABSENT = -1;

export class ExpiryHeap {
  size: number;
  /** Slots in heap order, and the time under which each was entered. */
  private order: Int32Array;
  private keys: Float64Array;
  /** By slot: its place in the heap, or -1. */
  private places: Int32Array;

  constructor(capacity: number) {
    this.size = 0;
    this.order = new Int32Array(capacity);
    this.keys = new Float64Array(capacity);
    this.places = new Int32Array(capacity).fill(ABSENT);
  }

  /** The earliest time entered; Infinity when there is none. */
  get firstNs(): number {
    return this.size === 0 ? Infinity : this.keys[0]!;
  }

  /** The slot at the top; only while `size` is not 0. */
  get firstSlot(): number {
    assert(this.size > 0, 'ExpiryHeap.firstSlot: the heap is not empty');
    return this.order[0]!;
  }

  /** Slots are below this. */
  get capacity(): number {
    return this.places.length;
  }

  has(slot: number): boolean {
    return this.places[slot] !== ABSENT;
  }

  /** Whether a slot has been entered under a time that is not later than its deadline: nothing is to be done then. */
  covers(slot: number, deadlines: Float64Array): boolean {
    const place = this.places[slot]!;
    return place >= 0 && deadlines[slot]! >= this.keys[place]!;
  }

  /** Slow path: room for slots below `capacity`. */
  grow(capacity: number): void {
    const { order, keys, places } = this;
    this.order = new Int32Array(capacity);
    this.keys = new Float64Array(capacity);
    this.places = new Int32Array(capacity).fill(ABSENT);
    this.order.set(order);
    this.keys.set(keys);
    this.places.set(places);
  }

  /** Enters a slot under its deadline, or moves it up when that has become earlier than what it was entered under. */
  enter(slot: number, deadlines: Float64Array): void {
    let place = this.places[slot]!;
    if (place === ABSENT) {
      place = this.size++;
    } else if (deadlines[slot]! >= this.keys[place]!) {
      return;
    }
    this.siftUp(place, slot, deadlines[slot]!);
  }

  /** The slot at the top stays, under its deadline of now, which is later than the one it was entered under. */
  reenterFirst(deadlines: Float64Array): void {
    const slot = this.firstSlot;
    this.siftDown(0, slot, deadlines[slot]!);
  }

  /** Takes a slot out, which may be absent. */
  remove(slot: number): void {
    const place = this.places[slot]!;
    if (place === ABSENT) return;
    this.places[slot] = ABSENT;
    const last = --this.size;
    if (place === last) return;
    const moved = this.order[last]!;
    const key = this.keys[last]!;
    if (key < this.keys[place]!) this.siftUp(place, moved, key);
    else this.siftDown(place, moved, key);
  }

  private siftUp(from: number, slot: number, key: number): void {
    const { order, keys, places } = this;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (keys[parent]! <= key) break;
      order[place] = order[parent]!;
      keys[place] = keys[parent]!;
      places[order[place]!] = place;
      place = parent;
    }
    order[place] = slot;
    keys[place] = key;
    places[slot] = place;
  }

  private siftDown(from: number, slot: number, key: number): void {
    const { order, keys, places, size } = this;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child++;
      if (keys[child]! >= key) break;
      order[place] = order[child]!;
      keys[place] = keys[child]!;
      places[order[place]!] = place;
      place = child;
    }
    order[place] = slot;
    keys[place] = key;
    places[slot] = place;
  }
}
