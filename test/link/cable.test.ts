import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { CableSettings } from '../../src/link/cable.ts';
import { Cable } from '../../src/link/cable.ts';
import { Slab } from '../../src/link/frame.ts';
import { HeapQueue } from '../../src/sim/heap-queue.ts';
import { EventSource, Scheduler } from '../../src/sim/scheduler.ts';
import { EFFORT, PLAIN_CABLE } from '../kernel/kit.ts';

/** A cable with nothing around it: what is sent, and when it arrives. */
class Line {
  readonly sched = new Scheduler(new HeapQueue(64));
  readonly slab = new Slab();
  readonly arrivals: { atNs: number; length: number; number: number }[] = [];
  readonly cable: Cable;
  private count = 0;

  constructor(settings: Partial<CableSettings>) {
    const receiver = {
      receive: (frame: { length: number; packetIdLo: number }) => {
        this.arrivals.push({ atNs: this.sched.now, length: frame.length, number: frame.packetIdLo });
      },
    };
    this.cable = new Cable(this.sched, this.sched, new EventSource(0), receiver, { ...PLAIN_CABLE, ...settings });
  }

  /** Sends a frame of `length` bytes at `atNs`; false when there is no room. */
  send(length: number, atNs = this.sched.now): boolean {
    this.sched.run(atNs, Infinity);
    this.sched.advanceTo(atNs);
    if (!this.cable.hasRoom()) return false;
    const frame = this.slab.take(length);
    frame.tail = frame.head + length;
    frame.packetIdLo = this.count++;
    this.cable.send(frame);
    return true;
  }

  /** All arrivals in nanoseconds. */
  times(): number[] {
    this.sched.run(Infinity, Infinity);
    return this.arrivals.map((arrival) => arrival.atNs);
  }
}

const GIGABIT = 1e9;

describe('link: cable', () => {
  it('takes rate and delay: max(length, 60) + 24 bytes, then the way', () => {
    const line = new Line({ rateBitsPerSecond: GIGABIT, delayNs: 50_000 });
    line.send(1514);
    line.send(42);
    assert.deepEqual(line.times(), [(1514 + 24) * 8 + 50_000, (1514 + 24 + 60 + 24) * 8 + 50_000]);
  });

  it('counts the check sequence only, or the bytes alone, where the framing says so', () => {
    const fcs = new Line({ rateBitsPerSecond: GIGABIT, delayNs: 0, framing: 'fcs' });
    fcs.send(42);
    assert.deepEqual(fcs.times(), [(42 + 4) * 8]);
    const none = new Line({ rateBitsPerSecond: GIGABIT, delayNs: 0, framing: 'none' });
    none.send(42);
    assert.deepEqual(none.times(), [42 * 8]);
  });

  it('takes no time but the delay without a rate', () => {
    const line = new Line({ rateBitsPerSecond: 0, delayNs: 7 });
    for (let i = 0; i < 3; i++) line.send(1000);
    assert.deepEqual(line.times(), [7, 7, 7]);
  });

  it('is free for a frame that comes when the last one has left', () => {
    const line = new Line({ rateBitsPerSecond: GIGABIT, delayNs: 100, framing: 'none' });
    line.send(125);
    line.send(125, 1000);
    line.send(125, 5000);
    assert.deepEqual(line.times(), [1100, 2100, 6100]);
  });

  it('lets so many frames wait beside the one that is being sent', () => {
    const line = new Line({ rateBitsPerSecond: GIGABIT, delayNs: 1_000_000, queueFrames: 2, framing: 'none' });
    const accepted = [0, 1, 2, 3].map(() => line.send(125));
    assert.deepEqual(accepted, [true, true, true, false], 'one is sent, two wait');
    assert.equal(line.send(125, 999), false);
    assert.equal(line.send(125, 1000), true, 'the first has left, though it is far from its end');
    assert.equal(line.send(125, 1000), false);
    assert.equal(line.send(125, 4000), true, 'all have left');
    assert.deepEqual(
      line.times(),
      [1000, 2000, 3000, 4000, 5000].map((ns) => ns + 1_000_000),
    );
  });

  it('without a queue has room only while it is free', () => {
    const line = new Line({ rateBitsPerSecond: GIGABIT, delayNs: 0, queueFrames: 0, framing: 'none' });
    assert.deepEqual([line.send(125), line.send(125), line.send(125, 1000)], [true, false, true]);
  });

  it('keeps one event pending, however many frames are under way', () => {
    const line = new Line({ rateBitsPerSecond: GIGABIT, delayNs: 1_000_000 });
    for (let i = 0; i < 100; i++) line.send(60);
    assert.equal(line.sched.queue.size, 1);
    assert.equal(line.cable.inFlight.length, 100);
  });

  it('carries what is left of a nanosecond within a busy spell: exact at any rate, first in, first out', () => {
    // -1: in the instant in which the cable becomes free.
    const gaps = fc.oneof(fc.constantFrom(0, -1), fc.nat({ max: 3000 }), fc.nat({ max: 2_000_000 }));
    const rates = fc.constantFrom(1, 3_000_000, 7_777_777, 100_000_000, GIGABIT, 10 * GIGABIT, 123_456_789_011, 400e9);
    const frames = fc.array(fc.record({ gapNs: gaps, length: fc.integer({ min: 14, max: 65_550 }) }), { minLength: 1 });
    fc.assert(
      fc.property(rates, frames, fc.nat({ max: 100_000 }), (rate, list, delayNs) => {
        const line = new Line({ rateBitsPerSecond: rate, delayNs, framing: 'none', queueFrames: 1000 });
        const expected: number[] = [];
        // In units of 1/rate nanoseconds, where everything is whole.
        const unit = BigInt(rate);
        let free = -1n;
        for (const { gapNs, length } of list) {
          // A bit at 1 bit/s takes a second: stay within the range of exact numbers.
          const bytes = rate === 1 ? (length % 1000) + 14 : length;
          const nowNs = gapNs < 0 ? Math.max(Number(free / unit), line.sched.now) : line.sched.now + gapNs;
          line.send(bytes, nowNs);
          const start = BigInt(nowNs) * unit > free ? BigInt(nowNs) * unit : free;
          free = start + BigInt(bytes) * 8_000_000_000n;
          expected.push(Number(free / unit) + delayNs);
        }
        assert.deepEqual(line.times(), expected);
        assert.deepEqual(
          line.arrivals.map((arrival) => arrival.number),
          list.map((_, i) => i),
        );
      }),
      { numRuns: 200 * EFFORT },
    );
  });

  it('lets a sender at exactly the rate of the cable wait for no one', () => {
    const line = new Line({ rateBitsPerSecond: 3_000_000, delayNs: 0, framing: 'none', queueFrames: 0 });
    // 100 bytes at 3 Mbit/s take 266,666 2/3 ns.
    for (let i = 0; i < 30; i++) assert.ok(line.send(100, Math.floor((i * 800_000) / 3)));
    assert.deepEqual(
      line.times(),
      Array.from({ length: 30 }, (_, i) => Math.floor(((i + 1) * 800_000) / 3)),
    );
  });
});
