/** What the tests of this folder share: bytes as commented hex, and a sink that keeps copies of its chunks. */
import type { ByteSink } from '../../src/pcap-writer/byte-sink.ts';

/** Hex digits with blanks; from `#` to the end of a line is a comment. */
export function bytesOf(commentedHex: string): Uint8Array {
  const digits = commentedHex.replace(/#.*$/gm, '').replace(/\s/g, '');
  return Uint8Array.from(Buffer.from(digits, 'hex'));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Bytes 0, 1, 2 … */
export function countingBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index);
}

export class ByteCollector implements ByteSink {
  readonly chunks: Uint8Array[] = [];

  write(chunk: Uint8Array): void {
    this.chunks.push(chunk.slice());
  }

  bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.chunks));
  }
}

/** Discards what it gets, for tests of cost. */
export class NullSink implements ByteSink {
  byteCount = 0;

  write(chunk: Uint8Array): void {
    this.byteCount += chunk.length;
  }
}
