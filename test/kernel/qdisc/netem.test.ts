import assert from 'node:assert/strict';
import { type } from '../kit.ts';
import { QdiscLab } from './kit.ts';

const MS = 1_000_000;
const SECOND = 1000 * MS;

describe('kernel: qdisc netem', () => {
  it('holds frames in its books, lets them go at their time, and counts', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 10ms');
    lab.send(3, 100);
    assert.deepEqual([lab.counters['queueLength'], lab.counters['backlogBytes'], lab.host.heldFrames()], [3, 300, 3]);
    assert.deepEqual(lab.leaves(SECOND), [
      [0, 10_000],
      [1, 10_000],
      [2, 10_000],
    ]);
    const counters = { packets: 3, bytes: 300, drops: 0, overlimits: 0, requeues: 0, queueLength: 0, backlogBytes: 0 };
    assert.deepEqual(lab.counters, counters);
  });

  it('drops the tail beyond its limit, with a reason', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 10ms limit 2');
    lab.send(5, 100);
    assert.equal(lab.counters['drops'], 3);
    assert.deepEqual(lab.world.dropped()['QDISC_DROP'], 3);
    assert.equal(lab.leaves(SECOND).length, 2);
  });

  it('sends a duplicate as a second frame in the books', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem duplicate 100%');
    const before = lab.world.sent();
    lab.send(4, 100);
    assert.equal(lab.world.sent() - before, 8);
    assert.equal(lab.counters['packets'], 8);
  });

  it('reorders: one in five overtakes those that wait', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 10ms reorder 100% gap 5');
    lab.send(5, 100);
    assert.deepEqual(
      lab.leaves(SECOND).map(([number]) => number),
      [0, 1, 2, 3],
    );
    assert.equal(lab.counters['packets'], 5);
    assert.equal(lab.counters['requeues'], 1);
  });

  it('lets jittered frames overtake each other, each at its own time', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 50ms 20ms distribution normal');
    lab.send(200, 100);
    const left = lab.leaves(SECOND);
    assert.equal(left.length, 200);
    assert.ok(left.some(([number], i) => i > 0 && number < left[i - 1]![0]));
    assert.ok(left.every(([, atUs], i) => i === 0 || atUs >= left[i - 1]![1]));
  });

  it('keeps a rate: 1042 bytes take 8.336 ms at 1 Mbit, as recorded', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem rate 1mbit');
    lab.send(3, 1042);
    assert.deepEqual(lab.leaves(SECOND), [
      [0, 8336],
      [1, 16_672],
      [2, 25_008],
    ]);
  });

  it('hands what is due to a child, whose frames it counts, too', () => {
    const lab = new QdiscLab(
      'tc qdisc add dev v0 root handle 1: netem delay 10ms',
      'tc qdisc add dev v0 parent 1:1 handle 10: tbf rate 800kbit burst 1000 limit 5000',
    );
    lab.send(10, 1000);
    assert.deepEqual(lab.leaves(15 * MS), [[0, 10_000]]);
    assert.deepEqual([lab.counters['queueLength'], lab.counters['drops']], [4, 5]);
    assert.deepEqual(
      lab.leaves(SECOND).map(([number]) => number),
      [1, 2, 3, 4],
    );
    assert.equal(lab.counters['queueLength'], 0);
    assert.equal(lab.counters['backlogBytes'], 0);
  });

  it('changes while frames wait: they keep their times', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 10ms');
    lab.send(1, 100);
    type(lab.host, 'tc qdisc change dev v0 root netem delay 1ms');
    lab.send(1, 100, 1);
    assert.deepEqual(lab.leaves(SECOND), [
      [1, 1000],
      [0, 10_000],
    ]);
  });

  it('keeps what a change does not name, as the kernel does', () => {
    const lab = new QdiscLab(
      'tc qdisc add dev v0 root netem delay 10ms 1ms distribution normal corrupt 5% rate 1mbit',
      'tc qdisc change dev v0 root netem loss 1%',
    );
    const shown = lab.dev.qdisc!.root as unknown as { settings: Record<string, unknown> };
    const { latencyNs, corrupt, rateBytesPerSecond, distribution } = shown.settings;
    assert.deepEqual([latencyNs, rateBytesPerSecond, distribution], [0, 125_000, 'normal']);
    assert.ok((corrupt as number) > 0);
  });

  it('loses what it holds with the interface, or when it is replaced', () => {
    for (const line of [
      'ip link set v0 down',
      'ip link del v0',
      'tc qdisc del dev v0 root',
      'tc qdisc replace dev v0 root pfifo',
    ]) {
      const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 10ms reorder 50%');
      lab.send(8, 100);
      const held = lab.dev.qdisc!.heldFrames;
      assert.ok(held > 0);
      type(lab.host, line);
      lab.world.check();
      assert.equal(lab.world.dropped()['QDISC_DROP'], held, line);
      assert.equal(lab.leaves(SECOND).length, 0);
    }
  });

  it('goes with its interface into no other namespace', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem delay 10ms', 'ip netns add n1');
    lab.send(2, 100);
    type(lab.host, 'ip link set v0 netns n1');
    lab.world.check();
    assert.equal(lab.dev.qdisc, null);
  });

  it('corrupts frames that are then delivered, and die of their checksums', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root netem corrupt 100%');
    lab.send(20, 60);
    const [first] = lab.world.seenAt('h/v0').slice(-20);
    assert.ok(first !== undefined);
    const touched = lab.world
      .seenAt('h/v0')
      .slice(-20)
      .filter(({ bytes }) => bytes.some((byte, at) => at !== 14 && byte !== 0));
    assert.ok(touched.length >= 18, `${touched.length} of 20 have a flipped bit outside their number`);
  });
});
