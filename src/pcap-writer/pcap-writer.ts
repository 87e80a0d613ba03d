/**
 * Classic pcap, little-endian, with nanoseconds and Ethernet unless told otherwise: one file per interface, read by
 * tcpdump and everything else.
 * The layout is drawn in pcap-format.ts.
 */
import { assert } from '../base/assert.ts';
import type { ByteSink } from './byte-sink.ts';
import {
  DEFAULT_SNAPLEN,
  FILE_HEADER_BYTES,
  LINKTYPE_ETHERNET,
  MAGIC_MICROSECONDS,
  MAGIC_NANOSECONDS,
  RECORD_HEADER_BYTES,
  VERSION_MAJOR,
  VERSION_MINOR,
} from './pcap-format.ts';
import { DEFAULT_BUFFER_BYTES, RecordBuffer } from './record-buffer.ts';

/** V8 folds a constant that is not exported into the instruction; an imported one it loads each time. */
const HEADER_BYTES = RECORD_HEADER_BYTES;

export interface PcapWriterOptions {
  /** Longest stretch of a frame that is kept, in bytes. 262,144 unless given. */
  snaplen?: number;
  /** Size of the reused buffer, at least 64. 32,768 unless given. */
  bufferBytes?: number;
  /** Stamps are whole microseconds, as tcpdump writes them unless asked for more; what is finer is cut off. */
  microseconds?: boolean;
  /** LINKTYPE_ETHERNET unless given. */
  linkType?: number;
}

export class PcapWriter {
  private records: number;
  private readonly snaplen: number;
  private readonly buffer: RecordBuffer;
  /** What a stamp's fraction counts in nanoseconds. */
  private readonly unitNs: number;

  /** The file header is buffered; `flush` at once if an empty capture must be readable before its first frame. */
  constructor(sink: ByteSink, options: PcapWriterOptions = {}) {
    this.snaplen = options.snaplen ?? DEFAULT_SNAPLEN;
    assert(Number.isInteger(this.snaplen) && this.snaplen > 0, 'snaplen is a positive integer');
    this.records = 0;
    this.buffer = new RecordBuffer(sink, options.bufferBytes ?? DEFAULT_BUFFER_BYTES);
    this.unitNs = options.microseconds === true ? 1000 : 1;
    this.writeFileHeader(options.linkType ?? LINKTYPE_ETHERNET);
  }

  /** Records written so far, flushed or not. */
  get frameCount(): number {
    return this.records;
  }

  /**
   * One record: bytes [start, end) of `source`, cut at the snaplen, stamped `seconds` since 1970 (UTC) and
   * `nanoseconds` (0 to 999,999,999). Allocates nothing; the source is copied before this returns.
   */
  writeRecord(seconds: number, nanoseconds: number, source: Uint8Array, start: number, end: number): void {
    this.writeCutRecord(seconds, nanoseconds, source, start, end, end - start);
  }

  /** The same for a frame of which `source` holds only the beginning. */
  writeCutRecord(
    seconds: number,
    nanoseconds: number,
    source: Uint8Array,
    start: number,
    end: number,
    originalBytes: number,
  ): void {
    assert(start >= 0 && start <= end && end <= source.length, 'record lies inside its source');
    assert(seconds >= 0 && seconds <= 0xffffffff, 'seconds fit 32 bits');
    assert(nanoseconds >= 0 && nanoseconds < 1e9, 'nanoseconds below one second');
    const capturedBytes = end - start > this.snaplen ? this.snaplen : end - start;
    const { buffer } = this;
    buffer.startRecord(HEADER_BYTES + capturedBytes);
    const v = buffer.view;
    const o = buffer.take(HEADER_BYTES);
    v.setUint32(o, seconds, true);
    v.setUint32(o + 4, this.unitNs === 1 ? nanoseconds : Math.floor(nanoseconds / this.unitNs), true);
    v.setUint32(o + 8, capturedBytes, true);
    v.setUint32(o + 12, originalBytes, true);
    buffer.append(source, start, start + capturedBytes);
    this.records++;
  }

  /** Hands all records so far to the sink. */
  flush(): void {
    this.buffer.flush();
  }

  private writeFileHeader(linkType: number): void {
    const v = this.buffer.view;
    const o = this.buffer.take(FILE_HEADER_BYTES);
    v.setUint32(o, this.unitNs === 1 ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS, true);
    v.setUint16(o + 4, VERSION_MAJOR, true);
    v.setUint16(o + 6, VERSION_MINOR, true);
    v.setUint32(o + 8, 0, true);
    v.setUint32(o + 12, 0, true);
    v.setUint32(o + 16, this.snaplen, true);
    v.setUint32(o + 20, linkType, true);
  }
}
