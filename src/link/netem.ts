/**
 * netem, the network emulator, as a state machine: what happens to one frame after the other, decided in the order and
 * by the arithmetic of Linux's netem_enqueue (net/sched/sch_netem.c). It has no queue and no clock of its own; whoever
 * owns one (a queueing discipline, a cable) tells it what is queued and what time it is.
 */
import type { Rng } from '../sim/rng.ts';
import type { Frame } from './frame.ts';
import type { LossGenerator } from './netem-random.ts';
import { CorrelatedRandom, drawDelay, leastDelay, makeLoss } from './netem-random.ts';
import type { NetemSettings } from './netem-settings.ts';
import { distributionTable } from './netem-tables.ts';

/** INT_MAX: netem cuts a jitter down to it. */
const JITTER_MAX_NS = 2 ** 31 - 1;
const NS_PER_SECOND = 1e9;

/** What netem does with frames is done by its owner. */
export interface NetemQueue {
  /** Frames queued now. */
  readonly length: number;
  /** When the last of them is to be sent; only asked for while there is one. */
  readonly lastNs: number;
  /** The frame is lost. */
  lose(frame: Frame): void;
  /** The queue is full: the frame is dropped. */
  overflow(frame: Frame): void;
  /** A copy of the frame. */
  copy(frame: Frame): Frame;
  /** The copy of a duplicated frame enters at the top, and may not be duplicated again. */
  reenter(copy: Frame): void;
  /** Drops a copy that nobody has counted yet. */
  discard(copy: Frame): void;
  /** To be sent at `timeNs`, which may have passed. */
  push(frame: Frame, timeNs: number): void;
  /** To be sent before all others. */
  pushHead(frame: Frame): void;
}

export class Netem {
  readonly settings: NetemSettings;
  private readonly rng: Rng;
  private readonly jitterNs: number;
  private readonly table: Int16Array | null;
  private readonly loss: LossGenerator;
  private readonly delayRandom: CorrelatedRandom;
  private readonly duplicateRandom: CorrelatedRandom;
  private readonly reorderRandom: CorrelatedRandom;
  private readonly corruptRandom: CorrelatedRandom;
  /** Frames since the last that overtook. */
  private counter = 0;

  constructor(rng: Rng, settings: NetemSettings) {
    this.settings = settings;
    this.rng = rng;
    this.jitterNs = Math.min(settings.jitterNs, JITTER_MAX_NS);
    this.table = settings.distribution === null ? null : distributionTable(settings.distribution);
    this.delayRandom = new CorrelatedRandom(rng, settings.delayCorrelation);
    this.loss = makeLoss(rng, settings.loss);
    this.duplicateRandom = new CorrelatedRandom(rng, settings.duplicateCorrelation);
    this.reorderRandom = new CorrelatedRandom(rng, settings.reorderCorrelation);
    this.corruptRandom = new CorrelatedRandom(rng, settings.corruptCorrelation);
  }

  /** No frame is held for less. */
  get leastDelayNs(): number {
    const { latencyNs, gap } = this.settings;
    return gap > 0 ? 0 : Math.max(0, leastDelay(latencyNs, this.jitterNs, this.table));
  }

  /** Twin of netem_enqueue; false when the frame is lost or dropped. `isCopy`: it is the copy of another. */
  enqueue(frame: Frame, nowNs: number, queue: NetemQueue, isCopy: boolean): boolean {
    const { settings } = this;
    const isDuplicated = settings.duplicate > 0 && !isCopy && settings.duplicate >= this.duplicateRandom.next();
    const isLost = this.loss.isLost();
    if (isLost && !isDuplicated) {
      queue.lose(frame);
      return false;
    }
    const copy = isDuplicated && !isLost ? queue.copy(frame) : null;
    if (settings.corrupt > 0 && settings.corrupt >= this.corruptRandom.next()) this.flipBit(frame);
    if (queue.length >= settings.limit) {
      queue.overflow(frame);
      if (copy !== null) queue.discard(copy);
      return false;
    }
    if (copy !== null) queue.reenter(copy);
    this.schedule(frame, nowNs, queue);
    return true;
  }

  /** When to send the frame: after a delay, or, one in so many, at once and before all others. */
  private schedule(frame: Frame, nowNs: number, queue: NetemQueue): void {
    const { gap, reorder } = this.settings;
    if (gap === 0 || this.counter < gap - 1 || reorder < this.reorderRandom.next()) {
      this.counter++;
      queue.push(frame, this.timeToSend(frame.tail - frame.head, nowNs, queue));
    } else {
      this.counter = 0;
      queue.pushHead(frame);
    }
  }

  private timeToSend(bytes: number, nowNs: number, queue: NetemQueue): number {
    const { latencyNs, rateBytesPerSecond } = this.settings;
    let delayNs = drawDelay(latencyNs, this.jitterNs, this.delayRandom, this.table);
    let fromNs = nowNs;
    if (rateBytesPerSecond > 0) {
      if (queue.length > 0) {
        // The last frame in the queue is the point of reference: what it waits counts as delay.
        fromNs = queue.lastNs;
        delayNs = Math.max(0, delayNs - (fromNs - nowNs));
      }
      delayNs += this.packetTimeNs(bytes);
    }
    return fromNs + delayNs;
  }

  /** Twin of packet_time_ns: with an overhead, in cells where the link has them. */
  private packetTimeNs(frameBytes: number): number {
    const { rateBytesPerSecond, packetOverhead, cellSize, cellOverhead } = this.settings;
    let bytes = frameBytes + packetOverhead;
    if (cellSize > 0) bytes = Math.ceil(bytes / cellSize) * (cellSize + cellOverhead);
    return Math.floor((Math.max(bytes, 0) * NS_PER_SECOND) / rateBytesPerSecond);
  }

  private flipBit(frame: Frame): void {
    const length = frame.tail - frame.head;
    if (length === 0) return;
    const at = frame.head + this.rng.below(length);
    frame.hasGoodSum = false;
    frame.slab.bytes[at]! ^= 1 << this.rng.below(8);
  }
}
