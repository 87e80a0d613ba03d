/**
 * MessagePack as hashicorp/go-msgpack 0.5.5 writes and reads it. Strings and byte slices share the old raw family
 * (0xa0|n, 0xda, 0xdb), integers take the smallest unsigned form, structs are maps whose keys are the fields' Go names
 * in the order of their bytes. Reading is as lenient as the library: any order of keys, wide integers, the newer str8
 * and bin forms, missing and unknown keys, structs as arrays, nil for a zero value, anything behind the value.
 */
import { utf8Decode, utf8Encode } from '../base/bytes.ts';
import type { GossipFault } from './fault.ts';
import type { Slice } from './messages.ts';

const TWO_32 = 0x1_0000_0000;
/** How deep values that nobody asked for may lie in each other. */
const MAX_SKIP_DEPTH = 32;

/** A field's name as it stands in front of its value, for `MsgpackWriter.key`. */
export function msgpackKey(name: string): Uint8Array {
  const writer = new MsgpackWriter(name.length + 5);
  writer.text(name);
  return writer.finish();
}

const SCRATCH_LENGTH = 512;
/** Where messages of datagrams are put together, to be copied out at their size; null while somebody writes there. */
let scratch: Uint8Array | null = new Uint8Array(SCRATCH_LENGTH);

/** Collects values. Nothing is checked but what the caller puts in. */
export class MsgpackWriter {
  private bytes: Uint8Array;
  private length = 0;
  /** Whether `bytes` is the scratch, to be given back. */
  private isScratch: boolean;

  /** `capacity` is a guess of the size. */
  constructor(capacity: number) {
    this.isScratch = scratch !== null && capacity <= SCRATCH_LENGTH;
    if (this.isScratch) {
      this.bytes = scratch!;
      scratch = null;
    } else {
      this.bytes = new Uint8Array(capacity);
    }
  }

  /** What was written; the writer is used no more. */
  finish(): Uint8Array {
    const { bytes, length } = this;
    if (!this.isScratch) return bytes.subarray(0, length);
    scratch = bytes;
    return bytes.slice(0, length);
  }

