import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CalendarQueue } from '../../src/sim/calendar-queue.ts';
import type { EventQueue } from '../../src/sim/event-queue.ts';
import { QUEUE_KINDS, makeEventQueue } from '../../src/sim/queues.ts';
import { Rng } from '../../src/sim/rng.ts';
import { SOURCE_COUNTER_LIMIT } from '../../src/sim/scheduler.ts';
import { HOUR, MICROSECOND, MILLISECOND, SECOND } from '../../src/sim/units.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

interface Entry {
  readonly time: number;
  readonly key: number;
  readonly target: number;
}

/** The plainest queue there is: a list that is kept sorted, the earliest event last. */
class SortedList implements EventQueue {
  time = 0;
  key = 0;
  limitNs = Infinity;
  private readonly entries: Entry[] = [];

  get size(): number {
    return this.entries.length;
  }

  push(time: number, key: number, target: number): void {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.entries[middle]!;
      if (other.time > time || (other.time === time && other.key > key)) low = middle + 1;
      else high = middle;
    }
    this.entries.splice(low, 0, { time, key, target });
  }

  pushSlot(times: Float64Array, keys: Float64Array, slot: number, target: number): void {
    this.push(times[slot]!, keys[slot]!, target);
  }

  peekTime(): number {
    return this.entries.at(-1)?.time ?? Infinity;
  }

  peekKey(): number {
    return this.entries.at(-1)!.key;
  }

  pop(): number {
    const entry = this.entries.pop()!;
    this.time = entry.time;
    this.key = entry.key;
    return entry.target;
  }

  popDue(): number {
    return this.size > 0 && this.peekTime() <= this.limitNs ? this.pop() : -1;
  }
}

/** All queues side by side, the sorted list among them: each operation is done on each and must give the same. */
class QueuesInStep {
  private readonly oracle = new SortedList();
  private readonly queues = QUEUE_KINDS.map((kind) => makeEventQueue(kind, 16));

  get size(): number {
    return this.oracle.size;
  }

  get time(): number {
    return this.oracle.time;
  }

  push(time: number, key: number, target: number): void {
    this.oracle.push(time, key, target);
    for (const queue of this.queues) queue.push(time, key, target);
  }

  /** Enters an event by way of typed arrays. */
  pushSlot(time: number, key: number, target: number): void {
    this.oracle.push(time, key, target);
    const times = Float64Array.of(-1, time);
    const keys = Float64Array.of(-1, key);
    for (const queue of this.queues) queue.pushSlot(times, keys, 1, target);
  }

  peek(): void {
    for (const [i, queue] of this.queues.entries()) {
      assert.equal(queue.size, this.oracle.size, QUEUE_KINDS[i]);
      assert.equal(queue.peekTime(), this.oracle.peekTime(), QUEUE_KINDS[i]);
      if (this.oracle.size > 0) assert.equal(queue.peekKey(), this.oracle.peekKey(), QUEUE_KINDS[i]);
    }
  }

  pop(): void {
    const target = this.oracle.pop();
    for (const [i, queue] of this.queues.entries()) assert.equal(queue.pop(), target, QUEUE_KINDS[i]);
    this.compareLast();
  }

  popDue(limitNs: number): void {
    this.oracle.limitNs = limitNs;
    const target = this.oracle.popDue();
    for (const [i, queue] of this.queues.entries()) {
      queue.limitNs = limitNs;
      assert.equal(queue.popDue(), target, QUEUE_KINDS[i]);
    }
    this.compareLast();
  }

  drain(): void {
    while (this.size > 0) this.pop();
    this.popDue(Infinity);
    this.peek();
  }

  private compareLast(): void {
    for (const [i, queue] of this.queues.entries()) {
      assert.equal(queue.time, this.oracle.time, QUEUE_KINDS[i]);
      assert.equal(queue.key, this.oracle.key, QUEUE_KINDS[i]);
    }
  }
}

/** A delay as simulations have them: now, a tie with a round time, microseconds, milliseconds, 30 s to 5 days. */
function randomTime(rng: Rng, now: number): number {
  const kind = rng.below(100);
  if (kind < 5) return now;
  if (kind < 25) return Math.ceil((now + 1) / MILLISECOND) * MILLISECOND;
  if (kind < 75) return now + rng.below(20 * MICROSECOND);
  if (kind < 90) return now + rng.below(50 * MILLISECOND);
  return now + rng.between(30 * SECOND, 120 * HOUR);
}

