import assert from 'node:assert/strict';
import { QUEUE_KINDS, makeEventQueue } from '../../src/sim/queues.ts';
import { Rng } from '../../src/sim/rng.ts';
import { EventSource, SOURCE_COUNTER_LIMIT, Scheduler } from '../../src/sim/scheduler.ts';
import { Timer } from '../../src/sim/timer.ts';
import { HOUR, MICROSECOND, MILLISECOND, SECOND } from '../../src/sim/units.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

function lab(): { sched: Scheduler; source: EventSource; log: number[]; timer: Timer } {
  const sched = new Scheduler(makeEventQueue('heap', 16));
  const source = new EventSource(1);
  const log: number[] = [];
  const timer = new Timer(sched, source, () => {
    log.push(sched.now);
  });
  return { sched, source, log, timer };
}

describe('sim/timer', () => {
  it('expires once at its deadline', () => {
    const { sched, log, timer } = lab();
    assert.equal(timer.isArmed, false);
    timer.arm(100);
    assert.equal(timer.isArmed, true);
    assert.equal(timer.deadlineNs, 100);
    sched.run(99, 10);
    assert.deepEqual(log, []);
    sched.run(Infinity, Infinity);
    assert.deepEqual(log, [100]);
    assert.equal(timer.isArmed, false);
  });

  it('has one pending event after 1,000 restarts for later, and one more when that fires early', () => {
    const { sched, log, timer } = lab();
    for (let i = 0; i < 1_000; i++) timer.arm(200 + i);
    assert.equal(sched.queue.size, 1);
    assert.equal(sched.run(Infinity, Infinity), 2);
    assert.deepEqual(log, [1_199]);
  });

  it('moves to an earlier deadline, and uses the later event again', () => {
    const { sched, log, timer } = lab();
    timer.arm(1_000);
    timer.arm(10);
    sched.run(10, 10);
    assert.deepEqual(log, [10]);
    // Each cycle arms far and then near: the far event of the first cycle serves all of them.
    for (let i = 0; i < 50; i++) {
      timer.arm(1_000);
      timer.arm(10);
      sched.run(sched.now + 10, 10);
      assert(sched.queue.size <= 1);
    }
    assert.equal(log.length, 51);
    sched.run(Infinity, Infinity);
    assert.equal(log.length, 51);
  });

  it('does not expire when it is cancelled, and can be armed again before and after the old deadline', () => {
    const { sched, log, timer } = lab();
    timer.arm(100);
    timer.cancel();
    assert.equal(timer.isArmed, false);
    timer.arm(50);
    timer.cancel();
    sched.run(70, 10);
    timer.armAt(270);
    sched.run(Infinity, Infinity);
    assert.deepEqual(log, [270]);
    timer.cancel();
    timer.arm(0);
    sched.run(Infinity, Infinity);
    assert.deepEqual(log, [270, 270]);
  });

  it('may be armed from its own call-back', () => {
    const sched = new Scheduler(makeEventQueue('heap', 16));
    let ticks = 0;
    const timer: Timer = new Timer(sched, new EventSource(0), () => {
      if (++ticks < 5) timer.arm(10);
    });
    timer.arm(10);
    sched.run(Infinity, Infinity);
    assert.deepEqual([ticks, sched.now], [5, 50]);
  });

  it('expires in the order of the latest arming among events of the same time', () => {
    const sched = new Scheduler(makeEventQueue('heap', 16));
    const source = new EventSource(0);
    const log: string[] = [];
    const timers = ['a', 'b', 'c'].map((name) => new Timer(sched, source, () => log.push(name)));
    for (const timer of timers) timer.armAt(100);
    timers[0]!.armAt(100);
    timers[1]!.armAt(300);
    timers[1]!.armAt(100);
    sched.run(Infinity, Infinity);
    assert.deepEqual(log, ['c', 'a', 'b']);
  });

  it('lets go of its number when disposed of, and can then not be armed', () => {
    const { sched, log, timer } = lab();
    timer.arm(10);
    timer.dispose();
    assert.equal(timer.isArmed, false);
    sched.run(Infinity, Infinity);
    assert.deepEqual(log, []);
    assert.throws(() => {
      timer.arm(1);
    }, /disposed/);
    assert.throws(() => {
      timer.dispose();
    }, /twice/);
  });

  it('refuses deadlines in the past and fractions', () => {
    const { sched, timer } = lab();
    sched.advanceTo(100);
    assert.throws(() => {
      timer.armAt(99);
    }, /in the past/);
    assert.throws(() => {
      timer.arm(0.5);
    }, /whole nanoseconds/);
    assert.throws(() => {
      timer.arm(Infinity);
    }, /whole nanoseconds/);
  });
});

/** What the timers of a lab should do, by looking at all of them for the earliest each time. */
class TimerModel {
  readonly log: string[] = [];
  private readonly deadlines: number[];
  private readonly keys: number[];
  private readonly counters: number[];
  private readonly onExpiry: (model: TimerModel, timer: number, now: number) => void;

