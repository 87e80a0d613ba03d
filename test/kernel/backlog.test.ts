import assert from 'node:assert/strict';
import { ip4 } from '../../src/base/addr.ts';
import { arpBytes, devOf, payloadOf, pingSocket, type, withPeer, World } from './kit.ts';

describe('kernel: backlog', () => {
  it('delays each frame by the softirq time, first in, first out, with frames overlapping', () => {
    const world = new World({ softirqNs: 5000 });
    const host = world.host('h', { eth0: '10.0.0.1/24' });
    const peer = world.peer(host);
    peer.gives(arpBytes({ sender: ip4('10.0.0.2') }));
    world.run(1000);
    peer.gives(arpBytes({ sender: ip4('10.0.0.3') }));
    peer.gets();
    const answers = world.ladder('h/eth0').filter((line) => line.includes('>'));
    assert.deepEqual(
      answers.map((line) => line.split(' ')[0]),
      ['0.015', '0.016'],
      'the second does not wait for the first',
    );
    assert.deepEqual(peer.gets().length + world.seenAt('h/eth0').filter((each) => !each.isReceived).length, 2);
  });

  it('holds 1,000 frames of a machine and drops the rest', () => {
    const { world, host, peer } = withPeer();
    for (let i = 0; i < 1005; i++) peer.gives(arpBytes());
    peer.gets();
    assert.deepEqual(world.dropped(), { CPU_BACKLOG: 5 });
    const dev = devOf(host, 'eth0');
    assert.deepEqual([dev.rxPackets, dev.rxDropped, dev.txPackets], [1005, 5, 1000]);
  });

  it('is one for all namespaces of a machine', () => {
    const { world, host, peer } = withPeer();
    type(host, 'ip netns add c');
    type(host, 'ip -n c link set lo up');
    for (let i = 0; i < 999; i++) peer.gives(arpBytes());
    world.run(10_000);
    const socket = pingSocket(host.namespaces.get('c')!);
    for (let seq = 1; seq <= 3; seq++) socket.sendEcho(ip4('127.0.0.1'), seq, payloadOf(8));
    assert.deepEqual(world.dropped(), { CPU_BACKLOG: 2 });
    world.run(1_000_000);
    assert.deepEqual([socket.receive()?.seq, socket.receive()], [1, null]);
  });

  it('drops a frame whose interface went down while it waited', () => {
    const { world, host, peer } = withPeer();
    peer.gives(arpBytes());
    world.run(11_000);
    assert.equal(host.heldFrames(), 1);
    type(host, 'ip link set eth0 down');
    world.run(10_000);
    assert.deepEqual([world.dropped(), host.heldFrames()], [{ DEV_READY: 1 }, 0]);
  });

  it('keeps one event pending, however many frames wait', () => {
    const { world, host, peer } = withPeer();
    for (let i = 0; i < 50; i++) peer.gives(arpBytes());
    world.run(10_000);
    assert.deepEqual([host.backlog.waiting.length, world.sched.queue.size], [50, 1]);
  });
});
