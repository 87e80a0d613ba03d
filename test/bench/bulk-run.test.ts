import assert from 'node:assert/strict';
import { BulkRun } from '../../bench/bulk-run.ts';

describe('workload W4', () => {
  it('carries all bytes, and ends with nothing under way', () => {
    const run = new BulkRun(3_000_000);
    run.runCold();
    assert.ok(run.received() >= 750_000 && run.received() < 3_000_000);
    run.runWarm();
    assert.equal(run.received(), 3_000_000);
    assert.equal(run.lab.slab.inUse, 0);
    const { sent, delivered, dropped } = run.lab.totals();
    assert.deepEqual([sent, dropped], [delivered, {}]);
  });
});
