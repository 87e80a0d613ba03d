import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Frame } from '../../../src/link/frame.ts';
import { ipFragment } from '../../../src/kernel/ip/fragment.ts';
import * as ipv4 from '../../../src/wire/ipv4.ts';
import { referenceSum } from '../../wire/frames.ts';
import { EFFORT, ipBytes, payloadOf, PEER_IP, pingSocket, viewOf, withPeer, arpBytes, World } from '../kit.ts';

const host = new World().host('h', { eth0: '10.0.0.1/24' });

/** A frame of the host with this datagram, ready to be sent. */
function frameOf(datagram: Uint8Array): Frame {
  const frame = host.stats.take(datagram.length);
  frame.tail = frame.l3 + datagram.length;
  frame.slab.bytes.set(datagram, frame.l3);
  frame.l4 = frame.l3 + ipv4.headerLen(frame.slab.view, frame.l3);
  return frame;
}

/** The fragments of a datagram as bytes; null when it must not be cut. */
function cut(datagram: Uint8Array, mtu: number, ignoreDf = false): Uint8Array[] | null {
  const frame = frameOf(datagram);
  frame.ignoreDf = ignoreDf;
  const pieces = ipFragment(host.rootNs, frame, mtu);
  const bytes = pieces?.map((piece) => piece.slab.bytes.slice(piece.l3, piece.tail)) ?? null;
  for (const piece of pieces ?? [frame]) host.stats.deliver(piece);
  return bytes;
}

/** A datagram with this payload and these header fields. */
function datagram(length: number, flags = 0, options: readonly number[] = []): Uint8Array {
  return ipBytes([...payloadOf(length)], { id: 0x1234, flags, tos: 0x10, ttl: 9, options }).subarray(14);
}

describe('kernel: fragmentation', () => {
  it('cuts ping -s 4000 into frames of 1514, 1514 and 1082 bytes with one number and without DF', () => {
    const { host: sender, peer } = withPeer();
    peer.gives(arpBytes());
    peer.gets();
    pingSocket(sender.rootNs).sendEcho(PEER_IP, 1, payloadOf(4000));
    const frames = peer.gets().map((each) => each.bytes);
    assert.deepEqual(
      frames.map((each) => each.length),
      [1514, 1514, 1082],
    );
    const fields = frames.map((each) => [ipv4.flagsFragment(viewOf(each), 14), ipv4.id(viewOf(each), 14)]);
    const number = fields[0]![1]!;
    assert.notEqual(number, 0);
    assert.deepEqual(fields, [
      [ipv4.MF, number],
      [ipv4.MF | (1480 / 8), number],
      [2960 / 8, number],
    ]);
  });

  it('lets what was put together here leave in the pieces that came, without DF, if they still fit', () => {
    const sizesOf = (sizes: readonly number[], mtu: number, isBridged = false): number[][] => {
      const frame = frameOf(datagram(40, ipv4.DF));
      frame.ignoreDf = true;
      frame.fragSizes = sizes;
      frame.fragMaxSize = 20 + Math.max(8, ...sizes);
      const pieces = ipFragment(host.rootNs, frame, mtu, isBridged)!;
      const seen = pieces.map(({ slab, l3, tail }) => [tail - l3 - 20, ipv4.flagsFragment(slab.view, l3) & ipv4.DF]);
      for (const piece of pieces) host.stats.deliver(piece);
      return seen;
    };
    assert.deepEqual(sizesOf([8, 32], 1500), [
      [8, 0],
      [32, 0],
    ]);
    // The pieces of something else, such as a datagram whose header was pulled together.
    assert.deepEqual(sizesOf([8, 28], 1500), [
      [24, ipv4.DF],
      [16, ipv4.DF],
    ]);
    assert.deepEqual(sizesOf([8, 28], 1500, true), [
      [24, 0],
      [16, 0],
    ]);
  });

  it('makes pieces that fit, of multiples of 8 bytes, that are the datagram when put together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 9000 }), fc.integer({ min: 68, max: 3000 }), (length, mtu) => {
        fc.pre(length + 20 > mtu);
        const pieces = cut(datagram(length), mtu)!;
        const whole = new Uint8Array(length);
        let next = 0;
        pieces.forEach((piece, i) => {
          const v = viewOf(piece);
          assert.ok(piece.length <= mtu);
          assert.equal(ipv4.totalLen(v, 0), piece.length);
          assert.equal(ipv4.fragmentOffset(v, 0), next);
          assert.equal((ipv4.flagsFragment(v, 0) & ipv4.MF) !== 0, i < pieces.length - 1);
          assert.equal(referenceSum(piece.subarray(0, 20)), 0xffff);
          assert.deepEqual([ipv4.id(v, 0), ipv4.tos(v, 0), ipv4.ttl(v, 0)], [0x1234, 0x10, 9]);
          whole.set(piece.subarray(20), next);
          next += piece.length - 20;
        });
        assert.deepEqual(whole, payloadOf(length));
      }),
      { numRuns: 60 * EFFORT },
    );
  });

  it('cuts a fragment further: offsets go on from its own, the last piece has its more-bit', () => {
    const pieces = cut(datagram(1000, ipv4.MF | 100), 420)!;
    const fields = pieces.map((piece) => ipv4.flagsFragment(viewOf(piece), 0));
    assert.deepEqual(fields, [ipv4.MF | 100, ipv4.MF | 150, ipv4.MF | 200]);
    const last = cut(datagram(1000, 100), 420)!;
    assert.deepEqual(
      last.map((piece) => ipv4.flagsFragment(viewOf(piece), 0)),
      [ipv4.MF | 100, ipv4.MF | 150, 200],
    );
  });

  it('refuses a datagram with DF, unless its maker allows it', () => {
    const before = host.rootNs.mib.ipFragFails;
    assert.equal(cut(datagram(3000, ipv4.DF), 1500), null);
    assert.equal(host.rootNs.mib.ipFragFails, before + 1);
    assert.equal(cut(datagram(3000, ipv4.DF), 1500, true)?.length, 3);
  });

  it('repeats only those options that say so in the later pieces (RFC 791 3.1)', () => {
    const copied = [0x83, 3, 4];
    const once = [0x07, 3, 4];
    const pieces = cut(datagram(100, 0, [...once, ...copied, 1, 0]), 68)!;
    assert.ok(pieces.length > 1);
    assert.deepEqual([...pieces[0]!.subarray(20, 28)], [...once, ...copied, 1, 0]);
    for (const piece of pieces.slice(1)) {
      assert.deepEqual([...piece.subarray(20, 28)], [1, 1, 1, ...copied, 1, 0]);
      assert.equal(referenceSum(piece.subarray(0, 28)), 0xffff);
    }
  });

  it('counts one datagram more as sent for each piece beyond the first, on the same account', () => {
    const world = withPeer().world;
    const machine = world.hosts[0]!;
    const account = { outstanding: 0, isClosed: false, settled: () => undefined };
    const frame = machine.stats.take(3000);
    frame.slab.bytes.set(datagram(2980), frame.l3);
    frame.tail = frame.l3 + 3000;
    machine.stats.charge(frame, account);
    const pieces = ipFragment(machine.rootNs, frame, 1500)!;
    assert.deepEqual([pieces.length, machine.stats.sent, account.outstanding], [3, 3, 3]);
    assert.equal(pieces[0], frame);
    const { ipFragOks, ipFragCreates } = machine.rootNs.mib;
    assert.deepEqual([ipFragOks, ipFragCreates], [1, 3]);
  });
});
