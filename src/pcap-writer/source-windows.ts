/**
 * Views of the stretches of a source that records are copied from, kept for the next record.
 *
 * `set(source.subarray(start, end))` is the quickest copy V8 offers, but the fresh view costs more than the copy (43
 * against 18 ns at 100 bytes) and is garbage afterwards, one collection per 100,000 records or so. A pool of frames
 * hands out the same few stretches again and again, so a small direct-mapped table of views has nearly every one.
 * Byte loops cost 1 ns a byte; loops of words by DataView break even with this at 32 bytes and lose above.
 */

const SLOT_BITS = 11;
const SLOT_COUNT = 1 << SLOT_BITS;
/** Emptying the table costs about a microsecond; so many records share it. */
const STRANGERS_TO_SWITCH = 64;
/** 2^32 divided by the golden ratio, odd: Knuth's multiplicative hashing (TAOCP volume 3, section 6.4). */
const GOLDEN_RATIO = 0x9e3779b1 | 0;
const NO_BYTES = new Uint8Array(0);

/** One table serves any number of writers. It keeps one source alive. */
export class SourceWindows {
  private readonly starts = new Int32Array(SLOT_COUNT);
  private readonly ends = new Int32Array(SLOT_COUNT);
  private readonly views: Uint8Array[] = new Array<Uint8Array>(SLOT_COUNT).fill(NO_BYTES);
  private source: Uint8Array = NO_BYTES;
  /** Calls for other sources since this one became the table's. */
  private strangers = STRANGERS_TO_SWITCH;

  /** Bytes [start, end) of `source` as a view, which must not be kept. The caller has checked the bounds. */
  viewOf(source: Uint8Array, start: number, end: number): Uint8Array {
    if (start === 0 && end === source.length) return source;
    if (source !== this.source && !this.switchTo(source)) return source.subarray(start, end);
    const slot = (Math.imul(start, GOLDEN_RATIO) ^ end) >>> (32 - SLOT_BITS);
    if (this.starts[slot] === start && this.ends[slot] === end) return this.views[slot]!;
    const view = source.subarray(start, end);
    this.starts[slot] = start;
    this.ends[slot] = end;
    this.views[slot] = view;
    return view;
  }

  /**
   * Slow path: forgets every view, so that the old source can be collected. Not at once, lest callers that alternate
   * between sources pay for emptying the table with every record. True if the table now serves `source`.
   */
  private switchTo(source: Uint8Array): boolean {
    if (this.strangers < STRANGERS_TO_SWITCH) {
      this.strangers++;
      return false;
    }
    // An empty stretch [0, 0) matches a cleared slot; its view is empty whatever the source.
    this.starts.fill(0);
    this.ends.fill(0);
    this.views.fill(NO_BYTES);
    this.source = source;
    this.strangers = 0;
    return true;
  }
}
