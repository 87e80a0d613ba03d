/**
 * Header fields of HTTP/2 as bytes (HPACK, RFC 7541), encoded as Go's golang.org/x/net/http2/hpack does: whatever is
 * not in a table yet is put into the dynamic one, and Huffman's code is used where it is shorter. Both ends of a
 * connection keep a table for each direction, so that what is said again takes a byte.
 *
 *   1 index(7)                       a field of the tables
 *   01 index(6) [name] value         a new one, remembered
 *   0000/0001 index(4) [name] value  one not remembered
 *   001 size(5)                      how large the table may be
 */
import { utf8Decode, utf8Encode } from '../../../base/bytes.ts';
import { huffmanDecode, huffmanEncode } from './hpack-huffman.ts';

export type HeaderField = readonly [name: string, value: string];

/** RFC 7541 appendix A, from index 1 on. */
const STATIC_TABLE: readonly HeaderField[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  ...['200', '204', '206', '304', '400', '404', '500'].map((status): HeaderField => [':status', status]),
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ...(
    'accept-language accept-ranges accept access-control-allow-origin age allow authorization ' +
    'cache-control content-disposition content-encoding content-language content-length content-location ' +
    'content-range content-type cookie date etag expect expires from host if-match if-modified-since ' +
    'if-none-match if-range if-unmodified-since last-modified link location max-forwards ' +
    'proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie ' +
    'strict-transport-security transfer-encoding user-agent vary via www-authenticate'
  )
    .split(' ')
    .map((name): HeaderField => [name, '']),
];

const TABLE_BYTES_MAX = 4096;
/** What a field costs in a table beside its text. */
const ENTRY_BYTES = 32;

/** The dynamic table of one direction. */
class DynamicTable {
  /** The newest first. */
  readonly fields: HeaderField[] = [];
  private sizeBytes = 0;

  add(field: HeaderField): void {
    this.fields.unshift(field);
    this.sizeBytes += costOf(field);
    while (this.sizeBytes > TABLE_BYTES_MAX) this.sizeBytes -= costOf(this.fields.pop()!);
  }
}

function costOf([name, value]: HeaderField): number {
  return name.length + value.length + ENTRY_BYTES;
}

export class HpackEncoder {
  private readonly table = new DynamicTable();

  encode(fields: readonly HeaderField[]): Uint8Array {
    const out: number[] = [];
    for (const field of fields) this.encodeField(out, field);
    return Uint8Array.from(out);
  }

  private encodeField(out: number[], field: HeaderField): void {
    const [name, value] = field;
    const exact = this.find((each) => each[0] === name && each[1] === value);
    if (exact > 0) {
      writeInteger(out, 0x80, 7, exact);
      return;
    }
    const named = this.find((each) => each[0] === name);
    const isRemembered = costOf(field) <= TABLE_BYTES_MAX;
    writeInteger(out, isRemembered ? 0x40 : 0, isRemembered ? 6 : 4, named);
    if (named === 0) writeString(out, name);
    writeString(out, value);
    if (isRemembered) this.table.add(field);
  }

  /** The index of the first that fits, 0 for none. */
  private find(fits: (field: HeaderField) => boolean): number {
    const at = STATIC_TABLE.findIndex(fits);
    if (at >= 0) return at + 1;
    const dynamicAt = this.table.fields.findIndex(fits);
    return dynamicAt < 0 ? 0 : STATIC_TABLE.length + 1 + dynamicAt;
  }
}

export class HpackDecoder {
  private readonly table = new DynamicTable();

  /** The fields, or null for a block that no encoder makes. */
  decode(block: Uint8Array): HeaderField[] | null {
    const reader = new BlockReader(block);
    const fields: HeaderField[] = [];
    while (!reader.isAtEnd) {
      const field = this.decodeField(reader);
      if (field === null) return null;
      if (field !== 'none') fields.push(field);
    }
    return fields;
  }

  private decodeField(reader: BlockReader): HeaderField | null | 'none' {
    const first = reader.peek();
    if ((first & 0x80) !== 0) return this.at(reader.integer(7));
    if ((first & 0xe0) === 0x20) {
      const size = reader.integer(5);
      return size === null ? null : 'none';
    }
    const isRemembered = (first & 0x40) !== 0;
    const index = reader.integer(isRemembered ? 6 : 4);
    const name = index === 0 ? reader.string() : (this.at(index)?.[0] ?? null);
    const value = reader.string();
    if (name === null || value === null) return null;
    if (isRemembered) this.table.add([name, value]);
    return [name, value];
  }

  private at(index: number | null): HeaderField | null {
    if (index === null || index === 0) return null;
    const inStatic = STATIC_TABLE[index - 1];
    return inStatic ?? this.table.fields[index - 1 - STATIC_TABLE.length] ?? null;
  }
}

/** Section 5.1: a prefix of so many bits, then groups of seven. */
function writeInteger(out: number[], pattern: number, bits: number, value: number): void {
  const most = (1 << bits) - 1;
  if (value < most) {
    out.push(pattern | value);
    return;
  }
  out.push(pattern | most);
  let rest = value - most;
  for (; rest >= 0x80; rest >>>= 7) out.push((rest & 0x7f) | 0x80);
  out.push(rest);
}

/** Section 5.2. */
function writeString(out: number[], text: string): void {
  const plain = utf8Encode(text);
  const short = huffmanEncode(plain);
  const isShorter = short !== null && short.length < plain.length;
  const bytes = isShorter ? short : plain;
  writeInteger(out, isShorter ? 0x80 : 0, 7, bytes.length);
  out.push(...bytes);
}

class BlockReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  peek(): number {
    return this.bytes[this.at] ?? 0;
  }

  /** Null where the bytes end too early, or the number is larger than any table. */
  integer(bits: number): number | null {
    const most = (1 << bits) - 1;
    const first = this.bytes[this.at++];
    if (first === undefined) return null;
    let value = first & most;
    if (value < most) return value;
    for (let shift = 0; shift <= 21; shift += 7) {
      const next = this.bytes[this.at++];
      if (next === undefined) return null;
      value += (next & 0x7f) << shift;
      if ((next & 0x80) === 0) return value;
    }
    return null;
  }

  string(): string | null {
    const isHuffman = (this.peek() & 0x80) !== 0;
    const length = this.integer(7);
    if (length === null || this.at + length > this.bytes.length) return null;
    const bytes = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    const plain = isHuffman ? huffmanDecode(bytes) : bytes;
    return plain === null ? null : utf8Decode(plain);
  }
}
