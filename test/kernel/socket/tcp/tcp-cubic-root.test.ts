import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cubicRoot } from '../../../../src/kernel/socket/tcp/tcp-cubic-root.ts';
import { EFFORT } from '../../kit.ts';

describe('kernel: the cube root of CUBIC', () => {
  it('is that of Linux for small numbers', () => {
    assert.deepEqual([0, 1, 7, 8, 27, 63].map(cubicRoot), [0, 1, 2, 2, 3, 4]);
  });

  it('is near the true one, the farther the smaller the number', () => {
    fc.assert(
      fc.property(fc.bigInt(64n, 2n ** 52n), (value) => {
        const exact = Math.cbrt(Number(value));
        const off = Math.abs(cubicRoot(Number(value)) - exact);
        assert.ok(off <= Math.max(1, exact * 0.012), `${value}: ${cubicRoot(Number(value))}, not ${exact}`);
      }),
      { numRuns: 2000 * EFFORT },
    );
  });

  it('is off by 0.2 percent on average, as the authors of the table say', () => {
    let sum = 0;
    let count = 0;
    for (let value = 1e6; value < 1e15; value = Math.floor(value * 1.01)) {
      sum += Math.abs(cubicRoot(value) - Math.cbrt(value)) / Math.cbrt(value);
      count++;
    }
    assert.ok(sum / count < 0.0025, String(sum / count));
  });
});
