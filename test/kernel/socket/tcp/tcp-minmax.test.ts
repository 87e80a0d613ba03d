import assert from 'node:assert/strict';
import fc from 'fast-check';
import { minmaxReset, runningMin } from '../../../../src/kernel/socket/tcp/tcp-minmax.ts';

function fresh(): Int32Array {
  return new Int32Array(6).fill(0x7fffffff);
}

describe('kernel: the least round trip of a window', () => {
  it('takes the first sample and each that is less', () => {
    const samples = fresh();
    runningMin(samples, 1000, 5, 70);
    assert.equal(samples[1], 70);
    runningMin(samples, 1000, 6, 80);
    assert.equal(samples[1], 70);
    runningMin(samples, 1000, 7, 60);
    assert.equal(samples[1], 60);
  });

  it('forgets the least when it is older than the window, for the best that came after', () => {
    const samples = fresh();
    runningMin(samples, 1000, 0, 10);
    runningMin(samples, 1000, 300, 50);
    runningMin(samples, 1000, 600, 40);
    runningMin(samples, 1000, 900, 45);
    assert.equal(samples[1], 10);
    runningMin(samples, 1000, 1001, 90);
    assert.equal(samples[1], 40);
  });

  it('begins anew after a pause, and counts on across the wrap of the clock', () => {
    const samples = fresh();
    minmaxReset(samples, 0x7ffffff0, 10);
    runningMin(samples, 1000, (0x7ffffff0 + 100) | 0, 20);
    assert.equal(samples[1], 10);
    runningMin(samples, 1000, (0x7ffffff0 + 5000) | 0, 30);
    assert.equal(samples[1], 30);
  });

  it('never tells less than the window holds, nor more than the present', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 1000 }))), (steps) => {
        const samples = fresh();
        const all: { at: number; value: number }[] = [];
        let now = 0;
        for (const [step, value] of steps) {
          now += step;
          all.push({ at: now, value });
          runningMin(samples, 1000, now, value);
          const inWindow = all.filter(({ at }) => now - at <= 1000).map((each) => each.value);
          assert.ok(samples[1]! >= Math.min(...inWindow));
          assert.ok(samples[1]! <= value);
        }
      }),
    );
  });
});
