import assert from 'node:assert/strict';
import { ip4, mac, macHi, macLo } from '../../../src/base/addr.ts';
import type { Neighbour } from '../../../src/kernel/ip/neigh.ts';
import {
  NUD_DELAY,
  NUD_FAILED,
  NUD_INCOMPLETE,
  NUD_PERMANENT,
  NUD_PROBE,
  NUD_REACHABLE,
  NUD_STALE,
} from '../../../src/kernel/ip/neigh.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { trueSize } from '../../../src/kernel/truesize.ts';
import * as arp from '../../../src/wire/arp.ts';
import type { Peer } from '../kit.ts';
import {
  arpBytes,
  devOf,
  echoBytes,
  HOST_IP,
  HOST_MAC,
  introduce,
  MILLISECOND,
  pair,
  payloadOf,
  PEER_IP,
  PEER_MAC,
  pingSocket,
  SECOND,
  type,
  withPeer,
  World,
} from '../kit.ts';

const ASK = 'ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28';
const PEER_ANSWER = arpBytes({ op: arp.OP_REPLY, dst: HOST_MAC, targetMac: HOST_MAC });

/** The host's entry for the peer. */
function entry(host: Host, ip = PEER_IP): Neighbour {
  const found = host.rootNs.neighbours.find(devOf(host, 'eth0'), ip);
  assert.ok(found !== null, 'there is an entry');
  return found;
}

/** Lets the host ask for the peer and answers. */
function resolve(host: Host, peer: Peer): Neighbour {
  pingSocket(host.rootNs, 99).sendEcho(PEER_IP, 1, payloadOf(0));
  assert.deepEqual(peer.getsLines(), [ASK]);
  peer.gives(PEER_ANSWER);
  assert.equal(peer.gets().length, 1, 'the parked request');
  return entry(host);
}

