/**
 * A calendar queue (Brown 1988) on typed arrays, with a heap for what does not fit. Time is cut into days of a power of
 * two nanoseconds; a year of `days` of them begins with the day of the event that was popped last, and each day's
 * bucket holds a list sorted by (time, key). A bitmap of the buckets in use finds the next one.
 *
 *      today                                 today + days
 *   ---|--o--|-----|-ooo-|--o--|--  …  -----|------------------  o        o
 *            one day = 1 / perNs ns             the year ends      far (a heap)
 *
 * The heap takes far timers (an ARP or conntrack timer beside microseconds would make the days too wide), and also
 * any event whose bucket is so full that a long walk would be needed. Both parts are compared at each pop, so an event
 * may lie in either: a badly tuned calendar is slow, at worst as slow as the heap, but never wrong. The tuning looks at
 * how fast events were popped and sets the day's width and the year's length; it costs a few operations per event.
 *
 * A node is an even offset n: times[n] is the event's time, times[n + 1] its key, links[n] the next node of the bucket
 * or of the free list, links[n + 1] the target. So a node lies in two cache lines.
 */
import { assert } from '../base/assert.ts';
import type { EventQueue } from './event-queue.ts';
import { HeapQueue } from './heap-queue.ts';

const NONE = -1;
/** Nodes passed in a bucket before the event goes to the heap instead. */
const LONGEST_WALK = 12;
/** log2 of the shortest and the longest year, in days. */
const MIN_YEAR_BITS = 6;
const MAX_YEAR_BITS = 22;
/** log2 of the widest day in nanoseconds: 18 minutes. */
const MAX_DAY_BITS = 40;
const FIRST_DAY_BITS = 10;
/** The day is as wide as this many times the mean distance of the events that were popped. */
const EVENTS_PER_DAY = 2;
/** The year is the longest that has at least one event in so many days. */
const DAYS_PER_EVENT = 4;
/** The tuning runs after so many pops, or as many as there are events, if that is more. */
const TUNE_INTERVAL = 1024;
/** A calendar is in tune when fewer pops than one in so many come from the heap, and as many days have an event. */
const FAR_SHARE = 16;
/** The interval of the tuning is at most multiplied by this. */
const MAX_PATIENCE = 16;
/** Days are counted from `yearStart` in 31 bits; when the count reaches this, `yearStart` moves on. */
const DAY_COUNT_LIMIT = 2 ** 29;

export class CalendarQueue implements EventQueue {
  time: number;
  key: number;
  limitNs: number;
  size: number;
  private times: Float64Array;
  private links: Int32Array;
  /** The first node of the list of free ones. */
  private free: number;
  /** ends[2b] is the first node of bucket b, ends[2b + 1] its last one; inUse has a bit for each bucket with any. */
  private ends: Int32Array;
  private inUse: Int32Array;
  private dayBits: number;
  private perNs: number;
  private days: number;
  private mask: number;
  /** Day 0 begins here: a multiple of the year's length. */
  private yearStart: number;
  /** The day of the event popped last, counted from `yearStart`. */
  private today: number;
  /** Events in the buckets. */
  private inYear: number;
  /** The earliest node of the buckets with its bucket, or NONE when that has to be looked for. */
  private head: number;
  private headBucket: number;
  private far: HeapQueue;
  /** The earliest time in `far`. */
  private farTime: number;
  private popsToTuning: number;
  private tunedTime: number;
  private tunedPops: number;
  private farPops: number;
  private patience: number;

  constructor(capacity = 1024) {
    this.time = 0;
    this.key = 0;
    this.limitNs = Infinity;
    this.size = 0;
    const nodes = Math.max(16, capacity);
    this.times = new Float64Array(2 * nodes);
    this.links = new Int32Array(2 * nodes);
    this.free = NONE;
    this.freeNodes(0, 2 * nodes);
    this.dayBits = FIRST_DAY_BITS;
    this.perNs = 2 ** -FIRST_DAY_BITS;
    this.days = 2 ** MIN_YEAR_BITS;
    this.mask = this.days - 1;
    this.ends = new Int32Array(2 * this.days).fill(NONE);
    this.inUse = new Int32Array(this.days / 32);
    this.yearStart = 0;
    this.today = 0;
    this.inYear = 0;
    this.head = NONE;
    this.headBucket = 0;
    this.far = new HeapQueue(64);
    this.farTime = Infinity;
    this.popsToTuning = TUNE_INTERVAL;
    this.tunedTime = 0;
    this.tunedPops = TUNE_INTERVAL;
    this.farPops = 0;
    this.patience = 1;
  }

  push(time: number, key: number, target: number): void {
    if (this.free === NONE) this.grow();
    const node = this.free;
    this.times[node] = time;
    this.times[node + 1] = key;
    this.links[node + 1] = target;
    this.size++;
    this.place(node);
  }

  pushSlot(times: Float64Array, keys: Float64Array, slot: number, target: number): void {
    if (this.free === NONE) this.grow();
    const node = this.free;
    this.times[node] = times[slot]!;
    this.times[node + 1] = keys[slot]!;
    this.links[node + 1] = target;
    this.size++;
    this.place(node);
  }

