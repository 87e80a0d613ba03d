/**
 * Who is to be told when frames have been put on a cable (Linux: the end of a transmission, which frees the skb).
 * Only frames that have a sender come here. As network cards do, ends are told of in bunches: one event is pending,
 * that of the only frame or of the middle one, so that the cable does not fall idle because a sender was not told.
 */
import { assert } from '../base/assert.ts';
import type { EventSource, EventTarget, Scheduler } from '../sim/scheduler.ts';
import type { Frame, FrameSender } from './frame.ts';
import { orphan } from './frame.ts';

const SLOTS_AT_FIRST = 16;

export class Departures implements EventTarget {
  /** When the frame that is added next has been put on the cable: a double that is handed over would be boxed. */
  readonly departNs = new Float64Array(1);
  private readonly sched: Scheduler;
  private readonly source: EventSource;
  private targetId: number;
  /** A ring: who, how much, and when, with the key of the event. */
  private senders: (FrameSender | null)[] = new Array<FrameSender | null>(SLOTS_AT_FIRST).fill(null);
  private trueBytes = new Int32Array(SLOTS_AT_FIRST);
  private times = new Float64Array(SLOTS_AT_FIRST);
  private keys = new Float64Array(SLOTS_AT_FIRST);
  private first = 0;
  private count = 0;

  constructor(sched: Scheduler, source: EventSource) {
    this.sched = sched;
    this.source = source;
    this.targetId = sched.register(this);
  }

  /** A frame that is being put on the cable until `departNs[0]`. Hot path. */
  add(frame: Frame): void {
    const departNs = this.departNs[0]!;
    if (departNs <= this.sched.now) {
      orphan(frame);
      return;
    }
    if (this.count === this.senders.length) this.grow();
    const slot = this.slotAt(this.count);
    this.senders[slot] = frame.sender;
    this.trueBytes[slot] = frame.senderBytes;
    this.times[slot] = departNs;
    this.source.writeNextKey(this.keys, slot);
    frame.sender = null;
    if (this.count++ === 0) this.sched.atSlot(this.times, this.keys, slot, this.targetId);
  }

  /** The first ones have left. */
  fire(): void {
    const nowNs = this.sched.now;
    let left = 0;
    while (left < this.count && this.times[this.slotAt(left)]! <= nowNs) left++;
    const stay = this.count - left;
    if (stay > 0) this.sched.atSlot(this.times, this.keys, this.slotAt(left + ((stay - 1) >> 1)), this.targetId);
    for (; left > 0; left--) {
      const trueBytes = this.trueBytes[this.first]!;
      this.shift().frameGone(trueBytes);
    }
  }

  private slotAt(index: number): number {
    return (this.first + index) & (this.senders.length - 1);
  }

  /** The cable is cut: all of them are gone. */
  dropAll(): void {
    // the event that is pending finds nobody any more
    this.sched.unregister(this.targetId);
    this.targetId = this.sched.register(this);
    while (this.count > 0) {
      const slot = this.first;
      this.shift().frameGone(this.trueBytes[slot]!);
    }
  }

  private shift(): FrameSender {
    const slot = this.first;
    const sender = this.senders[slot];
    assert(sender !== null && sender !== undefined && this.count > 0, 'somebody waits');
    this.senders[slot] = null;
    this.first = (slot + 1) & (this.senders.length - 1);
    this.count--;
    return sender;
  }

  /** Slow path. */
  private grow(): void {
    const { senders, trueBytes, times, keys, first } = this;
    const size = senders.length;
    this.senders = new Array<FrameSender | null>(2 * size).fill(null);
    this.trueBytes = new Int32Array(2 * size);
    this.times = new Float64Array(2 * size);
    this.keys = new Float64Array(2 * size);
    for (let i = 0; i < this.count; i++) {
      const from = (first + i) & (size - 1);
      this.senders[i] = senders[from]!;
      this.trueBytes[i] = trueBytes[from]!;
      this.times[i] = times[from]!;
      this.keys[i] = keys[from]!;
    }
    this.first = 0;
  }
}
