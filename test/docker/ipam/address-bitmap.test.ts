import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AddressBitmap } from '../../../src/docker/ipam/address-bitmap.ts';

const RUNS = 200 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

/** The lowest number in first..last that is not in the set. */
function lowestMissing(taken: ReadonlySet<number>, first: number, last: number): number | undefined {
  for (let i = first; i <= last; i++) if (!taken.has(i)) return i;
  return undefined;
}

describe('a bitmap of addresses', () => {
  it('does what a set does, for sizes on both sides of full words and full summaries', () => {
    const sizes = fc.constantFrom(1, 2, 4, 16, 31, 32, 33, 64, 256, 1023, 1024, 1025, 4096);
    const operation = fc.record({
      kind: fc.constantFrom('take', 'set', 'clear', 'fill'),
      at: fc.nat(),
      span: fc.nat(),
    });
    fc.assert(
      fc.property(sizes, fc.array(operation, { maxLength: 60 }), (size, operations) => {
        const bitmap = new AddressBitmap(size);
        const taken = new Set<number>();
        for (const { kind, at, span } of operations) {
          const first = at % size;
          const last = first + (span % (size - first));
          if (kind === 'set') {
            assert.equal(bitmap.set(first), !taken.has(first));
            taken.add(first);
          } else if (kind === 'clear') {
            assert.equal(bitmap.clear(first), taken.delete(first));
          } else {
            const wanted = kind === 'take' ? 1 : last - first + 1;
            for (let i = 0; i < wanted; i++) {
              const lowest = lowestMissing(taken, first, last);
              assert.equal(bitmap.lowestClear(first, last), lowest);
              if (lowest === undefined) break;
              assert.ok(bitmap.set(lowest));
              taken.add(lowest);
            }
          }
          assert.equal(bitmap.clearCount, size - taken.size);
          assert.equal(bitmap.isSet(first), taken.has(first));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('reaches the end of the largest pool that there is', () => {
    const bitmap = new AddressBitmap(2 ** 32);
    assert.equal(bitmap.lowestClear(0, 2 ** 32 - 1), 0);
    const last = 2 ** 32 - 1;
    assert.ok(bitmap.set(last - 1));
    assert.equal(bitmap.lowestClear(last - 1, last), last);
    assert.ok(bitmap.set(last));
    assert.equal(bitmap.lowestClear(last - 1, last), undefined);
    assert.equal(bitmap.lowestClear(2 ** 31, last), 2 ** 31);
    assert.equal(bitmap.clearCount, 2 ** 32 - 2);
  });

  it('asks for bits that it has', () => {
    assert.throws(() => new AddressBitmap(0), /as many bits/);
    assert.throws(() => new AddressBitmap(2 ** 32 + 1), /as many bits/);
    assert.throws(() => new AddressBitmap(8).set(8), /one of the pool/);
    assert.throws(() => new AddressBitmap(8).clear(-1), /one of the pool/);
  });
});
