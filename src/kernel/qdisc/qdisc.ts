/**
 * A queueing discipline (Linux: struct Qdisc, net/sched/sch_generic.c): holds frames back, lets others pass, drops. It
 * is one of a tree that hangs on an interface; see `tree.ts`.
 */
import { assert } from '../../base/assert.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import type { NetDevice } from '../netdev.ts';
import type { QdiscTree } from './tree.ts';

/** TC_H_ROOT, as the parent of the root. */
export const PARENT_ROOT = 0xffff_ffff;

export type QdiscKind = 'netem' | 'tbf' | 'pfifo' | 'bfifo' | 'pfifo_fast' | 'noqueue';

export abstract class Qdisc {
  abstract readonly kind: QdiscKind;
  readonly tree: QdiscTree;
  readonly dev: NetDevice;
  /** The major number: 0x8001 of `8001:`; 0 for one that the kernel made itself. */
  readonly handle: number;
  /** The class that it hangs on, such as 0x10001 for `1:1`. */
  readonly parent: number;
  /** Has classes that others hang on: the answer to `tc qdisc add … parent`. */
  readonly isClassful: boolean = false;
  /** What left it. */
  bytes = 0;
  packets = 0;
  drops = 0;
  overlimits = 0;
  requeues = 0;
  backlogBytes = 0;
  queueLength = 0;
  /** Taken out by `peek`, and still part of the queue (Linux: gso_skb). */
  private peeked: Frame | null = null;

  constructor(tree: QdiscTree, handle: number, parent: number) {
    this.tree = tree;
    this.dev = tree.dev;
    this.handle = handle;
    this.parent = parent;
  }

  /** Takes the frame over; false when it was not queued. */
  abstract enqueue(frame: Frame): boolean;

  /** The next frame whose time has come; null when there is none, or none yet. */
  protected abstract take(): Frame | null;

  /** Frames in it and below it. */
  abstract get heldFrames(): number;

  /** Drops all frames (Linux: qdisc_reset). */
  protected abstract dropAll(): void;

  /** The discipline that hangs on its class; null when it has none. */
  get child(): Qdisc | null {
    return null;
  }

  /** Puts another discipline on its class, null for its own; frames of the old one are dropped. */
  graft(child: Qdisc | null): void {
    assert(child === null && !this.isClassful, 'a discipline without classes has nothing to put one on');
  }

  dequeue(): Frame | null {
    const frame = this.peeked;
    if (frame === null) return this.take();
    this.peeked = null;
    this.queueLength--;
    this.backlogBytes -= frame.tail - frame.head;
    return frame;
  }

  /** The frame that `dequeue` would give (Linux: qdisc_peek_dequeued). */
  peek(): Frame | null {
    if (this.peeked !== null) return this.peeked;
    const frame = this.take();
    if (frame === null) return null;
    this.peeked = frame;
    this.queueLength++;
    this.backlogBytes += frame.tail - frame.head;
    return frame;
  }

  /** The frame held by `peek`, for a census. */
  protected get peekedFrames(): number {
    return this.peeked === null ? 0 : 1;
  }

  reset(): void {
    if (this.peeked !== null) this.discard(this.peeked);
    this.peeked = null;
    this.dropAll();
    this.queueLength = 0;
    this.backlogBytes = 0;
  }

  /** Twin of qdisc_purge_queue: a child that is replaced loses its frames, which count as dropped above it. */
  protected purge(child: Qdisc): void {
    this.tree.reduceAbove(child, child.queueLength, child.backlogBytes);
    child.reset();
  }

  /** Twin of qdisc_drop. */
  protected drop(frame: Frame): void {
    this.drops++;
    this.discard(frame);
  }

  /** The same for one that there is no room for, which its sender hears (NET_XMIT_DROP). */
  protected refuse(frame: Frame): void {
    this.dev.ns.machine.stats.queueRefusals++;
    this.drop(frame);
  }

  /** Drops a frame that no counter of this discipline knows. */
  protected discard(frame: Frame): void {
    this.dev.ns.machine.stats.drop(frame, Drop.QDISC_DROP, this.dev);
  }

  /** Twin of qdisc_bstats_update. */
  protected left(frame: Frame): void {
    this.packets++;
    this.bytes += frame.tail - frame.head;
  }
}
