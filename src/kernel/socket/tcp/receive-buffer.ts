/**
 * What a connection has received and no program has read: a ring of bytes addressed by sequence number. What comes out
 * of order is written to its place at once.
 *
 *   copiedSeq            rcvNxt          (gap)
 *    | in order, to be read |               | out of order |      | out of order |
 *
 * Beside the bytes stand the buffers that Linux would hold (`SkbRuns`), because the window that is announced follows
 * from their true sizes and not from their bytes: those in order (sk_receive_queue) and the rest (out_of_order_queue).
 */
import { assert } from '../../../base/assert.ts';
import { seqAfter } from '../../../base/sequence.ts';
import type { Lanes } from './copy-bytes.ts';
import { copyBytes } from './copy-bytes.ts';
import type { RingPool } from './ring-pool.ts';
import { NO_BYTES } from './ring-pool.ts';
import { SkbRuns } from './skb-runs.ts';
import type { TcpSock } from './tcp-sock.ts';

export class ReceiveBuffer {
  readonly inOrder = new SkbRuns();
  readonly outOfOrder = new SkbRuns();
  private ring: Lanes = NO_BYTES;
  /** What stands at the ring's beginning: so chosen that lanes of frames are lanes of it. */
  private originSeq = 0;
  private readonly pool: RingPool;

  constructor(pool: RingPool) {
    this.pool = pool;
  }

  get outOfOrderCount(): number {
    return this.outOfOrder.count;
  }

  /** Bytes that the ring takes. */
  get capacity(): number {
    return this.ring.bytes.length;
  }

  /**
   * Copies `length` bytes from `from` of `source` to the place of `seq`. `copiedSeq` is the oldest that is still
   * needed, `liveEnd` where the youngest that the ring has already ends.
   */
  write(seq: number, source: Lanes, from: number, length: number, copiedSeq: number, liveEnd: number): void {
    const needed = (seq + length - copiedSeq) | 0;
    assert(((seq - copiedSeq) | 0) >= 0, 'what has been read is not written again');
    if (needed > this.capacity) this.grow(needed, copiedSeq, liveEnd);
    const { ring } = this;
    const at = (seq - this.originSeq) & (ring.bytes.length - 1);
    const first = Math.min(length, ring.bytes.length - at);
    copyBytes(source, from, ring, at, first);
    if (first < length) copyBytes(source, from + first, ring, 0, length - first);
  }

  /** Copies the `length` bytes from `seq` on to `at` of `target`. */
  read(seq: number, length: number, target: Uint8Array, at: number): void {
    const { ring } = this;
    const from = (seq - this.originSeq) & (ring.bytes.length - 1);
    const first = Math.min(length, ring.bytes.length - from);
    const lanes = this.pool.targets.of(target);
    if (lanes === null) {
      target.set(ring.bytes.subarray(from, from + first), at);
      if (first < length) target.set(ring.bytes.subarray(0, length - first), at + first);
    } else {
      copyBytes(ring, from, lanes, target.byteOffset + at, first);
      if (first < length) copyBytes(ring, 0, lanes, target.byteOffset + at + first, length - first);
    }
  }

  /** Nothing is left to be read: an idle connection keeps no bytes. */
  release(): void {
    if (this.capacity === 0) return;
    this.pool.give(this.ring);
    this.ring = NO_BYTES;
  }

  /** Slow path. */
  private grow(needed: number, copiedSeq: number, liveEnd: number): void {
    const old = this.ring;
    const ring = this.pool.take(needed);
    if (old === NO_BYTES) this.originSeq = copiedSeq;
    const mask = ring.bytes.length - 1;
    const live = (liveEnd - copiedSeq) | 0;
    for (let done = 0; done < live;) {
      const place = copiedSeq + done - this.originSeq;
      const from = place & (old.bytes.length - 1);
      const to = place & mask;
      const length = Math.min(live - done, old.bytes.length - from, ring.bytes.length - to);
      ring.bytes.set(old.bytes.subarray(from, from + length), to);
      done += length;
    }
    if (old.bytes.length > 0) this.pool.give(old);
    this.ring = ring;
  }
}

/** Where the youngest byte ends that a buffer holds. */
export function liveEnd(buffer: ReceiveBuffer, rcvNxt: number): number {
  const { outOfOrder } = buffer;
  if (outOfOrder.count === 0) return rcvNxt;
  const end = outOfOrder.endSeq(outOfOrder.count - 1);
  return seqAfter(end, rcvNxt) ? end : rcvNxt;
}

/** Whether nothing waits out of order (RB_EMPTY_ROOT of out_of_order_queue). */
export function tcpIsOfoEmpty(sk: TcpSock): boolean {
  return sk.receiveBuffer === null || sk.receiveBuffer.outOfOrder.count === 0;
}
