import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ip4 } from '../../../src/base/addr.ts';
import { makeByteViews } from '../../../src/base/bytes.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { PMTUDISC_DO, PMTUDISC_DONT } from '../../../src/kernel/ip/output.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { sumBytes } from '../../../src/wire/checksum.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import { icmpBytes, pseudoHeader, referenceSum } from '../../wire/frames.ts';
import type { Peer, World } from '../kit.ts';
import {
  datagramBytes,
  EFFORT,
  HOST_IP,
  introduce,
  ipBytes,
  MILLISECOND,
  payloadOf,
  PEER_IP,
  SECOND,
  textOf,
  type,
  viewOf,
  withPeer,
} from '../kit.ts';

function ready(): { world: World; host: Host; peer: Peer; socket: UdpSocket } {
  const all = withPeer();
  introduce(all.peer);
  return { ...all, socket: new UdpSocket(all.host.rootNs) };
}

/** An ICMP error of the peer about what it got last. */
function errorAbout(sent: Uint8Array, kind: number, code: number): Uint8Array {
  return ipBytes(icmpBytes(kind, code, 0, [...sent.subarray(14, 14 + 28)]), { protocol: 1 });
}

describe('kernel: UDP socket', () => {
  it('sends from an ephemeral port and the address of the route, with DF and a good checksum', () => {
    const { peer, socket } = ready();
    assert.equal(socket.sendTo(PEER_IP, 9, payloadOf(5)), '');
    const [sent] = peer.gets();
    const v = viewOf(sent!.bytes);
    assert.ok(socket.localPort >= 32768 && socket.localPort <= 60999);
    assert.equal(textOf(sent!.bytes), `IP 10.0.0.1.${socket.localPort} > 10.0.0.2.9: UDP, length 5`);
    assert.deepEqual([ipv4.flagsFragment(v, 14), ipv4.ttl(v, 14), ipv4.tos(v, 14)], [ipv4.DF, 64, 0]);
    assert.equal(referenceSum([...pseudoHeader(17, 13, HOST_IP, PEER_IP), ...sent!.bytes.subarray(34)]), 0xffff);
  });

  it('leaves out DF where path MTU discovery is off or the datagram is cut, and numbers what may be cut', () => {
    const { peer, socket } = ready();
    socket.pmtuDiscovery = PMTUDISC_DONT;
    socket.sendTo(PEER_IP, 9, payloadOf(5));
    assert.equal(ipv4.flagsFragment(viewOf(peer.gets()[0]!.bytes), 14), 0);
    const other = new UdpSocket(socket.ns);
    other.sendTo(PEER_IP, 9, payloadOf(2000));
    const [first] = peer.gets();
    assert.equal(ipv4.flagsFragment(viewOf(first!.bytes), 14), ipv4.MF);
    assert.notEqual(ipv4.id(viewOf(first!.bytes), 14), 0);
  });

  it('with DF and nothing else has the number 0 when it is not connected', () => {
    const { peer, socket } = ready();
    socket.pmtuDiscovery = PMTUDISC_DO;
    socket.sendTo(PEER_IP, 9, payloadOf(5));
    assert.equal(ipv4.id(viewOf(peer.gets()[0]!.bytes), 14), 0);
  });

  it('refuses to cut what must not be cut, before anything exists', () => {
    const { world, host, socket } = ready();
    const sent = world.sent();
    socket.pmtuDiscovery = PMTUDISC_DO;
    assert.equal(socket.sendTo(PEER_IP, 9, payloadOf(1473)), 'EMSGSIZE');
    assert.equal(socket.sendTo(PEER_IP, 9, payloadOf(1472)), '');
    socket.pmtuDiscovery = PMTUDISC_DONT;
    assert.equal(socket.sendTo(PEER_IP, 9, payloadOf(65_508)), 'EMSGSIZE');
    assert.deepEqual([host.stats.refused, world.sent() - sent], [2, 1]);
  });

  it('counts its own datagrams by one once it is connected', () => {
    const { peer, socket } = ready();
    assert.equal(socket.connect(PEER_IP, 9), '');
    for (let i = 0; i < 5; i++) assert.equal(socket.send(payloadOf(i)), '');
    const ids = peer.gets().map((each) => ipv4.id(viewOf(each.bytes), 14));
    assert.deepEqual(
      ids,
      ids.map((_, i) => (ids[0]! + i) & 0xffff),
    );
  });

  it('uses the TTL and TOS that it was given, else those of the namespace', () => {
    const { host, peer, socket } = ready();
    type(host, 'sysctl -w net.ipv4.ip_default_ttl=70');
    socket.sendTo(PEER_IP, 9, payloadOf(1));
    [socket.ttl, socket.tos] = [3, 0x10];
    socket.sendTo(PEER_IP, 9, payloadOf(1));
    assert.deepEqual(
      peer.gets().map((each) => [ipv4.ttl(viewOf(each.bytes), 14), ipv4.tos(viewOf(each.bytes), 14)]),
      [
        [70, 0],
        [3, 0x10],
      ],
    );
  });

  it('writes a checksum of 0 as 0xffff, summed here or by its user', () => {
    const { peer, socket } = ready();
    socket.bind(HOST_IP, 5000);
    socket.connect(PEER_IP, 9);
    // The two bytes that bring the sum over pseudo-header, header and data to all ones.
    const rest = referenceSum([...pseudoHeader(17, 10, HOST_IP, PEER_IP), 0x13, 0x88, 0, 9, 0, 10, 0, 0]);
    const word = 0xffff - rest;
    const views = makeByteViews(4);
    views.view.setUint16(0, word);
    const payload = views.bytes.subarray(0, 2);
    socket.send(payload);
    socket.sendSummed(payload, sumBytes(views, 0, 2, 0));
    for (const { bytes } of peer.gets()) assert.deepEqual([...bytes.subarray(40, 42)], [0xff, 0xff]);
  });

  it('sends the same bytes whether the sum of the payload is handed over or not', () => {
    const { peer, socket } = ready();
    socket.connect(PEER_IP, 9);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1472 }), (data) => {
        const views = makeByteViews((data.length + 7) & ~3);
        views.bytes.set(data);
        const payload = views.bytes.subarray(0, data.length);
        socket.send(payload);
        socket.sendSummed(payload, sumBytes(views, 0, data.length, 0));
        const [summed, given] = peer.gets().map((each) => each.bytes);
        assert.deepEqual(summed!.subarray(34), given!.subarray(34));
      }),
      { numRuns: 40 * EFFORT },
    );
  });

  it('binds to addresses of this host, to its broadcasts and groups, and to no others', () => {
    const { socket } = ready();
    const tryBind = (address: string): string => {
      const other = new UdpSocket(socket.ns);
      const errno = other.bind(ip4(address), 5000);
      other.close();
      return errno;
    };
    for (const address of ['0.0.0.0', '10.0.0.1', '127.0.0.1', '127.9.9.9', '10.0.0.255', '224.0.0.1']) {
      assert.equal(tryBind(address), '', address);
    }
    assert.equal(tryBind('10.0.0.2'), 'EADDRNOTAVAIL');
    assert.equal(socket.bind(0, 0), '');
    assert.equal(socket.bind(0, 0), 'EINVAL', 'once');
  });

  it('shares a port only with sockets of another address, or when both allow it', () => {
    const { socket } = ready();
    const errnoOf = (address: string, reuse: boolean): string => {
      const other = new UdpSocket(socket.ns);
      other.reuseAddress = reuse;
      const errno = other.bind(ip4(address), 5000);
      other.close();
      return errno;
    };
    assert.equal(socket.bind(HOST_IP, 5000), '');
    assert.deepEqual(
      [errnoOf('0.0.0.0', true), errnoOf('10.0.0.1', true), errnoOf('127.0.0.1', false)],
      ['EADDRINUSE', 'EADDRINUSE', ''],
    );
    socket.reuseAddress = true;
    assert.deepEqual([errnoOf('10.0.0.1', true), errnoOf('10.0.0.1', false)], ['', 'EADDRINUSE']);
    socket.close();
    assert.equal(errnoOf('0.0.0.0', false), '', 'a closed socket frees its port');
  });

  it('has no port left when all of the range are taken', () => {
    const { host } = ready();
    type(host, 'sysctl -w net.ipv4.ip_local_port_range=40000\\ 40003');
    const ports = [1, 2, 3, 4].map(() => {
      const socket = new UdpSocket(host.rootNs);
      assert.equal(socket.bind(0, 0), '');
      return socket.localPort;
    });
    assert.deepEqual(
      ports.sort((a, b) => a - b),
      [40000, 40001, 40002, 40003],
    );
    const fifth = new UdpSocket(host.rootNs);
    assert.deepEqual(
      [fifth.bind(0, 0), fifth.sendTo(PEER_IP, 9, payloadOf(1)), fifth.connect(PEER_IP, 9)],
      ['EADDRINUSE', 'EADDRINUSE', 'EADDRINUSE'],
    );
  });

  it('refuses what a system call refuses', () => {
    const { host, socket } = ready();
    type(host, 'ip route add blackhole 172.28.0.0/16');
    type(host, 'ip route add prohibit 172.29.0.0/16');
    type(host, 'ip route add unreachable 172.30.0.0/16');
    const both = (to: string): string[] => [
      socket.sendTo(ip4(to), 9, payloadOf(1)),
      new UdpSocket(host.rootNs).connect(ip4(to), 9),
    ];
    assert.deepEqual(both('172.28.0.1'), ['EINVAL', 'EINVAL']);
    assert.deepEqual(both('172.29.0.1'), ['EACCES', 'EACCES']);
    assert.deepEqual(both('172.30.0.1'), ['EHOSTUNREACH', 'EHOSTUNREACH']);
    assert.deepEqual(both('8.8.8.8'), ['ENETUNREACH', 'ENETUNREACH']);
    assert.deepEqual(both('10.0.0.255'), ['EACCES', 'EACCES'], 'without SO_BROADCAST');
    assert.equal(socket.sendTo(PEER_IP, 0, payloadOf(1)), 'EINVAL');
    assert.equal(socket.send(payloadOf(1)), 'EDESTADDRREQ');
    socket.broadcast = true;
    assert.equal(socket.sendTo(ip4('10.0.0.255'), 9, payloadOf(1)), '');
  });

  it('gets what is for it, in order, with sender and time', () => {
    const { world, peer, socket } = ready();
    socket.bind(0, 5000);
    assert.equal(socket.isReady(), false);
    peer.gives(datagramBytes(4000, 5000, [1]));
    world.run(MILLISECOND);
    peer.gives(datagramBytes(4001, 5000, [2, 3]));
    peer.gets();
    assert.equal(socket.isReady(), true);
    assert.deepEqual(
      [socket.receive(), socket.receive(), socket.receive()].map(
        (each) => each && [each.from, each.fromPort, [...each.payload], each.timeNs],
      ),
      [[PEER_IP, 4000, [1], 112_000], [PEER_IP, 4001, [2, 3], 112_000 + MILLISECOND], null],
    );
    assert.equal(socket.isReady(), false);
  });

  it('wakes who waits for it, once for each datagram', () => {
    const { peer, socket } = ready();
    socket.bind(0, 5000);
    let woken = 0;
    const waiter = { wake: () => woken++ };
    socket.addWaiter(waiter);
    peer.gives(datagramBytes(4000, 5000, [1]));
    peer.gives(datagramBytes(4000, 5000, [2]));
    peer.gets();
    assert.equal(woken, 2);
    socket.removeWaiter(waiter);
    peer.gives(datagramBytes(4000, 5000, [3]));
    peer.gets();
    assert.equal(woken, 2);
  });

  it('keeps unread what fits its buffer, at least one datagram, and drops the rest', () => {
    const { world, host, peer, socket } = ready();
    socket.bind(0, 5000);
    const fits = Math.floor(212_992 / 768);
    for (let i = 0; i < fits + 3; i++) peer.gives(datagramBytes(4000, 5000, [1]));
    peer.gets();
    assert.deepEqual(world.dropped(), { SOCKET_RCVBUFF: 3 });
    const { udpInDatagrams, udpRcvbufErrors, udpInErrors } = host.rootNs.mib;
    assert.deepEqual([udpInDatagrams, udpRcvbufErrors, udpInErrors], [fits, 3, 3]);
    assert.notEqual(socket.receive(), null);
    peer.gives(datagramBytes(4000, 5000, [1]));
    peer.gets();
    assert.deepEqual(world.dropped(), { SOCKET_RCVBUFF: 3 }, 'what was read makes room');
    type(host, 'sysctl -w net.core.rmem_default=2304');
    const small = new UdpSocket(host.rootNs);
    small.bind(0, 5001);
    for (let i = 0; i < 2; i++) peer.gives(datagramBytes(4000, 5001, new Array<number>(1400).fill(1)));
    peer.gets();
    assert.equal(small.receive()?.payload.length, 1400);
    assert.equal(small.receive(), null);
  });

  it('hands datagrams straight to a sink', () => {
    const { peer, socket } = ready();
    socket.bind(0, 5000);
    const ports: number[] = [];
    socket.sink = {
      onDatagram: (frame) => ports.push(frame.slab.view.getUint16(frame.l4)),
    };
    peer.gives(datagramBytes(4000, 5000, [1]));
    peer.gets();
    assert.deepEqual([ports, socket.receive()], [[4000], null]);
  });

  it('fails the next call when the far port is closed, once, if it is connected', () => {
    const { peer, socket } = ready();
    socket.connect(PEER_IP, 9);
    socket.send(payloadOf(1));
    peer.gives(errorAbout(peer.gets()[0]!.bytes, 3, 3));
    peer.gets();
    assert.equal(socket.isReady(), true);
    assert.deepEqual([socket.send(payloadOf(1)), socket.send(payloadOf(1))], ['ECONNREFUSED', '']);
    peer.gives(errorAbout(peer.gets()[0]!.bytes, 3, 3));
    peer.gets();
    assert.deepEqual([socket.takeError(), socket.takeError()], ['ECONNREFUSED', '']);
    assert.equal(socket.receiveError(), null);
  });

  it('hears of soft errors, and of any error unconnected, only with IP_RECVERR', () => {
    for (const recvErr of [false, true]) {
      const { peer, socket } = ready();
      socket.recvErr = recvErr;
      socket.sendTo(PEER_IP, 9, payloadOf(1));
      peer.gives(errorAbout(peer.gets()[0]!.bytes, 3, 3));
      peer.gets();
      assert.equal(socket.takeError(), recvErr ? 'ECONNREFUSED' : '');
      socket.connect(PEER_IP, 9);
      socket.send(payloadOf(1));
      peer.gives(errorAbout(peer.gets()[0]!.bytes, 3, 1));
      peer.gets();
      assert.equal(socket.takeError(), recvErr ? 'EHOSTUNREACH' : '');
      const queued = [socket.receiveError(), socket.receiveError()].map((each) => each?.errno);
      assert.deepEqual(queued, recvErr ? ['ECONNREFUSED', 'EHOSTUNREACH'] : [undefined, undefined]);
    }
  });

  it('keeps no more errors than 256', () => {
    const { peer, socket } = ready();
    socket.recvErr = true;
    socket.sendTo(PEER_IP, 9, payloadOf(1));
    const error = errorAbout(peer.gets()[0]!.bytes, 3, 3);
    for (let i = 0; i < 300; i++) peer.gives(error);
    peer.gets();
    let count = 0;
    while (socket.receiveError() !== null) count++;
    assert.equal(count, 256);
  });

  it('is told by its own host of neighbours that do not answer', () => {
    const { world, host } = withPeer();
    const socket = new UdpSocket(host.rootNs);
    socket.recvErr = true;
    socket.sendTo(PEER_IP, 9, payloadOf(1));
    world.run(4 * SECOND);
    const error = socket.receiveError()!;
    assert.deepEqual([error.errno, error.offender, error.dst], ['EHOSTUNREACH', HOST_IP, PEER_IP]);
  });

  it('finds its way anew when routes change', () => {
    const { host, peer, socket } = ready();
    type(host, 'ip route add default via 10.0.0.2');
    socket.connect(ip4('8.8.8.8'), 9);
    socket.send(payloadOf(1));
    assert.equal(peer.gets().length, 1);
    type(host, 'ip route add 8.8.8.0/24 via 10.0.0.77');
    socket.send(payloadOf(1));
    assert.deepEqual(peer.getsLines(), ['ARP, Request who-has 10.0.0.77 tell 10.0.0.1, length 28']);
    type(host, 'ip link set eth0 down');
    assert.equal(socket.send(payloadOf(1)), 'ENETUNREACH');
  });

  it('charges its frames to an account', () => {
    const { world, socket } = ready();
    let settled = 0;
    const account = { outstanding: 0, isClosed: false, settled: () => settled++ };
    socket.account = account;
    socket.connect(PEER_IP, 9);
    socket.send(payloadOf(3000));
    assert.equal(account.outstanding, 3, 'one for each fragment');
    account.isClosed = true;
    world.run(MILLISECOND);
    assert.deepEqual([account.outstanding, settled], [0, 1]);
  });

  it('joins groups, is told of what is sent to them, and leaves them when it closes', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    type(host, 'ip route add 224.0.0.0/4 dev eth0');
    const [one, two] = [new UdpSocket(host.rootNs), new UdpSocket(host.rootNs)];
    for (const socket of [one, two]) {
      socket.reuseAddress = true;
      assert.equal(socket.bind(0, 5000), '');
    }
    const group = ip4('239.1.2.3');
    assert.equal(one.joinGroup(group, ''), '');
    assert.equal(one.joinGroup(group, 'eth0'), 'EADDRINUSE');
    assert.equal(one.joinGroup(ip4('10.0.0.9'), ''), 'EINVAL');
    assert.equal(one.joinGroup(group, 'nodev'), 'ENODEV');
    peer.gets(SECOND);
    peer.gives(datagramBytes(9, 5000, [7], { dst: group }));
    peer.gets();
    // Both hear it: IP_MULTICAST_ALL is on.
    assert.deepEqual([one.receive()?.payload[0], two.receive()?.payload[0]], [7, 7]);
    // What this host sends to the group it hears itself, with a TTL of 1.
    assert.equal(two.sendTo(group, 5000, payloadOf(2)), '');
    assert.equal(peer.gets()[0]!.bytes[22], 1);
    assert.deepEqual([one.receive()?.ttl, two.receive()?.ttl], [1, 1]);
    two.multicastTtl = 0;
    assert.equal(two.sendTo(group, 5000, payloadOf(2)), '');
    assert.deepEqual(peer.getsLines(), []);
    assert.equal(one.receive()?.ttl, 0);
    assert.equal(two.leaveGroup(group, ''), 'EADDRNOTAVAIL');
    one.close();
    peer.gives(datagramBytes(9, 5000, [7], { dst: group }));
    peer.gets();
    two.receive();
    assert.equal(two.receive(), null);
    assert.deepEqual(world.dropped(), { NOT_SPECIFIED: 2 });
  });

  it('hears only what comes by its interface, and shares a port with one of another', () => {
    const { host, peer } = withPeer();
    introduce(peer);
    const [near, other] = [new UdpSocket(host.rootNs), new UdpSocket(host.rootNs)];
    assert.deepEqual([near.bindToDevice('eth0'), other.bindToDevice('lo')], ['', '']);
    assert.deepEqual([near.bind(0, 5000), other.bind(0, 5000)], ['', '']);
    peer.gives(datagramBytes(9, 5000, [7]));
    peer.gets();
    assert.deepEqual([near.receive()?.payload[0], other.receive()], [7, null]);
  });

  it('sends options between the headers', () => {
    const { host, peer } = withPeer();
    introduce(peer);
    const socket = new UdpSocket(host.rootNs);
    assert.equal(socket.setOptions(Uint8Array.of(148, 3)), 'EINVAL');
    assert.equal(socket.setOptions(Uint8Array.of(148, 4, 0, 0)), '');
    assert.equal(socket.sendTo(PEER_IP, 9, payloadOf(4)), '');
    const [sent] = peer.gets();
    assert.deepEqual([...sent!.bytes.subarray(14, 15), ...sent!.bytes.subarray(34, 38)], [0x46, 148, 4, 0, 0]);
    assert.equal(textOf(sent!.bytes).includes('.9: UDP, length 4'), true);
  });
});
