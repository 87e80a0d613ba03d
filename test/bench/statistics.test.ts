import assert from 'node:assert/strict';
import { bestRatio, median, medianRatio } from '../../bench/statistics.ts';

describe('the statistics of benches', () => {
  it('take the middle value', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([9, 1, 5, 7]), 6);
    assert.equal(median([3]), 3);
  });

  it('divide each value by what was measured before and after it', () => {
    assert.equal(medianRatio([20], [8, 12]), 2);
    // The machine becomes half as fast on the way: the ratios stay.
    assert.equal(medianRatio([15, 30, 30], [10, 10, 20, 10]), 2);
  });

  it('divide the best by the best', () => {
    assert.equal(bestRatio([30, 20, 90], [40, 10]), 2);
  });
});
