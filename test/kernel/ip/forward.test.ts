import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import type { Ipv4Fields } from '../../wire/frames.ts';
import { icmpBytes, referenceSum } from '../../wire/frames.ts';
import type { Peer } from '../kit.ts';
import { arpBytes, devOf, echoBytes, ipBytes, PEER_IP, SECOND, textOf, type, viewOf, World } from '../kit.ts';

const FAR = ip4('10.9.0.2');

/** A router between the peer (10.0.0.2) and a far machine (10.9.0.2), both in the hands of the test, ARP done. */
function router(): { world: World; host: Host; near: Peer; far: Peer } {
  const world = new World();
  const host = world.host('r', { eth0: '10.0.0.1/24', eth1: '10.9.0.1/24' });
  type(host, 'sysctl -w net.ipv4.ip_forward=1');
  const [near, far] = [world.peer(host, 'eth0'), world.peer(host, 'eth1')];
  near.gives(arpBytes());
  far.gives(arpBytes({ sender: FAR, target: ip4('10.9.0.1') }));
  assert.deepEqual([near.gets().length, far.gets().length], [1, 1]);
  return { world, host, near, far };
}

/** What the router sends to either side when the peer sends `bytes`. */
function routed(
  bytes: Uint8Array,
  prepare: (host: Host) => void = () => undefined,
): { near: string[]; far: string[]; dropped: Record<string, number> } {
  const { world, host, near, far } = router();
  prepare(host);
  near.gives(bytes);
  world.run(100_000);
  return { near: near.getsLines(0), far: far.getsLines(0), dropped: world.dropped() };
}

/** An echo request with so many bytes of data. */
function big(length: number, fields: Ipv4Fields): Uint8Array {
  return ipBytes(icmpBytes(8, 0, 1, new Array<number>(length).fill(1)), { protocol: 1, dst: FAR, ...fields });
}

