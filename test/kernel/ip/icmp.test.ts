import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import { icmpBytes, referenceSum } from '../../wire/frames.ts';
import type { Peer, World } from '../kit.ts';
import {
  echoBytes,
  introduce,
  ipBytes,
  payloadOf,
  pingSocket,
  PEER_IP,
  HOST_IP,
  textOf,
  type,
  viewOf,
  withPeer,
} from '../kit.ts';

function ready(): { world: World; host: Host; peer: Peer } {
  const all = withPeer();
  introduce(all.peer);
  return all;
}

/** An ICMP message of the peer. */
function message(kind: number, code: number, data: readonly number[] = [], rest = 0): Uint8Array {
  return ipBytes(icmpBytes(kind, code, rest, data), { protocol: 1 });
}

describe('kernel: ICMP input', () => {
  it('answers an echo request with the same data, id and number, without DF, with a TTL of its own', () => {
    const { peer } = ready();
    peer.gives(echoBytes({ flags: ipv4.DF, ttl: 3, tos: 0x6b, id: 9 }, [...payloadOf(56)]));
    const [reply] = peer.gets();
    const v = viewOf(reply!.bytes);
    assert.equal(textOf(reply!.bytes), 'IP 10.0.0.1 > 10.0.0.2: ICMP echo reply, id 7, seq 1, length 64');
    assert.deepEqual([ipv4.flagsFragment(v, 14), ipv4.ttl(v, 14), ipv4.tos(v, 14)], [0, 64, 0x6b]);
    assert.notEqual(ipv4.id(v, 14), 0);
    assert.deepEqual([...reply!.bytes.subarray(42)], [...payloadOf(56)]);
    assert.equal(referenceSum(reply!.bytes.subarray(34)), 0xffff);
  });

  it('gives each reply a number of its own that is not 0', () => {
    const { peer } = ready();
    const numbers = new Set<number>();
    for (let i = 0; i < 50; i++) {
      peer.gives(echoBytes());
      numbers.add(ipv4.id(viewOf(peer.gets()[0]!.bytes), 14));
    }
    assert.equal(numbers.size, 50);
    assert.equal(numbers.has(0), false);
  });

  it('keeps the code of the request, as Linux does', () => {
    const { peer } = ready();
    peer.gives(message(8, 5, [1, 2]));
    assert.deepEqual([...peer.gets()[0]!.bytes.subarray(34, 36)], [0, 5]);
  });

  it('answers any length, in fragments where it must', () => {
    for (const length of [0, 1, 1471, 1472]) {
      const { peer } = ready();
      peer.gives(echoBytes({}, [...payloadOf(length)]));
      assert.deepEqual(
        peer.gets().map((each) => each.bytes.length),
        [42 + length],
      );
    }
  });

  it('ignores broadcast requests unless told otherwise', () => {
    const { world, host, peer } = ready();
    const request = echoBytes({ dst: ip4('10.0.0.255') });
    request.fill(0xff, 0, 6);
    peer.gives(request);
    assert.deepEqual(peer.getsLines(), []);
    assert.deepEqual(world.dropped(), { INVALID_PROTO: 1 });
    assert.equal(host.rootNs.mib.icmpInErrors, 1);
    type(host, 'sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0');
    peer.gives(request);
    assert.deepEqual(peer.getsLines(), ['IP 10.0.0.1 > 10.0.0.2: ICMP echo reply, id 7, seq 1, length 11']);
  });

  it('ignores all requests when told so', () => {
    const { world, host, peer } = ready();
    type(host, 'sysctl -w net.ipv4.icmp_echo_ignore_all=1');
    peer.gives(echoBytes());
    assert.deepEqual([peer.getsLines(), world.dropped()], [[], {}]);
  });

  it('does not limit replies, unless the mask names them', () => {
    const { host, peer } = ready();
    for (let i = 0; i < 100; i++) peer.gives(echoBytes());
    assert.equal(peer.gets().length, 100);
    type(host, 'sysctl -w net.ipv4.icmp_ratemask=1');
    for (let i = 0; i < 100; i++) peer.gives(echoBytes());
    assert.equal(peer.gets().length, 6);
  });

  it('drops what has a bad checksum or is too short', () => {
    const { world, host, peer } = ready();
    const bad = echoBytes();
    bad[44]! ^= 1;
    peer.gives(bad);
    peer.gives(ipBytes([8, 0, 0xf7, 0xff], { protocol: 1 }));
    assert.deepEqual(peer.getsLines(), []);
    assert.deepEqual(world.dropped(), { ICMP_CSUM: 1, NOT_SPECIFIED: 1 });
    const { icmpInMsgs, icmpInErrors, icmpInCsumErrors } = host.rootNs.mib;
    assert.deepEqual([icmpInMsgs, icmpInErrors, icmpInCsumErrors], [2, 2, 1]);
  });

  it('drops types that do not exist, and consumes those that have no effect', () => {
    const { world, peer } = ready();
    const delivered = world.delivered();
    peer.gives(message(44, 0));
    peer.gives(message(5, 1, [...echoBytes().subarray(14)]));
    peer.gives(message(15, 0, payloadOf(12) as never));
    assert.deepEqual(peer.getsLines(), []);
    assert.deepEqual(world.dropped(), { UNHANDLED_PROTO: 1 });
    assert.equal(world.delivered() - delivered, 2);
  });

  it('answers a timestamp request with the time of day', () => {
    const { world, peer } = ready();
    world.runTo(3_723_004 * 1_000_000);
    peer.gives(message(13, 0, [0, 0, 0, 5, 1, 1, 1, 1, 2, 2, 2, 2]));
    assert.deepEqual(peer.getsLines(), [
      'IP 10.0.0.1 > 10.0.0.2: ICMP time stamp reply id 0 seq 0: org 00:00:00.005, recv 01:02:03.004, ' +
        'xmit 01:02:03.004, length 20',
    ]);
  });

  it('drops a reply that nobody waits for', () => {
    const { world, peer } = ready();
    peer.gives(message(0, 0, [], 0x0009_0001));
    peer.gets();
    assert.deepEqual(world.dropped(), { NO_SOCKET: 1 });
  });

  it('hands an error to the socket whose datagram it quotes', () => {
    const { host, peer } = ready();
    const socket = pingSocket(host.rootNs);
    socket.sendEcho(ip4('10.0.0.2'), 3, payloadOf(4));
    const quoted = [...peer.gets()[0]!.bytes.subarray(14)];
    peer.gives(message(3, 13, quoted));
    peer.gives(message(3, 4, quoted, 1280));
    peer.gives(message(11, 0, quoted));
    peer.gets();
    const errors = [1, 2, 3].map(() => socket.receiveError()!);
    assert.deepEqual(
      errors.map((each) => [each.errno, each.type, each.code, each.info, each.seq]),
      [
        ['EHOSTUNREACH', 3, 13, 0, 3],
        ['EMSGSIZE', 3, 4, 1280, 3],
        ['EHOSTUNREACH', 11, 0, 0, 3],
      ],
    );
    assert.deepEqual([errors[0]!.offender, errors[0]!.dst], [PEER_IP, PEER_IP]);
  });

  it('consumes errors that concern no socket: of unknown protocols, codes, late fragments', () => {
    const { world, host, peer } = ready();
    const socket = pingSocket(host.rootNs);
    socket.sendEcho(ip4('10.0.0.2'), 3, payloadOf(4));
    const quoted = [...peer.gets()[0]!.bytes.subarray(14)];
    const otherProtocol = [
      ...ipBytes([1, 2, 3, 4, 5, 6, 7, 8], { protocol: 99, src: HOST_IP, dst: PEER_IP }).subarray(14),
    ];
    peer.gives(message(3, 1, otherProtocol));
    peer.gives(message(3, 16, quoted));
    peer.gives(message(11, 1, quoted));
    peer.gets();
    assert.equal(socket.receiveError(), null);
    assert.deepEqual(world.dropped(), {});
  });

  it('drops an error whose quote is too short to tell anything', () => {
    const { world, host, peer } = ready();
    const whole = [...ipBytes([1, 2, 3, 4, 5, 6, 7, 8], { src: HOST_IP, dst: PEER_IP }).subarray(14)];
    peer.gives(message(3, 1, whole.slice(0, 19)));
    peer.gives(message(3, 1, whole.slice(0, 27)));
    peer.gives(message(3, 1, [0x65, ...whole.slice(1)]));
    peer.gets();
    assert.deepEqual(world.dropped(), { NOT_SPECIFIED: 1 });
    assert.equal(host.rootNs.mib.icmpInErrors, 3);
  });
});
