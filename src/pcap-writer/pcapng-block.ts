/**
 * Builds one pcapng block with options, for the blocks that are rare (all but packets). Clear and not quick: the block
 * grows as needed and comes out as bytes of its own.
 */
import { assert } from '../base/assert.ts';
import { BLOCK_OVERHEAD_BYTES, OPTION_END } from './pcapng-format.ts';

/** Lengths of options and of name records have 16 bits. */
const LONGEST_VALUE_BYTES = 0xffff;
const TWO_TO_32 = 2 ** 32;
const ENCODER = new TextEncoder();

/** UTF-8; what is longer than a 16-bit length can say is cut after a whole character. */
export function encodeText(text: string, longestBytes: number = LONGEST_VALUE_BYTES): Uint8Array {
  const bytes = new Uint8Array(Math.min(longestBytes, text.length * 3));
  return bytes.subarray(0, ENCODER.encodeInto(text, bytes).written);
}

export class PcapngBlock {
  private bytes = new Uint8Array(256);
  private view = new DataView(this.bytes.buffer);
  private length = 0;
  private hasOptions = false;

  constructor(type: number) {
    // The length follows in finish().
    this.u32(type).u32(0);
  }

  u16(value: number): this {
    const offset = this.grow(2);
    this.view.setUint16(offset, value, true);
    return this;
  }

  u32(value: number): this {
    const offset = this.grow(4);
    this.view.setUint32(offset, value, true);
    return this;
  }

  /** Bytes as they are, padded with zeros to a multiple of four. */
  padded(value: Uint8Array): this {
    const offset = this.grow((value.length + 3) & ~3);
    this.bytes.set(value, offset);
    return this;
  }

  option(code: number, value: Uint8Array): this {
    assert(value.length <= LONGEST_VALUE_BYTES, 'option length fits 16 bits');
    this.hasOptions = true;
    return this.u16(code).u16(value.length).padded(value);
  }

  /** The text options are all optional: nothing is written for undefined. */
  textOption(code: number, text: string | undefined): this {
    return text === undefined ? this : this.option(code, encodeText(text));
  }

  /** A count or a rate; whole, not negative, exact up to 2^53. Nothing is written for undefined. */
  u64Option(code: number, value: number | undefined): this {
    if (value === undefined) return this;
    assert(Number.isSafeInteger(value) && value >= 0, 'a whole number that a double holds exactly');
    this.hasOptions = true;
    return this.u16(code)
      .u16(8)
      .u32(value % TWO_TO_32)
      .u32(Math.floor(value / TWO_TO_32));
  }

  /** Closes options and block; what comes back is the whole block. */
  finish(): Uint8Array {
    if (this.hasOptions) this.u16(OPTION_END).u16(0);
    const blockBytes = this.length + 4;
    assert(blockBytes >= BLOCK_OVERHEAD_BYTES && blockBytes % 4 === 0, 'a block is a multiple of four bytes long');
    this.u32(blockBytes);
    this.view.setUint32(4, blockBytes, true);
    return this.bytes.subarray(0, blockBytes);
  }

  /** Offset of `count` more bytes, all zero. Replaces `bytes` and `view` when they are full: read them afterwards. */
  private grow(count: number): number {
    const offset = this.length;
    this.length += count;
    if (this.length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.length, this.bytes.length * 2));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    return offset;
  }
}
