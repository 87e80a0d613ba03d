import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TimeHeap } from '../../src/link/netem-times.ts';
import { EFFORT } from '../kernel/kit.ts';

describe('link: times still to come', () => {
  it('forgets what has passed, and knows the latest, whatever comes between', () => {
    const step = fc.record({ isDrop: fc.boolean(), time: fc.nat({ max: 50 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const heap = new TimeHeap();
        let model: number[] = [];
        for (const { isDrop, time } of steps) {
          if (isDrop) {
            heap.dropUntil(time);
            model = model.filter((each) => each > time);
          } else {
            heap.push(time);
            model.push(time);
          }
          assert.equal(heap.length, model.length);
          if (model.length > 0) assert.equal(heap.latest, Math.max(...model));
        }
      }),
      { numRuns: 200 * EFFORT },
    );
  });
});
