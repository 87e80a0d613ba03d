import assert from 'node:assert/strict';
import { compileFilter } from '../../../src/wire/filter.ts';
import { RX, TX } from '../../../src/link/trace-sink.ts';
import { ETH_P_ALL, PACKET_OUTGOING, PacketSocket } from '../../../src/kernel/socket/packet-socket.ts';
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from '../../../src/wire/ethernet.ts';
import {
  addContainer,
  arpBytes,
  devOf,
  HOST_IP,
  HOST_MAC,
  introduce,
  MILLISECOND,
  PEER_IP,
  PEER_MAC,
  pingSocket,
  payloadOf,
  textOf,
  type,
  withPeer,
  World,
} from '../kit.ts';
import type { Mac } from '../../../src/base/addr.ts';
import { BROADCAST_MAC } from '../../../src/base/addr.ts';
import { ethernetBytes } from '../../wire/frames.ts';

const OTHER_MAC = 0x0200_0000_0077;
/** For local experiments (IEEE 802). */
const EXPERIMENTAL = 0x88b5;

function experimental(dst: Mac, src: Mac, payloadBytes: number): Uint8Array {
  return ethernetBytes(EXPERIMENTAL, [...payloadOf(payloadBytes)], dst, src);
}

describe('kernel: packet socket', () => {
  it('sees with ETH_P_ALL what is sent and received, with direction, type, time and length', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    const socket = new PacketSocket(host.rootNs, 'raw', ETH_P_ALL);
    socket.addPromiscuous(devOf(host, 'eth0'));
    const startNs = world.sched.now;
    pingSocket(host.rootNs).sendEcho(PEER_IP, 1, payloadOf(56));
    peer.gives(experimental(OTHER_MAC, PEER_MAC, 46));
    world.run(MILLISECOND);
    const [sent, received] = [socket.receive()!, socket.receive()!];
    assert.equal(textOf(sent.bytes), 'IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 64');
    assert.deepEqual(
      [sent.direction, sent.packetType, sent.atNs - startNs, sent.originalLength, sent.ifIndex],
      [TX, PACKET_OUTGOING, 0, 98, 2],
    );
    assert.deepEqual(
      [received.direction, received.packetType, received.atNs - startNs, received.originalLength],
      [RX, 3, 10_000, 60],
    );
    assert.deepEqual([received.etherType, received.sourceMac], [EXPERIMENTAL, PEER_MAC]);
    assert.equal(socket.receive(), null);
  });

  it('sees what a network card takes for others only while someone wants promiscuous mode', () => {
    const { world, host, peer } = withPeer();
    const eth0 = devOf(host, 'eth0');
    const plain = new PacketSocket(host.rootNs, 'raw', ETH_P_ALL);
    const promiscuous = new PacketSocket(host.rootNs, 'raw', ETH_P_ALL);
    const give = (): boolean[] => {
      peer.gives(experimental(OTHER_MAC, PEER_MAC, 46));
      world.run(MILLISECOND);
      return [plain, promiscuous].map((socket) => socket.receive() !== null);
    };
    assert.deepEqual(give(), [false, false]);
    promiscuous.addPromiscuous(eth0);
    assert.deepEqual([eth0.promiscuity, ...give()], [1, true, true]);
    promiscuous.close();
    assert.deepEqual([eth0.promiscuity, ...give()], [0, false, false]);
  });

  it('never counts: the books are the same with and without it', () => {
    const count = (watched: boolean): unknown => {
      const { world, host, peer } = withPeer();
      if (watched) for (const protocol of [ETH_P_ALL, EXPERIMENTAL]) new PacketSocket(host.rootNs, 'raw', protocol);
      peer.gives(experimental(HOST_MAC, PEER_MAC, 46));
      world.run(MILLISECOND);
      return [world.sent(), world.delivered(), world.dropped()];
    };
    assert.deepEqual(count(true), count(false));
    assert.deepEqual(count(true), [1, 0, { UNHANDLED_PROTO: 1 }]);
  });

  it('of one EtherType sees only that, only what is received, and only after the softirq', () => {
    const { world, host, peer } = withPeer();
    const arps = new PacketSocket(host.rootNs, 'dgram', ETHERTYPE_ARP);
    peer.gives(arpBytes({ target: HOST_IP }));
    world.run(11_000);
    assert.equal(arps.isReady(), false);
    world.run(MILLISECOND);
    const seen = arps.receive()!;
    assert.deepEqual([seen.bytes.length, seen.etherType, seen.packetType], [28, ETHERTYPE_ARP, 1]);
    assert.equal(arps.receive(), null, 'the answer of the host is not seen');
  });

  it('counts a frame of no protocol as dropped by the interface only when nobody takes it', () => {
    const { world, host, peer } = withPeer();
    const give = (): number => {
      peer.gives(experimental(HOST_MAC, PEER_MAC, 46));
      world.run(MILLISECOND);
      return devOf(host, 'eth0').rxDropped;
    };
    assert.equal(give(), 1);
    const socket = new PacketSocket(host.rootNs, 'raw', EXPERIMENTAL);
    assert.equal(give(), 1);
    socket.close();
    assert.equal(give(), 2);
    assert.equal(host.rootNs.packetSockets, null);
  });

  it('bound to an interface sees only that one, and hears when it goes down', () => {
    const { world, host, peer } = withPeer();
    type(host, 'ip link add v0 type veth peer name v1');
    type(host, 'ip link set v0 up');
    const socket = new PacketSocket(host.rootNs, 'raw', ETH_P_ALL);
    assert.equal(socket.bind(devOf(host, 'v0')), '');
    peer.gives(arpBytes({ target: HOST_IP }));
    world.run(MILLISECOND);
    assert.equal(socket.receive(), null);
    assert.equal(socket.bind(devOf(host, 'v1')), '');
    assert.equal(socket.takeError(), 'ENETDOWN');
    assert.equal(socket.takeError(), '');
  });

  it('filters, cuts, and loses what does not fit its buffer', () => {
    const { world, host, peer } = withPeer();
    const socket = new PacketSocket(host.rootNs, 'raw', ETH_P_ALL);
    socket.filter = compileFilter('arp');
    socket.snapBytes = 20;
    socket.receiveBufferBytes = 2000;
    for (let i = 0; i < 5; i++) peer.gives(arpBytes({ target: PEER_IP }));
    peer.gives(experimental(HOST_MAC, PEER_MAC, 46));
    world.run(MILLISECOND);
    assert.deepEqual(socket.statistics(), { packets: 5, drops: 3 });
    assert.deepEqual(socket.statistics(), { packets: 0, drops: 0 });
    const seen = socket.receive()!;
    assert.deepEqual([seen.bytes.length, seen.originalLength], [20, 42]);
  });

  it('sends a frame as given, which other sockets see and it does not', () => {
    const { host, peer } = withPeer();
    const socket = new PacketSocket(host.rootNs, 'raw', ETH_P_ALL);
    const other = new PacketSocket(host.rootNs, 'raw', ETH_P_ALL);
    const bytes = experimental(BROADCAST_MAC, OTHER_MAC, 3);
    assert.equal(socket.send(bytes, devOf(host, 'eth0')), '');
    assert.deepEqual(peer.gets()[0]!.bytes, bytes);
    assert.equal(socket.receive(), null);
    assert.deepEqual(other.receive()!.bytes, bytes);
  });

  it('puts the header in front as a datagram socket', () => {
    const { host, peer } = withPeer();
    const socket = new PacketSocket(host.rootNs, 'dgram', EXPERIMENTAL);
    assert.equal(socket.sendTo(payloadOf(5), devOf(host, 'eth0'), PEER_MAC), '');
    const expected = experimental(PEER_MAC, HOST_MAC, 5);
    assert.deepEqual(peer.gets()[0]!.bytes, expected);
  });

  it('refuses what does not fit the interface', () => {
    const { host } = withPeer();
    const socket = new PacketSocket(host.rootNs, 'raw', 0);
    const eth0 = devOf(host, 'eth0');
    assert.equal(socket.send(payloadOf(60)), 'ENXIO');
    assert.equal(socket.send(payloadOf(13), eth0), 'EINVAL');
    assert.equal(socket.send(payloadOf(1519), eth0), 'EMSGSIZE');
    assert.equal(socket.send(payloadOf(1514), eth0), '');
    type(host, 'ip link set eth0 down');
    assert.equal(socket.send(payloadOf(60), eth0), 'ENETDOWN');
    assert.equal(host.stats.refused, 4);
  });

  it('on a bridge sees what is passed up; of one EtherType on a port sees nothing', () => {
    const world = new World();
    const host = world.host('h');
    type(host, 'ip link add br0 type bridge');
    type(host, 'ip link set br0 up');
    const a = addContainer(host, 'a', '10.0.0.1/24', 'br0', 'va');
    addContainer(host, 'b', '10.0.0.2/24', 'br0', 'vb');
    const [onBridge, onPort, typed] = [ETH_P_ALL, ETH_P_ALL, ETHERTYPE_ARP].map(
      (protocol) => new PacketSocket(host.rootNs, 'raw', protocol),
    ) as [PacketSocket, PacketSocket, PacketSocket];
    onBridge.bind(devOf(host, 'br0'));
    onPort.bind(devOf(host, 'va'));
    typed.bind(devOf(host, 'va'));
    pingSocket(a).sendEcho(PEER_IP, 1, payloadOf(8));
    world.run(MILLISECOND);
    const kinds = (socket: PacketSocket): number[] => {
      const list: number[] = [];
      for (let seen = socket.receive(); seen !== null; seen = socket.receive()) list.push(seen.etherType);
      return list;
    };
    assert.deepEqual(kinds(onBridge), [ETHERTYPE_ARP]);
    assert.deepEqual(kinds(onPort), [ETHERTYPE_ARP, ETHERTYPE_ARP, ETHERTYPE_IPV4, ETHERTYPE_IPV4]);
    assert.deepEqual(kinds(typed), []);
  });
});
