import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { decodeCoordinate, encodeCoordinate } from '../../../src/gossip/serf/coordinate-codec.ts';
import { PLAIN } from '../../wire/codec.ts';
import { EFFORT } from '../../wire/machine.ts';
import { cuts, unhex } from '../vectors.ts';

const double = fc.double({ noNaN: true });

describe('gossip/serf/coordinate-codec', () => {
  it('reads what it writes, and nothing that was cut short', () => {
    const any = fc.record(
      { vec: fc.array(double, { maxLength: 9 }), error: double, adjustment: double, height: double },
      PLAIN,
    );
    fc.assert(
      fc.property(any, (coordinate) => {
        const bytes = encodeCoordinate(coordinate);
        assert.deepEqual(decodeCoordinate(bytes), coordinate);
        for (const cut of cuts(bytes)) assert.equal(decodeCoordinate(cut), cut.length === 0 ? 'empty' : 'truncated');
      }),
      { numRuns: 50 * EFFORT },
    );
  });

  it('knows one version, and whole numbers', () => {
    assert.equal(decodeCoordinate(unhex('0280')), 'unknownType');
    assert.deepEqual(decodeCoordinate(unhex('0182a3566563920102a54572726f72cb3ff8000000000000')), {
      vec: [1, 2],
      error: 1.5,
      adjustment: 0,
      height: 0,
    });
  });
});