  /** A byte or bytes that are no value: a message's type, what follows a header. */
  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = value;
  }

  append(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.bytes.length) this.grow(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A field's name, made by `msgpackKey`. */
  key(key: Uint8Array): void {
    if (this.length + key.length > this.bytes.length) this.grow(key.length);
    for (let i = 0; i < key.length; i++) this.bytes[this.length + i] = key[i]!;
    this.length += key.length;
  }

  nil(): void {
    this.byte(0xc0);
  }

  bool(value: boolean): void {
    this.byte(value ? 0xc3 : 0xc2);
  }

  /** An integer from -2^53 to 2^53. */
  int(value: number): void {
    if (value >= 0) {
      this.uint(value);
    } else if (value >= -32) {
      this.byte(value);
    } else if (value >= -0x80) {
      this.sized(0xd0, 1, value);
    } else if (value >= -0x8000) {
      this.sized(0xd1, 2, value);
    } else if (value >= -0x8000_0000) {
      this.sized(0xd2, 4, value);
    } else {
      this.sized(0xd3, 4, Math.floor(value / TWO_32));
      this.word(value);
    }
  }

  /** An integer from 0 to 2^53. */
  uint(value: number): void {
    if (value <= 0x7f) {
      this.byte(value);
    } else if (value <= 0xff) {
      this.sized(0xcc, 1, value);
    } else if (value <= 0xffff) {
      this.sized(0xcd, 2, value);
    } else if (value < TWO_32) {
      this.sized(0xce, 4, value);
    } else {
      this.sized(0xcf, 4, Math.floor(value / TWO_32));
      this.word(value);
    }
  }

  /** A float64. */
  double(value: number): void {
    if (this.length + 9 > this.bytes.length) this.grow(9);
    this.bytes[this.length] = 0xcb;
    new DataView(this.bytes.buffer).setFloat64(this.length + 1, value);
    this.length += 9;
  }

  text(value: string): void {
    const start = this.length;
    this.container(0xa0, 32, 0xda, value.length);
    if (this.length + value.length > this.bytes.length) this.grow(value.length);
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) {
        this.length = start;
        this.raw(utf8Encode(value));
        return;
      }
      this.bytes[this.length + i] = code;
    }
    this.length += value.length;
  }

  /** A byte slice; nil where there is none. */
  raw(value: Slice): void {
    if (value === null) {
      this.nil();
      return;
    }
    this.container(0xa0, 32, 0xda, value.length);
    this.append(value);
  }

  /** The head of a map: so many keys and values follow. */
  map(size: number): void {
    this.container(0x80, 16, 0xde, size);
  }

  /** The head of an array: so many values follow. */
  array(size: number): void {
    this.container(0x90, 16, 0xdc, size);
  }

  private container(fix: number, fixCutoff: number, code16: number, size: number): void {
    if (size < fixCutoff) this.byte(fix | size);
    else if (size <= 0xffff) this.sized(code16, 2, size);
    else this.sized(code16 + 1, 4, size);
  }

  private sized(code: number, width: 1 | 2 | 4, value: number): void {
    this.byte(code);
    if (width === 4) {
      this.word(value);
      return;
    }
    if (width === 2) this.byte(value >> 8);
    this.byte(value);
  }

  private word(value: number): void {
    if (this.length + 4 > this.bytes.length) this.grow(4);
    this.bytes[this.length++] = value >>> 24;
    this.bytes[this.length++] = value >>> 16;
    this.bytes[this.length++] = value >>> 8;
    this.bytes[this.length++] = value;
  }

  private grow(by: number): void {
    const wider = new Uint8Array(Math.max(2 * this.bytes.length, this.length + by, 64));
    wider.set(this.bytes.subarray(0, this.length));
    if (this.isScratch) scratch = this.bytes;
    this.isScratch = false;
    this.bytes = wider;
  }
}

/** The names of a struct's fields, in the order in which Go declares them. */
export type StructFields = readonly Uint8Array[];

export function structFields(...names: string[]): StructFields {
  return names.map((name) => utf8Encode(name));
}

/**
 * Reads values one after the other. What is wrong is kept in `fault`; from then on every value read is a zero, so that
 * the caller asks once, at the end (loops over structs and lists end by themselves).
 */
export class MsgpackReader {
  fault: GossipFault | null = null;
  /** Where the next value begins. */
  at: number;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /**
   * The head of a struct: how many fields follow, or the complement (`~`) of it when they come as an array, in Go's
   * order and without names. Nil has none. Used so:
   * `for (let size = r.beginStruct(), i = 0; r.hasField(size, i); i++) switch (r.field(FIELDS, size, i)) { … }`
   */
  beginStruct(): number {
    const code = this.code();
    if ((code & 0xf0) === 0x80) return code & 0x0f;
    if (code === 0xde) return this.integer(2);
    if (code === 0xdf) return this.length32();
    if (code === 0xc0) return 0;
    return ~this.arraySize(code);
  }

  hasField(size: number, i: number): boolean {
    return this.fault === null && i < (size < 0 ? ~size : size);
  }

  /** Which of `fields` comes next; -1 for one that is not among them, which is passed over. */
  field(fields: StructFields, size: number, i: number): number {
    const which = size < 0 ? (i < fields.length ? i : -1) : this.readKey(fields);
    if (which < 0) this.skip();
    return which;
  }

  /** The head of a list: how many values follow. Nil has none. */
  beginList(): number {
    const code = this.code();
    return code === 0xc0 ? 0 : this.arraySize(code);
  }

  /** The head of a map whose keys are anything: how many pairs follow. Nil has none. */
  beginMap(): number {
    const size = this.beginStruct();
    return size >= 0 ? size : this.fail('badValue');
  }

