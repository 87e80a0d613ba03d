/**
 * The hot path allocates nothing: seen from outside, in a process of its own, by the collections that do not happen.
 */
import assert from 'node:assert/strict';
import { runChild } from '../bench/child.ts';
import type { BulkFigures } from '../bench/bulk-child.ts';
import type { WorkloadFigures } from '../bench/workload-child.ts';

const HOPS_MIN = 500_000;

describe('a warm run', () => {
  // Of the datagrams, three quarters are sent once all is warm; W1 has two hops for each, W3 nine, W6 three.
  const cases: [string, string, number][] = [
    ['two hosts on a switch', 'W1', 350_000],
    ['a chain of eight routers', 'W3', 80_000],
    ['a tunnel', 'W6', 230_000],
  ];
  for (const [what, workload, datagrams] of cases) {
    it(`forwards half a million hops with at most one minor collection per 100,000: ${what}`, () => {
      const run = runChild('workload-child', [workload, String(datagrams)]) as WorkloadFigures;
      assert.equal(run.received, datagrams);
      assert.ok(run.isConserved);
      assert.ok(run.warmHops >= HOPS_MIN, `${run.warmHops} hops`);
      assert.ok(run.minorGcs <= run.warmHops / 100_000, `${run.minorGcs} minor collections`);
      assert.equal(run.slotsEnd, run.slotsWarm, 'the slab does not grow with the number of frames');
    }).timeout(60_000);
  }

  it('carries 200,000 segments of TCP with at most one minor collection per 100,000', () => {
    const run = runChild('bulk-child', ['400000000']) as BulkFigures;
    assert.equal(run.received, 400_000_000);
    assert.ok(run.isConserved);
    assert.ok(run.segments >= 200_000, `${run.segments} segments`);
    assert.ok(run.minorGcs <= run.segments / 100_000, `${run.minorGcs} minor collections`);
  }).timeout(60_000);
});
