/**
 * Resource records: RFC 1035 3.2 and 4.1.3; AAAA RFC 3596, SRV RFC 2782, OPT RFC 6891, unknown types RFC 3597.
 *
 *   name │ type 16 │ class 16 │ TTL 32 │ length 16 │ data of the type …
 */
import { formatIp4 } from '../base/addr.ts';
import type { Ip4 } from '../base/addr.ts';
import { hex } from '../base/bytes.ts';
import { formatIp6 } from '../base/ip6.ts';
import { assert } from '../base/assert.ts';
import { bytesAsText, DnsReadError, labelsOf, readName } from './dns-name.ts';
import type { DnsWriter } from './dns-name.ts';

// Types.
export const TYPE_A = 1;
export const TYPE_NS = 2;
export const TYPE_CNAME = 5;
export const TYPE_SOA = 6;
export const TYPE_PTR = 12;
export const TYPE_MX = 15;
export const TYPE_TXT = 16;
export const TYPE_AAAA = 28;
export const TYPE_SRV = 33;
export const TYPE_OPT = 41;
export const TYPE_IXFR = 251;
export const TYPE_AXFR = 252;
export const TYPE_ANY = 255;

// Classes.
export const CLASS_IN = 1;
export const CLASS_CHAOS = 3;
export const CLASS_HESIOD = 4;
export const CLASS_NONE = 254;
export const CLASS_ANY = 255;

/** The names of types that questions are asked about; those above are the ones whose data are read. */
const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [TYPE_A, 'A'],
  [TYPE_NS, 'NS'],
  [TYPE_CNAME, 'CNAME'],
  [TYPE_SOA, 'SOA'],
  [TYPE_PTR, 'PTR'],
  [13, 'HINFO'],
  [TYPE_MX, 'MX'],
  [TYPE_TXT, 'TXT'],
  [17, 'RP'],
  [24, 'SIG'],
  [25, 'KEY'],
  [TYPE_AAAA, 'AAAA'],
  [29, 'LOC'],
  [TYPE_SRV, 'SRV'],
  [35, 'NAPTR'],
  [39, 'DNAME'],
  [TYPE_OPT, 'OPT'],
  [43, 'DS'],
  [44, 'SSHFP'],
  [46, 'RRSIG'],
  [47, 'NSEC'],
  [48, 'DNSKEY'],
  [50, 'NSEC3'],
  [52, 'TLSA'],
  [64, 'SVCB'],
  [65, 'HTTPS'],
  [99, 'SPF'],
  [TYPE_IXFR, 'IXFR'],
  [TYPE_AXFR, 'AXFR'],
  [TYPE_ANY, 'ANY'],
  [257, 'CAA'],
]);

const CLASS_NAMES: ReadonlyMap<number, string> = new Map([
  [CLASS_IN, 'IN'],
  [CLASS_CHAOS, 'CH'],
  [CLASS_HESIOD, 'HS'],
  [CLASS_NONE, 'NONE'],
  [CLASS_ANY, 'ANY'],
]);

/** `MX`, or `TYPE731` (RFC 3597 5). */
export function typeName(type: number): string {
  return TYPE_NAMES.get(type) ?? `TYPE${type}`;
}

/** The number of a type's name in any case; undefined for what is none. */
export function typeNumber(text: string): number | undefined {
  const upper = text.toUpperCase();
  for (const [type, name] of TYPE_NAMES) if (name === upper) return type;
  return numbered(/^TYPE(\d{1,5})$/.exec(upper)?.[1]);
}

/** `IN`, or `CLASS7`. */
export function className(number: number): string {
  return CLASS_NAMES.get(number) ?? `CLASS${number}`;
}

/** The number of a class's name in any case; undefined for what is none. */
export function classNumber(text: string): number | undefined {
  const upper = text.toUpperCase();
  if (upper === 'CHAOS') return CLASS_CHAOS;
  for (const [number, name] of CLASS_NAMES) if (name === upper) return number;
  return numbered(/^CLASS(\d{1,5})$/.exec(upper)?.[1]);
}

function numbered(digits: string | undefined): number | undefined {
  return digits === undefined || Number(digits) > 0xffff ? undefined : Number(digits);
}

/** What a question asks. */
export interface DnsQuestion {
  readonly name: string;
  readonly type: number;
  readonly class: number;
}

/** An option of OPT. */
export interface EdnsOption {
  readonly code: number;
  readonly bytes: Uint8Array;
}

/** The data of a record; `raw` for types that are not read. */
export type DnsData =
  | { readonly kind: 'A'; readonly address: Ip4 }
  | { readonly kind: 'AAAA'; readonly address: Uint8Array }
  | { readonly kind: 'name'; readonly target: string }
  | { readonly kind: 'MX'; readonly preference: number; readonly exchange: string }
  | { readonly kind: 'TXT'; readonly strings: readonly Uint8Array[] }
  | {
      readonly kind: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | SoaData
  | { readonly kind: 'OPT'; readonly options: readonly EdnsOption[] }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array };

/** Start of authority: RFC 1035 3.3.13. */
export interface SoaData {
  readonly kind: 'SOA';
  readonly mname: string;
  readonly rname: string;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

/** A record; `kind` of the data follows from the type: `name` for NS, CNAME and PTR. */
export interface DnsRecord {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly data: DnsData;
}

/** Reads the data of a record of `length` bytes at `o`; throws DnsReadError for what they cannot be. */
export function readData(v: DataView, start: number, o: number, length: number, type: number): DnsData {
  const reader = new DataReader(v, start, o, o + length);
  const data = dataOf(reader, type);
  if (reader.at !== o + length) throw new DnsReadError('extra input data');
  return data;
}

/** Reads one after the other; a read past the end of the data ends the message. */
class DataReader {
  at: number;
  private readonly v: DataView;
  private readonly start: number;
  private readonly end: number;

