import assert from 'node:assert/strict';
import type { RealEngine } from './real-engine.ts';
import { startRealEngine } from './real-engine.ts';

describe('a real engine', () => {
  let engine: RealEngine | null = null;

  before(function () {
    this.timeout(60_000);
    engine = startRealEngine(this);
  });

  after(() => engine?.stop());

  it('runs containers on a host of its own', () => {
    const { exit, stdout } = engine!.docker('run', '--rm', 'bb', 'ip', '-o', '-4', 'addr', 'show', 'eth0');
    assert.equal(exit, 0);
    assert.match(stdout, /inet 172\.17\.0\.2\/16/);
    assert.match(engine!.host('ip -o -4 addr show docker0').stdout, /inet 172\.17\.0\.1\/16/);
    assert.equal(engine!.host('hostname').stdout, 'h1\n');
    assert.equal(engine!.sh('docker network ls -q | wc -l').stdout.trim(), '3');
  });
});
