/**
 * A binary heap on parallel typed arrays. After a pop the root is left as a hole: in a simulation the next thing is
 * mostly a push, which then fills the hole with one sift down instead of a sift down and a sift up. Peek and pop close
 * a hole that is still open with the last event.
 *
 * The sifts take indexes only, never times: a double handed to a function that is not inlined would be boxed.
 */
import { assert } from '../base/assert.ts';
import type { EventQueue } from './event-queue.ts';

export class HeapQueue implements EventQueue {
  time: number;
  key: number;
  limitNs: number;
  /** Used slots, the hole included. */
  private used: number;
  /** 1 while slot 0 is a hole, else 0. */
  private hole: number;
  private capacity: number;
  private times: Float64Array;
  private keys: Float64Array;
  private targets: Int32Array;

  constructor(capacity = 1024) {
    this.time = 0;
    this.key = 0;
    this.limitNs = Infinity;
    this.used = 0;
    this.hole = 0;
    this.capacity = Math.max(16, capacity);
    this.times = new Float64Array(this.capacity);
    this.keys = new Float64Array(this.capacity);
    this.targets = new Int32Array(this.capacity);
  }

  get size(): number {
    return this.used - this.hole;
  }

  push(time: number, key: number, target: number): void {
    const slot = this.makeSlot();
    this.times[slot] = time;
    this.keys[slot] = key;
    this.targets[slot] = target;
    this.settle(slot);
  }

  pushSlot(times: Float64Array, keys: Float64Array, from: number, target: number): void {
    const slot = this.makeSlot();
    this.times[slot] = times[from]!;
    this.keys[slot] = keys[from]!;
    this.targets[slot] = target;
    this.settle(slot);
  }

  peekTime(): number {
    if (this.hole === 1) this.closeHole();
    return this.used === 0 ? Infinity : this.times[0]!;
  }

  peekKey(): number {
    if (this.hole === 1) this.closeHole();
    assert(this.used > 0, 'HeapQueue.peekKey: an event is pending');
    return this.keys[0]!;
  }

  pop(): number {
    if (this.hole === 1) this.closeHole();
    assert(this.used > 0, 'HeapQueue.pop: an event is pending');
    this.hole = 1;
    this.time = this.times[0]!;
    this.key = this.keys[0]!;
    return this.targets[0]!;
  }

  popDue(): number {
    if (this.hole === 1) this.closeHole();
    if (this.used === 0 || this.times[0]! > this.limitNs) return -1;
    this.hole = 1;
    this.time = this.times[0]!;
    this.key = this.keys[0]!;
    return this.targets[0]!;
  }

  /** Shows each pending event, in no particular order. Cold path. */
  forEach(visit: (time: number, key: number, target: number) => void): void {
    if (this.hole === 1) this.closeHole();
    for (let slot = 0; slot < this.used; slot++) visit(this.times[slot]!, this.keys[slot]!, this.targets[slot]!);
  }

  /** The slot for a new event: the hole at the top, or the end. */
  private makeSlot(): number {
    if (this.hole === 1) {
      this.hole = 0;
      return 0;
    }
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  private settle(slot: number): void {
    if (slot === 0) this.siftDown();
    else this.siftUp(slot);
  }

  /** Moves the last event into the hole. */
  private closeHole(): void {
    this.hole = 0;
    const last = --this.used;
    if (last === 0) return;
    this.times[0] = this.times[last]!;
    this.keys[0] = this.keys[last]!;
    this.targets[0] = this.targets[last]!;
    this.siftDown();
  }

  /**
   * The event in slot 0 sinks below all that are earlier. Which of two children is earlier cannot be foreseen, so it is
   * added to the index as 0 or 1 instead of branched on: up to 10^5 events that is a quarter faster.
   */
  private siftDown(): void {
    const { times, keys, targets } = this;
    const last = this.used - 1;
    const time = times[0]!;
    const key = keys[0]!;
    const target = targets[0]!;
    let slot = 0;
    for (let child = 1; child <= last; child = 2 * slot + 1) {
      if (child < last) {
        const left = times[child]!;
        const right = times[child + 1]!;
        if (left !== right) child += Number(right < left);
        else if (keys[child + 1]! < keys[child]!) child++;
      }
      const least = times[child]!;
      if (least > time || (least === time && keys[child]! >= key)) break;
      times[slot] = least;
      keys[slot] = keys[child]!;
      targets[slot] = targets[child]!;
      slot = child;
    }
    times[slot] = time;
    keys[slot] = key;
    targets[slot] = target;
  }

  /** The event in `slot` rises above all that are later. */
  private siftUp(from: number): void {
    const { times, keys, targets } = this;
    const time = times[from]!;
    const key = keys[from]!;
    const target = targets[from]!;
    let slot = from;
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      const above = times[parent]!;
      if (above < time || (above === time && keys[parent]! <= key)) break;
      times[slot] = above;
      keys[slot] = keys[parent]!;
      targets[slot] = targets[parent]!;
      slot = parent;
    }
    times[slot] = time;
    keys[slot] = key;
    targets[slot] = target;
  }

  /** Slow path. */
  private grow(): void {
    this.capacity *= 2;
    const { times, keys, targets } = this;
    this.times = new Float64Array(this.capacity);
    this.keys = new Float64Array(this.capacity);
    this.targets = new Int32Array(this.capacity);
    this.times.set(times);
    this.keys.set(keys);
    this.targets.set(targets);
  }
}
