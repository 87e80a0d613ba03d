import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import { icmpBytes, referenceSum } from '../../wire/frames.ts';
import type { Peer } from '../kit.ts';
import {
  arpBytes,
  datagramBytes,
  introduce,
  ipBytes,
  MILLISECOND,
  payloadOf,
  SECOND,
  textOf,
  type,
  viewOf,
  withPeer,
  World,
} from '../kit.ts';

/** A datagram for a closed port with so many bytes of data. */
function closed(length: number, fields = {}): Uint8Array {
  return datagramBytes(4000, 9, [...payloadOf(length)], fields);
}

function ready(): { world: World; host: Host; peer: Peer } {
  const all = withPeer();
  introduce(all.peer);
  return all;
}

describe('kernel: ICMP errors', () => {
  it('go out with TOS 0xc0, TTL 64, without DF, with a number and good checksums', () => {
    const { peer } = ready();
    peer.gives(closed(20));
    const [error] = peer.gets();
    const v = viewOf(error!.bytes);
    assert.equal(textOf(error!.bytes), 'IP 10.0.0.1 > 10.0.0.2: ICMP 10.0.0.1 udp port 9 unreachable, length 56');
    assert.deepEqual([ipv4.tos(v, 14), ipv4.ttl(v, 14), ipv4.flagsFragment(v, 14)], [0xc0, 64, 0]);
    assert.notEqual(ipv4.id(v, 14), 0);
    assert.equal(error!.bytes.length, 90, 'UDP with 20 bytes is quoted in full');
    assert.equal(referenceSum(error!.bytes.subarray(14, 34)), 0xffff);
    assert.equal(referenceSum(error!.bytes.subarray(34)), 0xffff);
  });

  it('quote the datagram as it came, whole up to 576 bytes in all', () => {
    const { peer } = ready();
    const small = closed(100, { id: 0x1234, ttl: 17 });
    peer.gives(small);
    assert.deepEqual(peer.gets()[0]!.bytes.subarray(42), small.subarray(14));
    const long = closed(1400);
    peer.gives(long);
    const error = peer.gets()[0]!.bytes;
    assert.equal(error.length, 14 + 576);
    assert.deepEqual(error.subarray(42), long.subarray(14, 14 + 548));
  });

  it('keep the kind of service of what they are about, under the mark of network control', () => {
    const { peer } = ready();
    peer.gives(closed(1, { tos: 0xff }));
    assert.equal(ipv4.tos(viewOf(peer.gets()[0]!.bytes), 14), 0xde);
  });

  it('come from the address that was spoken to', () => {
    const { host, peer } = ready();
    type(host, 'ip addr add 10.0.0.8/24 dev eth0');
    peer.gives(closed(1, { dst: ip4('10.0.0.8') }));
    assert.deepEqual(peer.getsLines(), ['IP 10.0.0.8 > 10.0.0.2: ICMP 10.0.0.8 udp port 9 unreachable, length 37']);
  });

  it('come from any loopback address that was spoken to', () => {
    const { world, host } = withPeer();
    const socket = new UdpSocket(host.rootNs);
    socket.sendTo(ip4('127.0.0.5'), 9, payloadOf(1));
    world.run(SECOND);
    assert.match(
      world.ladder('h/lo').at(-1)!,
      /IP 127\.0\.0\.5 > 127\.0\.0\.1: ICMP 127\.0\.0\.5 udp port 9 unreachable/,
    );
  });

  it('are never about broadcasts, groups, later fragments or other errors', () => {
    const { world, peer } = ready();
    const toAll = closed(1, { dst: ip4('10.0.0.255') });
    const asGroup = closed(1);
    asGroup.set([1, 0, 0x5e, 0, 0, 1]);
    const error = ipBytes(icmpBytes(3, 1, 0, [...ipBytes([0, 0, 0, 0, 0, 0, 0, 0]).subarray(14)]), {
      protocol: 1,
      ttl: 1,
    });
    peer.gives(toAll);
    peer.gives(asGroup);
    peer.gives(error);
    assert.deepEqual(peer.getsLines(), []);
    assert.deepEqual(world.dropped(), { NO_SOCKET: 1, NOT_SPECIFIED: 1 }, 'the error itself was read');
  });

  it('are about later fragments and errors not even on a router', () => {
    const world = new World();
    const host = world.host('r', { eth0: '10.0.0.1/24', eth1: '10.9.0.1/24' });
    type(host, 'sysctl -w net.ipv4.ip_forward=1');
    const peer = world.peer(host);
    introduce(peer);
    const fields = { protocol: 1, ttl: 1, dst: ip4('10.9.0.2') };
    const about = [...ipBytes([1, 2, 3, 4, 5, 6, 7, 8]).subarray(14)];
    peer.gives(ipBytes([1, 2, 3, 4, 5, 6, 7, 8], { ...fields, flags: 3 }));
    peer.gives(ipBytes(icmpBytes(11, 0, 0, about), fields));
    peer.gives(ipBytes(icmpBytes(42, 0, 0, about), fields));
    assert.deepEqual(peer.getsLines(), []);
    peer.gives(ipBytes(icmpBytes(0, 0, 0, []), fields));
    assert.deepEqual(peer.getsLines(), ['IP 10.0.0.1 > 10.0.0.2: ICMP time exceeded in-transit, length 36']);
  });

  it('are limited to six at once and one in a second for each destination', () => {
    const { world, host, peer } = ready();
    for (let i = 0; i < 20; i++) peer.gives(closed(i));
    assert.equal(peer.gets().length, 6);
    assert.equal(host.rootNs.mib.icmpOutRateLimitHost, 14);
    const third = arpBytes({ sender: ip4('10.0.0.3') });
    peer.gives(third);
    peer.gets();
    peer.gives(closed(1, { src: ip4('10.0.0.3') }));
    assert.equal(peer.gets().length, 1, 'another one has its own budget');
    world.run(SECOND);
    for (let i = 0; i < 5; i++) peer.gives(closed(i));
    assert.equal(peer.gets().filter((each) => textOf(each.bytes).includes('port 9')).length, 1);
  });

  it('are limited to a burst of 50 for all destinations together', () => {
    const { world, host, peer } = ready();
    for (let i = 0; i < 80; i++) peer.gives(arpBytes({ sender: ip4('10.0.0.100') + i }));
    assert.equal(peer.gets().length, 80);
    for (let i = 0; i < 80; i++) peer.gives(closed(1, { src: ip4('10.0.0.100') + i }));
    assert.equal(peer.gets().length, 50);
    assert.equal(host.rootNs.mib.icmpOutRateLimitGlobal, 30);
    world.run(20 * MILLISECOND);
    for (let i = 0; i < 80; i++) peer.gives(closed(1, { src: ip4('10.0.0.100') + i }));
    assert.equal(peer.gets().length, 20);
  });

  it('are not limited where the mask leaves their type out', () => {
    const { host, peer } = ready();
    type(host, 'sysctl -w net.ipv4.icmp_ratemask=2048');
    for (let i = 0; i < 60; i++) peer.gives(closed(1));
    assert.equal(peer.gets().length, 60);
  });

  it('are sent more often where the limit is shorter', () => {
    const { host, peer } = ready();
    type(host, 'sysctl -w net.ipv4.icmp_ratelimit=0');
    for (let i = 0; i < 40; i++) peer.gives(closed(1));
    assert.equal(peer.gets().length, 40);
  });

  it('do not go where there is no way', () => {
    const { world, peer } = ready();
    peer.gives(closed(1, { src: ip4('172.31.0.1') }));
    assert.deepEqual(peer.getsLines(), []);
    assert.deepEqual(world.dropped(), { NO_SOCKET: 1 });
  });

  it('fit a small MTU', () => {
    const { host, peer } = ready();
    type(host, 'ip link set eth0 mtu 100');
    peer.gives(closed(400));
    assert.equal(peer.gets()[0]!.bytes.length, 114);
  });
});
