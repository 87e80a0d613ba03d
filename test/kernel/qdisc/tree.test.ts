import assert from 'node:assert/strict';
import { type } from '../kit.ts';
import { QdiscLab } from './kit.ts';

const SECOND = 1_000_000_000;

describe('kernel: qdisc tree', () => {
  it('lists its disciplines from the top, and counts all frames in them', () => {
    const lab = new QdiscLab(
      'tc qdisc add dev v0 root handle 1: netem delay 10ms',
      'tc qdisc add dev v0 parent 1: handle 2: netem delay 10ms',
      'tc qdisc add dev v0 parent 2: handle 3: pfifo limit 7',
    );
    assert.deepEqual(
      lab.dev.qdisc!.all.map((qdisc) => qdisc.handle),
      [1, 2, 3],
    );
    lab.send(4, 100);
    lab.leaves(15_000_000);
    assert.equal(lab.dev.qdisc!.heldFrames, 4);
    assert.equal(lab.leaves(SECOND).length, 4);
  });

  it('duplicates at the top: the copy goes through every discipline', () => {
    const lab = new QdiscLab(
      'tc qdisc add dev v0 root handle 1: tbf rate 1gbit burst 100k limit 100k',
      'tc qdisc add dev v0 parent 1: handle 2: netem duplicate 100%',
    );
    lab.send(3, 100);
    assert.equal(lab.counters['packets'], 6);
    assert.deepEqual([lab.counters['queueLength'], lab.counters['backlogBytes']], [0, 0]);
  });

  it('captures a frame when it leaves, not when it is queued', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 1ms');
    const before = lab.world.seenAt('h/v0').length;
    lab.send(1, 100);
    assert.equal(lab.world.seenAt('h/v0').length, before);
    assert.deepEqual(lab.leaves(SECOND), [[0, 1000]]);
  });

  it('stays on an interface that goes down and comes up again', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 1ms');
    type(lab.host, 'ip link set v0 down');
    type(lab.host, 'ip link set v0 up');
    lab.leaves(SECOND);
    lab.send(1, 100);
    assert.deepEqual(lab.leaves(SECOND), [[0, 1000]]);
  });
});
