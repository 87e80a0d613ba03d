import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import type { Peer, World } from '../kit.ts';
import { datagramBytes, HOST_IP, introduce, ipBytes, payloadOf, PEER_IP, viewOf, withPeer } from '../kit.ts';

function ready(): { world: World; host: Host; peer: Peer } {
  const all = withPeer();
  introduce(all.peer);
  return all;
}

function bound(host: Host, address: string, port = 5000): UdpSocket {
  const socket = new UdpSocket(host.rootNs);
  socket.reuseAddress = true;
  assert.equal(socket.bind(ip4(address), port), '');
  return socket;
}

/** Which of the sockets got something. */
function takers(sockets: Readonly<Record<string, UdpSocket>>): string[] {
  return Object.entries(sockets)
    .filter(([, socket]) => socket.receive() !== null)
    .map(([name]) => name);
}

describe('kernel: UDP input', () => {
  it('gives a datagram to the socket that fits best: connected, then of the address, then any', () => {
    const { host, peer } = ready();
    const any = bound(host, '0.0.0.0');
    const ours = bound(host, '10.0.0.1');
    const connected = bound(host, '0.0.0.0');
    assert.equal(connected.connect(PEER_IP, 4000), '');
    const sockets = { any, ours, connected };
    peer.gives(datagramBytes(4000, 5000, [1]));
    peer.gets();
    assert.deepEqual(takers(sockets), ['connected']);
    peer.gives(datagramBytes(4001, 5000, [1]));
    peer.gets();
    assert.deepEqual(takers(sockets), ['ours']);
    ours.close();
    peer.gives(datagramBytes(4001, 5000, [1]));
    peer.gets();
    assert.deepEqual(takers(sockets), ['any']);
  });

  it('gives it to the socket bound last where several fit alike', () => {
    const { host, peer } = ready();
    const sockets = { first: bound(host, '0.0.0.0'), second: bound(host, '0.0.0.0') };
    peer.gives(datagramBytes(4000, 5000, [1]));
    peer.gets();
    assert.deepEqual(takers(sockets), ['second']);
  });

  it('gives a broadcast to all that listen there: copies, the last of them the frame itself', () => {
    const { world, host, peer } = ready();
    const sockets = {
      any: bound(host, '0.0.0.0'),
      second: bound(host, '0.0.0.0'),
      broadcast: bound(host, '10.0.0.255'),
      ours: bound(host, '10.0.0.1'),
      connected: bound(host, '0.0.0.0'),
    };
    sockets.connected.connect(PEER_IP, 4000);
    const [sent, delivered] = [world.sent(), world.delivered()];
    const bytes = datagramBytes(4000, 5000, [1], { dst: ip4('10.0.0.255') });
    bytes.fill(0xff, 0, 6);
    peer.gives(bytes);
    peer.gets();
    assert.deepEqual(takers(sockets), ['any', 'second', 'broadcast']);
    assert.deepEqual([world.sent() - sent, world.delivered() - delivered], [3, 3]);
  });

  it('drops a broadcast that nobody wants without a word', () => {
    const { world, host, peer } = ready();
    const bytes = datagramBytes(4000, 5000, [1], { dst: ip4('10.0.0.255') });
    bytes.fill(0xff, 0, 6);
    peer.gives(bytes);
    assert.deepEqual(peer.getsLines(), []);
    assert.deepEqual([world.dropped(), host.rootNs.mib.udpNoPorts], [{ NOT_SPECIFIED: 1 }, 0]);
  });

  it('answers for a closed port with port unreachable', () => {
    const { world, host, peer } = ready();
    peer.gives(datagramBytes(4000, 9, [1]));
    assert.deepEqual(peer.getsLines(), ['IP 10.0.0.1 > 10.0.0.2: ICMP 10.0.0.1 udp port 9 unreachable, length 37']);
    assert.deepEqual([world.dropped(), host.rootNs.mib.udpNoPorts], [{ NO_SOCKET: 1 }, 1]);
  });

  it('sends from the address it is bound to, from the route’s when that is a broadcast', () => {
    const { host, peer } = ready();
    bound(host, '10.0.0.255').sendTo(PEER_IP, 9, payloadOf(1));
    assert.deepEqual(peer.getsLines(), ['IP 10.0.0.1.5000 > 10.0.0.2.9: UDP, length 1']);
  });

  it('drops bad checksums, and takes none at all for a good one', () => {
    const { world, host, peer } = ready();
    const socket = bound(host, '0.0.0.0');
    const bad = datagramBytes(4000, 5000, [1, 2, 3]);
    bad[44]! ^= 1;
    peer.gives(bad);
    peer.gets();
    assert.deepEqual(world.dropped(), { UDP_CSUM: 1 });
    assert.equal(host.rootNs.mib.udpInCsumErrors, 1);
    viewOf(bad).setUint16(40, 0);
    peer.gives(bad);
    peer.gets();
    assert.equal(socket.receive()?.payload.length, 3);
  });

  it('drops what is shorter than its header says, and cuts what is longer', () => {
    const { world, host, peer } = ready();
    const socket = bound(host, '0.0.0.0');
    peer.gives(ipBytes([0, 1, 0, 2, 0, 8, 0]));
    peer.gives(ipBytes([0, 1, 0, 2, 0, 9, 0, 0]));
    peer.gives(ipBytes([0, 1, 0, 2, 0, 7, 0, 0]));
    peer.gets();
    assert.deepEqual(world.dropped(), { NOT_SPECIFIED: 1, PKT_TOO_SMALL: 2 });
    assert.equal(host.rootNs.mib.udpInErrors, 3);
    peer.gives(ipBytes([0x0f, 0xa0, 0x13, 0x88, 0, 9, 0, 0, 42, 43, 44]));
    peer.gets();
    assert.deepEqual(socket.receive()?.payload, Uint8Array.of(42));
  });

  it('takes an empty datagram', () => {
    const { host, peer } = ready();
    const socket = bound(host, '0.0.0.0');
    peer.gives(datagramBytes(4000, 5000, []));
    peer.gets();
    assert.equal(socket.receive()?.payload.length, 0);
  });

  it('works between two sockets of one host, over lo', () => {
    const { world, host } = ready();
    const [server, client] = [bound(host, '127.0.0.1'), new UdpSocket(host.rootNs)];
    client.connect(ip4('127.0.0.1'), 5000);
    client.send(payloadOf(4));
    world.run(100_000);
    const got = server.receive()!;
    assert.deepEqual([got.from, got.fromPort], [ip4('127.0.0.1'), client.localPort]);
    server.sendTo(got.from, got.fromPort, payloadOf(60_000));
    world.run(100_000);
    assert.equal(client.receive()?.payload.length, 60_000);
    const refused = new UdpSocket(host.rootNs);
    refused.connect(HOST_IP, 9);
    refused.send(payloadOf(1));
    world.run(100_000);
    assert.equal(refused.send(payloadOf(1)), 'ECONNREFUSED');
  });
});
