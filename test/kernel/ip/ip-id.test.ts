import assert from 'node:assert/strict';
import { IpIdents } from '../../../src/kernel/ip/ip-id.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { MILLISECOND } from '../kit.ts';

function idents(seed = 1, clock = { now: 0 }): IpIdents {
  return new IpIdents(Rng.fromSeed(seed), clock);
}

describe('kernel: IP identification', () => {
  it('counts by one within a jiffy', () => {
    const ids = idents();
    const first = ids.select(1, 2, 17, 1);
    const rest = Array.from({ length: 5 }, () => ids.select(1, 2, 17, 1));
    assert.deepEqual(
      rest,
      [1, 2, 3, 4, 5].map((i) => (first + i) & 0xffff),
    );
  });

  it('leaves room for the segments of one datagram', () => {
    const ids = idents();
    const first = ids.select(1, 2, 6, 4);
    assert.equal(ids.select(1, 2, 6, 1), (first + 4) & 0xffff);
  });

  it('moves on with time by no more than the jiffies that passed, so that nobody can count by it', () => {
    const clock = { now: 0 };
    const ids = idents(1, clock);
    let last = ids.select(1, 2, 17, 1);
    const steps = new Set<number>();
    for (let i = 1; i <= 200; i++) {
      clock.now = i * 400 * MILLISECOND;
      const id = ids.select(1, 2, 17, 1);
      steps.add((id - last) & 0xffff);
      last = id;
    }
    assert.ok(steps.size > 50);
    assert.ok(
      [...steps].every((step) => step >= 1 && step <= 100),
      '100 jiffies of 4 ms, and the datagram itself',
    );
  });

  it('counts pairs of addresses and protocols apart', () => {
    const ids = idents();
    const before = ids.select(1, 2, 17, 1);
    ids.select(2, 1, 17, 1);
    ids.select(1, 3, 17, 1);
    ids.select(1, 2, 1, 1);
    assert.equal(ids.select(1, 2, 17, 1), (before + 1) & 0xffff);
  });

  it('stays within 16 bits and comes from the seed', () => {
    const series = (seed: number): number[] => {
      const clock = { now: 0 };
      const ids = idents(seed, clock);
      return Array.from({ length: 3000 }, (_, i) => {
        clock.now = i * 1e9;
        return ids.select(i, -i, 17, 60_000);
      });
    };
    assert.ok(series(1).every((id) => Number.isInteger(id) && id >= 0 && id <= 0xffff));
    assert.deepEqual(series(1), series(1));
    assert.notDeepEqual(series(1), series(2));
  });
});
