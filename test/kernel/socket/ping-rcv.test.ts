import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { dstMtu } from '../../../src/kernel/ip/fnhe.ts';
import { ipRouteOutput } from '../../../src/kernel/ip/route.ts';
import { icmpBytes } from '../../wire/frames.ts';
import { HOST_IP, introduce, ipBytes, payloadOf, PEER_IP, pingSocket, withPeer } from '../kit.ts';

/** An ICMP error of the peer that quotes an ICMP message of this host. */
function errorQuoting(kind: number, id: number, seq: number, dst = PEER_IP): Uint8Array {
  const quoted = ipBytes(icmpBytes(kind, 0, id * 65_536 + seq, []), { protocol: 1, src: HOST_IP, dst }).subarray(14);
  return ipBytes(icmpBytes(11, 0, 0, [...quoted]), { protocol: 1, src: ip4('10.0.0.254') });
}

describe('kernel: replies and errors for ping sockets', () => {
  it('reach the socket whose id they carry, errors with the router that sent them', () => {
    const { host, peer } = withPeer();
    introduce(peer);
    const [one, two] = [pingSocket(host.rootNs, 1), pingSocket(host.rootNs, 2)];
    peer.gives(errorQuoting(8, 2, 5, ip4('10.9.9.9')));
    peer.gets();
    const error = two.receiveError()!;
    assert.deepEqual(
      [error.errno, error.origin, error.type, error.offender, error.dst, error.seq],
      ['EHOSTUNREACH', 'icmp', 11, ip4('10.0.0.254'), ip4('10.9.9.9'), 5],
    );
    assert.equal(one.receiveError(), null);
  });

  it('are lost when they are about something else, or nobody has the id', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    const socket = pingSocket(host.rootNs, 1);
    peer.gives(errorQuoting(0, 1, 5));
    peer.gives(errorQuoting(8, 3, 5));
    peer.gives(ipBytes(icmpBytes(0, 0, 3 * 65_536, [...payloadOf(4)]), { protocol: 1 }));
    peer.gets();
    assert.deepEqual([socket.receiveError(), socket.receive()], [null, null]);
    assert.deepEqual(world.dropped(), { NO_SOCKET: 1 });
  });

  it('teach the way of the answers that the kernel itself sent', () => {
    const { host, peer } = withPeer();
    introduce(peer);
    const quoted = ipBytes(icmpBytes(0, 0, 65_536, []), { protocol: 1, src: HOST_IP, dst: PEER_IP }).subarray(14);
    peer.gives(ipBytes(icmpBytes(3, 4, 1000, [...quoted]), { protocol: 1, src: ip4('10.0.0.254') }));
    peer.gets();
    assert.equal(dstMtu(host.rootNs, ipRouteOutput(host.rootNs, PEER_IP)), 1000);
  });
});
