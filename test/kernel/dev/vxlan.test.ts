import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { devOf, payloadOf, pingSocket, SECOND, type } from '../kit.ts';
import { buildTunnel, vxlanOf } from './vxlan-kit.ts';

describe('kernel: vxlan', () => {
  it('carries a question, its answer and a ping from one host to the other, and learns on the way', () => {
    const { world, left, right } = buildTunnel();
    pingSocket(left.rootNs).sendEcho(ip4('10.1.0.2'), 1, payloadOf(56));
    world.run(SECOND);
    assert.deepEqual(
      world.ladder('left/vx0').map((line) => line.replace(/^\S+ /, '')),
      [
        '> ARP, Request who-has 10.1.0.2 tell 10.1.0.1, length 28',
        '< ARP, Reply 10.1.0.2 is-at 02:00:00:00:2a:02, length 28',
        '> IP 10.1.0.1 > 10.1.0.2: ICMP echo request, id 7, seq 1, length 64',
        '< IP 10.1.0.2 > 10.1.0.1: ICMP echo reply, id 7, seq 1, length 64',
      ],
    );
    const learned = vxlanOf(right).fdb.find(0x0200, 0x2a01);
    assert.equal(learned?.remotes[0]?.ip, ip4('10.0.0.1'));
    const { txPackets, txBytes, rxPackets, rxBytes } = vxlanOf(left);
    // Bytes are those behind the Ethernet header: 28 of the question, 84 of the ping.
    assert.deepEqual([txPackets, txBytes, rxPackets, rxBytes], [2, 112, 2, 112]);
  });

  it('stays with its underlay when it moves, and is closed with it', () => {
    const { world, left } = buildTunnel();
    type(left, 'ip netns add inner');
    type(left, 'ip link set vx0 netns inner');
    type(left, 'ip -n inner addr add 10.1.0.1/24 dev vx0');
    type(left, 'ip -n inner link set vx0 up');
    const inner = left.namespaces.get('inner')!;
    pingSocket(inner).sendEcho(ip4('10.1.0.2'), 1, payloadOf(56));
    world.run(SECOND);
    assert.equal(inner.deviceByName('vx0')?.rxPackets, 2);
    assert.ok(left.rootNs.udp.atPort(4789)?.length === 1);
    type(left, 'ip netns del inner');
    assert.equal(left.rootNs.vxlan?.devices.length, 0);
    assert.equal(left.rootNs.udp.atPort(4789)?.length, 0);
  });

  it('forgets what it has learned when nothing confirms it for the ageing time, but not what it was told', () => {
    const { world, left, right } = buildTunnel('ageing 20');
    type(right, 'bridge fdb add 02:00:00:00:00:77 dev vx0 dst 10.0.0.7 static');
    pingSocket(left.rootNs).sendEcho(ip4('10.1.0.2'), 1, payloadOf(8));
    world.run(19 * SECOND);
    assert.equal(vxlanOf(right).fdb.size, 3, 'the default, the static and the learned one');
    // The neighbours have confirmed each other after five seconds.
    world.run(12 * SECOND);
    assert.equal(vxlanOf(right).fdb.find(0x0200, 0x2a01), null);
    assert.equal(vxlanOf(right).fdb.size, 2);
  });

  it('finds the others by a group that its socket joins', () => {
    const { world, left, right } = buildTunnel();
    for (const host of [left, right]) {
      type(host, 'ip link del vx0');
      type(host, 'ip link add vx0 type vxlan id 42 dstport 4789 group 239.1.1.1 dev eth0');
      type(host, `ip addr add 10.1.0.${host === left ? 1 : 2}/24 dev vx0`);
      type(host, 'ip link set vx0 up');
    }
    assert.equal(devOf(left, 'vx0').mtu, 1450);
    assert.equal(devOf(left, 'eth0').groups?.has(ip4('239.1.1.1')), true);
    pingSocket(left.rootNs).sendEcho(ip4('10.1.0.2'), 1, payloadOf(8));
    world.run(SECOND);
    assert.equal(vxlanOf(left).rxPackets, 2, 'the answer to the question, and to the ping');
    const outer = world.ladder('left/eth0').filter((line) => line.includes('VXLAN'));
    assert.match(outer[0]!, /10\.0\.0\.1\.\d+ > 239\.1\.1\.1\.4789/);
    assert.match(outer[1]!, /10\.0\.0\.2\.\d+ > 10\.0\.0\.1\.4789/);
    type(left, 'ip link set vx0 down');
    assert.equal(devOf(left, 'eth0').groups?.has(ip4('239.1.1.1')), false);
    type(right, 'ip link del vx0');
    assert.equal(right.rootNs.vxlan?.socks.length, 0);
  });

  it('goes through tunnels in tunnels, for which the headroom of a frame is not enough', () => {
    const { world, left, right } = buildTunnel();
    const deepest = 5;
    [left, right].forEach((host, i) => {
      for (let level = 1; level <= deepest; level++) {
        const peer = `10.${level}.0.${2 - i}`;
        type(host, `ip link add vx${level} type vxlan id ${level} dstport 4789 remote ${peer}`);
        type(host, `ip addr add 10.${level + 1}.0.${i + 1}/24 dev vx${level}`);
        type(host, `ip link set vx${level} up`);
      }
    });
    pingSocket(left.rootNs).sendEcho(ip4(`10.${deepest + 1}.0.2`), 1, payloadOf(1000));
    world.run(3 * SECOND);
    const seen = world.ladder(`left/vx${deepest}`).map((line) => line.replace(/^\S+ /, ''));
    assert.equal(seen.length, 4);
    assert.match(seen[3]!, /^< IP 10\.6\.0\.2 > 10\.6\.0\.1: ICMP echo reply, id 7, seq 1, length 1008$/);
    assert.deepEqual(world.dropped(), {});
  });

  it('takes a frame to an endpoint of this host up without a datagram', () => {
    const { world, left } = buildTunnel();
    type(left, 'ip link add vx1 type vxlan id 42 dstport 4790 remote 10.0.0.1');
    type(left, 'ip netns add n');
    type(left, 'ip link set vx1 netns n');
    type(left, 'ip -n n addr add 10.1.0.3/24 dev vx1');
    type(left, 'ip -n n link set vx1 up');
    type(left, 'bridge fdb append 00:00:00:00:00:00 dev vx0 dst 10.0.0.1 port 4790');
    type(left, 'ip netns exec n bridge fdb append 00:00:00:00:00:00 dev vx1 dst 10.0.0.1 port 4789');
    pingSocket(left.rootNs).sendEcho(ip4('10.1.0.3'), 1, payloadOf(8));
    world.run(SECOND);
    const there = left.namespaces.get('n')!.deviceByName('vx1')!;
    assert.ok(there.rxPackets >= 2, `${there.rxPackets} frames`);
    assert.equal(
      world.ladder('left/eth0').some((line) => line.includes('4790')),
      false,
    );
  });
});
