/**
 * One direction of a cable: a rate, a delay, a bounded queue in front of it. Time passes here.
 *
 *   departure = max(now, cable free) + bits / rate        arrival = departure + delay
 *
 * Only the arrival is an event, and only the arrival of the first frame under way is pending: the others wait in a
 * line, which is in order because the delay is constant. The queue's length follows from the departures.
 *
 * An impaired cable hands its frames, once they have departed, to netem instead; see `netem-cable.ts`.
 */
import { assert } from '../base/assert.ts';
import type { EventSource, EventTarget, Scheduler } from '../sim/scheduler.ts';
import { Departures } from './departures.ts';
import type { DropReason } from './drop.ts';
import type { Frame, FrameDevice } from './frame.ts';
import { FrameLine } from './frame-line.ts';
import type { FrameStats } from './frame-stats.ts';
import type { Impairment } from './netem-cable.ts';
import { ImpairedWay } from './netem-cable.ts';

/** Shortest Ethernet frame without its check sequence; shorter ones are padded on the wire (IEEE 802.3 3.2.8). */
const MIN_FRAME_BYTES = 60;
/** Check sequence 4, preamble and delimiter 8, gap 12: what a frame occupies beside its bytes. */
const ETHERNET_OVERHEAD_BYTES = 24;
const FCS_BYTES = 4;

/** What of a frame occupies the cable: all that Ethernet adds, the check sequence only, or the bytes alone. */
export type Framing = 'ethernet' | 'fcs' | 'none';

export interface CableSettings {
  /** 0 = no limit: frames take no time to be put on the cable. */
  readonly rateBitsPerSecond: number;
  readonly delayNs: number;
  /** Frames that may wait while another is being sent. */
  readonly queueFrames: number;
  readonly framing: Framing;
}

/** What stands at the far end: a NIC or a switch port. It owns the frame from then on. */
export interface CableReceiver {
  receive(frame: Frame): void;
}

export class Cable implements EventTarget {
  readonly settings: CableSettings;
  /** Frames under way, the head arriving first. */
  readonly inFlight: FrameLine;
  private readonly txSched: Scheduler;
  private readonly rxSched: Scheduler;
  private readonly source: EventSource;
  private targetId: number;
  private receiver: CableReceiver;
  private readonly delayNs: number;
  private readonly minBytes: number;
  private readonly overheadBytes: number;
  private readonly rate: number;
  /** Nanoseconds per byte when that is a whole number, else -1 and the remainder is carried. */
  private readonly wholeNsPerByte: number;
  private readonly queueFrames: number;
  /** netem on the way; null for a cable without impairments. */
  private readonly way: ImpairedWay | null;
  /** Who waits for frames to depart; null while nobody has. */
  private departures: Departures | null;
  /** The instant from which the cable is free, and what is left of a nanosecond, in 1/rate. */
  private freeAtNs: number;
  private remainder: number;
  /** How many frames at the head of the line have left the queue: a lower bound, brought up to date on demand. */
  private departedCount: number;
  /** The frame behind those; null when they are all that are under way. */
  private firstQueued: Frame | null;

  /**
   * Departures are in the time of the sending node, arrivals are events of the receiving one; `source` is the cable's
   * own place in the order of events.
   */
  constructor(
    txSched: Scheduler,
    rxSched: Scheduler,
    source: EventSource,
    receiver: CableReceiver,
    settings: CableSettings,
    impairment: Impairment | null = null,
  ) {
    assert(settings.queueFrames >= 0, 'a queue has a bound');
    this.settings = settings;
    this.inFlight = new FrameLine();
    this.txSched = txSched;
    this.rxSched = rxSched;
    this.source = source;
    this.receiver = receiver;
    this.delayNs = settings.delayNs;
    this.minBytes = settings.framing === 'ethernet' ? MIN_FRAME_BYTES : 0;
    this.overheadBytes =
      settings.framing === 'ethernet' ? ETHERNET_OVERHEAD_BYTES : settings.framing === 'fcs' ? FCS_BYTES : 0;
    this.rate = settings.rateBitsPerSecond;
    const nsPerByte = this.rate === 0 ? 0 : 8e9 / this.rate;
    this.wholeNsPerByte = Number.isInteger(nsPerByte) ? nsPerByte : -1;
    // an impaired cable counts its queue otherwise
    this.queueFrames = impairment === null ? settings.queueFrames : -1;
    this.way = impairment === null ? null : new ImpairedWay(impairment, rxSched, source, receiver, settings.delayNs);
    this.departures = null;
    this.freeAtNs = -0.5;
    this.remainder = 0;
    this.departedCount = 0;
    this.firstQueued = null;
    this.targetId = rxSched.register(this);
  }

