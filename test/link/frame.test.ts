import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Frame } from '../../src/link/frame.ts';
import {
  HEADROOM,
  LARGE_SLOT_BYTES,
  PACKET_HOST,
  PACKET_OTHERHOST,
  Slab,
  SMALL_SLOT_BYTES,
} from '../../src/link/frame.ts';
import { EFFORT } from '../kernel/kit.ts';

const LONGEST_SMALL = SMALL_SLOT_BYTES - HEADROOM;
const LONGEST = LARGE_SLOT_BYTES - HEADROOM;

/** Fills what the frame holds with one value, so that any overlap shows. */
function fill(frame: Frame, length: number, value: number): void {
  frame.tail = frame.head + length;
  frame.slab.bytes.fill(value, frame.head, frame.tail);
}

describe('link: slab of frames', () => {
  it('gives a slot of the class that the length asks for', () => {
    const slab = new Slab();
    assert.equal(slab.take(0).capacity, SMALL_SLOT_BYTES);
    assert.equal(slab.take(LONGEST_SMALL).capacity, SMALL_SLOT_BYTES);
    assert.equal(slab.take(LONGEST_SMALL + 1).capacity, LARGE_SLOT_BYTES);
    assert.equal(slab.take(LONGEST).capacity, LARGE_SLOT_BYTES);
  });

  it('holds the longest datagram and the MTU of lo with their headers', () => {
    const frame = new Slab().take(65_536);
    assert.ok(frame.l3 + 65_536 <= frame.base + frame.capacity);
  });

  it('refuses what is longer than any frame', () => {
    assert.throws(() => new Slab().take(LONGEST + 1), /at most 64 KiB/);
  });

  it('starts every frame behind its headroom on a 4-byte boundary, with nothing left of its last use', () => {
    const slab = new Slab();
    const first = slab.take(100);
    first.packetType = PACKET_OTHERHOST;
    first.mark = 7;
    first.ignoreDf = true;
    first.fragMaxSize = 1500;
    first.bridgeHops = 60;
    first.dev = { fullName: 'h/eth0' };
    first.head += 10;
    first.tail += 50;
    slab.release(first);
    const again = slab.take(100);
    assert.equal(again, first, 'last in, first out');
    const l3 = again.base + HEADROOM;
    assert.equal(l3 & 3, 0);
    assert.deepEqual([again.head, again.l3, again.l4, again.tail], [l3, l3, l3, l3]);
    assert.deepEqual(
      [again.packetType, again.mark, again.ignoreDf, again.fragMaxSize, again.bridgeHops, again.dev, again.account],
      [PACKET_HOST, 0, false, 0, 0, null, null],
    );
    assert.equal(again.length, 0);
  });

  it('asserts that a frame is released once', () => {
    const slab = new Slab();
    const frame = slab.take(1);
    slab.release(frame);
    assert.throws(() => {
      slab.release(frame);
    }, /released once/);
  });

  it('doubles when it is empty and keeps what frames hold', () => {
    const slab = new Slab(64);
    const start = slab.slotCount;
    const frames: Frame[] = [];
    while (slab.slotCount === start) {
      const frame = slab.take(10);
      fill(frame, 10, frames.length & 255);
      frames.push(frame);
    }
    assert.equal(frames.length, start + 1, 'it grows when the last slot is gone, not before');
    assert.equal(slab.slotCount, 2 * start);
    frames.forEach((frame, i) => {
      assert.deepEqual([...slab.bytes.subarray(frame.head, frame.tail)], new Array<number>(10).fill(i & 255));
    });
  });

  it('remembers the most frames that were ever in use', () => {
    const slab = new Slab();
    const frames = [slab.take(1), slab.take(1), slab.take(9000)];
    for (const frame of frames) slab.release(frame);
    slab.take(1);
    assert.deepEqual([slab.inUse, slab.inUseMax], [1, 3]);
  });

  it('copies bytes, offsets and marks into a slot of another class', () => {
    const slab = new Slab();
    const from = slab.take(9000);
    fill(from, 60, 0xab);
    from.head -= 14;
    from.l4 = from.l3 + 20;
    from.mark = 5;
    from.ignoreDf = true;
    from.bridgeHops = 3;
    from.packetType = PACKET_OTHERHOST;
    const to = slab.take(60);
    slab.copyInto(from, to);
    assert.deepEqual(
      [to.head - to.base, to.l3 - to.base, to.l4 - to.base, to.tail - to.base],
      [from.head - from.base, from.l3 - from.base, from.l4 - from.base, from.tail - from.base],
    );
    assert.deepEqual([to.mark, to.ignoreDf, to.bridgeHops, to.packetType], [5, true, 3, PACKET_OTHERHOST]);
    assert.deepEqual(slab.bytes.slice(to.head, to.tail), slab.bytes.slice(from.head, from.tail));
  });

  it('asserts that a copy fits its slot', () => {
    const slab = new Slab();
    const from = slab.take(9000);
    from.tail = from.l3 + 9000;
    assert.throws(() => {
      slab.copyInto(from, slab.take(100));
    }, /fits its slot/);
  });

  it('never gives the same bytes to two frames, whatever is taken, copied and released', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('take'), length: fc.constantFrom(0, 1, 28, 1500, LONGEST_SMALL) }),
      fc.record({ kind: fc.constant('take'), length: fc.constantFrom(LONGEST_SMALL + 1, 9000, LONGEST) }),
      fc.record({ kind: fc.constantFrom('copy', 'release', 'release'), length: fc.nat() }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const slab = new Slab(32);
        /** The model: what each frame in use must hold. */
        const model: { frame: Frame; length: number; value: number }[] = [];
        let value = 0;
        for (const { kind, length } of steps) {
          const at = model.length === 0 ? -1 : length % model.length;
          if (kind === 'release' && at >= 0) slab.release(model.splice(at, 1)[0]!.frame);
          else if (kind === 'take') {
            const entry = { frame: slab.take(length), length, value: (value = (value + 1) & 255) };
            fill(entry.frame, length, entry.value);
            model.push(entry);
          } else if (kind === 'copy' && at >= 0) {
            const from = model[at]!;
            const frame = slab.take(from.length);
            slab.copyInto(from.frame, frame);
            model.push({ ...from, frame });
          }
        }
        assert.equal(slab.inUse, model.length);
        for (const { frame, length, value: expected } of model) {
          assert.equal(frame.length, length);
          assert.ok(slab.bytes.subarray(frame.head, frame.tail).every((byte) => byte === expected));
        }
        for (const { frame } of model) slab.release(frame);
        assert.equal(slab.inUse, 0);
      }),
      { numRuns: 60 * EFFORT },
    );
  });
});
