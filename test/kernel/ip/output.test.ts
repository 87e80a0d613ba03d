import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import { NUD_NOARP } from '../../../src/kernel/ip/neigh.ts';
import { routeForReply } from '../../../src/kernel/ip/output.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { devOf, introduce, linkTextOf, payloadOf, PEER_IP, pingSocket, SECOND, type, withPeer } from '../kit.ts';

/** Sends one UDP datagram. */
function say(host: Host, to: string, length = 4): void {
  const socket = new UdpSocket(host.rootNs);
  socket.broadcast = true;
  assert.equal(socket.bind(0, 5000), '');
  assert.equal(socket.sendTo(ip4(to), 9, payloadOf(length)), '');
  socket.close();
}

describe('kernel: IP output', () => {
  it('sends broadcasts and groups to their fixed MAC addresses without asking', () => {
    const { host, peer } = withPeer();
    type(host, 'ip route add default via 10.0.0.2');
    for (const to of ['10.0.0.255', '255.255.255.255', '224.0.0.251', '239.129.2.3']) say(host, to);
    assert.deepEqual(
      peer.gets().map((each) => linkTextOf(each.bytes).slice(20, 37)),
      ['ff:ff:ff:ff:ff:ff', 'ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:fb', '01:00:5e:01:02:03'],
    );
    const known = host.rootNs.neighbours.list().map((each) => each.state);
    assert.deepEqual(known, [NUD_NOARP, NUD_NOARP, NUD_NOARP, NUD_NOARP]);
  });

  it('asks for the gateway, not for what lies behind it', () => {
    const { host, peer } = withPeer();
    type(host, 'ip route add default via 10.0.0.2');
    say(host, '8.8.8.8');
    assert.deepEqual(peer.getsLines(), ['ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28']);
  });

  it('goes over lo to this host, with lo’s MAC addresses of zeros', () => {
    const { world, host } = withPeer();
    say(host, '10.0.0.1');
    world.run(SECOND);
    const [sent, received] = world.seenAt('h/lo');
    assert.equal(linkTextOf(sent!.bytes).slice(0, 37), '00:00:00:00:00:00 > 00:00:00:00:00:00');
    assert.deepEqual(
      [sent!.isReceived, received!.isReceived, sent!.packetId === received!.packetId],
      [false, true, true],
    );
    assert.deepEqual(sent!.bytes, received!.bytes);
  });

  it('dies with a reason on an interface that is down', () => {
    const { world, host } = withPeer();
    type(host, 'ip link set lo down');
    say(host, '10.0.0.1');
    world.run(SECOND);
    assert.deepEqual(world.dropped(), { DEV_READY: 1 });
    assert.equal(devOf(host, 'lo').txDropped, 1);
  });

  it('forgets a neighbour that was deleted and asks again', () => {
    const { host, peer } = withPeer();
    introduce(peer);
    const socket = pingSocket(host.rootNs);
    socket.sendEcho(PEER_IP, 1, payloadOf(4));
    assert.match(peer.getsLines()[0]!, /echo request/);
    type(host, 'ip neigh del 10.0.0.2 dev eth0');
    socket.sendEcho(PEER_IP, 2, payloadOf(4));
    assert.deepEqual(peer.getsLines(), ['ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28']);
  });

  it('cuts what is longer than the MTU of the interface, a broadcast too, of which the host hears the whole', () => {
    const { world, host, peer } = withPeer();
    const listener = new UdpSocket(host.rootNs);
    listener.bind(0, 9);
    say(host, '10.0.0.255', 3000);
    assert.deepEqual(
      peer.gets().map((each) => each.bytes.length),
      [1514, 1514, 14 + 20 + 48],
    );
    assert.equal(listener.receive()?.payload.length, 3000);
    assert.deepEqual(world.dropped(), {});
  });

  it('has an answer for whoever can be reached as one, and for nobody else', () => {
    const { host } = withPeer();
    const ns = host.rootNs;
    const devices = ['10.0.0.2', '10.0.0.1', '8.8.8.8', '10.0.0.255'].map(
      (text) => routeForReply(ns, ip4(text))?.dev?.name,
    );
    assert.deepEqual(devices, ['eth0', 'lo', undefined, 'eth0']);
  });

  it('counts what it was asked to send', () => {
    const { host } = withPeer();
    say(host, '10.0.0.255');
    say(host, '10.0.0.1');
    assert.equal(host.rootNs.mib.ipOutRequests, 2);
  });
});
