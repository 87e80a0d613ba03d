import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Rng } from '../../src/sim/rng.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

function draws(rng: Rng, n: number): number[] {
  return Array.from({ length: n }, () => rng.u32());
}

/** Pearson's chi-squared of counts that should be equal. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('sim/rng', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    assert.deepEqual(draws(Rng.fromSeed(1), 20), draws(Rng.fromSeed(1), 20));
    const firsts = new Set([0, 1, 2, 3, -1, 2 ** 32, 2 ** 33, 2 ** 53 - 1].map((seed) => Rng.fromSeed(seed).u32()));
    assert.equal(firsts.size, 8);
    assert.throws(() => Rng.fromSeed(0.5), /integer/);
  });

  it('keeps its numbers from version to version', () => {
    assert.deepEqual(draws(Rng.fromSeed(1), 3), PINNED_ROOT);
    assert.deepEqual(draws(Rng.fromSeed(1).fork('host/node1'), 3), PINNED_FORK);
  });

  it('forks by name, whatever was drawn or forked before', () => {
    const fresh = Rng.fromSeed(7);
    const used = Rng.fromSeed(7);
    draws(used, 1000);
    used.fork('host/node2').u32();
    assert.deepEqual(draws(used.fork('host/node1'), 20), draws(fresh.fork('host/node1'), 20));
    assert.deepEqual(draws(used.fork('a').fork('b'), 5), draws(fresh.fork('a').fork('b'), 5));
  });

  it('forks into different generators for different names, paths and parents', () => {
    const root = Rng.fromSeed(7);
    const names = ['', 'a', 'b', 'ab', 'ba', 'aa', '\0', 'a\0', 'host/1', 'host/11', 'Ab', 'å'];
    const paths = [root, root.fork('a').fork('b'), root.fork('b').fork('a'), Rng.fromSeed(8).fork('a')];
    const streams = [...paths, ...names.map((name) => root.fork(name))].map((rng) => draws(rng, 2).join());
    assert.equal(new Set(streams).size, streams.length);
  });

  it('draws forks that do not follow each other: their bits agree half of the time', () => {
    const root = Rng.fromSeed(3);
    for (let i = 0; i < 20; i++) {
      const left = draws(root.fork(`host/${i}`), 500);
      const right = draws(root.fork(`host/${i + 1}`), 500);
      let equalBits = 0;
      left.forEach((word, n) => {
        for (let bits = ~(word ^ right[n]!); bits !== 0; bits &= bits - 1) equalBits++;
      });
      // 16,000 fair coins: 8,000 +- 63; this is six standard deviations.
      assert(Math.abs(equalBits - 8_000) < 380, `fork ${i}: ${equalBits}`);
    }
  });

  it('is roughly uniform below small and large bounds', () => {
    const rng = Rng.fromSeed(11);
    const n = 20_000 * effort;
    for (const bound of [2, 3, 10, 16, 100]) {
      const counts = new Array<number>(bound).fill(0);
      for (let i = 0; i < n; i++) counts[rng.below(bound)]!++;
      // The mean of chi-squared is bound - 1 and its deviation sqrt(2 (bound - 1)); six of them.
      assert(chiSquared(counts) < bound - 1 + 6 * Math.sqrt(2 * bound), `below ${bound}`);
    }
    // 3 * 2^30: taking the remainder of 32 bits would give the lowest third twice as often.
    const thirds = [0, 0, 0];
    for (let i = 0; i < n; i++) thirds[Math.floor(rng.below(3 * 2 ** 30) / 2 ** 30)]!++;
    assert(chiSquared(thirds) < 20);
    // Above 2^32 it draws 53 bits.
    const halves = [0, 0];
    for (let i = 0; i < n; i++) halves[rng.below(2 ** 50) < 2 ** 49 ? 0 : 1]!++;
    assert(chiSquared(halves) < 20);
  });

  it('stays inside its bounds', () => {
    const rng = Rng.fromSeed(13);
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.nat({ max: 1000 }), (bound, span) => {
        const below = rng.below(bound + 1 > Number.MAX_SAFE_INTEGER ? bound : bound + 1);
        assert(below >= 0 && below <= bound && Number.isSafeInteger(below));
        const between = rng.between(-span, span);
        assert(between >= -span && between <= span && Number.isInteger(between));
        const unit = rng.unit();
        assert(unit >= 0 && unit < 1);
      }),
    );
    assert.equal(rng.below(1), 0);
    assert.equal(rng.between(5, 5), 5);
    assert.throws(() => rng.below(0), /positive/);
    assert.throws(() => rng.below(1.5), /positive/);
    assert.throws(() => rng.between(2, 1), /order/);
  });

  it('reaches both ends of a range and hits chances about as often as asked', () => {
    const rng = Rng.fromSeed(17);
    const seen = new Set(Array.from({ length: 200 }, () => rng.between(-1, 1)));
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [-1, 0, 1],
    );
    let hits = 0;
    for (let i = 0; i < 10_000; i++) if (rng.chance(0.01)) hits++;
    assert(hits > 50 && hits < 150, `${hits} hits`);
    assert.equal(rng.chance(0), false);
    assert.equal(rng.chance(1), true);
  });

  it('makes bytes, digits and shuffled lists', () => {
    const rng = Rng.fromSeed(19);
    assert.equal(new Set(rng.bytes(10_000)).size, 256);
    assert.match(rng.hex(64), /^[0-9a-f]{64}$/);
    assert.equal(rng.hex(0), '');
    const places = [0, 0, 0, 0];
    for (let i = 0; i < 4_000; i++) {
      const list = ['a', 'b', 'c', 'd'];
      rng.shuffle(list);
      places[list.indexOf('a')]!++;
      assert.deepEqual(
        [...list].sort((a, b) => (a < b ? -1 : 1)),
        ['a', 'b', 'c', 'd'],
      );
    }
    assert(chiSquared(places) < 3 + 6 * Math.sqrt(6));
  });
});

const PINNED_ROOT = [703_260_203, 1_600_023_123, 2_526_190_697];
const PINNED_FORK = [1_429_192_156, 480_296_320, 2_482_396_342];
