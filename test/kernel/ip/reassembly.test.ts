import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ip4 } from '../../../src/base/addr.ts';
import type { Host } from '../../../src/kernel/host.ts';
import { UdpSocket } from '../../../src/kernel/socket/udp-socket.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import { udpBytes } from '../../wire/frames.ts';
import type { Peer, World } from '../kit.ts';
import { EFFORT, HOST_IP, introduce, ipBytes, payloadOf, PEER_IP, SECOND, type, withPeer } from '../kit.ts';

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly isLast?: boolean;
  readonly id?: number;
  readonly src?: number;
}

/** One world with a socket that waits for the whole. */
function ready(): { world: World; host: Host; peer: Peer; socket: UdpSocket } {
  const all = withPeer();
  introduce(all.peer);
  const socket = new UdpSocket(all.host.rootNs);
  assert.equal(socket.bind(0, 5000), '');
  return { ...all, socket };
}

/** The IP payload of a datagram with so many bytes of data. */
function whole(length: number, src = PEER_IP): number[] {
  return udpBytes(4000, 5000, [...payloadOf(length)], src, HOST_IP);
}

/** Bytes `start` to `end` of the payload `bytes` as a fragment in a frame. */
function fragment(bytes: readonly number[], piece: Piece): Uint8Array {
  const flags = (piece.isLast === true ? 0 : ipv4.MF) | (piece.start / 8);
  const fields = { protocol: 17, id: piece.id ?? 5, flags, src: piece.src ?? PEER_IP };
  return ipBytes(bytes.slice(piece.start, piece.end), fields);
}

const DATA = whole(92);
/** The three thirds of a datagram of 100 bytes. */
const [FIRST, SECOND_PIECE, THIRD] = [
  { start: 0, end: 40 },
  { start: 40, end: 80 },
  { start: 80, end: 100, isLast: true },
];

/** What becomes of pieces that come one after the other. */
function fate(
  pieces: readonly Piece[],
  bytes = DATA,
): { isWhole: boolean; dropped: Record<string, number>; held: number } {
  const { world, host, peer, socket } = ready();
  for (const piece of pieces) peer.gives(fragment(bytes, piece));
  peer.gets();
  const payload = socket.receive()?.payload;
  if (payload !== undefined) assert.deepEqual([...payload], bytes.slice(8));
  return { isWhole: payload !== undefined, dropped: world.dropped(), held: host.rootNs.frags.heldFrames };
}

