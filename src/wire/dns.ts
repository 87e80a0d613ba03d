/**
 * Messages of the Domain Name System: RFC 1035 4.1, with the bits of RFC 4035 (AD, CD) and EDNS (RFC 6891). Over TCP
 * each stands behind its length in 16 bits (RFC 1035 4.2.2).
 *
 *    0                               16                              31
 *   |              id               |QR|opcode |AA|TC|RD|RA|Z|AD|CD|rcode |
 *   |           questions           |            answers                  |
 *   |        authority records      |       additional records            |
 *   questions: name, type, class … · records: name, type, class, TTL, data …
 */
import { DnsReadError, DnsWriter, readName } from './dns-name.ts';
import type { Compression, DnsFault } from './dns-name.ts';
import { className, formatData, readData, TYPE_OPT, typeName, wireLabels, writeRecord } from './dns-record.ts';
import type { DnsQuestion, DnsRecord, EdnsOption } from './dns-record.ts';

/** Where name servers listen, UDP and TCP. */
export const PORT = 53;
export const HEADER_LEN = 12;
/** Most that a message over UDP has without EDNS. */
export const UDP_MAX = 512;

// Flags.
export const QR = 0x8000;
export const AA = 0x0400;
export const TC = 0x0200;
export const RD = 0x0100;
export const RA = 0x0080;
export const Z = 0x0040;
export const AD = 0x0020;
export const CD = 0x0010;
export const OPCODE_SHIFT = 11;
const RCODE_MASK = 0xf;

// Opcodes.
export const QUERY = 0;
export const NOTIFY = 4;
export const UPDATE = 5;

// Response codes.
export const NOERROR = 0;
export const FORMERR = 1;
export const SERVFAIL = 2;
export const NXDOMAIN = 3;
export const NOTIMP = 4;
export const REFUSED = 5;

/** In the TTL of OPT: the answer shall have DNSSEC's records. */
const EDNS_DO = 0x8000;

export interface DnsMessage {
  readonly id: number;
  /** QR, AA …, opcode and the low bits of the response code. */
  readonly flags: number;
  readonly questions: readonly DnsQuestion[];
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
}

/** What EDNS adds to a message: the OPT record's fields. */
export interface Edns {
  readonly udpSize: number;
  readonly version: number;
  readonly isDnssecOk: boolean;
  /** The high bits of the response code. */
  readonly extendedRcode: number;
  readonly options: readonly EdnsOption[];
}

export const opcode = (flags: number): number => (flags >>> OPCODE_SHIFT) & 0xf;

/** Flags with another response code. */
export function withRcode(flags: number, rcode: number): number {
  return (flags & ~RCODE_MASK) | (rcode & RCODE_MASK);
}

/** The response code, with the high bits that EDNS brings. */
export function rcodeOf(message: DnsMessage): number {
  return ((ednsOf(message)?.extendedRcode ?? 0) << 4) | (message.flags & RCODE_MASK);
}

/** What the message's OPT record says; undefined when it has none. */
export function ednsOf(message: DnsMessage): Edns | undefined {
  const opt = message.additional.find(({ type }) => type === TYPE_OPT);
  if (opt === undefined) return undefined;
  return {
    udpSize: opt.class,
    version: (opt.ttl >>> 16) & 0xff,
    isDnssecOk: (opt.ttl & EDNS_DO) !== 0,
    extendedRcode: opt.ttl >>> 24,
    options: opt.data.kind === 'OPT' ? opt.data.options : [],
  };
}

/** The OPT record that says `edns`; what is left out is 0. */
export function optRecord(edns: Partial<Edns> & { readonly udpSize: number }): DnsRecord {
  const { extendedRcode = 0, version = 0, isDnssecOk = false, options = [] } = edns;
  const ttl = (extendedRcode * 0x100 + version) * 0x10000 + (isDnssecOk ? EDNS_DO : 0);
  return { name: '.', type: TYPE_OPT, class: edns.udpSize, ttl, data: { kind: 'OPT', options } };
}

/** A message that asks one question, as a stub resolver does. */
export function makeQuery(id: number, question: DnsQuestion, edns?: Partial<Edns> & { udpSize: number }): DnsMessage {
  const additional = edns === undefined ? [] : [optRecord(edns)];
  return { id, flags: RD, questions: [question], answers: [], authority: [], additional };
}

/** The answer to a query without any record: its id, questions, opcode, RD and CD; `flags` are added. */
export function replyTo(query: DnsMessage, flags: number): DnsMessage {
  const kept = query.flags & ((0xf << OPCODE_SHIFT) | RD | CD);
  return { ...query, flags: QR | kept | flags, answers: [], authority: [], additional: [] };
}

/** Reads the message from `o` to `end`, or why these bytes are none. What follows the last record is no fault. */
export function parse(v: DataView, o: number, end: number): DnsMessage | DnsFault {
  try {
    return read(v, o, end).message;
  } catch (error) {
    if (error instanceof DnsReadError) return error.fault;
    throw error;
  }
}

/** Reads a message that is these bytes. */
export function parseBytes(bytes: Uint8Array): DnsMessage | DnsFault {
  return parse(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, bytes.length);
}

