/**
 * The plain queue: the npm package `fastpriorityqueue` with an object per event and a comparator. It is the oracle for
 * the typed queues and the measure that their speed is quoted against.
 */
import FastPriorityQueue from 'fastpriorityqueue';
import { assert } from '../base/assert.ts';
import type { EventQueue } from './event-queue.ts';

interface PendingEvent {
  readonly time: number;
  readonly key: number;
  readonly target: number;
}

function isEarlier(left: PendingEvent, right: PendingEvent): boolean {
  return left.time < right.time || (left.time === right.time && left.key < right.key);
}

export class ReferenceQueue implements EventQueue {
  time: number;
  key: number;
  limitNs: number;
  private readonly events: FastPriorityQueue<PendingEvent>;

  constructor() {
    this.time = 0;
    this.key = 0;
    this.limitNs = Infinity;
    this.events = new FastPriorityQueue(isEarlier);
  }

  get size(): number {
    return this.events.size;
  }

  push(time: number, key: number, target: number): void {
    this.events.add({ time, key, target });
  }

  pushSlot(times: Float64Array, keys: Float64Array, slot: number, target: number): void {
    this.push(times[slot]!, keys[slot]!, target);
  }

  peekTime(): number {
    return this.events.peek()?.time ?? Infinity;
  }

  peekKey(): number {
    const first = this.events.peek();
    assert(first !== undefined, 'ReferenceQueue.peekKey: an event is pending');
    return first.key;
  }

  pop(): number {
    const first = this.events.poll();
    assert(first !== undefined, 'ReferenceQueue.pop: an event is pending');
    this.time = first.time;
    this.key = first.key;
    return first.target;
  }

  popDue(): number {
    return this.events.size > 0 && this.peekTime() <= this.limitNs ? this.pop() : -1;
  }
}
