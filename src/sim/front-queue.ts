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
const MASK = RING_SLOTS - 1;
/** The ring gives its last event to the heap when it would hold more than this. */
const RING_MAX = 48;
/** With fewer than this it takes events from the heap, up to `REFILL_TO`. */
const REFILL_BELOW = 8;
const REFILL_TO = 24;

export class FrontQueue implements EventQueue {
  time: number;
  key: number;
  limitNs: number;
  private head: number;
  private length: number;
  private readonly times: Float64Array;
  private readonly keys: Float64Array;
  private readonly targets: Int32Array;
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
    this.times = new Float64Array(RING_SLOTS);
    this.keys = new Float64Array(RING_SLOTS);
    this.targets = new Int32Array(RING_SLOTS);
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
    const middle = (this.head + (length >> 1)) & MASK;
    const at =
      length > 3 && this.times[middle]! > fromTimes[slot]!
        ? this.makeRoomFromHead(fromTimes, fromKeys, slot)
        : this.makeRoomFromEnd(fromTimes, fromKeys, slot, length);
    this.times[at] = fromTimes[slot]!;
    this.keys[at] = fromKeys[slot]!;
    this.targets[at] = target;
  }

  peekTime(): number {
    return this.length === 0 ? Infinity : this.times[this.head]!;
  }

  peekKey(): number {
    assert(this.length > 0, 'FrontQueue.peekKey: an event is pending');
    return this.keys[this.head]!;
  }

  pop(): number {
    assert(this.length > 0, 'FrontQueue.pop: an event is pending');
    return this.popHead();
  }

  popDue(): number {
    if (this.length === 0 || this.times[this.head]! > this.limitNs) return -1;
    return this.popHead();
  }

  private popHead(): number {
    const head = this.head;
    this.time = this.times[head]!;
    this.key = this.keys[head]!;
    this.head = (head + 1) & MASK;
    const target = this.targets[head]!;
    if (--this.length < REFILL_BELOW && this.farCount > 0) this.refill();
    return target;
  }

  /** Whether a new event is later than all of the ring. */
  private isBehindRing(fromTimes: Float64Array, fromKeys: Float64Array, slot: number): boolean {
    const last = (this.head + this.length - 1) & MASK;
    const lastTime = this.times[last]!;
    const time = fromTimes[slot]!;
    return lastTime < time || (lastTime === time && this.keys[last]! <= fromKeys[slot]!);
  }

  /** Moves the events that are earlier than the new one forward; answers the place that is free then. */
  private makeRoomFromHead(fromTimes: Float64Array, fromKeys: Float64Array, slot: number): number {
    const { times, keys, targets } = this;
    const time = fromTimes[slot]!;
    let at = (this.head - 1) & MASK;
    this.head = at;
    for (;;) {
      const next = (at + 1) & MASK;
      const nextTime = times[next]!;
      if (nextTime > time || (nextTime === time && keys[next]! > fromKeys[slot]!)) return at;
      times[at] = nextTime;
      keys[at] = keys[next]!;
      targets[at] = targets[next]!;
      at = next;
    }
  }

  /** Moves the events that are later than the new one back; answers the place that is free then. */
  private makeRoomFromEnd(fromTimes: Float64Array, fromKeys: Float64Array, slot: number, length: number): number {
    const { times, keys, targets } = this;
    const time = fromTimes[slot]!;
    let at = (this.head + length) & MASK;
    for (let left = length; left > 0; left--) {
      const before = (at - 1) & MASK;
      const beforeTime = times[before]!;
      if (beforeTime < time || (beforeTime === time && keys[before]! <= fromKeys[slot]!)) break;
      times[at] = beforeTime;
      keys[at] = keys[before]!;
      targets[at] = targets[before]!;
      at = before;
    }
    return at;
  }

  /** The ring is full: its last event goes to the heap. */
  private giveLast(): void {
    this.length--;
    const last = (this.head + this.length) & MASK;
    this.far.pushSlot(this.times, this.keys, last, this.targets[last]!);
    this.farCount++;
  }

  /** The earliest events of the heap go behind those of the ring. */
  private refill(): void {
    const { times, keys, targets, far } = this;
    while (this.length < REFILL_TO && this.farCount > 0) {
      const at = (this.head + this.length) & MASK;
      targets[at] = far.pop();
      times[at] = far.time;
      keys[at] = far.key;
      this.length++;
      this.farCount--;
    }
  }
}
