import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Frame } from '../../src/link/frame.ts';
import { Slab } from '../../src/link/frame.ts';
import { FrameHeap } from '../../src/link/netem-heap.ts';
import { EFFORT } from '../kernel/kit.ts';

describe('link: heap of frames', () => {
  it('gives back by time, then by key, whatever comes and goes between', () => {
    const step = fc.record({ isPop: fc.boolean(), timeNs: fc.nat({ max: 20 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const slab = new Slab();
        const heap = new FrameHeap();
        const model: Frame[] = [];
        const rank = (frame: Frame): number => slab.times[frame.index]! * 1000 + slab.keys[frame.index]!;
        steps.forEach(({ isPop, timeNs }, i) => {
          if (isPop && model.length > 0) {
            assert.equal(heap.pop(), model.shift());
          } else {
            const frame = slab.take(1);
            slab.times[frame.index] = timeNs;
            slab.keys[frame.index] = i;
            heap.push(frame);
            model.push(frame);
            model.sort((a, b) => rank(a) - rank(b));
          }
          assert.equal(heap.length, model.length);
          assert.equal(heap.first, model[0] ?? null);
        });
      }),
      { numRuns: 50 * EFFORT },
    );
  });

  it('has nothing to give when it is empty', () => {
    assert.throws(() => new FrameHeap().pop());
    assert.equal(new FrameHeap().first, null);
  });
});
