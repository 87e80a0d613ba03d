/**
 * The default queue: a short sorted ring in front of a binary heap. The ring holds the earliest events, the heap all
 * later ones. Simulated networks enter most events a few microseconds ahead, between events that are due soon: that is
 * a step or two in the ring, from whichever end is nearer, and the heap sees an event only when it is far off.
 *
 *          ring, sorted                      heap
 *   head ▶ [ e0 e1 e2 … e(n-1) ]   ≤   every event in here
 *
 * The ring is never empty while the heap is not, and is filled again from it before it runs dry.
 */
import { assert } from '../base/assert.ts';
import type { EventQueue } from './event-queue.ts';
import { HeapQueue } from './heap-queue.ts';

/** Places of the ring, a power of two; more than it ever holds. */
const RING_SLOTS = 64;
/** A place is time, key, target and one unused number: half a cache line. */
const STRIDE = 4;
const KEY = 1;
const TARGET = 2;
/** Offsets into the ring wrap by this. */
const MASK = RING_SLOTS * STRIDE - 1;
/** The ring gives its last event to the heap when it would hold more than this. */
const RING_MAX = 48;
/** With fewer than this it takes events from the heap, up to `REFILL_TO`. */
const REFILL_BELOW = 8;
const REFILL_TO = 24;

export class FrontQueue implements EventQueue {
  time: number;
  key: number;
  limitNs: number;
  /** Offset of the first event. */
  private head: number;
  private length: number;
  private readonly ring: Float64Array;
  /** The same, begun at the first key: what stands at an event's offset here is its key. */
  private readonly ringKeys: Float64Array;
  private readonly far: HeapQueue;
  /** Events in `far`. */
  private farCount: number;
  /** Where `push` lays down what `pushSlot` takes. */
  private readonly newTime: Float64Array;
  private readonly newKey: Float64Array;

  constructor(capacity = 1024) {
    this.time = 0;
    this.key = 0;
    this.limitNs = Infinity;
    this.head = 0;
    this.length = 0;
    this.ring = new Float64Array(RING_SLOTS * STRIDE);
    this.ringKeys = this.ring.subarray(KEY);
    this.far = new HeapQueue(capacity);
    this.farCount = 0;
    this.newTime = new Float64Array(1);
    this.newKey = new Float64Array(1);
  }

  get size(): number {
    return this.length + this.farCount;
  }

  push(time: number, key: number, target: number): void {
    this.newTime[0] = time;
    this.newKey[0] = key;
    this.pushSlot(this.newTime, this.newKey, 0, target);
  }

  pushSlot(fromTimes: Float64Array, fromKeys: Float64Array, slot: number, target: number): void {
    if (this.farCount > 0 || this.length === RING_MAX) {
      if (this.isBehindRing(fromTimes, fromKeys, slot)) {
        this.farCount++;
        this.far.pushSlot(fromTimes, fromKeys, slot, target);
        return;
      }
      if (this.length === RING_MAX) this.giveLast();
    }
    const length = this.length++;
    const middle = (this.head + (length >> 1) * STRIDE) & MASK;
    const at =
      length > 3 && this.ring[middle]! > fromTimes[slot]!
        ? this.makeRoomFromHead(fromTimes, fromKeys, slot)
        : this.makeRoomFromEnd(fromTimes, fromKeys, slot, length);
    this.ring[at] = fromTimes[slot]!;
    this.ring[at + KEY] = fromKeys[slot]!;
    this.ring[at + TARGET] = target;
  }

  peekTime(): number {
    return this.length === 0 ? Infinity : this.ring[this.head]!;
  }

  peekKey(): number {
    assert(this.length > 0, 'FrontQueue.peekKey: an event is pending');
    return this.ring[this.head + KEY]!;
  }

  pop(): number {
    assert(this.length > 0, 'FrontQueue.pop: an event is pending');
    return this.popHead();
  }

  popDue(): number {
    if (this.length === 0 || this.ring[this.head]! > this.limitNs) return -1;
    return this.popHead();
  }

  private popHead(): number {
    const head = this.head;
    this.time = this.ring[head]!;
    this.key = this.ring[head + KEY]!;
    this.head = (head + STRIDE) & MASK;
    const target = this.ring[head + TARGET]! | 0;
    if (--this.length < REFILL_BELOW && this.farCount > 0) this.refill();
    return target;
  }

  /** Whether a new event is later than all of the ring. */
  private isBehindRing(fromTimes: Float64Array, fromKeys: Float64Array, slot: number): boolean {
    const last = (this.head + (this.length - 1) * STRIDE) & MASK;
    const lastTime = this.ring[last]!;
    const time = fromTimes[slot]!;
    return lastTime < time || (lastTime === time && this.ring[last + KEY]! <= fromKeys[slot]!);
  }

  /** Moves the events that are earlier than the new one forward; answers the place that is free then. */
  private makeRoomFromHead(fromTimes: Float64Array, fromKeys: Float64Array, slot: number): number {
    const { ring } = this;
    const time = fromTimes[slot]!;
    let at = (this.head - STRIDE) & MASK;
    this.head = at;
    for (;;) {
      const next = (at + STRIDE) & MASK;
      const nextTime = ring[next]!;
      if (nextTime > time || (nextTime === time && ring[next + KEY]! > fromKeys[slot]!)) return at;
      ring[at] = nextTime;
      ring[at + KEY] = ring[next + KEY]!;
      ring[at + TARGET] = ring[next + TARGET]!;
      at = next;
    }
  }

  /** Moves the events that are later than the new one back; answers the place that is free then. */
  private makeRoomFromEnd(fromTimes: Float64Array, fromKeys: Float64Array, slot: number, length: number): number {
    const { ring } = this;
    const time = fromTimes[slot]!;
    let at = (this.head + length * STRIDE) & MASK;
    for (let left = length; left > 0; left--) {
      const before = (at - STRIDE) & MASK;
      const beforeTime = ring[before]!;
      if (beforeTime < time || (beforeTime === time && ring[before + KEY]! <= fromKeys[slot]!)) break;
      ring[at] = beforeTime;
      ring[at + KEY] = ring[before + KEY]!;
      ring[at + TARGET] = ring[before + TARGET]!;
      at = before;
    }
    return at;
  }

  /** The ring is full: its last event goes to the heap. */
  private giveLast(): void {
    this.length--;
    const { ring } = this;
    const last = (this.head + this.length * STRIDE) & MASK;
    this.far.pushSlot(ring, this.ringKeys, last, ring[last + TARGET]!);
    this.farCount++;
  }

  /** The earliest events of the heap go behind those of the ring. */
  private refill(): void {
    const { ring, far } = this;
    while (this.length < REFILL_TO && this.farCount > 0) {
      const at = (this.head + this.length * STRIDE) & MASK;
      ring[at + TARGET] = far.pop();
      ring[at] = far.time;
      ring[at + KEY] = far.key;
      this.length++;
      this.farCount--;
    }
  }
}
