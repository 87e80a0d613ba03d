import assert from 'node:assert/strict';
import { newDigest, newId, newJoinToken, parseJoinToken } from '../../../src/docker/swarm/identity.ts';
import { Rng } from '../../../src/sim/rng.ts';

describe('docker/swarm/identity', () => {
  it('draws ids of 25 digits and letters, none twice', () => {
    const rng = Rng.fromSeed(1);
    const ids = Array.from({ length: 1000 }, () => newId(rng));
    for (const id of ids) assert.match(id, /^[0-9a-z]{25}$/);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('reads the tokens that it makes, and nothing else', () => {
    const rng = Rng.fromSeed(2);
    const digest = newDigest(rng);
    const token = newJoinToken(rng, digest);
    const parsed = parseJoinToken(token);
    assert.equal(parsed?.digest, digest);
    assert.equal(`SWMTKN-1-${parsed.digest}-${parsed.secret}`, token);
    for (const wrong of ['', 'foo', token.slice(1), `${token}0`, token.toUpperCase()]) {
      assert.equal(parseJoinToken(wrong), undefined);
    }
  });
});
