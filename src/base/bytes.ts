/**
 * Bytes under several views, and the two conversions to text. The views of one `ByteViews` lie over the same buffer
 * from its offset 0, so that one number is an offset in all of them (divided by the element's size).
 */
import { assert } from './assert.ts';

/**
 * One buffer seen as bytes, by DataView (big-endian headers), and as 16 and 32-bit lanes in the machine's own order.
 */
export interface ByteViews {
  bytes: Uint8Array;
  view: DataView;
  u16: Uint16Array;
  u32: Uint32Array;
}

/** Views over a new zeroed buffer of `size` bytes, a multiple of 4. */
export function makeByteViews(size: number): ByteViews {
  assert(size >= 0 && size % 4 === 0, 'makeByteViews: the size is a multiple of 4');
  const buffer = new ArrayBuffer(size);
  return {
    bytes: new Uint8Array(buffer),
    view: new DataView(buffer),
    u16: new Uint16Array(buffer),
    u32: new Uint32Array(buffer),
  };
}

const encoder = new TextEncoder();
// A byte-order mark is kept: what a program wrote must come back as it was.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export function utf8Encode(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Malformed sequences become U+FFFD. */
export function utf8Decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Text that comes in pieces which may end in the middle of a character. */
export interface Utf8Stream {
  /** What the bytes add; the start of a character waits for its rest. */
  decode(bytes: Uint8Array): string;
  /** What is left of a character that never came whole: U+FFFD, or nothing. */
  end(): string;
}

export function utf8Stream(): Utf8Stream {
  const own = new TextDecoder('utf-8', { ignoreBOM: true });
  return { decode: (bytes) => own.decode(bytes, { stream: true }), end: () => own.decode() };
}

/** The bytes from `start` to before `end` as hexadecimal digits without separators. */
export function hex(bytes: Uint8Array, start = 0, end = bytes.length): string {
  assert(start >= 0 && start <= end && end <= bytes.length, 'hex: the range lies in the array');
  let text = '';
  for (let i = start; i < end; i++) text += bytes[i]!.toString(16).padStart(2, '0');
  return text;
}
