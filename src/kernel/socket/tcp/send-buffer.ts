/**
 * The bytes of the send queue: a bounded ring, addressed by sequence number. A byte stands at its sequence number,
 * counted from an origin, modulo the size of the ring, so nothing has to be moved when some are acknowledged. It begins
 * small and doubles when it is full: most connections never send much.
 */
import { assert } from '../../../base/assert.ts';
import type { ByteViews } from '../../../base/bytes.ts';
import { sumBytes } from '../../../wire/checksum.ts';
import type { Lanes } from './copy-bytes.ts';
import { copyAndSum, copyBytes, LastLanes, makeLanes } from './copy-bytes.ts';

/** What a connection gets at its first byte. */
const RING_BYTES_MIN = 256;
/** No send buffer may hold more (sk_sndbuf is below 2^31, and what it counts is more than bytes). */
const RING_BYTES_MAX = 1 << 30;

/** Of each size; more are left to the garbage collector. */
const RINGS_KEPT = 64;

const NO_BYTES = makeLanes(0);
/** What programs write comes from few arrays. */
const SOURCES = new LastLanes();

/** Rings that nobody needs at present, by size: a connection has none while all that it sent is acknowledged. */
export class SendRings {
  private readonly free: Lanes[][] = [];

  /** One of a power of two of bytes; what stands in it is of no meaning. */
  take(size: number): Lanes {
    return this.free[Math.clz32(size)]?.pop() ?? makeLanes(size);
  }

  give(ring: Lanes): void {
    const list = (this.free[Math.clz32(ring.bytes.length)] ??= []);
    if (list.length < RINGS_KEPT) list.push(ring);
  }
}

export class SendBuffer {
  private readonly pool: SendRings;
  private ring: Lanes = NO_BYTES;
  /** What stands at the ring's beginning: so chosen that segments begin where lanes do, as they do in frames. */
  private originSeq = 0;

  constructor(pool: SendRings) {
    this.pool = pool;
  }

  /** Room that it takes now. */
  get capacity(): number {
    return this.ring.bytes.length;
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
    if (this.capacity === 0) this.originSeq = firstSeq;
    if (needed > this.capacity) this.grow(firstSeq, keptBytes, needed);
    const { ring } = this;
    const at = (seq - this.originSeq) & (ring.bytes.length - 1);
    const first = Math.min(to - from, ring.bytes.length - at);
    const source = SOURCES.of(bytes);
    if (source === null) {
      ring.bytes.set(bytes.subarray(from, from + first), at);
      ring.bytes.set(bytes.subarray(from + first, to), 0);
    } else {
      copyBytes(source, bytes.byteOffset + from, ring, at, first);
      copyBytes(source, bytes.byteOffset + from + first, ring, 0, to - from - first);
    }
  }

  /**
   * Copies the bytes of `seq` to `seq + length` to `at` of `target`, and answers what they add to a checksum. Hot path.
   */
  read(seq: number, length: number, target: ByteViews, at: number): number {
    const { ring } = this;
    const from = (seq - this.originSeq) & (ring.bytes.length - 1);
    const first = ring.bytes.length - from;
    if (length <= first) return copyAndSum(ring, from, target, at, length);
    copyBytes(ring, from, target, at, first);
    copyBytes(ring, 0, target, at + first, length - first);
    return sumBytes(target, at, length, 0);
  }

  /** All of it is acknowledged. */
  release(): void {
    if (this.ring === NO_BYTES) return;
    this.pool.give(this.ring);
    this.ring = NO_BYTES;
  }

  /** Slow path. */
  private grow(firstSeq: number, keptBytes: number, neededBytes: number): void {
    assert(neededBytes <= RING_BYTES_MAX, 'a send buffer is bounded');
    let size = Math.max(RING_BYTES_MIN, this.capacity);
    while (size < neededBytes) size *= 2;
    const larger = this.pool.take(size);
    const { bytes } = this.ring;
    for (let i = 0; i < keptBytes; i++) {
      const place = firstSeq + i - this.originSeq;
      larger.bytes[place & (size - 1)] = bytes[place & (bytes.length - 1)]!;
    }
    if (this.ring !== NO_BYTES) this.pool.give(this.ring);
    this.ring = larger;
  }
}
