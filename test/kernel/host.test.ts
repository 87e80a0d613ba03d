import assert from 'node:assert/strict';
import { formatIp4, formatMac, ip4 } from '../../src/base/addr.ts';
import { UdpSocket } from '../../src/kernel/socket/udp-socket.ts';
import type { World } from './kit.ts';
import * as kit from './kit.ts';
import { addContainer, devOf, netnsOf, pair, payloadOf, pingSocket, SECOND, type } from './kit.ts';

/** Two containers on a bridge, made on a machine with the world's seed. */
function lab(seed: number): { world: World; macs: string[]; ladder: string[] } {
  const world = new kit.World({ seed });
  const host = world.host('h');
  type(host, 'ip link add br0 type bridge');
  type(host, 'ip link set br0 up');
  const c1 = addContainer(host, 'c1', '10.0.0.1/24', 'br0', 'veth1');
  addContainer(host, 'c2', '10.0.0.2/24', 'br0', 'veth2');
  const socket = pingSocket(c1);
  for (let seq = 1; seq <= 3; seq++) {
    socket.sendEcho(ip4('10.0.0.2'), seq, payloadOf(56));
    world.run(SECOND);
  }
  const macs = ['veth1', 'veth2'].map((name) => formatMac(devOf(host, name).mac));
  return { world, macs, ladder: world.ladder('h/br0') };
}

describe('kernel: a machine', () => {
  it('begins with a lo that is up and answers', () => {
    const world = new kit.World();
    const host = world.host('h');
    const lo = devOf(host, 'lo');
    assert.deepEqual(
      [lo.ifIndex, lo.isUp, lo.mtu, lo.addresses.map((each) => formatIp4(each.address))],
      [1, true, 65_536, ['127.0.0.1']],
    );
    const socket = pingSocket(host.rootNs);
    assert.equal(socket.sendEcho(ip4('127.0.0.1'), 1, payloadOf(8)), '');
    world.run(SECOND);
    assert.equal(socket.receive()?.from, ip4('127.0.0.1'));
    assert.deepEqual([host.namespaces.size, host.admin.verbs.length], [0, 0]);
  });

  it('has its cards down and without a cable at first', () => {
    const world = new kit.World();
    const host = world.host('h');
    const nic = host.addNic('eth0', 0x02_00_00_00_00_01, 1500);
    assert.deepEqual([nic.isUp, nic.hasCarrier, nic.ifIndex], [false, false, 2]);
    assert.equal(host.rootNs.deviceByName('eth0'), nic);
    type(host, 'ip link set eth0 up');
    type(host, 'ip addr add 10.0.0.1/24 brd + dev eth0');
    assert.equal(pingSocket(host.rootNs).sendEcho(ip4('10.0.0.2'), 1, payloadOf(8)), '');
    world.run(10 * SECOND);
    assert.equal(world.dropped()['X_NO_CARRIER'] ?? 0, 3, `three questions: ${JSON.stringify(world.dropped())}`);
    assert.equal(world.slab.inUse, 0);
  });

  it('does the same again with the same seed, and chooses otherwise with another', () => {
    const [one, same, other] = [lab(1), lab(1), lab(2)];
    assert.deepEqual([same.macs, same.ladder], [one.macs, one.ladder]);
    assert.notDeepEqual(other.macs, one.macs);
  });

  it('chooses for one namespace whatever happens in another', () => {
    const portsOf = (busy: boolean): number => {
      const host = new kit.World().host('h');
      for (const name of ['n1', 'n2']) {
        type(host, `ip netns add ${name}`);
        type(host, `ip -n ${name} link set lo up`);
      }
      if (busy) for (let i = 0; i < 5; i++) new UdpSocket(netnsOf(host, 'n1')).bind(0, 0);
      const socket = new UdpSocket(netnsOf(host, 'n2'));
      assert.equal(socket.bind(0, 0), '');
      return socket.localPort;
    };
    assert.equal(portsOf(true), portsOf(false));
  });

  it('tells how many frames wait: in the backlog, for a neighbour, in reassembly', () => {
    const { world, host, peer } = kit.withPeer();
    assert.equal(host.heldFrames(), 0);
    kit.introduce(peer);
    peer.gives(kit.echoBytes({ flags: 0x2000 }, [...payloadOf(16)]));
    world.run(10_000);
    assert.equal(host.heldFrames(), 1, 'in the backlog');
    world.run(5_000);
    assert.equal(host.heldFrames(), 1, 'in reassembly');
    assert.equal(pingSocket(host.rootNs).sendEcho(ip4('10.0.0.77'), 1, payloadOf(8)), '');
    assert.equal(host.heldFrames(), 2, 'and one that asks for its neighbour');
    world.run(60 * SECOND);
    assert.deepEqual([host.heldFrames(), world.slab.inUse], [0, 0]);
  });

  it('accounts for every frame of a conversation', () => {
    const { world, a, b } = pair();
    const socket = pingSocket(a.rootNs);
    for (let seq = 1; seq <= 5; seq++) socket.sendEcho(ip4('10.0.0.2'), seq, payloadOf(4000));
    const udp = new UdpSocket(b.rootNs);
    assert.equal(udp.sendTo(ip4('10.0.0.1'), 9, payloadOf(100)), '');
    world.run(60 * SECOND);
    assert.equal(world.slab.inUse, 0);
    assert.equal(
      world.sent(),
      world.delivered() + Object.values(world.dropped()).reduce((sum, count) => sum + count, 0),
    );
    assert.notEqual(world.sent(), 0);
  });
});
