import assert from 'node:assert/strict';
import { type } from '../kit.ts';
import { QdiscLab } from './kit.ts';

const MS = 1_000_000;
const SECOND = 1000 * MS;

describe('kernel: qdisc tbf', () => {
  it('lets a burst pass, then keeps the rate', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root tbf rate 800kbit burst 3000 limit 100000');
    const before = lab.world.seenAt('h/v0').length;
    lab.send(6, 1000);
    assert.equal(lab.world.seenAt('h/v0').length - before, 3, 'three at once');
    assert.deepEqual(lab.leaves(SECOND), [
      [3, 10_000],
      [4, 20_000],
      [5, 30_000],
    ]);
    assert.equal(lab.counters['packets'], 6);
    assert.ok(lab.counters['overlimits']! >= 3);
  });

  it('fills its bucket again while nothing comes, and no further', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root tbf rate 800kbit burst 2000 limit 100000');
    lab.send(2, 1000);
    lab.leaves(10 * MS);
    const before = lab.world.seenAt('h/v0').length;
    lab.send(2, 1000);
    assert.equal(lab.world.seenAt('h/v0').length - before, 1, 'tokens for one');
    lab.leaves(10 * SECOND);
    const later = lab.world.seenAt('h/v0').length;
    lab.send(4, 1000);
    assert.equal(lab.world.seenAt('h/v0').length - later, 2, 'never more than the bucket holds');
  });

  it('drops what its queue does not hold, and what no bucket could let pass', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root tbf rate 8kbit burst 1000 limit 2000');
    lab.send(5, 1000);
    assert.deepEqual([lab.counters['packets'], lab.counters['queueLength'], lab.counters['drops']], [1, 2, 2]);
    lab.send(1, 1001);
    assert.equal(lab.counters['drops'], 3);
    assert.equal(lab.world.dropped()['QDISC_DROP'], 3);
  });

  it('bounds the peak by a second bucket', () => {
    const lab = new QdiscLab(
      'tc qdisc add dev v0 root tbf rate 800kbit burst 5000 limit 100000 peakrate 1600kbit mtu 1000',
    );
    lab.send(14, 1000);
    const times = lab.leaves(SECOND).map(([, atUs]) => atUs);
    // 5 ms apart while the bucket lasts, 10 ms after that
    assert.deepEqual(times.slice(0, 4), [5000, 10_000, 15_000, 20_000]);
    assert.equal(times.at(-1)! - times.at(-2)!, 10_000);
  });

  it('takes a limit from the latency as tc computes it', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root tbf rate 1mbit burst 10k latency 50ms');
    const { settings } = lab.root as unknown as { settings: { limitBytes: number } };
    assert.equal(settings.limitBytes, 10_240 + 6250);
  });

  it('holds frames in another discipline that is put on its class', () => {
    const lab = new QdiscLab(
      'tc qdisc add dev v0 root handle 1: tbf rate 800kbit burst 1000 limit 100000',
      'tc qdisc add dev v0 parent 1:1 handle 10: pfifo limit 2',
    );
    lab.send(6, 1000);
    assert.deepEqual([lab.counters['queueLength'], lab.counters['drops']], [2, 3]);
    type(lab.host, 'tc qdisc del dev v0 parent 1:1');
    lab.world.check();
    assert.deepEqual([lab.counters['queueLength'], lab.counters['backlogBytes']], [0, 0]);
    lab.send(4, 1000);
    assert.equal(lab.leaves(SECOND).length, 4);
  });

  it('delays by a netem below it, and loses what that loses', () => {
    const lab = new QdiscLab(
      'tc qdisc add dev v0 root handle 1: tbf rate 800kbit burst 1000 limit 100000',
      'tc qdisc add dev v0 parent 1:1 handle 10: netem delay 10ms loss 100%',
    );
    lab.send(5, 1000);
    assert.deepEqual([lab.counters['queueLength'], lab.counters['drops']], [0, 5]);
    type(lab.host, 'tc qdisc change dev v0 parent 1:1 handle 10: netem delay 10ms');
    lab.send(3, 1000);
    assert.deepEqual(
      lab.leaves(SECOND).map(([, atUs]) => atUs),
      [10_000, 20_000, 30_000],
    );
  });
});
