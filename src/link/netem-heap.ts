/**
 * Frames sorted by (time, key), both of which lie with the frame in its slab: what a `FrameLine` is for frames that
 * may overtake each other. A binary heap; only impaired traffic pays for it.
 */
import { assert } from '../base/assert.ts';
import type { Frame } from './frame.ts';

export class FrameHeap {
  private readonly frames: Frame[] = [];

  get length(): number {
    return this.frames.length;
  }

  /** The earliest frame; null when there is none. */
  get first(): Frame | null {
    return this.frames[0] ?? null;
  }

  /** Takes a frame in; `slab.times` and `slab.keys` at its index say where it belongs. */
  push(frame: Frame): void {
    const { frames } = this;
    let at = frames.length;
    frames.push(frame);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(frame, frames[parent]!)) break;
      frames[at] = frames[parent]!;
      at = parent;
    }
    frames[at] = frame;
  }

  /** Takes the earliest frame out. */
  pop(): Frame {
    const { frames } = this;
    const [first] = frames;
    const last = frames.pop();
    assert(first !== undefined && last !== undefined, 'a heap is not empty when its first frame is taken');
    if (frames.length > 0) this.sink(last);
    return first;
  }

  /** Calls `visit` with each frame, in no order. */
  forEach(visit: (frame: Frame) => void): void {
    this.frames.forEach(visit);
  }

  /** Puts `frame` at the top and lets it sink to its place. */
  private sink(frame: Frame): void {
    const { frames } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= frames.length) break;
      if (child + 1 < frames.length && isBefore(frames[child + 1]!, frames[child]!)) child++;
      if (!isBefore(frames[child]!, frame)) break;
      frames[at] = frames[child]!;
      at = child;
    }
    frames[at] = frame;
  }
}

function isBefore(left: Frame, right: Frame): boolean {
  const { times, keys } = left.slab;
  const difference = times[left.index]! - times[right.index]!;
  return difference < 0 || (difference === 0 && keys[left.index]! < keys[right.index]!);
}
