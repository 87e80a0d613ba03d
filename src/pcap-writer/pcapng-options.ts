/** Reads the options at the end of a pcapng block. The layout is drawn in pcapng-format.ts. */
import { CaptureError } from './capture.ts';
import { OPTION_COMMENT, OPTION_END } from './pcapng-format.ts';

/** A byte-order mark is a character of the text as any other. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** A place in the input: `view` and `bytes` cover the same bytes, offsets count from their start. */
export interface BlockReader {
  bytes: Uint8Array;
  view: DataView;
  littleEndian: boolean;
}

/** The options of one block; of a repeated option all values, in the file's order. */
export class PcapngOptions {
  private readonly reader: BlockReader;
  private readonly values = new Map<number, { offset: number; length: number }[]>();

  /** Reads the options in [start, end). Throws CaptureError where one runs past the end. */
  constructor(reader: BlockReader, start: number, end: number) {
    this.reader = reader;
    const { view, littleEndian } = reader;
    // Fewer than four bytes cannot be an option; writers that leave out the end mark stop here.
    for (let offset = start; end - offset >= 4;) {
      const code = view.getUint16(offset, littleEndian);
      const length = view.getUint16(offset + 2, littleEndian);
      if (code === OPTION_END) return;
      if (length > end - offset - 4) throw new CaptureError(`option ${code} runs past its block`, offset);
      const sameCode = this.values.get(code) ?? [];
      sameCode.push({ offset: offset + 4, length });
      this.values.set(code, sameCode);
      offset += 4 + ((length + 3) & ~3);
    }
  }

  /** All values of `code`, as views of the input. Throws CaptureError if one is shorter than `shortestBytes`. */
  all(code: number, shortestBytes = 0): Uint8Array[] {
    return (this.values.get(code) ?? []).map(({ offset, length }) => {
      if (length < shortestBytes) throw new CaptureError(`option ${code} of ${length} bytes is too short`, offset - 4);
      return this.reader.bytes.subarray(offset, offset + length);
    });
  }

  /** Undefined when absent; of several the first. */
  text(code: number): string | undefined {
    const [value] = this.all(code);
    return value === undefined ? undefined : decodeText(value);
  }

  /** The one option that may be repeated in every block: all comments, a line each. */
  comment(): string | undefined {
    const comments = this.all(OPTION_COMMENT);
    return comments.length === 0 ? undefined : comments.map(decodeText).join('\n');
  }

  u32(code: number): number | undefined {
    const offset = this.offsetOf(code, 4);
    return offset === undefined ? undefined : this.reader.view.getUint32(offset, this.reader.littleEndian);
  }

  u64(code: number): bigint | undefined {
    const offset = this.offsetOf(code, 8);
    return offset === undefined ? undefined : this.reader.view.getBigUint64(offset, this.reader.littleEndian);
  }

  i64(code: number): bigint | undefined {
    const value = this.u64(code);
    return value === undefined ? undefined : BigInt.asIntN(64, value);
  }

  private offsetOf(code: number, shortestBytes: number): number | undefined {
    const [value] = this.all(code, shortestBytes);
    return value === undefined ? undefined : value.byteOffset - this.reader.bytes.byteOffset;
  }
}

export function decodeText(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}
