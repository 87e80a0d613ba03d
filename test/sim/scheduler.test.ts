import assert from 'node:assert/strict';
import { PerformanceObserver } from 'node:perf_hooks';
import type { EventTarget } from '../../src/sim/scheduler.ts';
import { EventSource, SOURCE_COUNTER_LIMIT, Scheduler } from '../../src/sim/scheduler.ts';
import { QUEUE_KINDS, makeEventQueue } from '../../src/sim/queues.ts';
import { Rng } from '../../src/sim/rng.ts';

class Recorder implements EventTarget {
  private readonly sched: Scheduler;
  private readonly name: string;
  private readonly log: string[];

  constructor(sched: Scheduler, name: string, log: string[]) {
    this.sched = sched;
    this.name = name;
    this.log = log;
  }

  fire(): void {
    this.log.push(`${this.sched.now} ${this.name}`);
  }
}

describe('sim/scheduler: sources', () => {
  it('give keys that order by source, then by their own counter', () => {
    const first = new EventSource(0);
    const second = new EventSource(1);
    assert.deepEqual([first.nextKey(), first.nextKey(), first.nextKey()], [0, 1, 2]);
    assert.equal(second.nextKey(), SOURCE_COUNTER_LIMIT);
    const last = new EventSource(65_535);
    assert.equal(last.nextKey(), 65_535 * 2 ** 37);
    assert.equal(Number.isSafeInteger(65_535 * 2 ** 37 + SOURCE_COUNTER_LIMIT - 1), true);
    for (const index of [-1, 65_536, 0.5]) assert.throws(() => new EventSource(index), /16 bits/);
  });

  it('write the same keys into a typed array as they hand out', () => {
    const source = new EventSource(2);
    const keys = new Float64Array(3);
    source.writeNextKey(keys, 1);
    assert.deepEqual([...keys], [0, 2 * SOURCE_COUNTER_LIMIT, 0]);
    assert.equal(source.nextKey(), 2 * SOURCE_COUNTER_LIMIT + 1);
    source.writeNextKey(keys, 2);
    assert.equal(keys[2], 2 * SOURCE_COUNTER_LIMIT + 2);
  });
});

