import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { GcCounter } from '../../bench/gc-counter.ts';

describe('the counter of collections', () => {
  it('counts those of the time that it is asked about', async () => {
    const gcs = new GcCounter();
    const start = performance.now();
    let kept: number[] = [];
    // 160 MB of garbage: several times the young generation.
    for (let i = 0; i < 200_000; i++) kept = new Array<number>(100).fill(i);
    const end = performance.now();
    const during = await gcs.countBetween(start, end);
    const before = await gcs.countBetween(0, start);
    gcs.stop();
    assert.equal(kept[99], 199_999);
    assert.ok(during >= 2, `${during} collections`);
    assert.equal(before, 0);
  });
});
