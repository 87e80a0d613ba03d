import assert from 'node:assert/strict';
import fc from 'fast-check';
import { makeByteViews } from '../../../../src/base/bytes.ts';
import { copyAndSum, copyBytes, LastLanes, makeLanes } from '../../../../src/kernel/socket/tcp/copy-bytes.ts';
import { sumBytes } from '../../../../src/wire/checksum.ts';
import { EFFORT } from '../../kit.ts';

const SIZE = 4096;

const place = fc.record({ at: fc.nat(40), toAt: fc.nat(40), length: fc.nat(2000), seed: fc.nat(255) });

describe('kernel: copies in lanes', () => {
  it('copies what is asked for and nothing else, however the two lie', () => {
    fc.assert(
      fc.property(place, ({ at, toAt, length, seed }) => {
        const from = makeLanes(SIZE);
        from.bytes.forEach((_, i) => (from.bytes[i] = (i * 7 + seed) ^ (i >> 5)));
        const to = makeByteViews(SIZE);
        to.bytes.fill(0xee);
        copyBytes(from, at, to, toAt, length);
        const expected = new Uint8Array(SIZE).fill(0xee);
        expected.set(from.bytes.subarray(at, at + length), toAt);
        assert.deepEqual(to.bytes, expected);
      }),
      { numRuns: 200 * EFFORT },
    );
  });

  it('sums on the way', () => {
    fc.assert(
      fc.property(place, ({ at, toAt, length, seed }) => {
        const from = makeLanes(SIZE);
        from.bytes.forEach((_, i) => (from.bytes[i] = (i * 31 + seed) ^ (i >> 4)));
        const to = makeByteViews(SIZE);
        const sum = copyAndSum(from, at, to, toAt, length);
        assert.deepEqual(to.bytes.subarray(toAt, toAt + length), from.bytes.subarray(at, at + length));
        assert.equal(sum % 0xffff, sumBytes(to, toAt, length, 0) % 0xffff);
      }),
      { numRuns: 200 * EFFORT },
    );
  });

  it('makes lanes over an array that comes again, where its buffer has whole ones', () => {
    const lanes = new LastLanes();
    const array = new Uint8Array(new ArrayBuffer(64), 3, 20);
    assert.equal(lanes.of(array), null);
    const made = lanes.of(array);
    assert.equal(made?.bytes.length, 64);
    assert.equal(lanes.of(array), made);
    const odd = new Uint8Array(new ArrayBuffer(63));
    lanes.of(odd);
    assert.equal(lanes.of(odd), null);
    assert.equal(lanes.of(array), null, 'another one came between');
  });
});
