import assert from 'node:assert/strict';
import { devQueueXmit } from '../../../src/kernel/netdev.ts';
import { devOf, type, World } from '../kit.ts';
import { QdiscLab } from './kit.ts';

/** A NIC on a cable of 8 Mbit: a frame of 1,000 bytes takes a millisecond. */
function nicLab(line: string): { world: World; burst: (count: number) => void } {
  const world = new World();
  const host = world.host('h', { eth0: '' });
  world.peer(host, 'eth0', { rateBitsPerSecond: 8e6, delayNs: 1000, framing: 'none' });
  type(host, line);
  const burst = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const frame = host.stats.take(986);
      frame.head = frame.l3 - 14;
      frame.tail = frame.head + 1000;
      frame.slab.bytes.fill(0, frame.head, frame.tail);
      devQueueXmit(devOf(host, 'eth0'), frame);
      world.check();
    }
  };
  return { world, burst };
}

describe('kernel: qdisc pfifo and bfifo', () => {
  it('pfifo holds so many frames while the cable is busy, and drops the rest', () => {
    const { world, burst } = nicLab('tc qdisc add dev eth0 root pfifo limit 3');
    burst(10);
    assert.equal(world.dropped()['QDISC_DROP'], 6);
    world.run(20_000_000);
    const times = world.seenAt('h/eth0').map((each) => each.atNs);
    assert.deepEqual(times, [0, 1_000_000, 2_000_000, 3_000_000]);
  });

  it('bfifo holds so many bytes', () => {
    const { world, burst } = nicLab('tc qdisc add dev eth0 root bfifo limit 2500');
    burst(10);
    assert.equal(world.dropped()['QDISC_DROP'], 7);
    world.run(20_000_000);
    assert.equal(world.seenAt('h/eth0').length, 3);
  });

  it('pfifo_fast holds the length of the queue of an interface', () => {
    const { world, burst } = nicLab('tc qdisc add dev eth0 root pfifo_fast');
    burst(1005);
    assert.equal(world.dropped()['QDISC_DROP'], 4);
  });

  it('noqueue leaves it to the cable', () => {
    const { world, burst } = nicLab('tc qdisc add dev eth0 root noqueue');
    burst(10);
    assert.equal(world.dropped()['QDISC_DROP'], undefined);
    assert.equal(world.seenAt('h/eth0').length, 10);
  });

  it('never fills where the other end takes all at once', () => {
    const lab = new QdiscLab('tc qdisc add dev v0 root pfifo limit 1');
    lab.send(5, 100);
    assert.deepEqual([lab.counters['packets'], lab.counters['drops'], lab.counters['queueLength']], [5, 0, 0]);
  });
});