for (const kind of QUEUE_KINDS) {
  const fresh = (): Scheduler => new Scheduler(makeEventQueue(kind, 16));

  describe(`sim/scheduler with the ${kind} queue`, () => {
    it('fires in the order of time, then source, then counter, however the events were entered', () => {
      const sched = fresh();
      const log: string[] = [];
      const sources = [0, 1, 2].map((index) => new EventSource(index));
      const entries: [number, number, number][] = [];
      for (const time of [0, 5, 5_000, 1e9]) {
        for (const source of sources) {
          for (let n = 0; n < 3; n++) {
            const key = source.nextKey();
            entries.push([time, key, sched.register(new Recorder(sched, `${key}`, log))]);
          }
        }
      }
      const expected = entries.map(([time, key]) => `${time} ${key}`);
      Rng.fromSeed(4).shuffle(entries);
      for (const [time, key, id] of entries) sched.at(time, key, id);
      assert.equal(sched.run(Infinity, Infinity), 36);
      assert.deepEqual(log, expected);
      assert.equal(sched.eventCount, 36);
      assert.equal(sched.now, 1e9);
    });

    it('runs up to a time included, before a time, or a number of events, and stays at the last event', () => {
      const sched = fresh();
      const log: string[] = [];
      const source = new EventSource(3);
      const id = sched.register(new Recorder(sched, 'x', log));
      for (const time of [10, 20, 30, 40, 50]) sched.at(time, source.nextKey(), id);
      assert.equal(sched.nextTime(), 10);
      assert.equal(sched.run(9, 100), 0);
      assert.equal(sched.now, 0);
      assert.equal(sched.run(20, 100), 2);
      assert.equal(sched.now, 20);
      assert.equal(sched.runBefore(30), 0);
      assert.equal(sched.runBefore(31), 1);
      assert.equal(sched.run(Infinity, 1), 1);
      assert.equal(sched.now, 40);
      assert.equal(sched.currentKey, 3 * SOURCE_COUNTER_LIMIT + 3);
      assert.equal(sched.runBefore(Infinity), 1);
      assert.equal(sched.run(Infinity, Infinity), 0);
      assert.equal(sched.nextTime(), Infinity);
      assert.deepEqual(log, ['10 x', '20 x', '30 x', '40 x', '50 x']);
    });

    it('stops after the event that asks for it, and goes on at the next run', () => {
      const sched = fresh();
      const source = new EventSource(0);
      const id = sched.register({
        fire: () => {
          sched.stop();
        },
      });
      for (const time of [1, 2, 3]) sched.at(time, source.nextKey(), id);
      assert.equal(sched.run(Infinity, Infinity), 1);
      assert.equal(sched.runBefore(10), 1);
      assert.equal(sched.now, 2);
      sched.stop();
      assert.equal(sched.run(Infinity, Infinity), 1);
    });

    it('refuses events in the past, fractions of a nanosecond and times that are no numbers', () => {
      const sched = fresh();
      const id = sched.register({ fire: () => undefined });
      sched.at(100, 1, id);
      sched.run(100, 1);
      const enter = (time: number) => (): void => {
        sched.at(time, 2, id);
      };
      assert.throws(enter(99), /in the past/);
      assert.throws(enter(100.5), /whole nanoseconds/);
      assert.throws(enter(NaN), /in the past/);
      assert.throws(enter(Infinity), /whole nanoseconds/);
      assert.throws(enter(2 ** 53), /whole nanoseconds/);
      enter(100)();
      assert.equal(sched.run(100, 5), 1);
    });

    it('takes times and keys out of typed arrays as it takes them by value', () => {
      const sched = fresh();
      const log: string[] = [];
      const ids = ['a', 'b', 'c'].map((name) => sched.register(new Recorder(sched, name, log)));
      const times = Float64Array.of(20, 10, 20);
      const keys = Float64Array.of(9, 8, 7);
      ids.forEach((id, slot) => {
        sched.atSlot(times, keys, slot, id);
      });
      sched.at(20, 8, ids[1]!);
      times.fill(0);
      sched.run(10, 10);
      assert.throws(() => {
        sched.atSlot(times, keys, 0, ids[0]!);
      }, /in the past/);
      times[0] = 30.5;
      assert.throws(() => {
        sched.atSlot(times, keys, 0, ids[0]!);
      }, /whole nanoseconds/);
      sched.run(20, 10);
      assert.deepEqual(log, ['10 b', '20 c', '20 b', '20 a']);
    });

    it('moves on between runs, but never back and never past an event', () => {
      const sched = fresh();
      const id = sched.register({ fire: () => undefined });
      sched.advanceTo(50);
      assert.equal(sched.now, 50);
      sched.at(100, 1, id);
      sched.advanceTo(100);
      assert.throws(() => {
        sched.advanceTo(99);
      }, /does not go back/);
      assert.throws(() => {
        sched.advanceTo(101);
      }, /no earlier event/);
      assert.throws(() => {
        sched.advanceTo(100.5);
      }, /whole nanoseconds/);
    });

    it('makes the pending events of an unregistered target do nothing, and reuses its number after the last', () => {
      const sched = fresh();
      const log: string[] = [];
      const gone = sched.register(new Recorder(sched, 'gone', log));
      sched.at(10, 1, gone);
      sched.at(20, 2, gone);
      sched.unregister(gone);
      const early = sched.register(new Recorder(sched, 'early', log));
      assert.notEqual(early, gone);
      sched.at(5, 3, early);
      sched.run(10, 10);
      const middle = sched.register(new Recorder(sched, 'middle', log));
      assert.notEqual(middle, gone);
      sched.run(20, 10);
      const late = sched.register(new Recorder(sched, 'late', log));
      assert.equal(late, gone);
      sched.at(30, 4, late);
      sched.run(30, 10);
      assert.deepEqual(log, ['5 early', '30 late']);
      sched.unregister(early);
      assert.equal(sched.register(new Recorder(sched, 'next', log)), early);
      sched.unregister(middle);
      assert.throws(() => {
        sched.unregister(middle);
      }, /is registered/);
    });

    it('lets a target unregister itself while it fires', () => {
      const sched = fresh();
      let fired = 0;
      const id = sched.register({
        fire: () => {
          fired++;
          sched.unregister(id);
        },
      });
      sched.at(1, 1, id);
      sched.at(2, 2, id);
      sched.run(Infinity, Infinity);
      assert.equal(fired, 1);
      assert.equal(sched.register({ fire: () => undefined }), id);
    });
  });
}

/** A target as the hot path has them: it fires, draws a key and enters its next event. */
class Metronome implements EventTarget {
  private readonly sched: Scheduler;
  private readonly source: EventSource;
  private readonly periodNs: number;
  private readonly id: number;

  constructor(sched: Scheduler, index: number) {
    this.sched = sched;
    this.source = new EventSource(index);
    this.periodNs = 1_000 + 7 * index;
    this.id = sched.register(this);
    this.fire();
  }

  fire(): void {
    this.sched.at(this.sched.now + this.periodNs, this.source.nextKey(), this.id);
  }
}

describe('sim/scheduler: memory', () => {
  for (const kind of ['calendar', 'heap'] as const) {
    it(`fires events without allocating for each (${kind})`, async () => {
      const sched = new Scheduler(makeEventQueue(kind, 256));
      for (let i = 0; i < 100; i++) new Metronome(sched, i);
      sched.run(Infinity, 500_000);
      let collections = 0;
      const observer = new PerformanceObserver((list) => {
        collections += list.getEntries().length;
      });
      observer.observe({ entryTypes: ['gc'] });
      const before = process.memoryUsage().heapUsed;
      sched.run(Infinity, 500_000);
      const after = process.memoryUsage().heapUsed;
      await new Promise((resolve) => setTimeout(resolve, 20));
      observer.disconnect();
      assert(collections <= 5, `${collections} collections in 500,000 events`);
      assert(collections > 0 || after - before < 500_000 * 32, `${(after - before) / 500_000} bytes per event`);
    });
  }
});
