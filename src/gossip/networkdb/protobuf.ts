/**
 * The wire format of protobuf, as code that gogo/protobuf generates reads and writes it: proto3, so that a field that
 * is zero or empty is not written, and one that nobody knows is passed over.
 *
 *   ┌ tag = number << 3 | wire type ┬ value ─────────────────────────────────┐
 *   │ varint                        │ varint | 8 bytes | length, bytes | ... │
 *   └───────────────────────────────┴────────────────────────────────────────┘
 */
import { utf8Decode, utf8Encode } from '../../base/bytes.ts';

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

const TWO_32 = 0x1_0000_0000;
/** Where exact numbers end; times of clocks and lengths never come near. */
const UINT64_MAX = Number.MAX_SAFE_INTEGER;
const VARINT_BYTES_MAX = 10;
const FIRST_BYTES = 256;

/**
 * Texts that were read, by a hash of their bytes: names come again and again, to every node of a cluster, and a string
 * that is there already costs neither memory nor another hash.
 */
const SHARED_TEXTS = 1 << 14;
const SHARED_TEXT_BYTES_MAX = 100;
const sharedTexts = Array.from({ length: SHARED_TEXTS }, () => '');

/** Why a message could not be read. The last is ours: numbers of more than 53 bits. */
export type DecodeFailure =
  'unexpectedEof' | 'integerOverflow' | 'wrongWireType' | 'illegalTag' | 'illegalWireType' | 'numberTooLarge';

/** Reads the fields of one message, each with the call for its type. After a failure nothing more comes. */
export class ProtoReader {
  /** Number of the current field. */
  field = 0;
  failure: DecodeFailure | null = null;
  private wireType = 0;
  private readonly bytes: Uint8Array;
  private at = 0;
  private low = 0;
  private high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Goes to the next field; false at the end and after a failure. */
  next(): boolean {
    if (this.failure !== null || this.at === this.bytes.length) return false;
    if (!this.readVarint()) return false;
    this.wireType = this.low & 7;
    // As an int32 of Go: what is above is lost, and may leave a number that is none.
    this.field = (this.low >>> 3) | (this.high << 29);
    return this.wireType === END_GROUP || this.field <= 0 ? this.fail('illegalTag') : true;
  }

  uint64(): number {
    if (!this.expect(VARINT) || !this.readVarint()) return 0;
    const value = this.high * TWO_32 + this.low;
    if (value <= UINT64_MAX) return value;
    this.fail('numberTooLarge');
    return 0;
  }

  /** The lower 32 bits, as Go's conversion leaves them. */
  int32(): number {
    return this.expect(VARINT) && this.readVarint() ? this.low | 0 : 0;
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  bool(): boolean {
    return this.expect(VARINT) && this.readVarint() && (this.low !== 0 || this.high !== 0);
  }

  /** A part of the message, not a copy. */
  raw(): Uint8Array {
    if (!this.expect(BYTES)) return this.bytes.subarray(0, 0);
    const length = this.length();
    const start = this.at;
    this.at += length;
    return this.bytes.subarray(start, start + length);
  }

  text(): string {
    if (!this.expect(BYTES)) return '';
    const length = this.length();
    const start = this.at;
    const end = start + length;
    this.at = end;
    if (length > SHARED_TEXT_BYTES_MAX) return utf8Decode(this.bytes.subarray(start, end));
    let hash = length;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ this.bytes[i]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & (SHARED_TEXTS - 1);
    const known = sharedTexts[slot]!;
    if (known.length === length && this.isAsciiOf(known, start)) return known;
    return (sharedTexts[slot] = utf8Decode(this.bytes.subarray(start, end)));
  }

  private isAsciiOf(text: string, start: number): boolean {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80 || code !== this.bytes[start + i]) return false;
    }
    return true;
  }

  /** Passes over a field that nobody knows. */
  skip(): void {
    // Groups may stand in groups; they end where the innermost has ended so often.
    for (let depth = 0; ;) {
      if (this.wireType === START_GROUP) depth++;
      else if (this.wireType === END_GROUP) depth--;
      else this.skipValue();
      if (depth <= 0 || this.failure !== null) return;
      if (this.at === this.bytes.length) this.fail('unexpectedEof');
      else if (this.readVarint()) this.wireType = this.low & 7;
    }
  }

  private skipValue(): void {
    if (this.wireType === VARINT) this.readVarint();
    else if (this.wireType === BYTES) this.advance(this.length());
    else if (this.wireType === FIXED64 || this.wireType === FIXED32) this.advance(this.wireType === FIXED64 ? 8 : 4);
    else this.fail('illegalWireType');
  }

  private advance(count: number): void {
    if (this.bytes.length - this.at < count) this.fail('unexpectedEof');
    else this.at += count;
  }

  /** The length of what follows, which is there. */
  private length(): number {
    if (!this.readVarint()) return 0;
    if (this.high === 0 && this.low <= this.bytes.length - this.at) return this.low;
    this.fail('unexpectedEof');
    return 0;
  }

  private expect(wireType: number): boolean {
    if (this.wireType !== wireType) this.fail('wrongWireType');
    return this.failure === null;
  }

  /** Reads 64 bits into `low` and `high`. */
  private readVarint(): boolean {
    this.low = 0;
    this.high = 0;
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      if (this.at === this.bytes.length) return this.fail('unexpectedEof');
      const byte = this.bytes[this.at++]!;
      const bits = byte & 0x7f;
      const shift = 7 * i;
      if (shift < 28) this.low |= bits << shift;
      else if (shift === 28) {
        this.low |= bits << shift;
        this.high |= bits >>> 4;
      } else this.high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.low >>>= 0;
        this.high >>>= 0;
        return true;
      }
    }
    return this.fail('integerOverflow');
  }

  private fail(failure: DecodeFailure): false {
    this.failure ??= failure;
    return false;
  }
}