  constructor(timers: number, onExpiry: (model: TimerModel, timer: number, now: number) => void) {
    this.deadlines = new Array<number>(timers).fill(Infinity);
    this.keys = new Array<number>(timers).fill(0);
    this.counters = new Array<number>(SOURCES).fill(0);
    this.onExpiry = onExpiry;
  }

  arm(timer: number, time: number): void {
    const source = timer % SOURCES;
    this.deadlines[timer] = time;
    this.keys[timer] = source * SOURCE_COUNTER_LIMIT + this.counters[source]!++;
  }

  cancel(timer: number): void {
    this.deadlines[timer] = Infinity;
  }

  run(untilNs: number): void {
    for (;;) {
      let first = 0;
      this.deadlines.forEach((time, timer) => {
        const isTie = time === this.deadlines[first] && this.keys[timer]! < this.keys[first]!;
        if (time < this.deadlines[first]! || isTie) first = timer;
      });
      const now = this.deadlines[first]!;
      if (now > untilNs) return;
      this.deadlines[first] = Infinity;
      this.log.push(`${now} ${first}`);
      this.onExpiry(this, first, now);
    }
  }
}

const SOURCES = 5;
const TIMERS = 40;

/** The same on a scheduler. */
class TimerLab {
  readonly log: string[] = [];
  readonly sched: Scheduler;
  readonly timers: Timer[];
  private readonly sources: EventSource[];

  constructor(kind: (typeof QUEUE_KINDS)[number]) {
    this.sched = new Scheduler(makeEventQueue(kind, 16));
    this.sources = Array.from({ length: SOURCES }, (_, index) => new EventSource(index));
    this.timers = Array.from({ length: TIMERS }, (_, timer) => this.make(timer));
  }

  /** A disposed timer is replaced by a new one, whose number may be that of the old. */
  replace(timer: number): void {
    this.timers[timer]!.dispose();
    this.timers[timer] = this.make(timer);
  }

  run(untilNs: number): void {
    this.sched.run(untilNs, Infinity);
    this.sched.advanceTo(untilNs);
  }

  private make(timer: number): Timer {
    return new Timer(this.sched, this.sources[timer % SOURCES]!, () => {
      this.log.push(`${this.sched.now} ${timer}`);
      if (rearms(timer)) this.timers[timer]!.arm(rearmDelay(timer, this.sched.now));
    });
  }
}

function rearms(timer: number): boolean {
  return timer % 8 === 0;
}

/** Depends on what both sides know, and grows with time so that days ahead are reached in a few steps. */
function rearmDelay(timer: number, now: number): number {
  return 2 * MILLISECOND + timer * 1_000 + Math.floor(now / 4);
}

function randomDelay(rng: Rng, now: number): number {
  const kind = rng.below(10);
  if (kind === 0) return 0;
  if (kind < 3) return Math.ceil((now + 1) / MILLISECOND) * MILLISECOND - now;
  if (kind < 7) return rng.below(100 * MICROSECOND);
  if (kind < 9) return rng.below(300 * MILLISECOND);
  return rng.between(30 * SECOND, 120 * HOUR);
}

describe('sim/timer: against a model', () => {
  it('expires as a plain list of deadlines says in 10^5 random armings, restarts, cancellations and runs', () => {
    for (let round = 0; round < effort; round++) compareWithModel(Rng.fromSeed(round));
  });
});

function compareWithModel(rng: Rng): void {
  const labs = QUEUE_KINDS.map((kind) => new TimerLab(kind));
  const model = new TimerModel(TIMERS, (self, timer, now) => {
    if (rearms(timer)) self.arm(timer, now + rearmDelay(timer, now));
  });
  let now = 0;
  for (let i = 0; i < 100_000; i++) {
    const timer = rng.below(TIMERS);
    const what = rng.below(100);
    if (what < 60) {
      const time = now + randomDelay(rng, now);
      model.arm(timer, time);
      for (const each of labs) each.timers[timer]!.armAt(time);
    } else if (what < 75) {
      model.cancel(timer);
      for (const each of labs) each.timers[timer]!.cancel();
    } else if (what < 77) {
      model.cancel(timer);
      for (const each of labs) each.replace(timer);
    } else {
      // Rarely far ahead, so that the far timers expire as well.
      now += rng.below(rng.below(5_000) === 0 ? 24 * HOUR : 60 * MICROSECOND);
      model.run(now);
      for (const each of labs) each.run(now);
    }
  }
  assert(model.log.length > 10_000, 'enough timers expired');
  for (const [i, each] of labs.entries()) {
    assert.deepEqual(each.log, model.log, QUEUE_KINDS[i]);
    assert.equal(each.sched.eventCount, labs[0]!.sched.eventCount, QUEUE_KINDS[i]);
  }
}
