/**
 * One direction of an impaired cable: what netem does to frames on their way, between their departure and their
 * arrival. The line is no longer first in, first out, so every frame has an event of its own.
 *
 *   departure ──▶ lost? copied? damaged? delayed ──▶ + the cable's own delay ──▶ arrival
 *
 * A frame is judged when it is sent, with the time of its departure for the present: departures are in order, and so
 * netem sees its frames in order, too.
 */
import type { EventSource, EventTarget, Scheduler } from '../sim/scheduler.ts';
import type { Rng } from '../sim/rng.ts';
import type { CableReceiver } from './cable.ts';
import type { DropReason } from './drop.ts';
import { Drop } from './drop.ts';
import type { Frame, FrameDevice } from './frame.ts';
import type { FrameStats } from './frame-stats.ts';
import type { NetemQueue } from './netem.ts';
import { Netem } from './netem.ts';
import { FrameHeap } from './netem-heap.ts';
import type { NetemSettings } from './netem-settings.ts';
import { TimeHeap } from './netem-times.ts';

/** What an impaired cable needs beside netem's settings: generator and books of the sending node. */
export interface Impairment {
  readonly settings: NetemSettings;
  readonly rng: Rng;
  readonly stats: FrameStats;
  /** The interface or port at the sending end, where losses are told of. */
  readonly where: FrameDevice;
}

export class ImpairedWay implements EventTarget, NetemQueue {
  private readonly netem: Netem;
  private readonly stats: FrameStats;
  private readonly where: FrameDevice;
  private readonly rxSched: Scheduler;
  private readonly source: EventSource;
  private receiver: CableReceiver;
  private readonly delayNs: number;
  private targetId: number;
  /** Frames under way, by their arrival. */
  private readonly arrivals = new FrameHeap();
  /** When netem sends each frame that it still holds at `nowNs`. */
  private readonly held = new TimeHeap();
  /** When frames leave the queue in front of the cable. */
  private readonly departures = new TimeHeap();
  private nowNs = 0;

  constructor(
    impairment: Impairment,
    rxSched: Scheduler,
    source: EventSource,
    receiver: CableReceiver,
    delayNs: number,
  ) {
    this.netem = new Netem(impairment.rng, impairment.settings);
    this.stats = impairment.stats;
    this.where = impairment.where;
    this.rxSched = rxSched;
    this.source = source;
    this.receiver = receiver;
    this.delayNs = delayNs;
    this.targetId = rxSched.register(this);
  }

  /** No frame arrives earlier after its departure. */
  get leastDelayNs(): number {
    return this.delayNs + this.netem.leastDelayNs;
  }

  get heldFrames(): number {
    return this.arrivals.length;
  }

  /** Frames that wait for the cable at `nowNs`, the one that is being sent included. */
  waitingAt(nowNs: number): number {
    this.departures.dropUntil(nowNs);
    return this.departures.length;
  }

  /** The frame leaves the queue in front of the cable at `departNs`. */
  enter(frame: Frame, departNs: number): void {
    this.departures.push(departNs);
    this.nowNs = departNs;
    this.held.dropUntil(departNs);
    this.netem.enqueue(frame, departNs, this, false);
  }

  /** The earliest frame arrives. */
  fire(): void {
    this.receiver.receive(this.arrivals.pop());
  }

  /** The far end is plugged into something else. */
  plugInto(receiver: CableReceiver): void {
    this.receiver = receiver;
  }

  /** All frames under way are lost. */
  dropAll(reason: DropReason): void {
    while (this.arrivals.length > 0) this.stats.drop(this.arrivals.pop(), reason, this.where);
    // the events of these frames find nobody any more
    this.rxSched.unregister(this.targetId);
    this.targetId = this.rxSched.register(this);
    this.held.dropUntil(Infinity);
    this.departures.dropUntil(Infinity);
  }

  // What netem asks of its queue.

  get length(): number {
    return this.held.length;
  }

  get lastNs(): number {
    return this.held.latest;
  }

  lose(frame: Frame): void {
    this.stats.drop(frame, Drop.X_CABLE_LOSS, this.where);
  }

  overflow(frame: Frame): void {
    this.stats.drop(frame, Drop.X_CABLE_OVERFLOW, this.where);
  }

  discard(copy: Frame): void {
    this.overflow(copy);
  }

  copy(frame: Frame): Frame {
    return this.stats.clone(frame);
  }

  reenter(copy: Frame): void {
    this.netem.enqueue(copy, this.nowNs, this, true);
  }

  push(frame: Frame, timeNs: number): void {
    if (timeNs > this.nowNs) this.held.push(timeNs);
    this.arriveAt(frame, Math.max(timeNs, this.nowNs) + this.delayNs);
  }

  pushHead(frame: Frame): void {
    this.arriveAt(frame, this.nowNs + this.delayNs);
  }

  private arriveAt(frame: Frame, timeNs: number): void {
    const { slab, index } = frame;
    slab.times[index] = timeNs;
    this.source.writeNextKey(slab.keys, index);
    this.arrivals.push(frame);
    this.rxSched.atSlot(slab.times, slab.keys, index, this.targetId);
  }
}
