/**
 * A line of frames that wait for their time: first in, first out, with the event order of each. One `FrameLine` needs
 * one pending event, that of its head, however many frames wait in it (cables, softirq backlogs).
 *
 *   first ──nextInLine──▶ frame ──▶ … ──▶ last        time and key of each: slab.times, slab.keys at frame.index
 *
 * A frame waits in one line at a time, so the links and times lie with the frame, whose cache lines are needed anyway.
 * Times and keys stay in typed arrays on their way to the event queue: a double that crosses a call which the compiler
 * does not inline is an allocation.
 */
import { assert } from '../base/assert.ts';
import type { EventSource, Scheduler } from '../sim/scheduler.ts';
import type { Frame } from './frame.ts';

export class FrameLine {
  length: number;
  /** The head of the line; null when it is empty. */
  first: Frame | null;
  private last: Frame | null;

  constructor() {
    this.length = 0;
    this.first = null;
    this.last = null;
  }

  /**
   * Appends a frame with the next key of `source`. The caller writes `slab.times[frame.index]` before it arms anything.
   */
  append(frame: Frame, source: EventSource): void {
    source.writeNextKey(frame.slab.keys, frame.index);
    frame.nextInLine = null;
    if (this.length++ === 0) this.first = frame;
    else this.last!.nextInLine = frame;
    this.last = frame;
  }

  /** Enters the event of the head for the target `id`; call only when `length > 0`. */
  armHead(sched: Scheduler, id: number): void {
    const frame = this.first!;
    const slab = frame.slab;
    sched.atSlot(slab.times, slab.keys, frame.index, id);
  }

  shift(): Frame {
    assert(this.length > 0, 'a line is not empty when its head is taken');
    const frame = this.first!;
    this.first = frame.nextInLine;
    this.length--;
    return frame;
  }
}
