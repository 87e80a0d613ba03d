/**
 * Lempel, Ziv and Welch as Go's compress/lzw does it with least significant bits first and literals of 8 bits, byte
 * for byte: codes of 9 to 12 bits, a clear code first and again whenever the codes run out.
 */
import type { GossipFault } from './fault.ts';

const CLEAR = 256;
const EOF = 257;
const FIRST_WIDTH = 9;
const MAX_WIDTH = 12;
const MAX_CODE = 4095;
/** Slots of the encoder's hash table, four for each code. */
const TABLE_SIZE = 4 * (MAX_CODE + 1);
const TABLE_MASK = TABLE_SIZE - 1;

/** key << 12 | code, the key being the code so far and the byte after it; 0 is a free slot. Free between calls. */
const table = new Uint32Array(TABLE_SIZE);
/** Which slots are taken, so that a short text need not clear the whole table. */
const taken = new Uint16Array(MAX_CODE + 1);

/** Go's lzw.Writer: the code that comes next, how wide codes are, and the bits that do not make a byte yet. */
class Encoder {
  readonly output: Uint8Array;
  length = 0;
  private width = FIRST_WIDTH;
  private hi = EOF;
  private overflow = 1 << FIRST_WIDTH;
  private bits = 0;
  private bitCount = 0;
  private takenCount = 0;

  constructor(inputLength: number) {
    // 12 bits for each byte at worst.
    this.output = new Uint8Array(inputLength + (inputLength >> 1) + 16);
  }

  write(code: number): void {
    this.bits |= code << this.bitCount;
    this.bitCount += this.width;
    while (this.bitCount >= 8) {
      this.output[this.length++] = this.bits;
      this.bits >>>= 8;
      this.bitCount -= 8;
    }
  }

  /** Moves on to the next implied code; true when they have run out and everything begins anew (incHi). */
  incHi(): boolean {
    this.hi++;
    if (this.hi === this.overflow) {
      this.width++;
      this.overflow <<= 1;
    }
    if (this.hi !== MAX_CODE) return false;
    this.write(CLEAR);
    this.width = FIRST_WIDTH;
    this.hi = EOF;
    this.overflow = 1 << FIRST_WIDTH;
    this.forget();
    return true;
  }

  learn(slot: number, key: number): void {
    table[slot] = (key << 12) | this.hi;
    taken[this.takenCount++] = slot;
  }

  forget(): void {
    for (let i = 0; i < this.takenCount; i++) table[taken[i]!] = 0;
    this.takenCount = 0;
  }

  end(): void {
    this.write(EOF);
    if (this.bitCount > 0) this.output[this.length++] = this.bits;
    this.forget();
  }
}

/** Compresses; null when the result would be longer than `limit` bytes, which is found out as early as possible. */
export function lzwCompress(input: Uint8Array, limit = Infinity): Uint8Array | null {
  const encoder = new Encoder(input.length);
  encoder.write(CLEAR);
  let code = input.length > 0 ? input[0]! : 0;
  for (let i = 1; i < input.length; i++) {
    const literal = input[i]!;
    const key = (code << 8) | literal;
    let slot = ((key >>> 12) ^ key) & TABLE_MASK;
    let entry = table[slot]!;
    while (entry !== 0 && entry >>> 12 !== key) {
      slot = (slot + 1) & TABLE_MASK;
      entry = table[slot]!;
    }
    if (entry !== 0) {
      code = entry & MAX_CODE;
      continue;
    }
    encoder.write(code);
    if (encoder.length > limit) break;
    code = literal;
    if (!encoder.incHi()) encoder.learn(slot, key);
  }
  if (input.length > 0) {
    encoder.write(code);
    encoder.incHi();
  }
  encoder.end();
  return encoder.length > limit ? null : encoder.output.subarray(0, encoder.length);
}

/** What a code stands for: the text of its prefix, and a byte after it. Of single bytes only the length is kept. */
const suffixes = new Uint8Array(MAX_CODE + 1);
const prefixes = new Uint16Array(MAX_CODE + 1);
const lengths = new Uint16Array(MAX_CODE + 1).fill(1, 0, CLEAR);

/** Go's lzw.Reader, but for the bits. */
class Decoder {
  output: Uint8Array;
  length = 0;
  width = FIRST_WIDTH;
  private readonly limit: number;
  private hi = EOF;
  /** The code before, or -1 where a code adds nothing to the table. */
  private last = -1;

  constructor(expected: number, limit: number) {
    this.limit = limit;
    this.output = new Uint8Array(Math.min(limit, expected));
  }

  clear(): void {
    this.width = FIRST_WIDTH;
    this.hi = EOF;
    this.last = -1;
  }

  /** Puts out what `code` stands for and learns the next code; what is wrong, or null. */
  expand(code: number): GossipFault | null {
    // The next code itself is the text of the last one with its own first byte behind it.
    const isNext = code === this.hi && this.last >= 0;
    if (code > this.hi || (code === this.hi && !isNext && this.hi !== MAX_CODE)) return 'badLzw';
    const source = isNext ? this.last : code;
    const length = lengths[source]!;
    const total = isNext ? length + 1 : length;
    if (this.length + total > this.output.length && !this.grow(total)) return 'tooLarge';
    let c = source;
    for (let at = this.length + length - 1; c >= CLEAR; at--) {
      this.output[at] = suffixes[c]!;
      c = prefixes[c]!;
    }
    this.output[this.length] = c;
    if (isNext) this.output[this.length + length] = c;
    this.length += total;
    if (this.last >= 0) {
      suffixes[this.hi] = c;
      prefixes[this.hi] = this.last;
      lengths[this.hi] = lengths[this.last]! + 1;
    }
    this.advance(code);
    return null;
  }

  private advance(code: number): void {
    this.last = code;
    this.hi++;
    if (this.hi < 1 << this.width) return;
    if (this.width === MAX_WIDTH) {
      // All codes are taken: nothing is learnt until a clear code comes.
      this.last = -1;
      this.hi--;
    } else {
      this.width++;
    }
  }

  private grow(by: number): boolean {
    if (this.length + by > this.limit) return false;
    const wider = new Uint8Array(Math.min(this.limit, Math.max(this.output.length * 2, this.length + by)));
    wider.set(this.output.subarray(0, this.length));
    this.output = wider;
    return true;
  }
}

/** What was compressed, at most `limit` bytes of it, or why not. What stands behind the end code does not matter. */
export function lzwDecompress(input: Uint8Array, limit: number): Uint8Array | GossipFault {
  const decoder = new Decoder(64 + input.length * 3, limit);
  let bits = 0;
  let bitCount = 0;
  for (let at = 0; ;) {
    const width = decoder.width;
    while (bitCount < width) {
      if (at === input.length) return 'badLzw';
      bits |= input[at++]! << bitCount;
      bitCount += 8;
    }
    const code = bits & ((1 << width) - 1);
    bits >>>= width;
    bitCount -= width;
    if (code === EOF) return decoder.output.subarray(0, decoder.length);
    if (code === CLEAR) {
      decoder.clear();
      continue;
    }
    const fault = decoder.expand(code);
    if (fault !== null) return fault;
  }
}
