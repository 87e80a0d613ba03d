import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { ip4 } from '../../src/base/addr.ts';
import {
  finishSum,
  foldSum,
  sumBytes,
  sumPseudoHeader,
  updateChecksum16,
  updateChecksum32,
} from '../../src/wire/checksum.ts';
import { RUNS, anyBytes } from './codec.ts';
import { guarded, pseudoHeader, referenceSum } from './frames.ts';

describe('wire/checksum', () => {
  it('gives the sum of the example in RFC 1071', () => {
    const b = guarded(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7), 0, 0xaa);
    assert.equal(sumBytes(b, 0, 8, 0), 0xddf2);
    assert.equal(finishSum(0xddf2), 0x220d);
  });

  it('folds every 32-bit value to the same residue', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const folded = foldSum(value);
        assert.ok(folded >= 0 && folded <= 0xffff);
        assert.equal(folded % 0xffff, (value >>> 0) % 0xffff);
        assert.equal(folded === 0, value === 0);
      }),
      RUNS,
    );
  });

  it('sums any bytes at any offset as the plain definition does, and reads none around them', () => {
    fc.assert(
      fc.property(anyBytes(0, 300), fc.nat(40), fc.nat(0xffff), (bytes, o, start) => {
        const expected = foldSum(referenceSum(bytes) + start);
        for (const guard of [0x00, 0xff, 0x5a]) {
          assert.equal(sumBytes(guarded(bytes, o, guard), o, bytes.length, start), expected);
        }
      }),
      RUNS,
    );
  });

  it('sums every length from 0 to 80 at every alignment', () => {
    const bytes = Uint8Array.from({ length: 80 }, (_, i) => (i * 167 + 13) & 255);
    for (let o = 0; o < 8; o++) {
      for (let length = 0; length <= bytes.length; length++) {
        const part = bytes.subarray(0, length);
        assert.equal(sumBytes(guarded(part, o, 0xff), o, length, 0), referenceSum(part), `${length} at ${o}`);
      }
    }
  });

  it('carries right in the longest frames of the largest words', () => {
    for (const length of [65_535, 65_536, 66_560]) {
      for (const o of [0, 1, 2, 3]) {
        const bytes = new Uint8Array(length).fill(0xff);
        assert.equal(sumBytes(guarded(bytes, o, 0), o, length, 0xffff), foldSum(referenceSum(bytes) + 0xffff));
      }
    }
  });

  it('adds up over parts of even length', () => {
    fc.assert(
      fc.property(anyBytes(0, 200), fc.nat(100), fc.nat(5), (bytes, half, o) => {
        const cut = Math.min(half * 2, bytes.length & ~1);
        const b = guarded(bytes, o, 0x77);
        const first = sumBytes(b, o, cut, 0);
        assert.equal(sumBytes(b, o + cut, bytes.length - cut, first), sumBytes(b, o, bytes.length, 0));
      }),
      RUNS,
    );
  });

  it('sums the pseudo-header of RFC 768', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.nat(255), fc.nat(0xffff), (src, dst, protocol, length) => {
        assert.equal(
          sumPseudoHeader(src, dst, protocol, length),
          referenceSum(pseudoHeader(protocol, length, src, dst)),
        );
      }),
      RUNS,
    );
    assert.equal(
      sumPseudoHeader(ip4('255.255.255.255'), -1, 17, 0xffff),
      referenceSum(pseudoHeader(17, 65_535, -1, -1)),
    );
  });

  it('agrees with the example in RFC 1624', () => {
    assert.equal(updateChecksum16(0xdd2f, 0x5555, 0x3285), 0x0000);
  });

  it('updates a checksum as if all were summed again', () => {
    fc.assert(
      fc.property(anyBytes(40), fc.nat(9), fc.integer(), (bytes, at, value) => {
        // A packet of nothing but zeros has no equal in a real header: some word is always set.
        bytes[39] = 1;
        const before = finishSum(referenceSum(bytes));
        const view = new DataView(bytes.buffer);
        const oldValue = view.getInt32(at * 2);
        view.setInt32(at * 2, value);
        const after = finishSum(referenceSum(bytes));
        assert.equal(updateChecksum32(before, oldValue, value), after);
        const high = updateChecksum16(before, oldValue >>> 16, value >>> 16);
        assert.equal(updateChecksum16(high, oldValue & 0xffff, value & 0xffff), after);
      }),
      RUNS,
    );
  });
});
