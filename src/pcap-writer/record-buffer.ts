/**
 * The one reused buffer of a writer, between its records and the sink.
 *
 *   0                                   length          capacity
 *   | whole record | whole record | … | free            |
 *
 * Chunks go to the sink at record boundaries, so that a process killed at any moment leaves whole records in its file.
 * Only a record larger than the buffer goes out in pieces. 32 KiB per file is the measured optimum when many files are
 * open: 4 MiB each is three times slower with 32 files, and one write per record ten times slower.
 */
import { assert } from '../base/assert.ts';
import type { ByteSink } from './byte-sink.ts';
import { SourceWindows } from './source-windows.ts';

export const DEFAULT_BUFFER_BYTES = 32_768;
/** Room for the fixed parts of the largest record head or tail of either format. */
export const SMALLEST_BUFFER_BYTES = 64;
/** Writers that copy frames from the same pool share the views of it. */
const SHARED_WINDOWS = new SourceWindows();

export class RecordBuffer {
  /** Both views see the same bytes; they are never replaced, so V8 may treat them as constants. */
  readonly bytes: Uint8Array;
  readonly view: DataView;
  private readonly sink: ByteSink;
  private readonly capacity: number;
  private length: number;

  constructor(sink: ByteSink, capacity: number) {
    assert(Number.isInteger(capacity) && capacity >= SMALLEST_BUFFER_BYTES, 'buffer of at least 64 bytes');
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
    this.sink = sink;
    this.capacity = capacity;
    this.length = 0;
  }

  /** Called before each record with its whole length, so that it does not straddle two chunks if it can be helped. */
  startRecord(recordBytes: number): void {
    if (recordBytes > this.capacity - this.length) this.flush();
  }

  /** Offset of the next `count` bytes, for the caller to fill at once. At most SMALLEST_BUFFER_BYTES. */
  take(count: number): number {
    // Not after startRecord, unless the record is larger than the buffer.
    if (count > this.capacity - this.length) this.flush();
    const offset = this.length;
    this.length = offset + count;
    return offset;
  }

  /** Appends bytes [start, end) of `source`. */
  append(source: Uint8Array, start: number, end: number): void {
    if (end - start > this.capacity - this.length) {
      this.appendInPieces(source, start, end);
      return;
    }
    this.bytes.set(SHARED_WINDOWS.viewOf(source, start, end), this.length);
    this.length += end - start;
  }

  /** Hands what there is to the sink. An error of the sink passes through; a chunk it refused is not offered again. */
  flush(): void {
    const { length } = this;
    if (length === 0) return;
    this.length = 0;
    this.sink.write(length === this.capacity ? this.bytes : this.bytes.subarray(0, length));
  }

  /** Slow path: a record larger than the whole buffer. */
  private appendInPieces(source: Uint8Array, start: number, end: number): void {
    for (let from = start; from < end;) {
      if (this.length === this.capacity) this.flush();
      const piece = Math.min(end - from, this.capacity - this.length);
      this.bytes.set(source.subarray(from, from + piece), this.length);
      this.length += piece;
      from += piece;
    }
  }
}