describe('kernel: reassembly', () => {
  it('puts fragments together in whatever order they come', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(lengths, fc.infiniteStream(fc.nat()), (units, chance) => {
        const ends: number[] = [];
        for (const unit of units) ends.push((ends.at(-1) ?? 0) + unit * 8);
        const bytes = whole(ends.at(-1)! - 8 - 3);
        const pieces = ends.map((end, i) => ({
          start: i === 0 ? 0 : ends[i - 1]!,
          end,
          isLast: i === ends.length - 1,
        }));
        for (let i = pieces.length - 1; i > 0; i--) {
          const k = chance.next().value! % (i + 1);
          [pieces[i], pieces[k]] = [pieces[k]!, pieces[i]!];
        }
        assert.deepEqual(fate(pieces, bytes), { isWhole: true, dropped: {}, held: 0 });
      }),
      { numRuns: 60 * EFFORT },
    );
  });

  it('takes any cover of the datagram with repetitions, or gives it up as a whole', () => {
    const span = fc.tuple(fc.nat({ max: 12 }), fc.integer({ min: 1, max: 6 }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 14 }), (spans) => {
        const pieces = spans.map(([unit, length]) => {
          const end = Math.min((unit + length) * 8, 100);
          return { start: unit * 8, end, isLast: end === 100 };
        });
        const { world, peer, socket } = ready();
        for (const piece of pieces) peer.gives(fragment(DATA, piece));
        peer.gets(31 * SECOND);
        for (let got = socket.receive(); got !== null; got = socket.receive()) {
          assert.deepEqual([...got.payload], DATA.slice(8));
        }
        assert.equal(world.slab.inUse, 0, 'nothing waits for ever');
      }),
      { numRuns: 60 * EFFORT },
    );
  });

  it('keeps the books of the contract: three sent, two absorbed, one delivered', () => {
    const { world, peer, socket } = ready();
    const [sent, delivered] = [world.sent(), world.delivered()];
    for (const piece of [FIRST, SECOND_PIECE, THIRD]) peer.gives(fragment(DATA, piece));
    peer.gets();
    assert.notEqual(socket.receive(), null);
    assert.deepEqual([world.sent() - sent, world.delivered() - delivered], [3, 3]);
  });

  it('drops a fragment that is here already and goes on', () => {
    const { isWhole, dropped } = fate([FIRST, FIRST, THIRD, THIRD, SECOND_PIECE]);
    assert.deepEqual([isWhole, dropped], [true, { DUP_FRAG: 2 }]);
  });

  it('takes what lies within a run of pieces for a repetition', () => {
    const { isWhole, dropped } = fate([FIRST, SECOND_PIECE, { start: 24, end: 64 }, THIRD]);
    assert.deepEqual([isWhole, dropped], [true, { DUP_FRAG: 1 }]);
  });

  it('gives up the datagram when pieces overlap (RFC 5722)', () => {
    assert.deepEqual(fate([FIRST, { start: 32, end: 72 }, SECOND_PIECE, THIRD]), {
      isWhole: false,
      dropped: { NOT_SPECIFIED: 1, X_FRAG_DISCARDED: 1 },
      held: 2,
    });
  });

  it('gives up the datagram when its end is not where it was, or nothing is in a piece', () => {
    const otherEnd = { start: 40, end: 72, isLast: true };
    const discarded = { NOT_SPECIFIED: 1, X_FRAG_DISCARDED: 1 };
    assert.deepEqual(fate([THIRD, otherEnd]).dropped, discarded);
    assert.deepEqual(fate([otherEnd, THIRD]).dropped, discarded);
    assert.deepEqual(fate([otherEnd, { start: 72, end: 80 }]).dropped, discarded);
    assert.deepEqual(fate([FIRST, { start: 40, end: 40 }]).dropped, discarded);
  });

  it('cuts what does not fill its last 8 bytes when more is to follow', () => {
    const { isWhole, dropped } = fate([{ start: 0, end: 45 }, SECOND_PIECE, THIRD]);
    assert.deepEqual([isWhole, dropped], [true, {}]);
  });

  it('keeps datagrams apart by number, source and protocol', () => {
    const { peer, socket } = ready();
    const third = whole(92, ip4('10.0.0.3'));
    peer.gives(fragment(DATA, { ...FIRST, id: 1 }));
    peer.gives(fragment(DATA, { ...FIRST, id: 2 }));
    peer.gives(fragment(third, { ...FIRST, id: 1, src: ip4('10.0.0.3') }));
    for (const piece of [SECOND_PIECE, THIRD]) {
      peer.gives(fragment(DATA, { ...piece, id: 2 }));
      peer.gives(fragment(third, { ...piece, id: 1, src: ip4('10.0.0.3') }));
    }
    peer.gets();
    assert.deepEqual(
      [socket.receive()?.from, socket.receive()?.from, socket.receive()],
      [PEER_IP, ip4('10.0.0.3'), null],
    );
  });

  it('waits 30 s from the first piece, then tells the sender by quoting that piece', () => {
    const { world, host, peer } = ready();
    peer.gives(fragment(DATA, FIRST));
    peer.gets(20 * SECOND);
    peer.gives(fragment(DATA, SECOND_PIECE));
    assert.deepEqual(peer.getsLines(9 * SECOND), []);
    const [error] = peer.gets(2 * SECOND).slice(-1);
    assert.equal(error!.atNs, 100_000 + 12_000 + 30 * SECOND + 10_000);
    assert.equal(error!.bytes[34], 11);
    assert.equal(error!.bytes[35], 1);
    assert.equal(error!.bytes.length, 14 + 20 + 8 + 60);
    assert.deepEqual(world.dropped(), { FRAG_REASM_TIMEOUT: 2 });
    const { ipReasmTimeout, ipReasmFails, ipReasmReqds } = host.rootNs.mib;
    assert.deepEqual([ipReasmTimeout, ipReasmFails, ipReasmReqds], [1, 1, 2]);
  });

  it('tells nobody when the first piece is not here', () => {
    const { world, peer } = ready();
    peer.gives(fragment(DATA, THIRD));
    assert.deepEqual(peer.getsLines(40 * SECOND), []);
    assert.deepEqual(world.dropped(), { FRAG_REASM_TIMEOUT: 1 });
  });

  it('takes the time that the sysctl says', () => {
    const { world, host, peer } = ready();
    type(host, 'sysctl -w net.ipv4.ipfrag_time=2');
    peer.gives(fragment(DATA, THIRD));
    peer.gets(2 * SECOND - 100_000);
    assert.deepEqual(world.dropped(), {});
    peer.gets(SECOND);
    assert.deepEqual(world.dropped(), { FRAG_REASM_TIMEOUT: 1 });
  });

  it('holds no more memory than allowed, whatever the fragments belong to', () => {
    const { world, host, peer, socket } = ready();
    // A small frame weighs 768 bytes.
    type(host, 'sysctl -w net.ipv4.ipfrag_low_thresh=0 net.ipv4.ipfrag_high_thresh=2000');
    for (let id = 1; id <= 5; id++) peer.gives(fragment(DATA, { ...FIRST, id }));
    peer.gets();
    assert.deepEqual(world.dropped(), { NOT_SPECIFIED: 2 });
    peer.gives(fragment(DATA, { ...SECOND_PIECE, id: 1 }));
    peer.gets();
    assert.deepEqual(world.dropped(), { NOT_SPECIFIED: 3 }, 'also for a datagram that was begun');
    peer.gets(31 * SECOND);
    for (const piece of [FIRST, SECOND_PIECE, THIRD]) peer.gives(fragment(DATA, piece));
    peer.gets();
    assert.notEqual(socket.receive(), null, 'room again after the time is up');
  });

  it('takes a number for another datagram after more than 64 other fragments of the same sender', () => {
    const { world, peer, socket } = ready();
    peer.gives(fragment(DATA, FIRST));
    for (let i = 0; i < 64; i++) peer.gives(fragment(DATA, { ...FIRST, id: 100 + i }));
    peer.gives(fragment(DATA, SECOND_PIECE));
    peer.gives(fragment(DATA, THIRD));
    peer.gets();
    assert.equal(socket.receive(), null);
    assert.deepEqual(world.dropped(), { FRAG_TOO_FAR: 1 });
    peer.gives(fragment(DATA, FIRST));
    peer.gets();
    assert.notEqual(socket.receive(), null);
  });

  it('drops what would be longer than any datagram', () => {
    const { world, peer } = ready();
    const filler = new Array<number>(1480).fill(0);
    let at = 0;
    for (; at + 1480 <= 65_480; at += 1480) {
      peer.gives(ipBytes(filler, { protocol: 17, id: 5, flags: ipv4.MF | (at / 8) }));
    }
    peer.gets();
    peer.gives(ipBytes(filler, { protocol: 17, id: 5, flags: at / 8 }));
    peer.gets();
    assert.deepEqual(world.dropped(), { X_FRAG_DISCARDED: 45 });
    assert.equal(world.slab.inUse, 0);
  });

  it('puts together the longest datagram there is', () => {
    const { peer, socket, world } = ready();
    const bytes = whole(65_507);
    for (let start = 0; start < bytes.length; start += 1480) {
      const end = Math.min(start + 1480, bytes.length);
      peer.gives(fragment(bytes, { start, end, isLast: end === bytes.length }));
    }
    peer.gets();
    assert.deepEqual(socket.receive()?.payload, payloadOf(65_507));
    assert.deepEqual(world.dropped(), {});
  });

  it('lets go of what waits when the namespace goes', () => {
    const { world, host, peer } = ready();
    type(host, 'ip netns add c');
    type(host, 'ip link set eth0 netns c');
    type(host, 'ip -n c addr add 10.0.0.1/24 dev eth0');
    type(host, 'ip -n c link set eth0 up');
    peer.gives(fragment(DATA, FIRST));
    peer.gets();
    type(host, 'ip netns del c');
    world.check();
    assert.deepEqual(world.dropped(), { X_NO_CARRIER: 1 });
    world.run(40 * SECOND);
  });

  it('gives the whole to the socket as one, with the header of the first piece', () => {
    const { host, peer } = ready();
    const request = [8, 0, 0, 0, 0, 7, 0, 1, ...payloadOf(92)];
    let sum = 0;
    for (let i = 0; i < request.length; i += 2) sum += request[i]! * 256 + request[i + 1]!;
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    request[2] = (~sum >>> 8) & 0xff;
    request[3] = ~sum & 0xff;
    peer.gives(ipBytes(request.slice(48), { protocol: 1, id: 9, flags: 6, tos: 0x20 }));
    peer.gives(ipBytes(request.slice(0, 48), { protocol: 1, id: 9, flags: ipv4.MF, tos: 0x28 }));
    const [reply] = peer.gets();
    assert.equal(reply!.bytes.length, 14 + 20 + 100);
    assert.equal(reply!.bytes[15], 0x28);
    assert.equal(host.rootNs.mib.ipReasmOks, 1);
  });
});
