import assert from 'node:assert/strict';
import {
  devOf,
  echoBytes,
  introduce,
  pair,
  payloadOf,
  PEER_IP,
  pingSocket,
  SECOND,
  type,
  withPeer,
  World,
} from '../kit.ts';

describe('kernel: network card', () => {
  it('drops when no cable is plugged in', () => {
    const world = new World();
    const host = world.host('h', { eth0: '10.0.0.1/24' });
    assert.equal(devOf(host, 'eth0').hasCarrier, false);
    pingSocket(host.rootNs).sendEcho(PEER_IP, 1, payloadOf(8));
    assert.deepEqual(world.dropped(), { X_NO_CARRIER: 1 });
    world.run(4 * SECOND);
    assert.deepEqual(world.dropped(), { X_NO_CARRIER: 3, NEIGH_FAILED: 1 });
    assert.deepEqual(world.ladder('h/eth0'), []);
  });

  it('drops when the queue before the cable is full, and captures do not see it', () => {
    const { world, a } = pair({}, { rateBitsPerSecond: 1_000_000, queueFrames: 2 });
    const socket = pingSocket(a.rootNs);
    socket.sendEcho(PEER_IP, 1, payloadOf(56));
    world.run(SECOND);
    for (let seq = 2; seq <= 7; seq++) socket.sendEcho(PEER_IP, seq, payloadOf(56));
    assert.deepEqual(world.dropped(), { QDISC_DROP: 3 });
    world.run(SECOND);
    const sent = world.ladder('a/eth0', SECOND).filter((line) => line.includes('request'));
    assert.equal(sent.length, 3);
    assert.equal(devOf(a, 'eth0').txDropped, 3);
  });

  it('stamps a frame when it takes it, and its end when it has crossed the cable', () => {
    const { world, a, b } = pair({}, { rateBitsPerSecond: 1_000_000_000, delayNs: 50_000 });
    const socket = pingSocket(a.rootNs);
    socket.sendEcho(PEER_IP, 1, payloadOf(56));
    world.run(SECOND);
    const times = world.seenAt('b/eth0').map((each) => each.atNs);
    // 60 + 24 bytes for ARP, 98 + 24 for the echo, 2 us for each machine.
    const [asked, answered] = [84 * 8 + 50_000, 84 * 8 + 50_000 + 2000];
    const heard = answered + 84 * 8 + 50_000 + 2000;
    assert.deepEqual(times.slice(0, 3), [asked, answered, heard + 122 * 8 + 50_000]);
    assert.equal(devOf(b, 'eth0').rxPackets, 2);
  });

  it('does not hear anything while it is down', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    type(host, 'ip link set eth0 down');
    peer.gives(echoBytes());
    assert.deepEqual(peer.gets(), []);
    assert.deepEqual(world.dropped(), { DEV_READY: 1 });
    assert.equal(devOf(host, 'eth0').rxPackets, 1);
  });

  it('drops what it sends itself while it is down', () => {
    const { world, host } = withPeer();
    type(host, 'ip link set eth0 down');
    assert.equal(pingSocket(host.rootNs).sendEcho(PEER_IP, 1, payloadOf(8)), 'ENETUNREACH');
    assert.deepEqual(world.dropped(), {});
  });
});