  constructor(v: DataView, start: number, o: number, end: number) {
    this.v = v;
    this.start = start;
    this.at = o;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  u8(): number {
    return this.v.getUint8(this.take(1));
  }

  u16(): number {
    return this.v.getUint16(this.take(2));
  }

  u32(): number {
    return this.v.getUint32(this.take(4));
  }

  name(): string {
    const { name, next } = readName(this.v, this.start, this.at, this.end);
    this.at = next;
    return name;
  }

  bytes(count: number): Uint8Array {
    const from = this.take(count);
    return Uint8Array.from({ length: count }, (_, i) => this.v.getUint8(from + i));
  }

  rest(): Uint8Array {
    return this.bytes(this.end - this.at);
  }

  private take(count: number): number {
    const from = this.at;
    if (from + count > this.end) throw new DnsReadError('unexpected end of input');
    this.at += count;
    return from;
  }
}

function dataOf(reader: DataReader, type: number): DnsData {
  switch (type) {
    case TYPE_A:
      return { kind: 'A', address: reader.u32() | 0 };
    case TYPE_AAAA:
      return { kind: 'AAAA', address: reader.bytes(16) };
    case TYPE_NS:
    case TYPE_CNAME:
    case TYPE_PTR:
      return { kind: 'name', target: reader.name() };
    case TYPE_MX:
      return { kind: 'MX', preference: reader.u16(), exchange: reader.name() };
    case TYPE_TXT: {
      const strings: Uint8Array[] = [];
      do strings.push(reader.bytes(reader.u8()));
      while (!reader.isAtEnd);
      return { kind: 'TXT', strings };
    }
    case TYPE_SRV: {
      const [priority, weight, port] = [reader.u16(), reader.u16(), reader.u16()];
      return { kind: 'SRV', priority, weight, port, target: reader.name() };
    }
    case TYPE_SOA:
      return readSoa(reader);
    case TYPE_OPT: {
      const options: EdnsOption[] = [];
      while (!reader.isAtEnd) options.push({ code: reader.u16(), bytes: reader.bytes(reader.u16()) });
      return { kind: 'OPT', options };
    }
    default:
      return { kind: 'raw', bytes: reader.rest() };
  }
}

function readSoa(reader: DataReader): SoaData {
  const [mname, rname] = [reader.name(), reader.name()];
  const [serial, refresh, retry] = [reader.u32(), reader.u32(), reader.u32()];
  return { kind: 'SOA', mname, rname, serial, refresh, retry, expire: reader.u32(), minimum: reader.u32() };
}

/** Writes a record. Names in the data of the types of RFC 1035 may be pointers, those of SRV may not. */
export function writeRecord(writer: DnsWriter, record: DnsRecord): void {
  writer.name(wireLabels(record.name));
  writer.u16(record.type);
  writer.u16(record.class);
  writer.u32(record.ttl);
  writer.counted(() => {
    writeData(writer, record.data);
  });
}

/** The labels of a name that the program itself has made. */
export function wireLabels(name: string): readonly string[] {
  const labels = labelsOf(name);
  assert(labels !== undefined, 'names of records are valid');
  return labels;
}

function writeData(writer: DnsWriter, data: DnsData): void {
  switch (data.kind) {
    case 'A':
      writer.u32(data.address);
      break;
    case 'AAAA':
      writer.raw(data.address);
      break;
    case 'name':
      writer.name(wireLabels(data.target));
      break;
    case 'MX':
      writer.u16(data.preference);
      writer.name(wireLabels(data.exchange));
      break;
    case 'TXT':
      for (const text of data.strings) {
        writer.u8(text.length);
        writer.raw(text);
      }
      break;
    case 'SRV':
      for (const number of [data.priority, data.weight, data.port]) writer.u16(number);
      writer.name(wireLabels(data.target), false);
      break;
    case 'SOA':
      for (const name of [data.mname, data.rname]) writer.name(wireLabels(name));
      for (const number of [data.serial, data.refresh, data.retry, data.expire, data.minimum]) writer.u32(number);
      break;
    case 'OPT':
      for (const { code, bytes } of data.options) {
        writer.u16(code);
        writer.counted(() => {
          writer.raw(bytes);
        });
      }
      break;
    case 'raw':
      writer.raw(data.bytes);
  }
}

/** The data as a zone file, dig and host write it. */
export function formatData(data: DnsData): string {
  switch (data.kind) {
    case 'A':
      return formatIp4(data.address);
    case 'AAAA':
      return formatIp6(data.address);
    case 'name':
      return data.target;
    case 'MX':
      return `${data.preference} ${data.exchange}`;
    case 'TXT':
      return data.strings.map(formatString).join(' ');
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${data.target}`;
    case 'SOA':
      return [data.mname, data.rname, data.serial, data.refresh, data.retry, data.expire, data.minimum].join(' ');
    case 'OPT':
      return data.options.map(({ code, bytes }) => `${code}:${hex(bytes)}`).join(' ');
    case 'raw':
      return data.bytes.length === 0 ? '\\# 0' : `\\# ${data.bytes.length} ${hex(data.bytes).toUpperCase()}`;
  }
}

/** A character string in quotes: quotes and backslashes escaped, what cannot be printed as its number. */
export function formatString(bytes: Uint8Array): string {
  const text = bytesAsText(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
  const escaped = text
    .replaceAll(/["\\]/g, '\\$&')
    .replaceAll(/[^ -~]/g, (char) => `\\${String(char.charCodeAt(0)).padStart(3, '0')}`);
  return `"${escaped}"`;
}
