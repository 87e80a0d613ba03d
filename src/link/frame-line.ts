/**
 * A line of frames that wait for their time: first in, first out, with the event order of each. One `FrameLine` needs
 * one pending event, that of its head, however many frames wait in it (cables, softirq backlogs).
 *
 * Times and keys stay in typed arrays on their way to the event queue: a double that crosses a call which the compiler
 * does not inline is an allocation.
 */
import { assert } from '../base/assert.ts';
import type { EventSource, Scheduler } from '../sim/scheduler.ts';
import type { Frame } from './frame.ts';

const START_CAPACITY = 16;

export class FrameLine {
  length: number;
  private head: number;
  private mask: number;
  /** When each frame's time comes, by the places that `append` answers. */
  times: Float64Array;
  private keys: Float64Array;
  private frames: (Frame | null)[];

  constructor() {
    this.length = 0;
    this.head = 0;
    this.mask = START_CAPACITY - 1;
    this.times = new Float64Array(START_CAPACITY);
    this.keys = new Float64Array(START_CAPACITY);
    this.frames = new Array<Frame | null>(START_CAPACITY).fill(null);
  }

  /**
   * Appends a frame with the next key of `source`, and answers the place of its time in `times`, which the caller
   * fills before it arms anything.
   */
  append(frame: Frame, source: EventSource): number {
    if (this.length > this.mask) this.grow();
    const at = (this.head + this.length) & this.mask;
    source.writeNextKey(this.keys, at);
    this.frames[at] = frame;
    this.length++;
    return at;
  }

  /** Enters the event of the head for the target `id`; call only when `length > 0`. */
  armHead(sched: Scheduler, id: number): void {
    sched.atSlot(this.times, this.keys, this.head, id);
  }

  shift(): Frame {
    assert(this.length > 0, 'a line is not empty when its head is taken');
    const at = this.head;
    const frame = this.frames[at]!;
    this.head = (at + 1) & this.mask;
    this.length--;
    return frame;
  }

  /** Time of the frame `i` places behind the head. */
  timeAt(i: number): number {
    return this.times[(this.head + i) & this.mask]!;
  }

  frameAt(i: number): Frame {
    assert(i < this.length, 'a place inside the line');
    return this.frames[(this.head + i) & this.mask]!;
  }

  private grow(): void {
    const size = (this.mask + 1) * 2;
    const times = new Float64Array(size);
    const keys = new Float64Array(size);
    const frames = new Array<Frame | null>(size).fill(null);
    for (let i = 0; i < this.length; i++) {
      const from = (this.head + i) & this.mask;
      times[i] = this.times[from]!;
      keys[i] = this.keys[from]!;
      frames[i] = this.frames[from]!;
    }
    this.times = times;
    this.keys = keys;
    this.frames = frames;
    this.head = 0;
    this.mask = size - 1;
  }
}
