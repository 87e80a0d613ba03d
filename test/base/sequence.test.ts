import assert from 'node:assert/strict';
import fc from 'fast-check';
import { seqAfter, seqBefore, seqBetween, seqMax, seqMin } from '../../src/base/sequence.ts';

const HALF = 0x7fff_ffff;

describe('sequence numbers', () => {
  it('come before and after each other across the wrap', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: HALF }), (seq, step) => {
        const later = (seq + step) | 0;
        assert.ok(seqBefore(seq, later) && !seqBefore(later, seq) && !seqBefore(seq, seq));
        assert.ok(seqAfter(later, seq) && !seqAfter(seq, later) && !seqAfter(seq, seq));
        assert.deepEqual([seqMax(seq, later), seqMin(seq, later)], [later, seq]);
        assert.deepEqual([seqMax(later, seq), seqMin(later, seq)], [later, seq]);
      }),
    );
  });

  it('lie between two others, both included', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: HALF }), fc.nat({ max: HALF }), (low, width, step) => {
        assert.equal(seqBetween((low + step) | 0, low, (low + width) | 0), step <= width);
      }),
    );
    assert.equal(seqBetween(2, -1, 1), false);
    assert.equal(seqBetween(0, -1, 1), true);
  });
});
