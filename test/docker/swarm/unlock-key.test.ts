import assert from 'node:assert/strict';
import { newUnlockKey } from '../../../src/docker/swarm/unlock-key.ts';
import { Rng } from '../../../src/sim/rng.ts';

describe('docker/swarm/unlock-key', () => {
  it('has the form of a real one: 32 bytes in base 64 without padding', () => {
    const key = newUnlockKey(Rng.fromSeed(1));
    assert.match(key, /^SWMKEY-1-[A-Za-z0-9+/]{43}$/);
    assert.notEqual(newUnlockKey(Rng.fromSeed(2)), key);
  });
});
