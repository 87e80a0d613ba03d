import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { devOf, netnsOf, payloadOf, pingSocket, SECOND, type, World } from '../kit.ts';

/** A host with a veth to a namespace: 10.0.0.1 there, 10.0.0.2 here. */
function build(): { world: World; host: Host } {
  const world = new World();
  const host = world.host('h');
  for (const line of [
    'ip netns add c',
    'ip link add eth0 netns c address 02:00:00:00:00:01 type veth peer name v0',
    'ip link set v0 address 02:00:00:00:00:02',
    'ip -n c addr add 10.0.0.1/24 dev eth0',
    'ip addr add 10.0.0.2/24 dev v0',
    'ip -n c link set eth0 up',
    'ip link set v0 up',
  ]) {
    type(host, line);
  }
  return { world, host };
}

describe('kernel: veth', () => {
  it('brings what one end sends to the other in no time, and to its stack 2 us later', () => {
    const { world, host } = build();
    pingSocket(netnsOf(host, 'c')).sendEcho(ip4('10.0.0.2'), 1, payloadOf(56));
    world.run(SECOND);
    assert.deepEqual(world.ladder('h/c/eth0'), [
      '0 > ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28',
      '0.002 < ARP, Reply 10.0.0.2 is-at 02:00:00:00:00:02, length 28',
      '0.004 > IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 64',
      '0.006 < IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 7, seq 1, length 64',
    ]);
    assert.deepEqual(
      world.ladder('h/v0'),
      world.ladder('h/c/eth0').map((line) => line.replace(/[<>]/, (sign) => (sign === '<' ? '>' : '<'))),
    );
    assert.deepEqual(
      world.seenAt('h/v0').map((each) => each.packetId),
      world.seenAt('h/c/eth0').map((each) => each.packetId),
      'it is the same frame on both ends',
    );
  });

  it('has a carrier while the other end is up', () => {
    const { host } = build();
    assert.equal(devOf(host, 'v0').hasCarrier, true);
    type(host, 'ip -n c link set eth0 down');
    assert.equal(devOf(host, 'v0').hasCarrier, false);
  });

  it('drops when the other end is down', () => {
    const { world, host } = build();
    type(host, 'ip -n c link set eth0 down');
    pingSocket(host.rootNs).sendEcho(ip4('10.0.0.1'), 1, payloadOf(8));
    world.run(SECOND / 2);
    assert.deepEqual([world.dropped(), devOf(host, 'v0').txDropped], [{ DEV_READY: 1 }, 1]);
    assert.deepEqual(world.ladder('h/v0'), [], 'a refused frame is not captured');
  });

  it('drops what is longer than the MTU of the other end and a VLAN tag', () => {
    const { world, host } = build();
    const socket = pingSocket(host.rootNs);
    socket.sendEcho(ip4('10.0.0.1'), 1, payloadOf(8));
    world.run(SECOND);
    type(host, 'ip -n c link set eth0 mtu 1400');
    socket.sendEcho(ip4('10.0.0.1'), 2, payloadOf(1404 - 28));
    socket.sendEcho(ip4('10.0.0.1'), 3, payloadOf(1405 - 28));
    world.run(SECOND);
    assert.deepEqual([socket.receive()?.seq, socket.receive()?.seq, socket.receive()], [1, 2, null]);
    assert.deepEqual(world.dropped(), { PKT_TOO_BIG: 1 });
    assert.deepEqual([devOf(host, 'v0').txDropped, devOf(host, 'eth0', 'c').rxDropped], [1, 1]);
  });

  it('drops what is on its way when it goes down', () => {
    const { world, host } = build();
    pingSocket(netnsOf(host, 'c')).sendEcho(ip4('10.0.0.2'), 1, payloadOf(8));
    type(host, 'ip link set v0 down');
    world.run(1000_000);
    assert.deepEqual(world.dropped(), { DEV_READY: 1, NEIGH_DEAD: 1 });
  });

  it('counts packets and bytes on both ends', () => {
    const { world, host } = build();
    pingSocket(netnsOf(host, 'c')).sendEcho(ip4('10.0.0.2'), 1, payloadOf(56));
    world.run(SECOND);
    const { txPackets, txBytes, rxPackets, rxBytes } = devOf(host, 'v0');
    assert.deepEqual([txPackets, txBytes, rxPackets, rxBytes], [2, 42 + 98, 2, 42 + 98]);
  });
});