  peekTime(): number {
    if (this.inYear === 0) return this.farTime;
    if (this.head === NONE) this.findHead();
    const headTime = this.times[this.head]!;
    return headTime < this.farTime ? headTime : this.farTime;
  }

  peekKey(): number {
    assert(this.size > 0, 'CalendarQueue.peekKey: an event is pending');
    return this.isFarNext() ? this.far.peekKey() : this.times[this.head + 1]!;
  }

  pop(): number {
    assert(this.size > 0, 'CalendarQueue.pop: an event is pending');
    if (--this.popsToTuning === 0) this.tune();
    this.size--;
    return this.isFarNext() ? this.popFar() : this.popHead();
  }

  popDue(): number {
    if (this.size === 0) return -1;
    const isFar = this.isFarNext();
    if ((isFar ? this.farTime : this.times[this.head]!) > this.limitNs) return -1;
    this.size--;
    const target = isFar ? this.popFar() : this.popHead();
    if (--this.popsToTuning === 0) this.tune();
    return target;
  }

  /** True when the heap has the earliest event; otherwise `head` is known and is the earliest. */
  private isFarNext(): boolean {
    if (this.inYear === 0) return true;
    if (this.head === NONE) this.findHead();
    const headTime = this.times[this.head]!;
    if (headTime !== this.farTime) return this.farTime < headTime;
    return this.far.peekKey() < this.times[this.head + 1]!;
  }

  /** Takes the node off its bucket, where it is the first. */
  private popHead(): number {
    const { times, links, head } = this;
    const time = times[head]!;
    this.time = time;
    this.key = times[head + 1]!;
    this.today = ((time - this.yearStart) * this.perNs) | 0;
    this.inYear--;
    const next = links[head]!;
    this.ends[2 * this.headBucket] = next;
    this.head = next;
    if (next === NONE) this.inUse[this.headBucket >> 5]! &= ~(1 << (this.headBucket & 31));
    links[head] = this.free;
    this.free = head;
    return links[head + 1]!;
  }

  /** Slow path: the earliest event is in the heap. */
  private popFar(): number {
    const target = this.far.pop();
    this.farPops++;
    this.time = this.far.time;
    this.key = this.far.key;
    this.farTime = this.far.peekTime();
    const day = Math.floor((this.time - this.yearStart) * this.perNs);
    if (day >= DAY_COUNT_LIMIT) this.moveYearStart(day);
    else if (day > this.today) this.today = day;
    return target;
  }

  /** Finds the place of the event that stands in the first free node. No double is handed over: it would be boxed. */
  private place(node: number): void {
    const day = (this.times[node]! - this.yearStart) * this.perNs;
    if (day >= this.today && day < this.today + this.days) this.enter(node, day & this.mask);
    else this.enterFar(node);
  }

  /** Puts a node into its place in a bucket, or into the heap when that is too far from the bucket's start. */
  private enter(node: number, bucket: number): void {
    const { times, links, ends } = this;
    const last = ends[2 * bucket + 1]!;
    if (ends[2 * bucket] === NONE) {
      this.inUse[bucket >> 5]! |= 1 << (bucket & 31);
      this.free = links[node]!;
      links[node] = NONE;
      ends[2 * bucket + 1] = node;
      this.becomeFirst(node, bucket);
    } else if (times[last]! < times[node]! || (times[last] === times[node] && times[last + 1]! <= times[node + 1]!)) {
      // Frequent: many sources that do the same at the same time arm their events in the order of their keys.
      this.free = links[node]!;
      links[node] = NONE;
      links[last] = node;
      ends[2 * bucket + 1] = node;
    } else if (!this.enterBeforeLast(node, bucket)) {
      this.enterFar(node);
      return;
    }
    this.inYear++;
  }

  /** False, with nothing changed, when the place is too far from the bucket's start. */
  private enterBeforeLast(node: number, bucket: number): boolean {
    const { times, links } = this;
    const time = times[node]!;
    const key = times[node + 1]!;
    let before = NONE;
    let after = this.ends[2 * bucket]!;
    // The last node is known to be later, so this ends before the list does.
    for (let walked = 0; times[after]! < time || (times[after] === time && times[after + 1]! < key); walked++) {
      if (walked === LONGEST_WALK) return false;
      before = after;
      after = links[after]!;
    }
    this.free = links[node]!;
    links[node] = after;
    if (before !== NONE) links[before] = node;
    else this.becomeFirst(node, bucket);
    return true;
  }

  /** The node is the earliest of its bucket; is it the earliest of all? */
  private becomeFirst(node: number, bucket: number): void {
    this.ends[2 * bucket] = node;
    const head = this.head;
    if (head === NONE && this.inYear > 0) return;
    if (head === NONE || this.headBucket === bucket || this.times[node]! < this.times[head]!) {
      this.head = node;
      this.headBucket = bucket;
    }
  }

  /** Slow path: moves what stands in a free node into the heap; the node stays free. */
  private enterFar(node: number): void {
    const time = this.times[node]!;
    this.far.push(time, this.times[node + 1]!, this.links[node + 1]!);
    if (time < this.farTime) this.farTime = time;
  }