describe('sim/queues', () => {
  it('pop the same events as a sorted list in 10^5 random operations with ties and far timers', () => {
    const rng = Rng.fromSeed(1);
    for (let round = 0; round < effort; round++) {
      const queues = new QueuesInStep();
      const next = new Array<number>(40).fill(0);
      let pushBias = 50;
      for (let i = 0; i < 100_000; i++) {
        // Phases in which the queue grows, keeps its size and shrinks.
        if (i % 2_000 === 0) pushBias = [35, 48, 50, 52, 80][rng.below(5)]!;
        if (queues.size === 0 || rng.below(100) < pushBias) {
          const source = rng.below(next.length);
          const time = randomTime(rng, queues.time);
          const key = source * SOURCE_COUNTER_LIMIT + next[source]!++;
          if (rng.chance(0.5)) queues.push(time, key, i);
          else queues.pushSlot(time, key, i);
        } else {
          if (rng.chance(0.1)) queues.peek();
          // Seldom past a wide gap, so that far timers gather beside microseconds before they are reached.
          if (rng.chance(0.001)) queues.pop();
          else queues.popDue(queues.time + rng.below(MILLISECOND));
        }
      }
      queues.drain();
    }
  });

  it('pop the same events as a sorted list in every small program', () => {
    const operation = fc.oneof(
      { weight: 3, arbitrary: fc.record({ time: fc.nat({ max: 6 }), key: fc.nat({ max: 50 }) }) },
      { weight: 1, arbitrary: fc.record({ time: fc.nat({ max: 10 * SECOND }), key: fc.nat() }) },
      { weight: 2, arbitrary: fc.constantFrom('pop' as const, 'popDue' as const) },
      { weight: 1, arbitrary: fc.constant('peek' as const) },
    );
    const property = fc.property(fc.array(operation, { maxLength: 80 }), (program) => {
      const queues = new QueuesInStep();
      // Targets follow from time and key, so that equal pairs may come out in any order.
      for (const step of program) {
        if (step === 'peek') queues.peek();
        else if (step === 'popDue') queues.popDue(queues.time + 2);
        else if (step !== 'pop') queues.push(step.time, step.key, (step.time * 64 + step.key) >>> 1);
        else if (queues.size > 0) queues.pop();
      }
      queues.drain();
    });
    fc.assert(property, { numRuns: 300 * effort });
  });

  for (const kind of QUEUE_KINDS) {
    it(`keep events with an equal (time, key) all (${kind})`, () => {
      const queue = makeEventQueue(kind, 4);
      for (let i = 0; i < 100; i++) queue.push(5, 7, i);
      const targets = Array.from({ length: 100 }, () => queue.pop());
      assert.equal(new Set(targets).size, 100);
      assert.equal(queue.size, 0);
      assert.equal(queue.peekTime(), Infinity);
    });

    it(`take 50,000 events of one time in any order of keys without slowing down (${kind})`, () => {
      const rng = Rng.fromSeed(2);
      const shuffled = Array.from({ length: 50_000 }, (_, i) => i);
      rng.shuffle(shuffled);
      const ascending = shuffled.toSorted((left, right) => left - right);
      for (const keys of [ascending, ascending.toReversed(), shuffled]) {
        const queue = makeEventQueue(kind, 16);
        for (const key of keys) queue.push(SECOND, key, key);
        for (let key = 0; key < 50_000; key++)
          assert(queue.pop() === key && queue.key === key && queue.time === SECOND);
      }
    });

    it(`reach the end of exact time and cross idle days (${kind})`, () => {
      const queue = makeEventQueue(kind, 16);
      const times: number[] = [];
      for (let time = 1; time <= Number.MAX_SAFE_INTEGER; time *= 3) times.push(time, time + 1, time + 2);
      times.push(Number.MAX_SAFE_INTEGER);
      for (const [key, time] of times.toReversed().entries()) queue.push(time, key, key);
      const popped: number[] = [];
      while (queue.size > 0) {
        queue.pop();
        popped.push(queue.time);
        // Something near is pending while time moves on, so that the calendar's window has to follow.
        if (popped.length % 2 === 1 && queue.time < 2 ** 52) {
          queue.push(queue.time + 100, 1e6, 0);
          times.push(queue.time + 100);
        }
      }
      assert.deepEqual(
        popped,
        times.toSorted((left, right) => left - right),
      );
    });
  }

  it('pop in order while the rate of events changes by powers of ten', () => {
    const rng = Rng.fromSeed(3);
    const queues = new QueuesInStep();
    let key = 0;
    for (let i = 0; i < 500; i++) queues.push(rng.below(1_000), key++, i);
    for (const meanNs of [10, 1, 1e6, 1e2, 1e9, 1e3]) {
      for (let i = 0; i < 5_000 * effort; i++) {
        queues.pop();
        queues.push(queues.time + rng.below(2 * meanNs), key++, i);
      }
    }
    queues.drain();
  });

  it('order events a power of two of nanoseconds ahead, where a calendar begins a new day or year', () => {
    for (const start of [0, 1_000, 2 ** 40]) {
      const queues = new QueuesInStep();
      queues.push(start, 0, 0);
      queues.pop();
      for (let bits = 45; bits >= 0; bits--) {
        for (const offset of [1, 0, -1]) queues.push(start + 2 ** bits + offset, bits, bits);
      }
      queues.drain();
    }
  });

  it('hold near events in the calendar and not in its heap after a jump over years', () => {
    for (const jump of [SECOND, HOUR, 2 ** 52]) {
      const queue = new CalendarQueue(16);
      queue.push(0, 0, 0);
      queue.push(jump, 1, 1);
      queue.pop();
      queue.pop();
      for (let i = 0; i < 10; i++) queue.push(jump + i * 1_000, 2 + i, i);
      assert.deepEqual([queue['inYear'], queue['far'].size], [10, 0], `after ${jump} ns`);
    }
  });

  it('order an event that is pushed before the time popped last', () => {
    const queues = new QueuesInStep();
    queues.push(HOUR, 1, 1);
    queues.push(2 * HOUR, 2, 2);
    queues.pop();
    queues.push(SECOND, 3, 3);
    queues.push(HOUR, 0, 4);
    queues.push(HOUR + 1, 4, 5);
    queues.peek();
    queues.drain();
  });
});
