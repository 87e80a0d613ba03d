import { strict as assert } from 'node:assert';
import { after, Ticker } from '../../../src/gossip/networkdb/ticker.ts';
import { makeEventQueue } from '../../../src/sim/queues.ts';
import { EventSource, Scheduler } from '../../../src/sim/scheduler.ts';
import { Timer } from '../../../src/sim/timer.ts';

const sched = (): { clock: Scheduler & { newTimer(expired: () => void): Timer }; run: (untilNs: number) => void } => {
  const scheduler = new Scheduler(makeEventQueue('heap', 64));
  const source = new EventSource(1);
  const newTimer = (expired: () => void): Timer => new Timer(scheduler, source, expired);
  return {
    clock: Object.assign(scheduler, { newTimer }),
    run: (untilNs) => {
      scheduler.run(untilNs, Infinity);
    },
  };
};

describe('Ticker', () => {
  it('works at multiples of its period, and sleeps while nothing is needed', () => {
    const { clock, run } = sched();
    const times: number[] = [];
    let need = 2;
    const ticker = new Ticker(clock, 10, {
      isNeeded: () => need > 0,
      run: (done) => {
        need--;
        times.push(clock.now);
        done();
      },
    });
    run(100);
    assert.deepEqual(times, [10, 20]);
    assert.equal(clock.nextTime(), Infinity);
    clock.advanceTo(57);
    need = 1;
    ticker.wake();
    ticker.wake();
    run(200);
    assert.deepEqual(times, [10, 20, 60]);
    ticker.stop();
  });

  it('goes on at once after work that took longer than its period, with one missed tick and no more', () => {
    const { clock, run } = sched();
    const times: number[] = [];
    const ticker = new Ticker(clock, 10, {
      isNeeded: () => times.length < 4,
      run: (done) => {
        times.push(clock.now);
        after(clock, times.length === 1 ? 35 : 1, done);
      },
    });
    run(200);
    assert.deepEqual(times, [10, 45, 50, 60]);
    ticker.stop();
  });

  it('does nothing after it was stopped, even at the end of its work, nor with a period of 0', () => {
    const { clock, run } = sched();
    let [runs, ends] = [0, (): void => undefined];
    const work = {
      isNeeded: () => true,
      run: (done: () => void) => {
        runs++;
        ends = done;
      },
    };
    const ticker = new Ticker(clock, 10, work);
    new Ticker(clock, 0, work).wake();
    run(15);
    ticker.stop();
    ends();
    ticker.wake();
    run(100);
    assert.equal(runs, 1);
  });
});

describe('after', () => {
  it('calls once, unless given up', () => {
    const { clock, run } = sched();
    const calls: string[] = [];
    const giveUp = after(clock, 5, () => calls.push('first'));
    after(clock, 7, () => calls.push('second'));
    giveUp();
    run(20);
    giveUp();
    assert.deepEqual(calls, ['second']);
  });
});