  /** Looks for the first bucket in use from today's on; there is one. */
  private findHead(): void {
    if (this.today >= DAY_COUNT_LIMIT) this.moveYearStart(this.today);
    const { inUse, mask } = this;
    const lastWord = inUse.length - 1;
    const start = this.today & mask;
    let word = start >> 5;
    let set = inUse[word]! & (-1 << (start & 31));
    while (set === 0) {
      word = (word + 1) & lastWord;
      set = inUse[word]!;
    }
    this.headBucket = (word << 5) + (31 - Math.clz32(set & -set));
    this.head = this.ends[2 * this.headBucket]!;
  }

  /** Counts the days from a later start, by whole years so that each keeps its bucket, and makes `day` today. */
  private moveYearStart(day: number): void {
    const years = Math.floor(day / this.days);
    this.yearStart += (years * this.days) / this.perNs;
    this.today = day - years * this.days;
  }

  /**
   * Sets the day's width from the rate of pops and the year's length from the pending times. Looking at all of those
   * costs as much as many pops, so it is only done when something is amiss, and less and less often when it is no help.
   */
  private tune(): void {
    const elapsedNs = Math.max(0, this.time - this.tunedTime);
    const widthNs = (elapsedNs / this.tunedPops) * EVENTS_PER_DAY;
    let dayBits = 0;
    while (dayBits < MAX_DAY_BITS && 2 ** dayBits < widthNs) dayBits++;
    const isWidthRight = Math.abs(dayBits - this.dayBits) < 2;
    const isYearLong = this.farPops * FAR_SHARE < this.tunedPops;
    const isYearFull = this.inYear * FAR_SHARE >= this.days || this.days === 2 ** MIN_YEAR_BITS;
    if (isWidthRight && isYearLong && isYearFull) {
      this.patience = 1;
    } else {
      this.patience = Math.min(2 * this.patience, MAX_PATIENCE);
      const days = 2 ** this.fittingYearBits(dayBits);
      if (!isWidthRight || days > this.days || days * 4 <= this.days) this.rebuild(dayBits, days);
    }
    this.tunedTime = this.time;
    this.tunedPops = Math.max(TUNE_INTERVAL, this.size) * this.patience;
    this.popsToTuning = this.tunedPops;
    this.farPops = 0;
  }

  /** log2 of the longest year, in days of that width, of which enough days would have an event. */
  private fittingYearBits(dayBits: number): number {
    const perNs = 2 ** -dayBits;
    // counts[i]: the events whose day, counted from the last pop's, has i bits.
    const counts = new Int32Array(MAX_YEAR_BITS + 1);
    const count = (time: number): void => {
      const day = Math.floor((time - this.time) * perNs);
      if (day < 2 ** MAX_YEAR_BITS) counts[32 - Math.clz32(Math.max(day, 0))]!++;
    };
    for (let i = 0; i < this.ends.length; i += 2) {
      for (let node = this.ends[i]!; node !== NONE; node = this.links[node]!) count(this.times[node]!);
    }
    this.far.forEach(count);
    let yearBits = MIN_YEAR_BITS;
    let events = 0;
    for (let bits = 0; bits <= MAX_YEAR_BITS; bits++) {
      events += counts[bits]!;
      if (bits > yearBits && events * DAYS_PER_EVENT >= 2 ** bits) yearBits = bits;
    }
    return yearBits;
  }

  /** Slow path: enters all events anew under another width and number of days. */
  private rebuild(dayBits: number, days: number): void {
    const { ends, far, links } = this;
    this.dayBits = dayBits;
    this.perNs = 2 ** -dayBits;
    this.days = days;
    this.mask = days - 1;
    this.ends = new Int32Array(2 * days).fill(NONE);
    this.inUse = new Int32Array(days / 32);
    const yearNs = days * 2 ** dayBits;
    this.yearStart = Math.floor(this.time / yearNs) * yearNs;
    this.today = Math.floor((this.time - this.yearStart) * this.perNs);
    this.inYear = 0;
    this.head = NONE;
    this.far = new HeapQueue(64);
    this.farTime = Infinity;
    for (let i = 0; i < ends.length; i += 2) {
      for (let node = ends[i]!; node !== NONE;) {
        const next = links[node]!;
        links[node] = this.free;
        this.free = node;
        this.place(node);
        node = next;
      }
    }
    this.size -= far.size;
    far.forEach((time, key, target) => {
      this.push(time, key, target);
    });
  }

  /** Slow path: twice as many nodes. */
  private grow(): void {
    const { times, links } = this;
    this.times = new Float64Array(times.length * 2);
    this.links = new Int32Array(links.length * 2);
    this.times.set(times);
    this.links.set(links);
    this.freeNodes(times.length, times.length * 2);
  }

  /** Puts the nodes from `start` to before `end` at the front of the free list, in order. */
  private freeNodes(start: number, end: number): void {
    for (let node = end - 2; node >= start; node -= 2) {
      this.links[node] = this.free;
      this.free = node;
    }
  }
}