  hasItem(size: number, i: number): boolean {
    return this.fault === null && i < size;
  }

  /** Passes over a nil, if there is one: a pointer to nothing. */
  nil(): boolean {
    if (this.fault !== null || this.bytes[this.at] !== 0xc0) return false;
    this.at++;
    return true;
  }

  /** An unsigned integer below 2^`bits`, of any width. More than 2^53 is out of range here. */
  uint(bits: 8 | 16 | 32 | 53): number {
    const value = this.int();
    if (value < 0 || value >= 2 ** bits) return this.fail('badValue');
    return value;
  }

  /** An integer of any kind, within 2^53. */
  int(): number {
    const code = this.code();
    if (code <= 0x7f) return code;
    if (code >= 0xe0) return code - 0x100;
    switch (code) {
      case 0xc0:
        return 0;
      case 0xcc:
        return this.integer(1);
      case 0xcd:
        return this.integer(2);
      case 0xce:
        return this.integer(4);
      case 0xcf:
        return this.wide(this.integer(4));
      case 0xd0:
        return (this.integer(1) << 24) >> 24;
      case 0xd1:
        return (this.integer(2) << 16) >> 16;
      case 0xd2:
        return this.integer(4) | 0;
      case 0xd3:
        return this.wide(this.integer(4) | 0);
      default:
        return this.fail('badValue');
    }
  }

  bool(): boolean {
    const code = this.code();
    if (code > 1 && code !== 0xc0 && code !== 0xc2 && code !== 0xc3) this.fail('badValue');
    return code === 1 || code === 0xc3;
  }

