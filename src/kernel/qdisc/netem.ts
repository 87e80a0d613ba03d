/** The queueing discipline netem: the emulator of `link/netem.ts` with a queue sorted by the time to send. */
import type { Frame } from '../../link/frame.ts';
import { FrameHeap } from '../../link/netem-heap.ts';
import type { NetemQueue } from '../../link/netem.ts';
import { Netem } from '../../link/netem.ts';
import type { NetemSettings } from '../../link/netem-settings.ts';
import type { Rng } from '../../sim/rng.ts';
import { NetemSlots } from './netem-slots.ts';
import { Qdisc } from './qdisc.ts';
import type { QdiscTree } from './tree.ts';

export class NetemQdisc extends Qdisc implements NetemQueue {
  readonly kind = 'netem';
  override readonly isClassful = true;
  private readonly rng: Rng;
  private netem: Netem;
  private slots: NetemSlots | null;
  /** Frames that overtake all others. */
  private readonly heads: Frame[] = [];
  /**
   * As Linux keeps them: a line of those that are not before the last one in it, and the others sorted. Of two with
   * the same time the line's goes first.
   */
  private line: Frame[] = [];
  private readonly sorted = new FrameHeap();
  private nextKey = 0;
  private inner: Qdisc | null = null;

  constructor(tree: QdiscTree, handle: number, parent: number, rng: Rng, settings: NetemSettings) {
    super(tree, handle, parent);
    this.rng = rng;
    this.netem = new Netem(rng, settings);
    this.slots = this.makeSlots(settings);
  }

  get settings(): NetemSettings {
    return this.netem.settings;
  }

  /** Twin of netem_change: the frames that wait keep their times. */
  change(settings: NetemSettings): void {
    this.netem = new Netem(this.rng, settings);
    this.slots = this.makeSlots(settings);
  }

  override get child(): Qdisc | null {
    return this.inner;
  }

  override graft(child: Qdisc | null): void {
    if (this.inner !== null) this.purge(this.inner);
    this.inner = child;
  }

  enqueue(frame: Frame): boolean {
    return this.netem.enqueue(frame, this.tree.now, this, this.tree.isReentering);
  }

  get heldFrames(): number {
    const own = this.heads.length + this.line.length + this.sorted.length + this.peekedFrames;
    return own + (this.inner?.heldFrames ?? 0);
  }

  // What the emulator asks of its queue.

  get length(): number {
    return this.queueLength;
  }

  get lastNs(): number {
    let last = -Infinity;
    const note = (frame: Frame | undefined): void => {
      if (frame !== undefined) last = Math.max(last, frame.slab.times[frame.index]!);
    };
    note(this.heads.at(-1));
    note(this.line.at(-1));
    this.sorted.forEach(note);
    return last === -Infinity ? this.tree.now : last;
  }

  lose(frame: Frame): void {
    this.drop(frame);
  }

  overflow(frame: Frame): void {
    this.refuse(frame);
  }

  copy(frame: Frame): Frame {
    return this.dev.ns.machine.stats.clone(frame);
  }

  reenter(copy: Frame): void {
    this.tree.isReentering = true;
    this.tree.root.enqueue(copy);
    this.tree.isReentering = false;
  }

  override discard(frame: Frame): void {
    super.discard(frame);
  }

  /** Twin of tfifo_enqueue. */
  push(frame: Frame, timeNs: number): void {
    this.count(frame);
    const { times, keys } = frame.slab;
    times[frame.index] = timeNs;
    keys[frame.index] = this.nextKey++;
    const last = this.line.at(-1);
    if (last === undefined || timeNs >= times[last.index]!) this.line.push(frame);
    else this.sorted.push(frame);
  }

  pushHead(frame: Frame): void {
    this.count(frame);
    frame.slab.times[frame.index] = this.tree.now;
    this.heads.unshift(frame);
    this.requeues++;
  }

  /** Twin of netem_dequeue. */
  protected take(): Frame | null {
    for (;;) {
      const head = this.heads.shift();
      if (head !== undefined) return this.release(head);
      const first = this.firstFrame();
      if (first === null) break;
      const dueNs = this.dueNs(first);
      if (dueNs > this.tree.now) {
        this.tree.wakeAt(dueNs);
        break;
      }
      this.remove(first);
      this.slots?.sent(first.tail - first.head, this.tree.now);
      if (this.inner === null) return this.release(first);
      this.passOn(first, this.inner);
    }
    const frame = this.inner?.dequeue() ?? null;
    return frame === null ? null : this.release(frame);
  }

  protected dropAll(): void {
    for (const frame of [...this.heads, ...this.line]) this.discard(frame);
    while (this.sorted.length > 0) this.discard(this.sorted.pop());
    this.heads.length = 0;
    this.line = [];
    this.inner?.reset();
  }

  private makeSlots(settings: NetemSettings): NetemSlots | null {
    return settings.slot === null ? null : new NetemSlots(settings.slot, this.rng, this.tree.now);
  }

  private count(frame: Frame): void {
    this.queueLength++;
    this.backlogBytes += frame.tail - frame.head;
  }

  private release(frame: Frame): Frame {
    this.queueLength--;
    this.backlogBytes -= frame.tail - frame.head;
    this.left(frame);
    return frame;
  }

  /** The frames of the child count as netem's, too. */
  private passOn(frame: Frame, inner: Qdisc): void {
    const bytes = frame.tail - frame.head;
    if (!inner.enqueue(frame)) this.tree.reduceAbove(inner, 1, bytes);
  }

  /** Twin of netem_peek. */
  private firstFrame(): Frame | null {
    const inLine = this.line[0];
    const { first } = this.sorted;
    if (inLine === undefined || first === null) return inLine ?? first;
    const { times } = first.slab;
    return times[first.index]! < times[inLine.index]! ? first : inLine;
  }

  private remove(frame: Frame): void {
    if (frame === this.line[0]) this.line.shift();
    else this.sorted.pop();
  }

  private dueNs(frame: Frame): number {
    const timeNs = frame.slab.times[frame.index]!;
    if (this.slots === null) return timeNs;
    return Math.max(timeNs, this.slots.openFor(timeNs, this.tree.now));
  }
}
