import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PacketRate } from '../../../src/kernel/qdisc/rate.ts';
import { EFFORT } from '../kit.ts';

describe('kernel: qdisc rate', () => {
  it('takes the time of the bytes, with an overhead', () => {
    assert.equal(new PacketRate(125_000).nsOf(1000), 8_000_000);
    assert.equal(new PacketRate(125_000, 24).nsOf(976), 8_000_000);
    assert.equal(new PacketRate(0).nsOf(1000), 1000);
  });

  it('is as near to the quotient as a multiplier of 32 bits gets', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 34 }), fc.nat({ max: 65_536 }), (rate, bytes) => {
        const exact = Number((BigInt(bytes) * 1_000_000_000n) / BigInt(rate));
        const found = new PacketRate(rate).nsOf(bytes);
        assert.ok(found <= exact && exact - found <= 1 + exact / 2 ** 30);
      }),
      { numRuns: 300 * EFFORT },
    );
  });
});
