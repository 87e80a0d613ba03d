import assert from 'node:assert/strict';
import { TcpSecrets } from '../../../../src/kernel/socket/tcp/tcp-isn.ts';
import { Rng } from '../../../../src/sim/rng.ts';

describe('kernel: numbers that nobody can guess', () => {
  const secrets = new TcpSecrets(Rng.fromSeed(1));

  it('begin elsewhere for each four-tuple and namespace, and move on every 64 ns', () => {
    const first = secrets.seq(1, 2, 3, 4, 0);
    assert.equal((secrets.seq(1, 2, 3, 4, 6_400) - first) | 0, 100);
    const others = [
      secrets.seq(2, 2, 3, 4, 0),
      secrets.seq(1, 3, 3, 4, 0),
      secrets.seq(1, 2, 4, 4, 0),
      secrets.seq(1, 2, 3, 5, 0),
      new TcpSecrets(Rng.fromSeed(2)).seq(1, 2, 3, 4, 0),
    ];
    assert.equal(new Set([first, ...others]).size, 6);
    assert.equal(new TcpSecrets(Rng.fromSeed(1)).seq(1, 2, 3, 4, 0), first);
  });

  it('are one offset of time stamps for two hosts, whatever their ports', () => {
    assert.equal(secrets.tsOffset(1, 3), secrets.tsOffset(1, 3));
    assert.notEqual(secrets.tsOffset(1, 3), secrets.tsOffset(3, 1));
  });

  it('spread evenly', () => {
    const counts = new Array<number>(16).fill(0);
    for (let port = 0; port < 16_000; port++) counts[secrets.portOffset(1, 3, port, true) >>> 28]!++;
    for (const count of counts) assert.ok(Math.abs(count - 1000) < 150, String(counts));
  });
});