function read(v: DataView, o: number, end: number): { readonly message: DnsMessage; readonly next: number } {
  if (end - o < HEADER_LEN) throw new DnsReadError('unexpected end of input');
  const counts = [4, 6, 8, 10].map((at) => v.getUint16(o + at));
  const questions: DnsQuestion[] = [];
  let at = o + HEADER_LEN;
  for (let i = 0; i < counts[0]!; i++) {
    const { name, next } = readName(v, o, at, end);
    if (next + 4 > end) throw new DnsReadError('unexpected end of input');
    questions.push({ name, type: v.getUint16(next), class: v.getUint16(next + 2) });
    at = next + 4;
  }
  const sections = counts.slice(1).map((count) => {
    const records: DnsRecord[] = [];
    for (let i = 0; i < count; i++) {
      const { record, next } = readRecord(v, o, at, end);
      records.push(record);
      at = next;
    }
    return records;
  });
  const [answers, authority, additional] = [sections[0]!, sections[1]!, sections[2]!];
  const message = { id: v.getUint16(o), flags: v.getUint16(o + 2), questions, answers, authority, additional };
  return { message, next: at };
}

/** Reads the record at `o` of a message that begins at `start`; throws DnsReadError. */
export function readRecord(v: DataView, start: number, o: number, end: number): { record: DnsRecord; next: number } {
  const { name, next } = readName(v, start, o, end);
  if (next + 10 > end) throw new DnsReadError('unexpected end of input');
  const type = v.getUint16(next);
  const length = v.getUint16(next + 8);
  if (next + 10 + length > end) throw new DnsReadError('unexpected end of input');
  const data = readData(v, start, next + 10, length, type);
  const record = { name, type, class: v.getUint16(next + 2), ttl: v.getUint32(next + 4), data };
  return { record, next: next + 10 + length };
}

/** The bytes of a message. */
export function emit(message: DnsMessage, compression: Compression): Uint8Array {
  const writer = new DnsWriter(compression);
  const { questions, answers, authority, additional } = message;
  writer.u16(message.id);
  writer.u16(message.flags);
  for (const section of [questions, answers, authority, additional]) writer.u16(section.length);
  for (const question of questions) {
    writer.name(wireLabels(question.name));
    writer.u16(question.type);
    writer.u16(question.class);
  }
  for (const record of [...answers, ...authority, ...additional]) writeRecord(writer, record);
  return Uint8Array.from(writer.bytes);
}

/** The bytes of a message for TCP: its length in front. */
export function emitForStream(message: DnsMessage, compression: Compression): Uint8Array {
  return framed(emit(message, compression));
}

/** Bytes with their length in front. */
export function framed(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([bytes.length >>> 8, bytes.length & 0xff, ...bytes]);
}

/**
 * The message in at most `limit` bytes: records are left out from the end, OPT excepted. TC says so unless only
 * additional ones are missing (RFC 2181 9).
 */
export function truncate(message: DnsMessage, limit: number, compression: Compression): DnsMessage {
  let cut = message;
  while (emit(cut, compression).length > limit) {
    const plain = cut.additional.filter(({ type }) => type !== TYPE_OPT);
    if (plain.length > 0) {
      const last = plain.at(-1);
      cut = { ...cut, additional: cut.additional.filter((record) => record !== last) };
    } else if (cut.authority.length > 0) {
      cut = { ...cut, flags: cut.flags | TC, authority: cut.authority.slice(0, -1) };
    } else if (cut.answers.length > 0) {
      cut = { ...cut, flags: cut.flags | TC, answers: cut.answers.slice(0, -1) };
    } else {
      return { ...cut, flags: cut.flags | TC };
    }
  }
  return cut;
}

const RCODE_NAMES: readonly string[] = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

/** `NXDOMAIN`; `RESERVED11`, as dig says; `BADVERS` is the one that EDNS itself brings. */
export function rcodeName(rcode: number): string {
  if (rcode === 16) return 'BADVERS';
  return RCODE_NAMES[rcode] ?? `RESERVED${rcode}`;
}

/** `cb. IN A` */
export function formatQuestion(question: DnsQuestion): string {
  return `${question.name} ${className(question.class)} ${typeName(question.type)}`;
}

/** `cb. 600 IN A 172.18.0.3` */
export function formatRecord(record: DnsRecord): string {
  const { name, ttl, type, data } = record;
  return `${name} ${ttl} ${className(record.class)} ${typeName(type)} ${formatData(data)}`;
}

/** `response 1182 NOERROR cb. IN A: cb. 600 IN A 172.18.0.3` */
export function format(message: DnsMessage): string {
  const isResponse = (message.flags & QR) !== 0;
  const head = isResponse ? `response ${message.id} ${rcodeName(rcodeOf(message))}` : `query ${message.id}`;
  const records = [...message.answers, ...message.authority].map(formatRecord);
  return [`${head} ${message.questions.map(formatQuestion).join(', ')}`, records.join(', ')]
    .filter((part) => part !== '')
    .join(': ');
}
