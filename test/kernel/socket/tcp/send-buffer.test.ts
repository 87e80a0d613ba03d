import assert from 'node:assert/strict';
import fc from 'fast-check';
import { makeByteViews } from '../../../../src/base/bytes.ts';
import { SendBuffer, SendRings } from '../../../../src/kernel/socket/tcp/send-buffer.ts';
import { EFFORT } from '../../kit.ts';

/** The byte that stands at a sequence number. */
const byteAt = (seq: number): number => ((seq * 31) ^ (seq >>> 8)) & 0xff;
const bytesFrom = (seq: number, count: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => byteAt((seq + i) | 0));

describe('kernel: TCP send buffer', () => {
  it('holds nothing at first, and little for little', () => {
    const buffer = new SendBuffer(new SendRings());
    assert.equal(buffer.capacity, 0);
    buffer.write(5, 5, bytesFrom(5, 10), 0, 10);
    assert.equal(buffer.capacity, 256);
  });

  it('gives back what stands at sequence numbers, whatever was appended, acknowledged and read, and wraps', () => {
    const step = fc.record({ written: fc.nat(3000), acked: fc.nat(3000) });
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { maxLength: 40 }), fc.nat(), (start, steps, salt) => {
        const buffer = new SendBuffer(new SendRings());
        const target = makeByteViews(1 << 13);
        let [first, end] = [start | 0, start | 0];
        for (const { written, acked } of steps) {
          // What is written begins somewhere in the program's bytes.
          buffer.write(first, end, bytesFrom((end - 3) | 0, written + 6), 3, 3 + written);
          end = (end + written) | 0;
          first = (first + Math.min(acked, (end - first) | 0)) | 0;
          const held = (end - first) | 0;
          const from = (first + (held === 0 ? 0 : salt % held)) | 0;
          const length = Math.min((end - from) | 0, 1448);
          buffer.read(from, length, target, 11);
          assert.deepEqual(target.bytes.slice(11, 11 + length), bytesFrom(from, length));
          assert.ok(buffer.capacity <= 2 * Math.max(256, 40 * 3000));
        }
      }),
      { numRuns: 60 * EFFORT },
    );
  });

  it('does not grow while what waits fits', () => {
    const buffer = new SendBuffer(new SendRings());
    let seq = 0x7fff_ff00;
    for (let i = 0; i < 100; i++) {
      buffer.write(seq, seq, bytesFrom(seq, 200), 0, 200);
      seq = (seq + 200) | 0;
    }
    assert.equal(buffer.capacity, 256);
  });

  it('has no ring while nothing waits, and uses those of others again', () => {
    const pool = new SendRings();
    const [first, second] = [new SendBuffer(pool), new SendBuffer(pool)];
    const target = makeByteViews(1 << 13);
    first.write(9, 9, bytesFrom(9, 3000), 0, 3000);
    first.release();
    assert.equal(first.capacity, 0);
    second.write(5000, 5000, bytesFrom(5000, 2500), 0, 2500);
    assert.equal(second.capacity, 4096);
    second.read(5000, 2500, target, 0);
    assert.deepEqual(target.bytes.slice(0, 2500), bytesFrom(5000, 2500));
    first.write(70, 70, bytesFrom(70, 2500), 0, 2500);
    second.read(5000, 2500, target, 0);
    assert.deepEqual(target.bytes.slice(0, 2500), bytesFrom(5000, 2500), 'which it does not share');
  });
});
