import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { PMTUDISC_DO, PMTUDISC_DONT } from '../../../src/kernel/ip/output.ts';
import { IPPROTO_RAW, RawSocket } from '../../../src/kernel/socket/raw-socket.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import { icmpBytes, ipv4Bytes } from '../../wire/frames.ts';
import {
  datagramBytes,
  echoBytes,
  HOST_IP,
  introduce,
  ipBytes,
  payloadOf,
  PEER_IP,
  textOf,
  type,
  viewOf,
  withPeer,
} from '../kit.ts';

/** A protocol that no handler takes (RFC 3692). */
const EXPERIMENTAL = 253;
const OTHER_IP = ip4('10.0.0.9');

function ready(protocol = EXPERIMENTAL): ReturnType<typeof withPeer> & { socket: RawSocket } {
  const all = withPeer();
  introduce(all.peer);
  return { ...all, socket: new RawSocket(all.host.rootNs, protocol) };
}

describe('kernel: raw socket', () => {
  it('gets each datagram of its protocol with the IP header, and no error is sent', () => {
    const { world, peer, socket } = ready();
    const bytes = ipBytes([1, 2, 3], { protocol: EXPERIMENTAL });
    const [sent, delivered] = [world.sent(), world.delivered()];
    peer.gives(bytes);
    assert.deepEqual(peer.getsLines(), []);
    const got = socket.receive()!;
    assert.deepEqual(got.bytes, bytes.slice(14));
    assert.equal(got.from, PEER_IP);
    assert.equal(socket.receive(), null);
    assert.deepEqual([world.sent() - sent, world.delivered() - delivered], [2, 2]);
    socket.close();
    peer.gives(bytes);
    assert.match(peer.getsLines()[0]!, /ICMP 10.0.0.1 protocol 253 unreachable/);
  });

  it('gets a clone beside the transport, and only what its addresses and its interface fit', () => {
    const { host, peer, socket } = ready(1);
    const ns = host.rootNs;
    type(host, 'ip link add v0 type veth peer name v1');
    const others = Array.from({ length: 4 }, () => new RawSocket(ns, 1)) as [
      RawSocket,
      RawSocket,
      RawSocket,
      RawSocket,
    ];
    assert.equal(others[0].bind(HOST_IP), '');
    assert.equal(others[1].connect(OTHER_IP), '');
    assert.equal(others[2].bindToDevice('v0'), '');
    assert.equal(others[3].bindToDevice('eth0'), '');
    peer.gives(echoBytes());
    assert.match(peer.getsLines()[0]!, /ICMP echo reply/);
    assert.deepEqual(
      [socket, ...others].map((each) => each.receive() !== null),
      [true, true, false, false, true],
    );
    assert.equal(socket.bind(OTHER_IP), 'EADDRNOTAVAIL');
    assert.equal(socket.bindToDevice('nodev'), 'ENODEV');
  });

  it('leaves out ICMP types that its filter names', () => {
    const { peer, socket } = ready(1);
    socket.icmpFilter = 1 << 8;
    peer.gives(echoBytes());
    peer.gives(ipBytes(icmpBytes(0, 0, 0x0007_0001, [1]), { protocol: 1 }));
    peer.gives(ipBytes(icmpBytes(40, 0, 0, []), { protocol: 1 }));
    peer.gets();
    assert.equal(socket.receive()?.bytes[20], 0);
    assert.equal(socket.receive()?.bytes[20], 40);
    assert.equal(socket.receive(), null);
  });

  it('drops what does not fit its buffer', () => {
    const { world, host, peer, socket } = ready();
    host.rootNs.sysctls.rmemDefaultBytes = 1000;
    for (let i = 0; i < 3; i++) peer.gives(ipBytes([i], { protocol: EXPERIMENTAL }));
    peer.gets();
    assert.ok(socket.waitingBytes > 0);
    assert.equal(socket.receive()?.bytes[20], 0);
    assert.equal(socket.receive(), null);
    assert.deepEqual(world.dropped(), { SOCKET_RCVBUFF: 2 });
  });

  it('sends its protocol with the chosen TTL, TOS and DF', () => {
    const { peer, socket } = ready();
    socket.ttl = 3;
    socket.tos = 0x10;
    assert.equal(socket.sendTo(PEER_IP, payloadOf(5)), '');
    socket.pmtuDiscovery = PMTUDISC_DONT;
    assert.equal(socket.sendTo(PEER_IP, payloadOf(2000)), '');
    socket.pmtuDiscovery = PMTUDISC_DO;
    assert.equal(socket.sendTo(PEER_IP, payloadOf(5)), '');
    const sent = peer.gets().map(({ bytes }) => viewOf(bytes));
    assert.deepEqual(
      sent.map((v) => [ipv4.protocol(v, 14), ipv4.ttl(v, 14), ipv4.tos(v, 14), ipv4.flagsFragment(v, 14) & 0xe000]),
      [
        [EXPERIMENTAL, 3, 0x10, ipv4.DF],
        [EXPERIMENTAL, 3, 0x10, ipv4.MF],
        [EXPERIMENTAL, 3, 0x10, 0],
        [EXPERIMENTAL, 3, 0x10, ipv4.DF],
      ],
    );
    assert.notEqual(ipv4.id(sent[0]!, 14), 0);
    assert.equal(ipv4.id(sent[3]!, 14), 0);
  });

  it('fills in what its own header leaves open', () => {
    const { peer, socket } = ready(IPPROTO_RAW);
    const datagram = Uint8Array.from(ipv4Bytes([9, 9], { src: 0, dst: PEER_IP, id: 0, totalLen: 1, ttl: 7 }));
    assert.equal(socket.sendTo(PEER_IP, datagram), '');
    const { bytes } = peer.gets()[0]!;
    const v = viewOf(bytes);
    assert.deepEqual([ipv4.src(v, 14), ipv4.totalLen(v, 14), ipv4.ttl(v, 14)], [HOST_IP, 22, 7]);
    assert.notEqual(ipv4.id(v, 14), 0);
    assert.doesNotMatch(textOf(bytes), /bad/);
    assert.equal(ipv4.check(v, 14, bytes.length), ipv4.CHECK_OK);
  });

  it('refuses before a frame exists', () => {
    const { host, socket } = ready();
    assert.equal(socket.sendTo(ip4('10.9.9.9'), payloadOf(1)), 'ENETUNREACH');
    assert.equal(socket.sendTo(ip4('10.0.0.255'), payloadOf(1)), 'EACCES');
    assert.equal(socket.send(payloadOf(1)), 'EDESTADDRREQ');
    assert.equal(socket.sendTo(PEER_IP, payloadOf(65_516)), 'EMSGSIZE');
    socket.includesHeader = true;
    assert.equal(socket.sendTo(PEER_IP, payloadOf(19)), 'EINVAL');
    socket.recvErr = true;
    assert.equal(socket.sendTo(PEER_IP, payloadOf(1501)), 'EMSGSIZE');
    assert.deepEqual([socket.receiveError()?.origin, host.stats.refused], ['local', 5]);
  });

  it('hears of ICMP errors about what it sent: all with IP_RECVERR, hard ones when connected, else none', () => {
    const { peer, host, socket: plain } = ready();
    const [listening, connected] = [0, 0].map(() => new RawSocket(host.rootNs, EXPERIMENTAL)) as [RawSocket, RawSocket];
    listening.recvErr = true;
    assert.equal(connected.connect(PEER_IP), '');
    listening.sendTo(PEER_IP, payloadOf(12));
    const [sent] = peer.gets();
    const about = (kind: number, code: number): void => {
      peer.gives(ipBytes(icmpBytes(kind, code, 0, [...sent!.bytes.subarray(14)]), { protocol: 1 }));
      peer.gets();
    };
    about(11, 0);
    assert.deepEqual([plain.takeError(), listening.takeError(), connected.takeError()], ['', 'EHOSTUNREACH', '']);
    about(3, 2);
    assert.deepEqual(
      [plain.takeError(), listening.takeError(), connected.takeError()],
      ['', 'ENOPROTOOPT', 'ENOPROTOOPT'],
    );
    const [first, second] = [listening.receiveError()!, listening.receiveError()!];
    assert.deepEqual([first.type, first.code, first.offender, first.dst], [11, 0, PEER_IP, PEER_IP]);
    assert.deepEqual(first.quoted, payloadOf(12));
    assert.equal(second.type, 3);
    assert.equal(connected.receiveError(), null);
  });

  it('tells an echo to a port without a socket all the same', () => {
    const { peer, socket } = ready(17);
    peer.gives(datagramBytes(5, 9, [1]));
    assert.match(peer.getsLines()[0]!, /udp port 9 unreachable/);
    assert.ok(socket.isReady());
  });
});
