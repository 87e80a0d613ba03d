import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { PingSocket, PMTUDISC_DO, PMTUDISC_DONT } from '../../../src/kernel/socket/ping-socket.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import { icmpBytes, referenceSum } from '../../wire/frames.ts';
import type { Peer, World } from '../kit.ts';
import { HOST_IP, introduce, ipBytes, payloadOf, PEER_IP, textOf, type, viewOf, withPeer } from '../kit.ts';

function ready(): { world: World; host: Host; peer: Peer; socket: PingSocket } {
  const all = withPeer();
  introduce(all.peer);
  return { ...all, socket: new PingSocket(all.host.rootNs) };
}

/** The flags and the number of what the socket sends. */
function header(peer: Peer): [number, boolean] {
  const v = viewOf(peer.gets()[0]!.bytes);
  return [ipv4.flagsFragment(v, 14), ipv4.id(v, 14) !== 0];
}

function reply(id: number, seq: number, dst = HOST_IP): Uint8Array {
  return ipBytes(icmpBytes(0, 0, id * 65_536 + seq, [1, 2]), { protocol: 1, ttl: 55, dst });
}

describe('kernel: ping socket', () => {
  it('sends echo requests under an id that it drew, with DF and a number', () => {
    const { peer, socket } = ready();
    const unbound = socket.id;
    assert.equal(unbound, 0);
    assert.equal(socket.sendEcho(PEER_IP, 1, payloadOf(56)), '');
    assert.ok(socket.id >= 1 && socket.id <= 65_535);
    const [sent] = peer.gets();
    assert.equal(textOf(sent!.bytes), `IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id ${socket.id}, seq 1, length 64`);
    assert.equal(sent!.bytes.length, 98);
    assert.equal(referenceSum(sent!.bytes.subarray(34)), 0xffff);
    assert.deepEqual(
      [ipv4.flagsFragment(viewOf(sent!.bytes), 14), ipv4.id(viewOf(sent!.bytes), 14) > 0],
      [ipv4.DF, true],
    );
  });

  it('sets DF and numbers as -M says', () => {
    const { peer, socket } = ready();
    socket.pmtuDiscovery = PMTUDISC_DO;
    socket.sendEcho(PEER_IP, 1, payloadOf(56));
    assert.deepEqual(header(peer), [ipv4.DF, false]);
    socket.pmtuDiscovery = PMTUDISC_DONT;
    socket.sendEcho(PEER_IP, 1, payloadOf(56));
    assert.deepEqual(header(peer), [0, true]);
  });

  it('says itself what MTU is in the way of a datagram that must not be cut', () => {
    const { world, socket } = ready();
    const sent = world.sent();
    socket.pmtuDiscovery = PMTUDISC_DO;
    assert.equal(socket.sendEcho(PEER_IP, 9, payloadOf(1473)), 'EMSGSIZE');
    assert.deepEqual(socket.receiveError(), {
      errno: 'EMSGSIZE',
      origin: 'local',
      type: 0,
      code: 0,
      info: 1500,
      offender: 0,
      ttl: 0,
      dst: PEER_IP,
      seq: 9,
      timeNs: world.sched.now,
    });
    assert.equal(world.sent(), sent);
    assert.equal(socket.sendEcho(PEER_IP, 9, payloadOf(65_508)), 'EMSGSIZE');
    assert.equal(socket.sendEcho(PEER_IP, 9, payloadOf(1472)), '');
  });

  it('sends the options that it was given, padded, and refuses those that are none', () => {
    const { peer, socket } = ready();
    assert.equal(socket.setOptions(Uint8Array.of(7, 7, 4, 0, 0, 0, 0)), '');
    assert.equal(socket.sendEcho(PEER_IP, 1, payloadOf(8)), '');
    const [request] = peer.gets();
    assert.deepEqual([...request!.bytes.subarray(34, 42)], [7, 7, 8, 10, 0, 0, 1, 0]);
    assert.equal(request!.bytes[14], 0x47);
    assert.equal(socket.setOptions(Uint8Array.of(7, 2, 4, 0)), 'EINVAL');
    assert.equal(socket.setOptions(new Uint8Array(41)), 'EINVAL');
    // A source route leads to its first place, and ends at the destination.
    assert.equal(socket.setOptions(Uint8Array.of(131, 7, 4, 10, 0, 0, 2)), '');
    assert.equal(socket.sendEcho(ip4('192.0.2.1'), 2, payloadOf(8)), '');
    const [routed] = peer.gets();
    assert.deepEqual([...routed!.bytes.subarray(30, 42)], [10, 0, 0, 2, 131, 7, 4, 192, 0, 2, 1, 0]);
    socket.setOptions(new Uint8Array(0));
    socket.sendEcho(PEER_IP, 3, payloadOf(8));
    assert.equal(peer.gets()[0]!.bytes[14], 0x45);
  });

  it('gets the replies to its own id, with TTL, number and time', () => {
    const { world, host, peer, socket } = ready();
    const other = new PingSocket(host.rootNs);
    assert.deepEqual([socket.bind(0, 77), other.bind(0, 78)], ['', '']);
    peer.gives(reply(77, 3));
    peer.gets();
    assert.deepEqual(socket.receive(), {
      from: PEER_IP,
      ttl: 55,
      seq: 3,
      id: 77,
      options: new Uint8Array(0),
      payload: Uint8Array.of(1, 2),
      timeNs: world.sched.now - 100_000 + 12_000,
    });
    assert.deepEqual([socket.receive(), other.receive()], [null, null]);
  });

  it('bound to an address gets only what is sent there, and sends from there', () => {
    const { world, host, peer, socket } = ready();
    type(host, 'ip addr add 10.0.0.8/24 dev eth0');
    assert.equal(socket.bind(ip4('10.0.0.8'), 77), '');
    socket.sendEcho(PEER_IP, 1, payloadOf(1));
    assert.match(peer.getsLines()[0]!, /^IP 10\.0\.0\.8 >/);
    peer.gives(reply(77, 1));
    peer.gives(reply(77, 2, ip4('10.0.0.8')));
    peer.gets();
    assert.deepEqual([socket.receive()?.seq, socket.receive()], [2, null]);
    assert.deepEqual(world.dropped(), { NO_SOCKET: 1 });
    assert.equal(socket.sourceFor(PEER_IP), ip4('10.0.0.8'));
  });

  it('binds once, to an address of this host and an id that is free', () => {
    const { host, socket } = ready();
    assert.equal(socket.bind(ip4('10.0.0.9'), 5), 'EADDRNOTAVAIL');
    assert.equal(socket.bind(ip4('127.0.0.5'), 5), '');
    assert.equal(socket.bind(0, 6), 'EINVAL');
    const other = new PingSocket(host.rootNs);
    assert.equal(other.bind(0, 5), 'EADDRINUSE');
    socket.close();
    assert.equal(other.bind(0, 5), '');
  });

  it('refuses what a system call refuses', () => {
    const { host, socket } = ready();
    type(host, 'ip route add blackhole 172.28.0.0/16');
    type(host, 'ip route add prohibit 172.29.0.0/16');
    type(host, 'ip route add unreachable 172.30.0.0/16');
    const errnos = ['172.28.0.1', '172.29.0.1', '172.30.0.1', '8.8.8.8', '10.0.0.255'].map((to) =>
      socket.sendEcho(ip4(to), 1, payloadOf(1)),
    );
    assert.deepEqual(errnos, ['EINVAL', 'EACCES', 'EHOSTUNREACH', 'ENETUNREACH', 'EACCES']);
    assert.equal(host.stats.refused, 5);
    socket.broadcast = true;
    assert.equal(socket.sendEcho(ip4('10.0.0.255'), 1, payloadOf(1)), '');
  });

  it('leaves by the interface that it is bound to, whatever the routes say', () => {
    const { world, host, socket } = ready();
    type(host, 'ip link add v0 type veth peer name v1');
    type(host, 'ip link set v0 up');
    type(host, 'ip link set v1 up');
    assert.equal(socket.bindToDevice('nothing'), 'ENODEV');
    assert.equal(socket.bindToDevice('v0'), '');
    socket.sendEcho(ip4('10.0.0.77'), 1, payloadOf(1));
    world.run(1000);
    assert.deepEqual(world.ladder('h/v0'), ['0.1 > ARP, Request who-has 10.0.0.77 tell 10.0.0.1, length 28']);
  });

  it('knows the source that a destination gets', () => {
    const { host, socket } = ready();
    assert.equal(socket.sourceFor(PEER_IP), HOST_IP);
    assert.equal(socket.sourceFor(ip4('127.0.0.1')), ip4('127.0.0.1'));
    assert.equal(socket.sourceFor(ip4('8.8.8.8')), undefined);
    assert.equal(host.stats.refused, 0);
  });

  it('pings this host itself, and nobody’s address as this host', () => {
    const { world, socket } = ready();
    for (const to of ['10.0.0.1', '127.0.0.1', '0.0.0.0']) socket.sendEcho(ip4(to), 1, payloadOf(8));
    world.run(100_000);
    const from = [1, 2, 3].map(() => socket.receive()?.from);
    assert.deepEqual(from, [HOST_IP, ip4('127.0.0.1'), ip4('127.0.0.1')]);
  });

  it('keeps no more than 256 replies and 256 errors', () => {
    const { world, peer, socket } = ready();
    socket.bind(0, 77);
    for (let seq = 0; seq < 260; seq++) peer.gives(reply(77, seq));
    peer.gets();
    let count = 0;
    while (socket.receive() !== null) count++;
    assert.equal(count, 256);
    assert.deepEqual(world.dropped(), { NO_SOCKET: 4 });
    socket.pmtuDiscovery = PMTUDISC_DO;
    for (let seq = 0; seq < 260; seq++) socket.sendEcho(PEER_IP, seq, payloadOf(2000));
    count = 0;
    while (socket.receiveError() !== null) count++;
    assert.equal(count, 256);
  });

  it('wakes who waits for a reply or an error', () => {
    const { peer, socket } = ready();
    let woken = 0;
    const waiter = { wake: () => woken++ };
    socket.bind(0, 77);
    socket.addWaiter(waiter);
    assert.equal(socket.isReady(), false);
    peer.gives(reply(77, 1));
    peer.gets();
    assert.deepEqual([woken, socket.isReady()], [1, true]);
    socket.receive();
    socket.pmtuDiscovery = PMTUDISC_DO;
    socket.sendEcho(PEER_IP, 1, payloadOf(2000));
    assert.deepEqual([woken, socket.isReady()], [2, true]);
    socket.removeWaiter(waiter);
    peer.gives(reply(77, 1));
    peer.gets();
    assert.equal(woken, 2);
  });
});
