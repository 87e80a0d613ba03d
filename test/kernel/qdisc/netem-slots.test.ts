import assert from 'node:assert/strict';
import { QdiscLab } from './kit.ts';

const SECOND = 1_000_000_000;

describe('kernel: qdisc netem slots', () => {
  it('lets so many frames go in a slot, and waits for the next', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem slot 10ms packets 2');
    lab.send(6, 100);
    const times = [...lab.world.seenAt('h/v0')].slice(-6).length;
    assert.equal(times, 6 - lab.dev.qdisc!.heldFrames);
    const later = lab.leaves(SECOND).map(([, atUs]) => atUs);
    const steps = new Set(later.map((atUs) => atUs % 10_000));
    assert.deepEqual(steps, new Set([0]));
    for (const atUs of new Set(later)) assert.ok(later.filter((other) => other === atUs).length <= 2);
  });

  it('bounds a slot by bytes, too, and draws its length between two bounds', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem slot 5ms 15ms bytes 150');
    lab.send(20, 100);
    const times = [...new Set(lab.leaves(SECOND).map(([, atUs]) => atUs))];
    assert.ok(times.length > 5);
    const gaps = times.slice(1).map((atUs, i) => atUs - times[i]!);
    assert.ok(
      gaps.every((gap) => gap >= 5000 && gap <= 15_000),
      gaps.join(' '),
    );
    assert.ok(new Set(gaps).size > 3);
  });

  it('draws its length from a distribution', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem slot distribution normal 10ms 1ms packets 1');
    lab.send(30, 100);
    const times = lab.leaves(SECOND).map(([, atUs]) => atUs);
    const gaps = times.slice(1).map((atUs, i) => atUs - times[i]!);
    assert.ok(gaps.length > 20);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    assert.ok(Math.abs(mean - 10_000) < 1000, `${mean} us`);
  });
});
