import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ln, pushPullScaleNs, remainingSuspicionTimeNs } from '../../../src/gossip/memberlist/formulas.ts';
import { retransmitLimit, suspicionTimeoutNs } from '../../../src/gossip/memberlist/formulas.ts';
import { MILLISECOND, SECOND } from '../../../src/sim/units.ts';
import { need } from '../../machine.ts';
import { readTruth } from './truth.ts';

interface ByNodes {
  readonly n: number;
  readonly k: number;
  readonly min: number;
  readonly max: number;
  readonly pushPull: number;
  readonly retransmits: number;
  readonly timeoutByConfirmations: readonly number[];
}

interface Remaining {
  readonly confirmations: number;
  readonly k: number;
  readonly elapsed: number;
  readonly min: number;
  readonly max: number;
  readonly remaining: number;
}

interface Formulas {
  readonly byNodes: readonly ByNodes[];
  readonly remaining: readonly Remaining[];
}

describe('gossip/memberlist/formulas', () => {
  let truth: Formulas;

  before(function () {
    need(this, 'shared');
    truth = readTruth('formulas.json') as Formulas;
  });

  it('has the times and counts of the library for every cluster size', () => {
    assert.ok(truth.byNodes.length > 30);
    for (const { n, min, max, pushPull, retransmits } of truth.byNodes) {
      assert.equal(suspicionTimeoutNs(4, n, SECOND), min * MILLISECOND, `min of ${n}`);
      assert.equal(6 * suspicionTimeoutNs(4, n, SECOND), max * MILLISECOND, `max of ${n}`);
      assert.equal(retransmitLimit(4, n), retransmits, `retransmits of ${n}`);
      assert.equal(pushPullScaleNs(30 * SECOND, n), pushPull * MILLISECOND, `push/pull of ${n}`);
    }
  });

  it('shortens the time of a suspect as the library does', () => {
    for (const { n, k, min, max, timeoutByConfirmations } of truth.byNodes) {
      if (k === 0) continue;
      for (const [confirmations, timeout] of timeoutByConfirmations.entries()) {
        const ns = remainingSuspicionTimeNs(confirmations, k, 0, min * MILLISECOND, max * MILLISECOND);
        assert.equal(ns, timeout * MILLISECOND, `${confirmations} of ${n}`);
      }
    }
    for (const { confirmations, k, elapsed, min, max, remaining } of truth.remaining) {
      const [elapsedNs, minNs, maxNs] = [elapsed, min, max].map((ms) => ms * MILLISECOND);
      assert.equal(remainingSuspicionTimeNs(confirmations, k, elapsedNs!, minNs!, maxNs!), remaining * MILLISECOND);
    }
  });

  it('has logarithms that differ from those of the machine by the last bits at most', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), (x) => {
        const expected = Math.log(x);
        assert.ok(Math.abs(ln(x) - expected) <= 4e-16 * Math.max(1, Math.abs(expected)), `${x}`);
      }),
    );
    assert.equal(ln(1), 0);
  });

  it('grows in steps with the cluster', () => {
    assert.deepEqual(
      [0, 1, 8, 9, 10, 99, 100].map((n) => retransmitLimit(3, n)),
      [0, 3, 3, 3, 6, 6, 9],
    );
    assert.equal(suspicionTimeoutNs(4, 0, SECOND), 4 * SECOND);
  });
});
