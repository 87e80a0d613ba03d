import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { payloadOf, pingSocket, SECOND, type } from '../kit.ts';
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
});