  /** False when the queue is full: the sender drops the frame then. */
  hasRoom(): boolean {
    return this.inFlight.length <= this.queueFrames || this.hasRoomNow();
  }

  /** More are under way than may wait, or it is impaired: some may have departed. */
  private hasRoomNow(): boolean {
    const now = this.txSched.now;
    if (this.freeAtNs <= now) return true;
    if (this.way !== null) return this.way.waitingAt(now) <= this.settings.queueFrames;
    return this.inFlight.length - this.departedBy(now) <= this.queueFrames;
  }

  /** The least time from a frame's being sent to its arrival. */
  get leastDelayNs(): number {
    return this.way === null ? this.delayNs : this.way.leastDelayNs;
  }

  /** Frames under way, for a census. */
  get heldFrames(): number {
    return this.way === null ? this.inFlight.length : this.way.heldFrames;
  }

  /** The instant from which nothing is being put on it. */
  get freeNs(): number {
    return this.freeAtNs;
  }

  /** Puts the frame on the cable. Call `hasRoom` first. */
  send(frame: Frame): void {
    const nowNs = this.txSched.now;
    let departNs = this.freeAtNs;
    if (departNs < nowNs) {
      departNs = nowNs;
      this.remainder = 0;
    }
    const length = frame.tail - frame.head;
    const bytes = (length < this.minBytes ? this.minBytes : length) + this.overheadBytes;
    departNs += this.wholeNsPerByte >= 0 ? bytes * this.wholeNsPerByte : this.fractionalNs(bytes);
    this.freeAtNs = departNs;
    if (frame.sender !== null) this.noteDeparture(frame, departNs);
    if (this.way !== null) {
      this.way.enter(frame, departNs);
      return;
    }
    const line = this.inFlight;
    line.append(frame, this.source);
    if (this.firstQueued === null) this.firstQueued = frame;
    frame.slab.times[frame.index] = departNs + this.delayNs;
    if (line.length === 1) line.armHead(this.rxSched, this.targetId);
  }

  /** Its sender is told when it has been put on the cable. */
  private noteDeparture(frame: Frame, departNs: number): void {
    this.departures ??= new Departures(this.txSched, this.source);
    this.departures.departNs[0] = departNs;
    this.departures.add(frame);
  }

  /** The head of the line arrives. */
  fire(): void {
    const frame = this.inFlight.shift();
    if (this.departedCount > 0) this.departedCount--;
    else this.firstQueued = frame.nextInLine;
    if (this.inFlight.length > 0) this.inFlight.armHead(this.rxSched, this.targetId);
    this.receiver.receive(frame);
  }

  /** The far end is plugged into something else. */
  plugInto(receiver: CableReceiver): void {
    this.receiver = receiver;
    this.way?.plugInto(receiver);
  }

  /** The cable is cut: what is under way, or waits for it, is lost, and told of at `where`. */
  dropAll(stats: FrameStats, reason: DropReason, where: FrameDevice): void {
    this.departures?.dropAll();
    this.way?.dropAll(reason);
    while (this.inFlight.length > 0) stats.drop(this.inFlight.shift(), reason, where);
    // the event of the frame that was the first finds nobody any more
    this.rxSched.unregister(this.targetId);
    this.targetId = this.rxSched.register(this);
    this.freeAtNs = -0.5;
    this.remainder = 0;
    this.departedCount = 0;
    this.firstQueued = null;
  }

  /** Whole nanoseconds that `bytes` take, the rest being carried to the next frame of the same busy spell. */
  private fractionalNs(bytes: number): number {
    const units = bytes * 8e9 + this.remainder;
    const wholeNs = Math.floor(units / this.rate);
    this.remainder = units - wholeNs * this.rate;
    return wholeNs;
  }

  private departedBy(nowNs: number): number {
    const limitNs = nowNs + this.delayNs;
    let frame = this.firstQueued;
    while (frame !== null && frame.slab.times[frame.index]! <= limitNs) {
      this.departedCount++;
      frame = frame.nextInLine;
    }
    this.firstQueued = frame;
    return this.departedCount;
  }
}