describe('kernel: neighbours', () => {
  it('asks by broadcast, parks what is to be sent, and sends it in order when the answer is here', () => {
    const { world, a } = pair();
    const socket = pingSocket(a.rootNs);
    for (const seq of [1, 2, 3]) socket.sendEcho(ip4('10.0.0.2'), seq, payloadOf(56));
    world.run(SECOND);
    assert.deepEqual(world.ladder('a/eth0'), [
      '0 > ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28',
      '0.022 < ARP, Reply 10.0.0.2 is-at 02:00:00:00:02:01, length 28',
      '0.024 > IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 64',
      '0.024 > IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 2, length 64',
      '0.024 > IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 3, length 64',
      '0.046 < IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 7, seq 1, length 64',
      '0.046 < IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 7, seq 2, length 64',
      '0.046 < IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id 7, seq 3, length 64',
    ]);
    assert.deepEqual(
      [1, 2, 3].map(() => socket.receive()?.seq),
      [1, 2, 3],
    );
    assert.deepEqual(world.dropped(), {});
  });

  it('asks three times, a second apart, and tells the sender after the third second', () => {
    const { world, host, peer } = withPeer();
    const socket = pingSocket(host.rootNs);
    socket.sendEcho(PEER_IP, 5, payloadOf(56));
    world.runTo(10 * SECOND);
    assert.deepEqual(world.ladder('h/eth0'), [`0 > ${ASK}`, `1000 > ${ASK}`, `2000 > ${ASK}`]);
    assert.equal(peer.gets().length, 3);
    assert.deepEqual(world.ladder('h/lo'), [
      '3000 > IP 10.0.0.1 > 10.0.0.1: ICMP host 10.0.0.2 unreachable, length 92',
      '3000 < IP 10.0.0.1 > 10.0.0.1: ICMP host 10.0.0.2 unreachable, length 92',
    ]);
    const error = socket.receiveError()!;
    assert.deepEqual(
      [error.errno, error.origin, error.offender, error.dst, error.seq, error.timeNs],
      ['EHOSTUNREACH', 'icmp', HOST_IP, PEER_IP, 5, 3 * SECOND + 2000],
    );
    assert.equal(entry(host).state, NUD_FAILED);
    assert.deepEqual(world.dropped(), { NEIGH_FAILED: 1 });
  });

  it('tells of every parked request, also when frames were dropped or received by others before', () => {
    const { world, host, peer } = withPeer();
    // A frame for somebody else leaves its mark on a pooled frame; nothing of it may remain.
    peer.gives(echoBytes({}, [], mac('02:00:00:00:00:55')));
    peer.gets();
    const socket = pingSocket(host.rootNs);
    for (const seq of [1, 2, 3]) socket.sendEcho(PEER_IP, seq, payloadOf(8));
    world.run(4 * SECOND);
    assert.deepEqual(
      [1, 2, 3].map(() => socket.receiveError()?.seq),
      [1, 2, 3],
    );
    assert.deepEqual(world.dropped(), { OTHERHOST: 1, NEIGH_FAILED: 3 });
  });

  it('begins anew when something is to be sent to one that failed', () => {
    const { world, host, peer } = withPeer();
    const socket = pingSocket(host.rootNs);
    socket.sendEcho(PEER_IP, 1, payloadOf(8));
    world.run(5 * SECOND);
    peer.gets();
    socket.sendEcho(PEER_IP, 2, payloadOf(8));
    assert.equal(entry(host).state, NUD_INCOMPLETE);
    assert.deepEqual(peer.getsLines(), [ASK]);
    peer.gives(PEER_ANSWER);
    assert.deepEqual(peer.getsLines(), ['IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 2, length 16']);
    assert.equal(entry(host).state, NUD_REACHABLE);
  });

  it('does not ask again for further frames while it is asking', () => {
    const { host, peer } = withPeer();
    const socket = pingSocket(host.rootNs);
    for (let seq = 0; seq < 10; seq++) socket.sendEcho(PEER_IP, seq, payloadOf(8));
    assert.deepEqual(peer.getsLines(), [ASK]);
    assert.deepEqual(peer.getsLines(SECOND), [ASK]);
  });

  it('knows who asked, doubts it after the first use, and 5 s later asks it directly', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    assert.equal(entry(host).state, NUD_STALE);
    peer.gives(echoBytes());
    assert.equal(peer.gets().length, 1, 'the reply goes out at once');
    assert.equal(entry(host).state, NUD_DELAY);
    world.runTo(6 * SECOND);
    assert.deepEqual(world.ladder('h/eth0', SECOND), [`5000.112 > ${ASK}`]);
    const question = peer.gets().at(-1)!.bytes;
    assert.deepEqual([...question.subarray(0, 6)], [2, 0, 0, 0, 0, 0x99], 'to its own address');
    assert.deepEqual([...question.subarray(32, 38)], [0, 0, 0, 0, 0, 0], 'the target MAC is left out');
    assert.equal(entry(host).state, NUD_PROBE);
    peer.gives(PEER_ANSWER);
    peer.gets();
    assert.equal(entry(host).state, NUD_REACHABLE);
  });

  it('uses a doubtful address while it asks, and gives it up after three direct questions', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    peer.gives(echoBytes());
    world.runTo(5.5 * SECOND);
    peer.gets();
    pingSocket(host.rootNs).sendEcho(PEER_IP, 1, payloadOf(8));
    assert.deepEqual(peer.getsLines(), ['IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 16']);
    world.runTo(20 * SECOND);
    assert.deepEqual(
      world.ladder('h/eth0', 5 * SECOND).filter((line) => line.includes('ARP')),
      [`5000.112 > ${ASK}`, `6000.112 > ${ASK}`, `7000.112 > ${ASK}`],
    );
    assert.equal(entry(host).state, NUD_FAILED);
  });

  it('trusts an answer for 15 to 45 s, the same time for all, then doubts it', () => {
    const times = new Set<number>();
    for (let seed = 1; seed <= 20; seed++) {
      const world = new World({ seed });
      const host = world.host('h', { eth0: '10.0.0.1/24' });
      const peer = world.peer(host);
      const neighbour = resolve(host, peer);
      const since = neighbour.confirmedNs;
      while (neighbour.state === NUD_REACHABLE) world.run(50 * MILLISECOND);
      assert.equal(neighbour.state, NUD_STALE);
      const trustedNs = neighbour.updatedNs - since;
      assert.ok(trustedNs >= 15 * SECOND && trustedNs < 45 * SECOND, String(trustedNs));
      times.add(trustedNs);
    }
    assert.ok(times.size > 15, 'each machine draws its own');
  });

  it('goes back to trust when it was confirmed while it doubted', () => {
    const { world, host, peer } = withPeer();
    introduce(peer);
    peer.gives(echoBytes());
    world.run(2 * SECOND);
    peer.gives(PEER_ANSWER);
    peer.gets();
    assert.equal(entry(host).state, NUD_REACHABLE);
    world.runTo(10 * SECOND);
    assert.deepEqual(peer.gets().length, 0, 'no question');
  });

  it('keeps so many bytes for one neighbour, and drops the oldest frames', () => {
    const { world, host, peer } = withPeer();
    const socket = pingSocket(host.rootNs);
    const size = 2304;
    const fits = Math.floor(212_992 / size);
    for (let seq = 1; seq <= fits + 5; seq++) socket.sendEcho(PEER_IP, seq, payloadOf(1400));
    const parked = entry(host).parked;
    assert.deepEqual([parked.length, trueSize(parked[0]!)], [fits, size]);
    assert.deepEqual(world.dropped(), { NEIGH_QUEUEFULL: 5 });
    peer.gets();
    peer.gives(PEER_ANSWER);
    const lines = peer.getsLines();
    assert.equal(lines.length, fits);
    assert.match(lines[0]!, /seq 6,/);
    assert.equal(parked.length, 0);
  });

  it('makes room for one large frame by as many small ones as it takes', () => {
    const { world, host } = withPeer();
    const socket = pingSocket(host.rootNs);
    for (let seq = 1; seq <= 300; seq++) socket.sendEcho(PEER_IP, seq, payloadOf(8));
    assert.equal(entry(host).parked.length, Math.floor(212_992 / 768));
    const before = entry(host).parked.length;
    socket.sendEcho(PEER_IP, 301, payloadOf(1400));
    assert.equal(
      entry(host).parked.length,
      before - 3 + 1,
      '2,304 bytes take the place of three times 768, less what was free',
    );
    assert.equal(world.dropped()['NEIGH_QUEUEFULL'], 300 - before + 3);
  });

  it('does not believe a second answer within a second of the first', () => {
    const { world, host, peer } = withPeer();
    const neighbour = resolve(host, peer);
    const other = mac('02:00:00:00:00:66');
    const otherAnswer = arpBytes({ op: arp.OP_REPLY, dst: HOST_MAC, senderMac: other, targetMac: HOST_MAC });
    peer.gives(otherAnswer);
    peer.gets();
    assert.equal(neighbour.macLo, macLo(PEER_MAC));
    world.run(SECOND);
    peer.gives(otherAnswer);
    peer.gets();
    assert.equal(neighbour.macLo, macLo(other));
    assert.equal(neighbour.state, NUD_REACHABLE);
  });

  it('takes what an administrator says for good, whatever others answer', () => {
    const { world, host, peer } = withPeer();
    type(host, 'ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:42 dev eth0');
    world.run(5 * SECOND);
    peer.gives(arpBytes());
    peer.gives(PEER_ANSWER);
    peer.gets();
    assert.deepEqual([entry(host).macLo & 0xff, entry(host).state], [0x42, NUD_PERMANENT]);
    world.run(100 * SECOND);
    pingSocket(host.rootNs).sendEcho(PEER_IP, 1, payloadOf(8));
    assert.deepEqual([...peer.gets()[0]!.bytes.subarray(0, 6)], [2, 0, 0, 0, 0, 0x42]);
  });

  it('sends what is parked when an administrator enters the address', () => {
    const { host, peer } = withPeer();
    pingSocket(host.rootNs).sendEcho(PEER_IP, 1, payloadOf(8));
    assert.deepEqual(peer.getsLines(), [ASK]);
    type(host, 'ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:42 dev eth0');
    assert.deepEqual(peer.getsLines(), ['IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 16']);
  });

  it('doubts in time what an administrator called reachable', () => {
    const { world, host } = withPeer();
    type(host, 'ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:42 nud reachable dev eth0');
    assert.equal(entry(host).state, NUD_REACHABLE);
    world.run(46 * SECOND);
    assert.equal(entry(host).state, NUD_STALE);
  });

  it('asks with the source of the frame that waits', () => {
    const { host, peer } = withPeer();
    type(host, 'ip addr add 10.0.0.7/24 dev eth0');
    const socket = pingSocket(host.rootNs);
    socket.close();
    assert.equal(socket.bind(ip4('10.0.0.7'), 8), '');
    socket.sendEcho(PEER_IP, 1, payloadOf(8));
    assert.deepEqual(peer.getsLines(), ['ARP, Request who-has 10.0.0.2 tell 10.0.0.7, length 28']);
  });

  it('drops what is parked when the interface goes down, and forgets all it knew there', () => {
    const { world, host } = withPeer();
    pingSocket(host.rootNs).sendEcho(PEER_IP, 1, payloadOf(8));
    type(host, 'ip link set eth0 down');
    world.run(5 * SECOND);
    assert.deepEqual(world.dropped(), { NEIGH_DEAD: 1 });
    assert.deepEqual(host.rootNs.neighbours.list(), []);
    assert.deepEqual(world.ladder('h/lo'), [], 'nobody is told');
  });

  it('holds 1,024 entries at most: more cannot be asked for', () => {
    const { world, host } = withPeer('10.0.0.1/16');
    const socket = pingSocket(host.rootNs);
    for (let i = 0; i < 1030; i++) socket.sendEcho(ip4('10.0.1.0') + i, 1, payloadOf(8));
    assert.equal(host.rootNs.neighbours.size, 1024);
    assert.deepEqual(world.dropped(), { NEIGH_CREATEFAIL: 6 });
    world.run(3 * SECOND);
    socket.sendEcho(ip4('10.0.9.9'), 1, payloadOf(8));
    assert.equal(host.rootNs.neighbours.size, 513, 'those that failed make room, down to 512');
  });

  it('makes room among entries that nobody changed for 5 s, but never takes a permanent one', () => {
    const { world, host, peer } = withPeer('10.0.0.1/16');
    type(host, 'ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:42 dev eth0');
    for (let i = 0; i < 1023; i++) {
      peer.gives(arpBytes({ sender: ip4('10.0.1.0') + i }));
      if (i % 500 === 0) peer.gets();
    }
    peer.gets();
    assert.equal(host.rootNs.neighbours.size, 1024);
    peer.gives(arpBytes({ sender: ip4('10.0.9.9') }));
    assert.equal(peer.gets().length, 0, 'there is no room, so there is no answer');
    assert.equal(host.rootNs.neighbours.size, 1024);
    world.run(6 * SECOND);
    peer.gives(arpBytes({ sender: ip4('10.0.9.9') }));
    peer.gets();
    assert.equal(host.rootNs.neighbours.size, 513);
    assert.equal(entry(host).state, NUD_PERMANENT);
    assert.equal(entry(host, ip4('10.0.9.9')).state, NUD_STALE);
  });

  it('learns nothing from an update of an entry by the same address and a weaker word', () => {
    const { host, peer } = withPeer();
    const neighbour = resolve(host, peer);
    host.rootNs.neighbours.update(neighbour, macHi(PEER_MAC), macLo(PEER_MAC), NUD_STALE, true);
    assert.equal(neighbour.state, NUD_REACHABLE);
    host.rootNs.neighbours.update(neighbour, macHi(PEER_MAC), 0x77, NUD_STALE, true);
    assert.deepEqual([neighbour.state, neighbour.macLo], [NUD_STALE, 0x77]);
  });
});
