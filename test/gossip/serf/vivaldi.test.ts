import { strict as assert } from 'node:assert';
import { distanceSeconds, ORIGIN, Vivaldi } from '../../../src/gossip/serf/vivaldi.ts';
import { Rng } from '../../../src/sim/rng.ts';

const MILLISECOND = 1e6;

describe('gossip/serf/vivaldi', () => {
  it('begins at the origin, as unsure as can be, and takes no nonsense', () => {
    const client = new Vivaldi(Rng.fromSeed(1));
    assert.deepEqual(client.coordinate, { vec: [0, 0, 0, 0, 0, 0, 0, 0], error: 1.5, adjustment: 0, height: 1e-5 });
    assert.ok(!client.update('a', { ...ORIGIN, vec: [1] }, MILLISECOND));
    assert.ok(!client.update('a', { ...ORIGIN, height: NaN }, MILLISECOND));
    assert.ok(!client.update('a', ORIGIN, -1));
    assert.ok(!client.update('a', ORIGIN, 11e9));
    assert.deepEqual(client.coordinate, ORIGIN);
  });

  it('rides out a single slow answer', () => {
    const client = new Vivaldi(Rng.fromSeed(2));
    const peer = { ...ORIGIN, vec: [0.005, 0, 0, 0, 0, 0, 0, 0] };
    for (let i = 0; i < 5; i++) client.update('a', peer, 5 * MILLISECOND);
    const before = distanceSeconds(client.coordinate, peer);
    client.update('a', peer, 9000 * MILLISECOND);
    assert.ok(Math.abs(distanceSeconds(client.coordinate, peer) - before) < 0.002);
    client.forget('a');
  });

  it('comes to estimate the times between all nodes', () => {
    // Two sites of three nodes: 1 ms within, 40 ms between.
    const rng = Rng.fromSeed(3);
    const clients = Array.from({ length: 6 }, (_, i) => new Vivaldi(rng.fork(`${i}`)));
    const rttNs = (a: number, b: number): number => (a < 3 === b < 3 ? 1 : 40) * MILLISECOND;
    for (let round = 0; round < 4000; round++) {
      const from = rng.below(6);
      const to = (from + 1 + rng.below(5)) % 6;
      assert.ok(clients[from]!.update(`${to}`, clients[to]!.coordinate, rttNs(from, to)));
    }
    for (let a = 0; a < 6; a++) {
      for (let b = 0; b < a; b++) {
        const estimate = distanceSeconds(clients[a]!.coordinate, clients[b]!.coordinate);
        const expected = rttNs(a, b) / 1e9;
        assert.ok(
          Math.abs(estimate - expected) < Math.max(0.002, expected * 0.2),
          `${a} ${b}: ${estimate} ${expected}`,
        );
      }
    }
  });
});
