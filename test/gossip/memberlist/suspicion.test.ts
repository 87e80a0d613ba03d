import assert from 'node:assert/strict';
import { Suspicion } from '../../../src/gossip/memberlist/suspicion.ts';
import { MILLISECOND, SECOND } from '../../../src/sim/units.ts';
import { FakeClock } from './fake-clock.ts';

function suspect(k: number): { clock: FakeClock; suspicion: Suspicion; ends: number[] } {
  const clock = new FakeClock();
  const ends: number[] = [];
  const suspicion = new Suspicion(clock, 'a', k, 4 * SECOND, 24 * SECOND, () => ends.push(clock.now));
  return { clock, suspicion, ends };
}

describe('gossip/memberlist/suspicion', () => {
  it('takes the shortest time where nobody can confirm, else the longest', () => {
    for (const [k, seconds] of [
      [0, 4],
      [2, 24],
    ] as const) {
      const { clock, ends } = suspect(k);
      clock.run(60 * SECOND);
      assert.deepEqual(ends, [seconds * SECOND]);
    }
  });

  it('shortens with each new voice, and with no voice twice', () => {
    const { clock, suspicion, ends } = suspect(2);
    clock.run(SECOND);
    assert.equal(suspicion.confirm('a'), false);
    assert.equal(suspicion.confirm('b'), true);
    assert.equal(suspicion.confirm('b'), false);
    clock.run(10_380 * MILLISECOND);
    assert.deepEqual(ends, []);
    clock.run(MILLISECOND);
    assert.deepEqual(ends, [11_381 * MILLISECOND]);
  });

  it('ends at once when the last voice comes late, and hears no more than it needs', () => {
    const { clock, suspicion, ends } = suspect(2);
    clock.run(5 * SECOND);
    assert.equal(suspicion.confirm('b'), true);
    assert.equal(suspicion.confirm('c'), true);
    assert.equal(suspicion.confirm('d'), false);
    clock.run(0);
    assert.deepEqual(ends, [5 * SECOND]);
    assert.equal(suspicion.confirmations, 2);
  });

  it('comes to nothing when it is cancelled', () => {
    const { clock, suspicion, ends } = suspect(0);
    suspicion.cancel();
    clock.run(60 * SECOND);
    assert.deepEqual(ends, []);
  });
});