  /** A float, or an integer of any kind. */
  double(): number {
    const code = this.bytes[this.at];
    if (code !== 0xca && code !== 0xcb) return this.int();
    this.at++;
    const width = code === 0xca ? 4 : 8;
    if (!this.has(width)) return 0;
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, width);
    this.at += width;
    return width === 4 ? view.getFloat32(0) : view.getFloat64(0);
  }

  text(): string {
    const length = this.textSize(this.code());
    const start = this.at;
    if (!this.has(length)) return '';
    this.at += length;
    return utf8Decode(this.bytes.subarray(start, this.at));
  }

  /** A byte slice, as a copy; nil is null. A list of small integers is one, too. */
  raw(): Slice {
    const code = this.code();
    if (code === 0xc0) return null;
    if ((code & 0xf0) === 0x90 || code === 0xdc || code === 0xdd) return this.rawOfList(this.arraySize(code));
    const length = code >= 0xc4 && code <= 0xc6 ? this.integer((1 << (code - 0xc4)) as 1 | 2 | 4) : this.textSize(code);
    const start = this.at;
    if (!this.has(length)) return null;
    this.at += length;
    return this.bytes.slice(start, this.at);
  }

  /** Passes over a value of any kind. */
  skip(depth = 0): void {
    if (depth > MAX_SKIP_DEPTH) {
      this.fail('tooDeep');
      return;
    }
    const code = this.code();
    if (code <= 0x7f || code >= 0xe0 || code === 0xc0 || code === 0xc2 || code === 0xc3) return;
    if (code <= 0x9f || (code >= 0xdc && code <= 0xdf)) this.skipContainer(code, depth);
    else if (code <= 0xbf || (code >= 0xd9 && code <= 0xdb)) this.pass(this.textSize(code));
    else if (code >= 0xc4 && code <= 0xc6) this.pass(this.integer((1 << (code - 0xc4)) as 1 | 2 | 4));
    else if (code >= 0xc7 && code <= 0xc9) this.pass(1 + this.integer((1 << (code - 0xc7)) as 1 | 2 | 4));
    else if (code === 0xca) this.pass(4);
    else if (code === 0xcb) this.pass(8);
    else if (code >= 0xcc && code <= 0xcf) this.pass(1 << (code - 0xcc));
    else if (code >= 0xd0 && code <= 0xd3) this.pass(1 << (code - 0xd0));
    else if (code >= 0xd4 && code <= 0xd8) this.pass(1 + (1 << (code - 0xd4)));
    else this.fail('badValue');
  }

  /** Whether so many bytes are left; if not, that is the fault. */
  has(count: number): boolean {
    if (this.at + count <= this.bytes.length && this.fault === null) return true;
    this.fail('truncated');
    return false;
  }

  private pass(count: number): void {
    if (this.has(count)) this.at += count;
  }

  private skipContainer(code: number, depth: number): void {
    const isMap = code <= 0x8f || code >= 0xde;
    const size = isMap ? (code <= 0x8f ? code & 0x0f : this.integer(code === 0xde ? 2 : 4)) : this.arraySize(code);
    const values = isMap ? size * 2 : size;
    for (let i = 0; i < values && this.fault === null; i++) this.skip(depth + 1);
  }

  private rawOfList(size: number): Slice {
    if (!this.has(size)) return null;
    const bytes = new Uint8Array(size);
    for (let i = 0; this.hasItem(size, i); i++) bytes[i] = this.uint(8);
    return bytes;
  }

  private readKey(fields: StructFields): number {
    const length = this.textSize(this.code());
    const start = this.at;
    if (!this.has(length)) return -1;
    this.at += length;
    for (let i = 0; i < fields.length; i++) if (this.isAt(fields[i]!, start, length)) return i;
    return -1;
  }

  private isAt(name: Uint8Array, start: number, length: number): boolean {
    if (name.length !== length) return false;
    for (let i = 0; i < length; i++) if (name[i] !== this.bytes[start + i]) return false;
    return true;
  }

  private arraySize(code: number): number {
    if ((code & 0xf0) === 0x90) return code & 0x0f;
    if (code === 0xdc) return this.integer(2);
    if (code === 0xdd) return this.length32();
    return this.fail('badValue');
  }

  /** Lengths from 2^31 on are longer than anything, and no complement of theirs would be an int32. */
  private length32(): number {
    return Math.min(this.integer(4), 0x7fff_ffff);
  }

  /**
   * The length of a string. The library looks at the bits of 0xa0 only and so takes negative fixnums (0xe0 to 0xff)
   * for strings of 64 to 95 bytes.
   */
  private textSize(code: number): number {
    if ((code & 0xa0) === 0xa0) return code ^ 0xa0;
    if (code >= 0xd9 && code <= 0xdb) return this.integer((1 << (code - 0xd9)) as 1 | 2 | 4);
    return code === 0xc0 ? 0 : this.fail('badValue');
  }

  private code(): number {
    if (this.at >= this.bytes.length || this.fault !== null) return this.fail('truncated');
    return this.bytes[this.at++]!;
  }

  private integer(width: 1 | 2 | 4): number {
    if (!this.has(width)) return 0;
    let value = this.bytes[this.at++]!;
    for (let i = 1; i < width; i++) value = value * 256 + this.bytes[this.at++]!;
    return value;
  }

  /** 64 bits: the upper ones were read. */
  private wide(upper: number): number {
    const value = upper * TWO_32 + this.integer(4);
    return Number.isSafeInteger(value) ? value : this.fail('badValue');
  }

  /** Keeps the first fault. */
  private fail(fault: GossipFault): 0 {
    this.fault ??= fault;
    return 0;
  }
}

/** A field of a struct: its key, then a string. */
export function writeText(writer: MsgpackWriter, key: Uint8Array, value: string): void {
  writer.key(key);
  writer.text(value);
}

/** A field of a struct: its key, then an unsigned integer in its shortest form. */
export function writeUint(writer: MsgpackWriter, key: Uint8Array, value: number): void {
  writer.key(key);
  writer.uint(value);
}

/** A field of a struct: its key, then bytes, or nil. */
export function writeRaw(writer: MsgpackWriter, key: Uint8Array, value: Slice): void {
  writer.key(key);
  writer.raw(value);
}
