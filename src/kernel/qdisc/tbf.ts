/**
 * tbf, a token bucket: frames leave at a rate, and as many as a bucket of so many bytes allows at once (Linux:
 * net/sched/sch_tbf.c). Tokens are nanoseconds of sending time. A second, small bucket bounds the peak rate.
 */
import type { Frame } from '../../link/frame.ts';
import { Fifo } from './fifo.ts';
import { Qdisc } from './qdisc.ts';
import { PacketRate } from './rate.ts';
import type { QdiscTree } from './tree.ts';

export interface TbfSettings {
  readonly rateBytesPerSecond: number;
  readonly burstBytes: number;
  readonly limitBytes: number;
  /** 0: no bound to the peak. */
  readonly peakBytesPerSecond: number;
  readonly mtuBytes: number;
  readonly mpu: number;
  readonly overhead: number;
}

export class Tbf extends Qdisc {
  readonly kind = 'tbf';
  override readonly isClassful = true;
  settings: TbfSettings;
  /** The bucket's depth and that of the peak's, in nanoseconds. */
  bufferNs = 0;
  mtuNs = 0;
  private rate = new PacketRate(0);
  private peak: PacketRate | null = null;
  private maxSize = 0;
  private tokensNs = 0;
  private peakTokensNs = 0;
  private checkedNs = 0;
  private inner: Qdisc;

  constructor(tree: QdiscTree, handle: number, parent: number, settings: TbfSettings) {
    super(tree, handle, parent);
    this.settings = settings;
    this.inner = this.ownQueue();
    this.checkedNs = tree.now;
    this.change(settings);
  }

  /** Twin of tbf_change. */
  change(settings: TbfSettings): void {
    this.settings = settings;
    const { rateBytesPerSecond, burstBytes, peakBytesPerSecond, mtuBytes, mpu, overhead } = settings;
    this.rate = new PacketRate(rateBytesPerSecond, overhead, mpu);
    this.bufferNs = this.rate.nsOf(burstBytes);
    this.peak = peakBytesPerSecond === 0 ? null : new PacketRate(peakBytesPerSecond, overhead, mpu);
    this.mtuNs = this.peak === null ? 0 : this.peak.nsOf(mtuBytes);
    this.maxSize = this.peak === null ? burstBytes : Math.min(burstBytes, mtuBytes);
    this.tokensNs = this.bufferNs;
    this.peakTokensNs = this.mtuNs;
    if (this.inner instanceof Fifo && this.inner.handle === 0) this.inner.limit = settings.limitBytes;
  }

  /** The queue that it has by itself is not shown. */
  override get child(): Qdisc | null {
    return this.inner.handle === 0 ? null : this.inner;
  }

  override graft(child: Qdisc | null): void {
    this.purge(this.inner);
    this.inner = child ?? this.ownQueue();
  }

  enqueue(frame: Frame): boolean {
    const bytes = frame.tail - frame.head;
    if (bytes > this.maxSize) {
      this.refuse(frame);
      return false;
    }
    if (!this.inner.enqueue(frame)) {
      this.drops++;
      return false;
    }
    this.queueLength++;
    this.backlogBytes += bytes;
    return true;
  }

  get heldFrames(): number {
    return this.inner.heldFrames + this.peekedFrames;
  }

  /** Twin of tbf_dequeue. */
  protected take(): Frame | null {
    const next = this.inner.peek();
    if (next === null) return null;
    const bytes = next.tail - next.head;
    const now = this.tree.now;
    let tokensNs = Math.min(now - this.checkedNs, this.bufferNs);
    let peakTokensNs = 0;
    if (this.peak !== null) {
      peakTokensNs = Math.min(tokensNs + this.peakTokensNs, this.mtuNs) - this.peak.nsOf(bytes);
    }
    tokensNs = Math.min(tokensNs + this.tokensNs, this.bufferNs) - this.rate.nsOf(bytes);
    if (tokensNs >= 0 && peakTokensNs >= 0) {
      const frame = this.inner.dequeue();
      this.checkedNs = now;
      this.tokensNs = tokensNs;
      this.peakTokensNs = peakTokensNs;
      this.queueLength--;
      this.backlogBytes -= bytes;
      this.left(next);
      return frame;
    }
    this.tree.wakeAt(now + Math.max(-tokensNs, -peakTokensNs));
    this.overlimits++;
    return null;
  }

  protected dropAll(): void {
    this.inner.reset();
    this.checkedNs = this.tree.now;
    this.tokensNs = this.bufferNs;
    this.peakTokensNs = this.mtuNs;
  }

  /** What a tbf holds frames in unless another discipline hangs on its class. */
  private ownQueue(): Qdisc {
    return new Fifo(this.tree, 0, this.handle * 0x1_0000 + 1, 'bfifo', this.settings.limitBytes);
  }
}
