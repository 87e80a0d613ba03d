import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { devOf, payloadOf, pingSocket, SECOND, type, World } from '../kit.ts';

describe('kernel: loopback', () => {
  it('gives back what is sent, through the backlog of its own namespace', () => {
    const world = new World();
    const host = world.host('h');
    const socket = pingSocket(host.rootNs);
    socket.sendEcho(ip4('127.0.0.1'), 1, payloadOf(56));
    world.run(SECOND);
    assert.deepEqual(world.ladder('h/lo'), [
      '0 > IP 127.0.0.1 > 127.0.0.1: ICMP echo request, id 7, seq 1, length 64',
      '0 < IP 127.0.0.1 > 127.0.0.1: ICMP echo request, id 7, seq 1, length 64',
      '0.002 > IP 127.0.0.1 > 127.0.0.1: ICMP echo reply, id 7, seq 1, length 64',
      '0.002 < IP 127.0.0.1 > 127.0.0.1: ICMP echo reply, id 7, seq 1, length 64',
    ]);
    assert.equal(socket.receive()?.timeNs, 4000);
    const lo = devOf(host, 'lo');
    assert.deepEqual([lo.ifIndex, lo.mac, lo.mtu, lo.txPackets, lo.rxPackets], [1, 0, 65_536, 2, 2]);
    assert.deepEqual([lo.txBytes, lo.rxBytes], [168, 168], 'without Ethernet headers');
    assert.equal(host.stats.hops, 2);
  });

  it('carries the longest datagram in one frame', () => {
    const world = new World();
    const host = world.host('h');
    const socket = pingSocket(host.rootNs);
    assert.equal(socket.sendEcho(ip4('127.0.0.1'), 1, payloadOf(65_507)), '');
    world.run(SECOND);
    assert.equal(socket.receive()?.payload.length, 65_507);
    assert.equal(world.seenAt('h/lo')[0]!.bytes.length, 14 + 65_535);
  });

  it('is there and down in a fresh namespace, without an address', () => {
    const world = new World();
    const host = world.host('h');
    type(host, 'ip netns add c');
    const lo = devOf(host, 'lo', 'c');
    assert.deepEqual([lo.isUp, lo.addresses], [false, []]);
    assert.equal(pingSocket(lo.ns).sendEcho(ip4('127.0.0.1'), 1, payloadOf(8)), 'ENETUNREACH');
    type(host, 'ip -n c link set lo up');
    assert.equal(pingSocket(lo.ns, 8).sendEcho(ip4('127.0.0.1'), 1, payloadOf(8)), '');
    world.run(SECOND);
    assert.deepEqual(world.dropped(), {});
  });
});
