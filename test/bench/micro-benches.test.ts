import assert from 'node:assert/strict';
import { HoldRun } from '../../bench/hold-run.ts';
import { microBenches } from '../../bench/micro-benches.ts';
import { MICRO_GROUPS } from '../../bench/sizes.ts';
import { Yardstick } from '../../bench/yardstick.ts';
import { makeEventQueue, QUEUE_KINDS } from '../../src/sim/queues.ts';

describe('the micro benches', () => {
  for (const group of MICRO_GROUPS) {
    it(`do their work: ${group}`, () => {
      const benches = microBenches(group);
      const names = benches.map((bench) => bench.name);
      assert.equal(new Set(names).size, names.length);
      for (const { name, run } of benches) {
        for (let i = 0; i < 3; i++) assert.ok(Number.isFinite(run()), name);
      }
    });
  }
});

describe('the hold model', () => {
  it('comes to the same time with each queue', () => {
    const times = QUEUE_KINDS.map((kind) => new HoldRun(makeEventQueue(kind), 100).hold(2000));
    assert.ok(times[0]! > 0);
    assert.deepEqual(new Set(times), new Set([times[0]]));
  });

  it('keeps as many events pending as it began with', () => {
    const queue = makeEventQueue('heap');
    new HoldRun(queue, 50).hold(500);
    assert.equal(queue.size, 50);
  });
});

describe('the yardstick', () => {
  it('is the same work each time: a change makes baselines worthless', () => {
    const yardstick = new Yardstick();
    let last = 0;
    for (let i = 0; i < 1000; i++) last = yardstick.turn();
    assert.equal(last, 2_088_832_000);
  });
});
