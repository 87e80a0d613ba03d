/**
 * Virtual time. The scheduler takes events in the total order (time, source, n) out of its queue and fires their
 * targets. Source and n are one number, key = source * 2^37 + n, so that an event is three numbers and nothing is
 * allocated for it. Order never depends on when an event was entered or by which queue it is held.
 */
import { assert } from '../base/assert.ts';
import type { EventQueue } from './event-queue.ts';

/** A long-lived object that events are for: a cable, a backlog, a timer. It reads `scheduler.now`. */
export interface EventTarget {
  fire(): void;
}

/** A source may arm this many events in its life, and 2^16 sources fill the 53 bits of an exact number. */
export const SOURCE_COUNTER_LIMIT = 2 ** 37;
/** Sources are numbered from 0 to before this. */
const SOURCE_LIMIT = 65_536;

/** Something that arms events, with its own counter: a directed cable, a host, a switch, by its place in the plan. */
export class EventSource {
  readonly index: number;
  /** Key = base + count; two fields, because a counter that stays a small integer costs no memory access of its own. */
  private readonly base: number;
  private count: number;

  constructor(index: number) {
    assert(Number.isInteger(index) && index >= 0 && index < SOURCE_LIMIT, 'EventSource: the index has 16 bits');
    this.index = index;
    this.base = index * SOURCE_COUNTER_LIMIT;
    this.count = 0;
  }

  /** The key of this source's next event: each is used once. */
  nextKey(): number {
    const count = this.count;
    assert(count < SOURCE_COUNTER_LIMIT, 'EventSource: the counter has 37 bits');
    this.count = count + 1;
    return this.base + count;
  }

  /** Writes the next key into `keys` at `slot`: the hot path's way, on which no double is handed over. */
  writeNextKey(keys: Float64Array, slot: number): void {
    const count = this.count;
    assert(count < SOURCE_COUNTER_LIMIT, 'EventSource: the counter has 37 bits');
    this.count = count + 1;
    keys[slot] = this.base + count;
  }
}

/** Stands in the place of a target that was unregistered while events for it were pending. */
class RetiredTarget implements EventTarget {
  fire(): void {
    // Nothing happens: whoever this event was for is gone.
  }
}

const RETIRED = new RetiredTarget();

export class Scheduler {
  /** Nanoseconds since the start of the run: the time of the current event, or of the last one. */
  now: number;
  /** Events fired so far. */
  eventCount: number;
  /** The key of the current event, or of the last one. */
  currentKey: number;
  readonly queue: EventQueue;
  private stopping: boolean;
  private readonly targets: EventTarget[];
  /** Events that are pending, per target. */
  private pending: Int32Array;
  private readonly freeIds: number[];

  constructor(queue: EventQueue) {
    this.now = 0;
    this.eventCount = 0;
    this.currentKey = 0;
    this.queue = queue;
    this.stopping = false;
    this.targets = [];
    this.pending = new Int32Array(64);
    this.freeIds = [];
  }

  /** The number under which events for `target` are entered. */
  register(target: EventTarget): number {
    const id = this.freeIds.pop() ?? this.targets.length;
    this.targets[id] = target;
    if (id === this.pending.length) {
      const grown = new Int32Array(id * 2);
      grown.set(this.pending);
      this.pending = grown;
    }
    return id;
  }

  /**
   * The target goes away. Events for it that are pending do nothing, and its number is not given out before the last.
   */
  unregister(id: number): void {
    assert(this.isRegistered(id), 'Scheduler.unregister: the target is registered');
    this.targets[id] = RETIRED;
    if (this.pending[id] === 0) this.freeIds.push(id);
  }

  /** Enters an event for the target `id` at a whole nanosecond that is not in the past. */
  at(time: number, key: number, id: number): void {
    assert(time >= this.now, 'Scheduler.at: the event is not in the past');
    assert(Number.isSafeInteger(time), 'Scheduler.at: the time is in whole nanoseconds');
    this.pending[id]!++;
    this.queue.push(time, key, id);
  }

  /** As `at`, for a time and a key that stand in typed arrays at `slot`. */
  atSlot(times: Float64Array, keys: Float64Array, slot: number, id: number): void {
    assert(times[slot]! >= this.now, 'Scheduler.atSlot: the event is not in the past');
    assert(Number.isSafeInteger(times[slot]), 'Scheduler.atSlot: the time is in whole nanoseconds');
    this.pending[id]!++;
    this.queue.pushSlot(times, keys, slot, id);
  }

  /**
   * Fires the events with time <= `untilNs` in order, at most `maxEvents`, and returns how many it fired. Leaves `now`
   * at the last event's time, not at `untilNs`.
   */
  run(untilNs: number, maxEvents: number): number {
    const queue = this.queue;
    queue.limitNs = untilNs;
    let fired = 0;
    this.clearStop();
    while (fired < maxEvents) {
      const id = queue.popDue();
      if (id < 0) break;
      this.fireTarget(id);
      fired++;
      if (this.stopping) break;
    }
    return fired;
  }

  /** Fires the events with time < `endNs`, as one window of a run in windows, and returns how many it fired. */
  runBefore(endNs: number): number {
    return this.run(Math.ceil(endNs) - 1, Infinity);
  }

  /** Makes the current `run` or `runBefore` return after the current event. */
  stop(): void {
    this.stopping = true;
  }

  /** The time of the earliest pending event, Infinity when there is none. */
  nextTime(): number {
    return this.queue.peekTime();
  }

  /** Moves `now` forward between runs, not past a pending event. */
  advanceTo(timeNs: number): void {
    assert(timeNs >= this.now, 'Scheduler.advanceTo: time does not go back');
    assert(Number.isSafeInteger(timeNs), 'Scheduler.advanceTo: the time is in whole nanoseconds');
    assert(this.queue.peekTime() >= timeNs, 'Scheduler.advanceTo: no earlier event is pending');
    this.now = timeNs;
  }

  /** Apart from `run`: the compiler would take the flag for false in its whole loop. */
  private clearStop(): void {
    this.stopping = false;
  }

  private fireTarget(id: number): void {
    const queue = this.queue;
    const target = this.targets[id]!;
    const left = --this.pending[id]!;
    this.now = queue.time;
    this.currentKey = queue.key;
    this.eventCount++;
    if (target === RETIRED && left === 0) this.freeIds.push(id);
    target.fire();
  }

  private isRegistered(id: number): boolean {
    const target = this.targets[id];
    return target !== undefined && target !== RETIRED;
  }
}