/** Buffers of writers that have finished, used again by the next ones. */
const SCRATCH: Uint8Array<ArrayBuffer>[] = [];
const SCRATCH_BYTES_MAX = 1 << 20;

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** Writes the fields of one message, in the order of the calls. */
export class ProtoWriter {
  private bytes = SCRATCH.pop() ?? new Uint8Array(FIRST_BYTES);
  private at = 0;

  /** Written unless it is 0. */
  uint64(field: number, value: number): this {
    return value === 0 ? this : this.tag(field, VARINT).varint(value);
  }

  /** Negative ones have ten bytes. */
  int32(field: number, value: number): this {
    if (value >= 0) return this.uint64(field, value);
    this.tag(field, VARINT).grow(VARINT_BYTES_MAX);
    let rest = value;
    for (let i = 0; i < VARINT_BYTES_MAX - 1; i++) {
      this.bytes[this.at++] = (rest & 0x7f) | 0x80;
      rest >>= 7;
    }
    this.bytes[this.at++] = 1;
    return this;
  }

  bool(field: number, value: boolean): this {
    return this.uint64(field, value ? 1 : 0);
  }

  /** Written unless it is empty. */
  raw(field: number, value: Uint8Array): this {
    return value.length === 0 ? this : this.element(field, value);
  }

  text(field: number, value: string): this {
    return value === '' ? this : this.textElement(field, value);
  }

  /** One of a list, or a message: written even if it is empty. */
  element(field: number, value: Uint8Array): this {
    this.tag(field, BYTES).varint(value.length).grow(value.length);
    this.bytes.set(value, this.at);
    this.at += value.length;
    return this;
  }

  texts(field: number, values: readonly string[]): this {
    for (const value of values) this.textElement(field, value);
    return this;
  }

  /** The message; the writer is of no use after it. */
  finish(): Uint8Array {
    const message = this.bytes.slice(0, this.at);
    if (this.bytes.length <= SCRATCH_BYTES_MAX) SCRATCH.push(this.bytes);
    return message;
  }

  private textElement(field: number, value: string): this {
    this.tag(field, BYTES).varint(value.length).grow(value.length);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return this.longText(field, value);
      this.bytes[this.at + i] = code;
    }
    this.at += value.length;
    return this;
  }

  /** In the place of a text that was begun as one of ASCII. */
  private longText(field: number, value: string): this {
    this.at -= varintLength(value.length) + varintLength(field * 8 + BYTES);
    return this.element(field, utf8Encode(value));
  }

  private tag(field: number, wireType: number): this {
    return this.varint(field * 8 + wireType);
  }

  private varint(value: number): this {
    this.grow(VARINT_BYTES_MAX);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.at++] = rest;
    return this;
  }

  private grow(count: number): void {
    if (this.bytes.length - this.at >= count) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.at + count));
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
  }
}
