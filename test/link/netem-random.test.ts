import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CorrelatedRandom, drawDelay, leastDelay } from '../../src/link/netem-random.ts';
import { ALWAYS } from '../../src/link/netem-settings.ts';
import { distributionTable } from '../../src/link/netem-tables.ts';
import { Rng } from '../../src/sim/rng.ts';
import { EFFORT } from '../kernel/kit.ts';

const u32 = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: ALWAYS });

describe('link: netem random', () => {
  it('draws as get_crandom does, in 64 bits', () => {
    fc.assert(
      fc.property(u32(), fc.integer({ min: 1, max: ALWAYS }), (seed, rho) => {
        const random = new CorrelatedRandom(Rng.fromSeed(seed), rho);
        const plain = Rng.fromSeed(seed);
        let last = BigInt(plain.u32());
        const weight = BigInt(rho) + 1n;
        for (let i = 0; i < 20; i++) {
          last = (BigInt(plain.u32()) * ((1n << 32n) - weight) + last * weight) >> 32n;
          assert.equal(random.next(), Number(last));
        }
      }),
      { numRuns: 100 * EFFORT },
    );
  });

  it('draws plainly, and takes one number less to begin with, without a correlation', () => {
    const [random, plain] = [new CorrelatedRandom(Rng.fromSeed(5), 0), Rng.fromSeed(5)];
    for (let i = 0; i < 10; i++) assert.equal(random.next(), plain.u32());
  });

  it('stays where it is with a correlation of 100 %', () => {
    const random = new CorrelatedRandom(Rng.fromSeed(5), ALWAYS);
    assert.equal(random.next(), random.next());
  });

  it('draws a delay as tabledist does, in 64 bits', () => {
    const jitters = fc.integer({ min: 0, max: 2 ** 31 - 1 });
    const table = distributionTable('paretonormal');
    fc.assert(
      fc.property(u32(), jitters, fc.integer({ min: 0, max: 1e10 }), fc.boolean(), (seed, jitter, mean, hasTable) => {
        const dist = hasTable ? table : null;
        const found = drawDelay(mean, jitter, new CorrelatedRandom(Rng.fromSeed(seed), 0), dist);
        assert.equal(found, Number(tabledist(BigInt(mean), BigInt(jitter), Rng.fromSeed(seed).u32(), dist)));
        assert.ok(found >= leastDelay(mean, jitter, dist));
      }),
      { numRuns: 500 * EFFORT },
    );
  });
});

/** By the kernel's words, in integers without a bound; C's division cuts towards zero, as BigInt's does. */
function tabledist(mean: bigint, jitter: bigint, draw: number, table: Int16Array | null): bigint {
  if (jitter === 0n) return mean;
  if (table === null) return (BigInt(draw) % (2n * jitter)) + mean - jitter;
  const value = BigInt(table[draw % table.length]!);
  const part = (jitter % 8192n) * value;
  const rounded = (part >= 0n ? part + 4096n : part - 4096n) / 8192n;
  return rounded + (jitter / 8192n) * value + mean;
}
