import assert from 'node:assert/strict';
import fc from 'fast-check';
import { makeLanes } from '../../../../src/kernel/socket/tcp/copy-bytes.ts';
import { ReceiveBuffer } from '../../../../src/kernel/socket/tcp/receive-buffer.ts';
import { RingPool } from '../../../../src/kernel/socket/tcp/ring-pool.ts';
import { EFFORT } from '../../kit.ts';

/** The byte of a stream at a place: no two neighbours, and no two places 256 apart, are the same. */
const byteAt = (place: number): number => (place * 7 + (place >> 8) * 13) & 0xff;

describe('ReceiveBuffer', () => {
  it('gives back what was written, in whatever order it came, across the wrap of sequence numbers', () => {
    const segment = fc.record({ gap: fc.nat(30_000), length: fc.integer({ min: 1, max: 3000 }), read: fc.nat(20_000) });
    fc.assert(
      fc.property(fc.integer(), fc.array(segment, { maxLength: 60 }), (start, segments) => {
        const buffer = new ReceiveBuffer(new RingPool());
        const known = new Map<number, number>();
        let copied = 0;
        let end = 0;
        for (const { gap, length, read } of segments) {
          const at = copied + gap;
          const source = makeLanes((length + 6) & ~3);
          for (let i = 0; i < length; i++) source.bytes[3 + i] = byteAt(at + i);
          buffer.write((start + at) | 0, source, 3, length, (start + copied) | 0, (start + end) | 0);
          for (let i = at; i < at + length; i++) known.set(i, byteAt(i));
          end = Math.max(end, at + length);
          const target = new Uint8Array(Math.min(read, end - copied) + 2);
          const wanted = target.length - 2;
          buffer.read((start + copied) | 0, wanted, target, 1);
          for (let i = 0; i < wanted; i++) {
            const byte = known.get(copied + i);
            if (byte !== undefined) assert.equal(target[i + 1], byte);
          }
          copied += wanted;
        }
      }),
      { numRuns: 100 * EFFORT },
    );
  });

  it('begins with no bytes, grows with what waits, and keeps none when all has been read', () => {
    const pool = new RingPool();
    const buffer = new ReceiveBuffer(pool);
    assert.equal(buffer.capacity, 0);
    buffer.write(0, makeLanes(100), 0, 100, 0, 0);
    assert.equal(buffer.capacity, 2048);
    buffer.write(100, makeLanes(5000), 0, 5000, 0, 100);
    assert.equal(buffer.capacity, 8192);
    buffer.release();
    assert.equal(buffer.capacity, 0);
    assert.equal(pool.take(8000).bytes.length, 8192);
  });

  it('does not take what has been read', () => {
    const buffer = new ReceiveBuffer(new RingPool());
    assert.throws(() => {
      buffer.write(99, makeLanes(12), 0, 10, 100, 100);
    }, /what has been read/);
  });
});
