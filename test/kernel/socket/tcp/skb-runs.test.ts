import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SKB_OVERHEAD_BYTES, SkbRuns } from '../../../../src/kernel/socket/tcp/skb-runs.ts';
import { EFFORT } from '../../kit.ts';

interface Row {
  seq: number;
  end: number;
  bytes: number;
}

const listed = (runs: SkbRuns): Row[] =>
  Array.from({ length: runs.count }, (_, i) => ({ seq: runs.seq(i), end: runs.endSeq(i), bytes: runs.trueBytes(i) }));

describe('SkbRuns', () => {
  it('keeps rows as a plain list does', () => {
    const step = fc.record({ isInsert: fc.boolean(), at: fc.nat(40), seq: fc.integer() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const runs = new SkbRuns();
        const model: Row[] = [];
        for (const { isInsert, at, seq } of steps) {
          if (isInsert || model.length === 0) {
            const place = at % (model.length + 1);
            const row = { seq, end: (seq + 5) | 0, bytes: at + 1 };
            runs.insert(place, row.seq, row.end, row.bytes, 1, 0);
            model.splice(place, 0, row);
          } else {
            const place = at % model.length;
            assert.equal(runs.remove(place), model[place]!.bytes);
            model.splice(place, 1);
          }
          assert.deepEqual(listed(runs), model);
        }
        assert.equal(
          runs.clear(),
          model.reduce((sum, row) => sum + row.bytes, 0),
        );
        assert.equal(runs.count, 0);
      }),
      { numRuns: 50 * EFFORT },
    );
  });

  it('puts what follows into the buffer before, for its bytes alone, until that has 17 pages', () => {
    const runs = new SkbRuns();
    const trueBytes = 1448 + SKB_OVERHEAD_BYTES;
    runs.insert(0, 0, 1448, trueBytes, 1, 0);
    for (let page = 2; page <= 17; page++) {
      const seq = (page - 1) * 1448;
      assert.equal(runs.tryCoalesce(0, seq, seq + 1448, trueBytes, 1, 0), 1448);
    }
    assert.equal(runs.tryCoalesce(0, 17 * 1448, 18 * 1448, trueBytes, 1, 0), -1);
    assert.equal(runs.trueBytes(0), 17 * 1448 + SKB_OVERHEAD_BYTES);
    // A FIN of its own needs no page.
    assert.equal(runs.tryCoalesce(0, 17 * 1448, 17 * 1448 + 1, SKB_OVERHEAD_BYTES, 1, 1), 0);
    assert.equal(runs.hasFin(0), true);
  });

  it('leaves a gap alone', () => {
    const runs = new SkbRuns();
    runs.insert(0, 0, 10, 842, 1, 0);
    assert.equal(runs.tryCoalesce(0, 11, 20, 841, 1, 0), -1);
  });

  it('frees what has been read to its end', () => {
    const runs = new SkbRuns();
    runs.insert(0, -5, 5, 100, 1, 0);
    runs.insert(1, 5, 10, 10, 1, 0);
    assert.equal(runs.removeUntil(4), 0);
    assert.equal(runs.removeUntil(9), 100);
    assert.equal(runs.removeUntil(10), 10);
    assert.equal(runs.count, 0);
  });
});
