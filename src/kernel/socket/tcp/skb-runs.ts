/**
 * The socket buffers of a receive queue as far as their books go (Linux: sk_receive_queue, out_of_order_queue): where
 * each begins and ends, its true size and how many pages it has. What continues a buffer goes into it, and then costs
 * its bytes only (tcp_try_coalesce), until it has the most pages that a buffer may have.
 *
 * Rows of five numbers in one typed array, oldest first; the first row moves on as buffers are read.
 */
import { seqAfter } from '../../../base/sequence.ts';

/** What a buffer costs beside its bytes: SKB_TRUESIZE of the head that tcp_stream_alloc_skb() allocates. */
export const SKB_OVERHEAD_BYTES = 832;
/** MAX_SKB_FRAGS */
const PAGES_MAX = 17;

const SEQ = 0;
const END = 1;
const TRUE_BYTES = 2;
const PAGES = 3;
const FIN = 4;
const WIDTH = 5;
const NO_ROWS = new Int32Array(0);

export class SkbRuns {
  count = 0;
  private rows: Int32Array = NO_ROWS;
  private first = 0;

  seq(i: number): number {
    return this.rows[(this.first + i) * WIDTH + SEQ]!;
  }

  endSeq(i: number): number {
    return this.rows[(this.first + i) * WIDTH + END]!;
  }

  trueBytes(i: number): number {
    return this.rows[(this.first + i) * WIDTH + TRUE_BYTES]!;
  }

  pages(i: number): number {
    return this.rows[(this.first + i) * WIDTH + PAGES]!;
  }

  hasFin(i: number): boolean {
    return this.rows[(this.first + i) * WIDTH + FIN] !== 0;
  }

  /** Puts a buffer at place `i`; what stands there and behind moves on. */
  insert(i: number, seq: number, endSeq: number, trueBytes: number, pages: number, fin: number): void {
    this.makeRoom();
    const at = (this.first + i) * WIDTH;
    if (i < this.count) this.rows.copyWithin(at + WIDTH, at, (this.first + this.count) * WIDTH);
    this.rows[at + SEQ] = seq;
    this.rows[at + END] = endSeq;
    this.rows[at + TRUE_BYTES] = trueBytes;
    this.rows[at + PAGES] = pages;
    this.rows[at + FIN] = fin;
    this.count++;
  }

  /** Takes buffer `i` out; its true size. */
  remove(i: number): number {
    const freed = this.trueBytes(i);
    if (i === 0) {
      this.first++;
    } else {
      const at = (this.first + i) * WIDTH;
      this.rows.copyWithin(at, at + WIDTH, (this.first + this.count) * WIDTH);
    }
    if (--this.count === 0) this.first = 0;
    return freed;
  }

  /**
   * Twin of tcp_try_coalesce: what follows buffer `i` without a gap goes into it. What it costs there, or -1 when it
   * has to be a buffer of its own.
   */
  tryCoalesce(i: number, seq: number, endSeq: number, trueBytes: number, pages: number, fin: number): number {
    const at = (this.first + i) * WIDTH;
    if (this.rows[at + END] !== seq) return -1;
    const bytes = (endSeq - seq - fin) | 0;
    const delta = bytes === 0 ? 0 : trueBytes - SKB_OVERHEAD_BYTES;
    if (bytes > 0 && this.rows[at + PAGES]! + pages > PAGES_MAX) return -1;
    this.rows[at + END] = endSeq;
    this.rows[at + TRUE_BYTES]! += delta;
    if (bytes > 0) this.rows[at + PAGES]! += pages;
    this.rows[at + FIN]! |= fin;
    return delta;
  }

  /** Takes out all that ends at `seq` or before; how much that frees. */
  removeUntil(seq: number): number {
    let freed = 0;
    while (this.count > 0 && !seqAfter(this.endSeq(0), seq)) freed += this.remove(0);
    return freed;
  }

  /** Takes all out; how much that frees. */
  clear(): number {
    let freed = 0;
    for (let i = 0; i < this.count; i++) freed += this.trueBytes(i);
    this.count = 0;
    this.first = 0;
    return freed;
  }

  /** Nothing waits: an idle connection keeps no rows. */
  release(): void {
    if (this.count === 0 && this.rows.length > KEPT_ROWS * WIDTH) this.rows = NO_ROWS;
  }

  private makeRoom(): void {
    if ((this.first + this.count + 1) * WIDTH <= this.rows.length) return;
    if (this.first > this.count) {
      this.rows.copyWithin(0, this.first * WIDTH, (this.first + this.count) * WIDTH);
    } else {
      const rows = new Int32Array(Math.max(this.rows.length * 2, 2 * WIDTH));
      rows.set(this.rows.subarray(this.first * WIDTH, (this.first + this.count) * WIDTH));
      this.rows = rows;
    }
    this.first = 0;
  }
}

/** Rows that an idle connection may keep. */
const KEPT_ROWS = 8;
