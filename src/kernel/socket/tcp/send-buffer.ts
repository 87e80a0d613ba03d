/**
 * The bytes of the send queue: a bounded ring, addressed by sequence number. A byte stands at its sequence number
 * modulo the ring's size, so nothing has to be moved when some are acknowledged. It begins small and doubles when it
 * is full: most connections never send much.
 */
import { assert } from '../../../base/assert.ts';
import type { ByteViews } from '../../../base/bytes.ts';
import { copyBytes } from './copy-bytes.ts';

/** What a connection gets at its first byte. */
const RING_BYTES_MIN = 256;
/** No send buffer may hold more (sk_sndbuf is below 2^31, and what it counts is more than bytes). */
const RING_BYTES_MAX = 1 << 30;

export class SendBuffer {
  private ring = new Uint8Array(0);

  /** Room that it takes now. */
  get capacity(): number {
    return this.ring.length;
  }

  /**
   * Appends the bytes `from` to `to` at sequence number `seq`. What lies before `firstSeq` is not needed any more
   * (snd_una).
   */
  write(firstSeq: number, seq: number, bytes: Uint8Array, from: number, to: number): void {
    if (from === to) return;
    const keptBytes = (seq - firstSeq) | 0;
    assert(keptBytes >= 0 && to >= from, 'bytes are appended');
    const needed = keptBytes + to - from;
    if (needed > this.ring.length) this.grow(firstSeq, keptBytes, needed);
    const { ring } = this;
    const at = seq & (ring.length - 1);
    const first = Math.min(to - from, ring.length - at);
    ring.set(bytes.subarray(from, from + first), at);
    if (first < to - from) ring.set(bytes.subarray(from + first, to), 0);
  }

  /** Copies the bytes of `seq` to `seq + length` to `at` of `target`. Hot path. */
  read(seq: number, length: number, target: ByteViews, at: number): void {
    const { ring } = this;
    const from = seq & (ring.length - 1);
    const first = ring.length - from;
    if (length <= first) {
      copyBytes(ring, from, target.bytes, at, length);
      return;
    }
    copyBytes(ring, from, target.bytes, at, first);
    copyBytes(ring, 0, target.bytes, at + first, length - first);
  }

  /** Everything is acknowledged: a ring that has grown is given back. Slow path. */
  shrink(): void {
    if (this.ring.length > RING_BYTES_MIN) this.ring = new Uint8Array(0);
  }

  /** Slow path. */
  private grow(firstSeq: number, keptBytes: number, neededBytes: number): void {
    assert(neededBytes <= RING_BYTES_MAX, 'a send buffer is bounded');
    let size = Math.max(RING_BYTES_MIN, this.ring.length);
    while (size < neededBytes) size *= 2;
    const larger = new Uint8Array(size);
    for (let i = 0; i < keptBytes; i++) {
      const seq = (firstSeq + i) | 0;
      larger[seq & (size - 1)] = this.ring[seq & (this.ring.length - 1)]!;
    }
    this.ring = larger;
  }
}
