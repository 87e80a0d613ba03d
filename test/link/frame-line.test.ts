import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Frame } from '../../src/link/frame.ts';
import { Slab } from '../../src/link/frame.ts';
import { FrameLine } from '../../src/link/frame-line.ts';
import { HeapQueue } from '../../src/sim/heap-queue.ts';
import { EventSource, Scheduler } from '../../src/sim/scheduler.ts';
import { EFFORT } from '../kernel/kit.ts';

describe('link: line of frames', () => {
  it('is first in, first out, whatever comes and goes between', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 }), { maxLength: 300 }), (steps) => {
        const slab = new Slab();
        const line = new FrameLine();
        const source = new EventSource(3);
        const model: { frame: Frame; timeNs: number }[] = [];
        steps.forEach((step, i) => {
          if (step < 4 && model.length > 0) {
            assert.equal(line.shift(), model.shift()!.frame);
          } else {
            const frame = slab.take(1);
            line.append(frame, source);
            slab.times[frame.index] = i * 1000;
            model.push({ frame, timeNs: i * 1000 });
          }
          assert.equal(line.length, model.length);
          let place = line.length === 0 ? null : line.first;
          for (const each of model) {
            assert.equal(place, each.frame);
            assert.equal(slab.times[each.frame.index], each.timeNs);
            place = each.frame.nextInLine;
          }
          assert.equal(place, null);
        });
      }),
      { numRuns: 50 * EFFORT },
    );
  });

  it('asserts that it is not empty when its head is taken', () => {
    const line = new FrameLine();
    assert.throws(() => line.shift(), /not empty/);
  });

  it('enters the event of its head with the time and the key that the frame got when it was appended', () => {
    const sched = new Scheduler(new HeapQueue(16));
    const source = new EventSource(5);
    const line = new FrameLine();
    const fired: string[] = [];
    const id = sched.register({
      fire: () => {
        line.shift();
        fired.push(`${sched.now} ${sched.currentKey - 5 * 2 ** 37}`);
        if (line.length > 0) line.armHead(sched, id);
      },
    });
    const slab = new Slab();
    for (let i = 0; i < 40; i++) {
      const frame = slab.take(1);
      line.append(frame, source);
      slab.times[frame.index] = 100 + 7 * i;
    }
    line.armHead(sched, id);
    assert.equal(sched.queue.size, 1, 'one event is pending for all 40 frames');
    sched.run(Infinity, Infinity);
    assert.deepEqual(
      fired,
      Array.from({ length: 40 }, (_, i) => `${100 + 7 * i} ${i}`),
    );
  });
});
