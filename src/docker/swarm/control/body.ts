/**
 * Values of calls as bytes. swarmkit's messages are protobuf, which has numbers where JSON has names; so that sizes
 * come near, names that every node knows have numbers here, too. Otherwise as MessagePack: a byte says what comes.
 *
 *   00-7f number  80 map  90 list  a0 text (length in the low bits)  c0 null  c2 false  c3 true
 *   cc, cd, ce, cf number of 1, 2, 4, 8 bytes   d3 negative one, 8   d9 text, 1 byte of length   db 4
 *   dc list, 2   de map, 2   c7 other number   c1 a body that is no map: its value follows
 *
 * A body is a map as a rule: names and values one behind the other, up to the end or a zero. Nothing is an empty map.
 */
import { utf8Decode, utf8Encode } from '../../../base/bytes.ts';
import type { JsonValue } from './rpc.ts';

/** Names with a number of their own, from 1 on; both ends have the same list. */
const NAMES = [
  'sessionId period nodeId role clusterId token certificate membership availability status state',
  'message address managers weight node description hostname platform architecture os resources',
  'nanoCpus memoryBytes engine engineVersion plugins type name labels id networkBootstrapKeys subsystem',
  'algorithm key lamportTime rootCa changes appliesTo results action assignment tasks task networks',
  'network addresses attachments attachmentId aliases containerId target spec version index createdNs',
  'updatedNs desiredState ipam subnet range gateway vni subnets driver options request isAttachable',
  'isInternal isEncrypted loadBalancerAddress dataPathAddress dataPathPort value term entries leader',
  'log from to commit reject data kind error addr keys tls issuer csr updates timestampNs',
].flatMap((line) => line.split(' '));
const NUMBER_OF_NAME = new Map<string, number>(NAMES.map((name, at) => [name, at + 1]));
const DEPTH_MAX = 64;
const TWO_32 = 0x1_0000_0000;

export function encodeBody(value: JsonValue): Uint8Array {
  const out: number[] = [];
  if (value !== null && typeof value === 'object' && !isList(value)) writeFields(out, Object.entries(value));
  else {
    out.push(0xc1);
    write(out, value);
  }
  return Uint8Array.from(out);
}

/** Undefined for what is no body. What stands behind the value is there for the size. */
export function decodeBody(bytes: Uint8Array): JsonValue | undefined {
  return new Reader(bytes).body();
}

function write(out: number[], value: JsonValue): void {
  if (value === null) out.push(0xc0);
  else if (typeof value === 'boolean') out.push(value ? 0xc3 : 0xc2);
  else if (typeof value === 'number') writeNumber(out, value);
  else if (typeof value === 'string') writeText(out, value);
  else if (isList(value)) {
    writeCount(out, 0x90, 0xdc, value.length);
    for (const each of value) write(out, each);
  } else {
    const fields = Object.entries(value);
    writeCount(out, 0x80, 0xde, fields.length);
    writeFields(out, fields);
  }
}

function writeFields(out: number[], fields: readonly (readonly [string, JsonValue])[]): void {
  for (const [name, value] of fields) {
    const number = NUMBER_OF_NAME.get(name);
    if (number === undefined) writeText(out, name);
    else out.push(number);
    write(out, value);
  }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function writeNumber(out: number[], value: number): void {
  if (!Number.isSafeInteger(value)) {
    const text = utf8Encode(String(value));
    out.push(0xc7, text.length, ...text);
  } else if (value >= 0 && value < 0x80) out.push(value);
  else if (value >= 0 && value < 0x100) out.push(0xcc, value);
  else if (value >= 0 && value < 0x1_0000) out.push(0xcd, value >>> 8, value & 0xff);
  else if (value >= 0 && value < TWO_32) {
    out.push(0xce);
    writeWord(out, value);
  } else {
    out.push(value < 0 ? 0xd3 : 0xcf);
    const size = Math.abs(value);
    writeWord(out, Math.floor(size / TWO_32));
    writeWord(out, size % TWO_32);
  }
}

function writeText(out: number[], text: string): void {
  const bytes = utf8Encode(text);
  const { length } = bytes;
  if (length < 32) out.push(0xa0 | length);
  else if (length < 256) out.push(0xd9, length);
  else {
    out.push(0xdb);
    writeWord(out, length);
  }
  for (const byte of bytes) out.push(byte);
}

function writeCount(out: number[], short: number, long: number, count: number): void {
  if (count < 16) out.push(short | count);
  else out.push(long, (count >>> 8) & 0xff, count & 0xff);
}

function writeWord(out: number[], value: number): void {
  out.push((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  body(): JsonValue | undefined {
    if (this.bytes[0] === 0xc1) {
      this.at = 1;
      return this.value(0);
    }
    const fields: (readonly [string, JsonValue])[] = [];
    while (this.at < this.bytes.length && this.bytes[this.at] !== 0) {
      const field = this.field(0);
      if (field === undefined) return undefined;
      fields.push(field);
    }
    return Object.fromEntries(fields);
  }

  value(depth: number): JsonValue | undefined {
    const first = this.bytes[this.at++];
    if (first === undefined || depth > DEPTH_MAX) return undefined;
    if (first < 0x80) return first;
    if (first < 0x90) return this.map(first & 15, depth);
    if (first < 0xa0) return this.list(first & 15, depth);
    if (first < 0xc0) return this.text(first & 31);
    switch (first) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return first === 0xc3;
      case 0xc7:
        return this.otherNumber();
      case 0xcc:
        return this.unsigned(1);
      case 0xcd:
        return this.unsigned(2);
      case 0xce:
        return this.unsigned(4);
      case 0xcf:
        return this.long();
      case 0xd3:
        return negated(this.long());
      case 0xd9:
        return this.text(this.unsigned(1));
      case 0xdb:
        return this.text(this.unsigned(4));
      case 0xdc:
        return this.list(this.unsigned(2), depth);
      case 0xde:
        return this.map(this.unsigned(2), depth);
      default:
        return undefined;
    }
  }

  private map(count: number | undefined, depth: number): JsonValue | undefined {
    if (count === undefined) return undefined;
    const fields: (readonly [string, JsonValue])[] = [];
    for (let i = 0; i < count; i++) {
      const field = this.field(depth);
      if (field === undefined) return undefined;
      fields.push(field);
    }
    return Object.fromEntries(fields);
  }

  private field(depth: number): readonly [string, JsonValue] | undefined {
    const name = this.value(DEPTH_MAX);
    const known = typeof name === 'number' ? NAMES[name - 1] : name;
    const value = this.value(depth + 1);
    return typeof known !== 'string' || value === undefined ? undefined : [known, value];
  }

  private list(count: number | undefined, depth: number): JsonValue | undefined {
    if (count === undefined) return undefined;
    const values: JsonValue[] = [];
    for (let i = 0; i < count; i++) {
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }

  private text(length: number | undefined): string | undefined {
    if (length === undefined || this.at + length > this.bytes.length) return undefined;
    const text = utf8Decode(this.bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }

  private otherNumber(): number | undefined {
    const text = this.text(this.unsigned(1));
    const number = text === undefined || text === '' ? NaN : Number(text);
    return Number.isFinite(number) ? number : undefined;
  }

  private long(): number | undefined {
    const high = this.unsigned(4);
    const low = this.unsigned(4);
    if (high === undefined || low === undefined) return undefined;
    const value = high * TWO_32 + low;
    return Number.isSafeInteger(value) ? value : undefined;
  }

  private unsigned(size: number): number | undefined {
    if (this.at + size > this.bytes.length) return undefined;
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + this.bytes[this.at++]!;
    return value;
  }
}

function negated(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}
