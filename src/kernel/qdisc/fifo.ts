/** pfifo, bfifo and pfifo_fast: first in, first out, bounded by frames or by bytes (Linux: net/sched/sch_fifo.c). */
import type { Frame } from '../../link/frame.ts';
import { Qdisc } from './qdisc.ts';
import type { QdiscTree } from './tree.ts';

export type FifoKind = 'pfifo' | 'bfifo' | 'pfifo_fast';

export class Fifo extends Qdisc {
  readonly kind: FifoKind;
  /** Frames, or bytes for bfifo. */
  limit: number;
  private readonly frames: Frame[] = [];

  constructor(tree: QdiscTree, handle: number, parent: number, kind: FifoKind, limit: number) {
    super(tree, handle, parent);
    this.kind = kind;
    this.limit = limit;
  }

  /** Twin of bfifo_enqueue and pfifo_enqueue. */
  enqueue(frame: Frame): boolean {
    const bytes = frame.tail - frame.head;
    const hasRoom = this.kind === 'bfifo' ? this.backlogBytes + bytes <= this.limit : this.frames.length < this.limit;
    if (!hasRoom) {
      this.refuse(frame);
      return false;
    }
    this.frames.push(frame);
    this.queueLength++;
    this.backlogBytes += bytes;
    return true;
  }

  override peek(): Frame | null {
    return this.frames[0] ?? null;
  }

  get heldFrames(): number {
    return this.frames.length;
  }

  protected take(): Frame | null {
    const frame = this.frames.shift();
    if (frame === undefined) return null;
    this.queueLength--;
    this.backlogBytes -= frame.tail - frame.head;
    this.left(frame);
    return frame;
  }

  protected dropAll(): void {
    for (const frame of this.frames) this.discard(frame);
    this.frames.length = 0;
  }
}

/** What it holds when nobody says: the interface's queue length, in full frames for bfifo (Linux: fifo_init). */
export function defaultLimit(kind: FifoKind, txQueueLength: number, mtu: number, headerBytes: number): number {
  const frames = Math.max(txQueueLength, 1);
  return kind === 'bfifo' ? frames * (mtu + headerBytes) : frames;
}

/** No queue at all: the tree hands frames straight to the interface. */
export class NoQueue extends Qdisc {
  readonly kind = 'noqueue';

  enqueue(frame: Frame): boolean {
    this.drop(frame);
    return false;
  }

  get heldFrames(): number {
    return 0;
  }

  protected take(): Frame | null {
    return null;
  }

  protected dropAll(): void {
    // There is nothing in it.
  }
}