describe('kernel: forwarding', () => {
  it('asks a host that would fragment for itself not to send so much at once', () => {
    const world = new World();
    const sender = world.host('s', { eth0: '10.0.0.2/24' });
    const host = world.host('r', { eth0: '10.0.0.1/24', eth1: '10.9.0.1/24' });
    world.cable(sender, 'eth0', host, 'eth0');
    type(host, 'sysctl -w net.ipv4.ip_forward=1');
    type(host, 'ip link set eth1 mtu 1400');
    type(sender, 'ip route add default via 10.0.0.1');
    const far = world.peer(host, 'eth1');
    const socket = new UdpSocket(sender.rootNs);
    socket.sendTo(FAR, 9, new Uint8Array(1472));
    assert.deepEqual(far.getsLines(), []);
    assert.match(world.ladder('s/eth0').at(-1)!, /ICMP 10\.9\.0\.2 unreachable - need to frag \(mtu 1400\)/);
    // The error told it. It cuts now, and the router asks for the neighbour.
    socket.sendTo(FAR, 9, new Uint8Array(1472));
    assert.deepEqual(far.getsLines(), ['ARP, Request who-has 10.9.0.2 tell 10.9.0.1, length 28']);
  });

  it('goes by the MTU that a route names', () => {
    const { near, dropped } = routed(big(500, { flags: ipv4.DF }), (host) => {
      type(host, 'ip route add 10.9.0.2/32 dev eth1 mtu 500');
    });
    assert.deepEqual(near, ['IP 10.0.0.1 > 10.0.0.2: ICMP 10.9.0.2 unreachable - need to frag (mtu 500), length 536']);
    assert.deepEqual(dropped, { PKT_TOO_BIG: 1 });
    const cut = routed(big(500, { flags: 0 }), (host) => {
      type(host, 'ip route add 10.9.0.2/32 dev eth1 mtu 500');
    });
    assert.equal(cut.far.length, 2);
  });

  it('takes one off the TTL, keeps the rest, and writes new Ethernet addresses', () => {
    const { near, far, world, host } = router();
    near.gives(echoBytes({ dst: FAR, ttl: 9, tos: 0x48, id: 77, flags: ipv4.DF }));
    world.run(100_000);
    const [out] = far.gets(0);
    const v = viewOf(out!.bytes);
    assert.deepEqual(
      [ipv4.ttl(v, 14), ipv4.tos(v, 14), ipv4.id(v, 14), ipv4.flagsFragment(v, 14), ipv4.src(v, 14), ipv4.dst(v, 14)],
      [8, 0x48, 77, ipv4.DF, PEER_IP, FAR],
    );
    assert.equal(referenceSum(out!.bytes.subarray(14, 34)), 0xffff);
    assert.deepEqual([...out!.bytes.subarray(0, 12)], [2, 0, 0, 0, 0, 0x99, 2, 0, 0, 0, 1, 2]);
    assert.equal(host.rootNs.mib.ipForwDatagrams, 1);
    assert.equal(near.gets(0).length, 0);
  });

  it('ends a datagram whose time is up, and quotes it with TTL 1', () => {
    const { near, world } = router();
    near.gives(echoBytes({ dst: FAR, ttl: 1 }));
    world.run(100_000);
    const [error] = near.gets(0);
    assert.equal(textOf(error!.bytes), 'IP 10.0.0.1 > 10.0.0.2: ICMP time exceeded in-transit, length 39');
    assert.equal(ipv4.ttl(viewOf(error!.bytes), 14 + 20 + 8), 1);
    assert.deepEqual(world.dropped(), { IP_INHDR: 1 });
  });

  it('forwards TTL 2 as TTL 1', () => {
    assert.equal(routed(echoBytes({ dst: FAR, ttl: 2 })).far.length, 1);
  });

  it('does not cut what must not be cut: the sender is told the MTU', () => {
    const narrow = (host: Host): void => {
      type(host, 'ip link set eth1 mtu 1400');
    };
    const { near, far, dropped } = routed(big(1400, { flags: ipv4.DF }), narrow);
    assert.deepEqual(far, []);
    assert.deepEqual(near, ['IP 10.0.0.1 > 10.0.0.2: ICMP 10.9.0.2 unreachable - need to frag (mtu 1400), length 556']);
    assert.deepEqual(dropped, { PKT_TOO_BIG: 1 });
    assert.equal(routed(big(1372, { flags: ipv4.DF }), narrow).far.length, 1, '1,400 bytes in all');
  });

  it('cuts what may be cut', () => {
    const { near, far } = routed(big(1400, {}), (host) => {
      type(host, 'ip link set eth1 mtu 700');
    });
    assert.deepEqual(near, []);
    assert.deepEqual(far, [
      'IP 10.0.0.2 > 10.9.0.2: ICMP echo request, id 0, seq 1, length 680',
      'IP 10.0.0.2 > 10.9.0.2: ip-proto-1',
      'IP 10.0.0.2 > 10.9.0.2: ip-proto-1',
    ]);
  });

  it('tells the sender of routes that lead nowhere, each in its words', () => {
    const to = (dst: string, route: string): string[] =>
      routed(echoBytes({ dst: ip4(dst) }), (host) => {
        if (route !== '') type(host, `ip route add ${route}`);
      }).near;
    assert.deepEqual(to('172.31.0.1', ''), ['IP 10.0.0.1 > 10.0.0.2: ICMP net 172.31.0.1 unreachable, length 39']);
    assert.deepEqual(to('172.30.0.1', 'unreachable 172.30.0.0/16'), [
      'IP 10.0.0.1 > 10.0.0.2: ICMP host 172.30.0.1 unreachable, length 39',
    ]);
    assert.deepEqual(to('172.29.0.1', 'prohibit 172.29.0.0/16'), [
      'IP 10.0.0.1 > 10.0.0.2: ICMP host 172.29.0.1 unreachable - admin prohibited filter, length 39',
    ]);
    assert.deepEqual(to('172.28.0.1', 'blackhole 172.28.0.0/16'), []);
  });

  it('says nothing about missing routes when it does not forward', () => {
    const { near, dropped } = routed(echoBytes({ dst: ip4('172.31.0.1') }), (host) => {
      type(host, 'sysctl -w net.ipv4.ip_forward=0');
    });
    assert.deepEqual([near, dropped], [[], { IP_INADDRERRORS: 1 }]);
  });

  it('tells of missing routes but a few times: each costs the sender twice', () => {
    const { world, near } = router();
    for (let i = 0; i < 40; i++) {
      near.gives(echoBytes({ dst: ip4('172.31.0.1') }));
      world.run(SECOND / 5);
    }
    const errors = near.getsLines(0).filter((line) => line.includes('unreachable'));
    assert.equal(errors.length, 2, 'a real kernel sent two of forty');
  });

  it('asks for the far neighbour, and tells the sender when there is none, with the TTL already taken', () => {
    const { world, host, near, far } = router();
    near.gives(echoBytes({ dst: ip4('10.9.0.77'), ttl: 64 }));
    world.run(4 * SECOND);
    assert.equal(far.getsLines(0).length, 3);
    const [error] = near.gets(0);
    assert.equal(textOf(error!.bytes), 'IP 10.0.0.1 > 10.0.0.2: ICMP host 10.9.0.77 unreachable, length 39');
    assert.equal(ipv4.ttl(viewOf(error!.bytes), 14 + 20 + 8), 63);
    assert.equal(
      world.ladder('r/eth0').at(-1),
      '3000.212 > IP 10.0.0.1 > 10.0.0.2: ICMP host 10.9.0.77 unreachable, length 39',
    );
    assert.equal(devOf(host, 'eth1').txPackets, 4);
  });

  it('forwards out of the interface that a datagram came in by, and tells of the shorter way', () => {
    const { near, far } = routed(echoBytes({ dst: ip4('10.0.0.55') }));
    const redirect = 'IP 10.0.0.1 > 10.0.0.2: ICMP redirect 10.0.0.55 to host 10.0.0.55, length 39';
    assert.deepEqual([near, far], [[redirect, 'ARP, Request who-has 10.0.0.55 tell 10.0.0.1, length 28'], []]);
  });
});
