/** DNS messages in tcpdump's words: an id, what is asked or how many records answer it, the answers, the length. */
import { formatIp6 } from '../base/ip6.ts';
import { CLASS_CHAOS, CLASS_HESIOD, CLASS_IN, typeName } from './dns-record.ts';
import * as record from './dns-record.ts';
import * as dns from './dns.ts';
import type { DissectText } from './dissect-text.ts';
import { EndOfBytes, hex } from './dissect-text.ts';

const OPCODES = [
  '',
  ' inv_q',
  ' stat',
  ' op3',
  ' notify',
  ' update',
  ' op6',
  ' op7',
  ' op8',
  ' updateA',
  ' updateD',
  ' updateDA',
  ' updateM',
  ' updateMA',
  ' zoneInit',
  ' zoneRef',
];
const INVERSE_QUERY = 1;

const RCODES = [
  '',
  ' FormErr',
  ' ServFail',
  ' NXDomain',
  ' NotImp',
  ' Refused',
  ' YXDomain',
  ' YXRRSet',
  ' NXRRSet',
  ' NotAuth',
  ' NotZone',
  ' Resp11',
  ' Resp12',
  ' Resp13',
  ' Resp14',
  ' NoChange',
  ' BadVers',
  // tcpdump itself has no space in front of these two.
  'Resp17',
  ' Resp18',
  ' Resp19',
  ' Resp20',
  'Resp21',
  ' Resp22',
  ' BadCookie',
];

/** The flags that a question should not have: they are shown as numbers. */
const STRANGE_IN_QUERY = 0x6cf;

const TYPES: Readonly<Record<number, string>> = { 28: 'AAAA', 255: 'ANY', 33: 'SRV', 41: 'OPT', 99: 'SPF' };
const CLASSES: Readonly<Record<number, string>> = {
  [CLASS_CHAOS]: 'CHAOS',
  [CLASS_HESIOD]: 'HS',
  255: 'ANY',
};

/** Prints a message of `length` bytes at `o`; over TCP its length stands in front of it and belongs to it. */
export function printDns(text: DissectText, o: number, length: number, isTcp: boolean): void {
  text.protocol = 'domain';
  if (isTcp && length < 2) {
    text.print(`[DNS over TCP: length ${length} < 2] (invalid)`);
    return;
  }
  const start = isTcp ? o + 2 : o;
  const bytes = isTcp ? length - 2 : length;
  if (isTcp && text.u16(o) !== bytes) {
    text.print(`[prefix length(${length}) != length(${text.u16(o)})] (invalid)`);
  } else if (bytes < dns.HEADER_LEN) {
    text.print(`domain [length ${bytes} < ${dns.HEADER_LEN}] (invalid)`);
  } else {
    new DnsText(text, start, bytes).print();
  }
}

class DnsText {
  private readonly text: DissectText;
  private readonly start: number;
  private readonly length: number;
  private at: number;

  constructor(text: DissectText, start: number, length: number) {
    this.text = text;
    this.start = start;
    this.length = length;
    this.at = start + dns.HEADER_LEN;
  }

  print(): void {
    const { text, start } = this;
    text.need(start, dns.HEADER_LEN);
    if ((text.u16(start + 2) & dns.QR) !== 0) this.printResponse();
    else this.printQuery();
    text.print(` (${this.length})`);
  }

  private printResponse(): void {
    const { text, start } = this;
    const flags = text.u16(start + 2);
    const [questions, answers, authority, additional] = this.counts();
    const rcode = (this.extendedRcode(questions, answers + authority, additional) << 4) | (flags & 0xf);
    const marks = `${mark(flags, dns.AA, '*')}${mark(flags, dns.RA, '', '-')}${mark(flags, dns.TC, '|')}`;
    text.print(`${text.u16(start)}${OPCODES[dns.opcode(flags)]!}${RCODES[rcode] ?? ` Resp${rcode}`}`);
    text.print(`${marks}${mark(flags, dns.AD, '$')}`);
    if (questions !== 1) text.print(` [${questions}q]`);
    for (let i = 0; i < questions; i++) {
      if (i > 0) text.print(',');
      if (text.style.veryVerbose === true) {
        text.print(' q:');
        this.printQuestion();
      } else {
        this.skipName();
        this.at += 4;
      }
    }
    text.print(` ${answers}/${authority}/${additional}`);
    this.printRecords('', answers);
    if (text.style.veryVerbose === true) {
      this.printRecords(' ns:', authority);
      this.printRecords(' ar:', additional);
    }
  }

  /** The high bits of the response code, which OPT has; 0 where the way there is not all there. */
  private extendedRcode(questions: number, records: number, additional: number): number {
    const first = this.at;
    try {
      for (let i = 0; i < questions; i++) {
        this.skipName();
        this.at += 4;
      }
      for (let i = 0; i < records + additional; i++) {
        this.skipName();
        const type = this.text.u16(this.at);
        if (i >= records && type === record.TYPE_OPT) return this.text.u8(this.at + 4);
        this.at += 10 + this.text.u16(this.at + 8);
      }
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
    } finally {
      this.at = first;
    }
    return 0;
  }

  private printQuery(): void {
    const { text, start } = this;
    const flags = text.u16(start + 2);
    const [questions, answers, authority, additional] = this.counts();
    text.print(
      `${text.u16(start)}${OPCODES[dns.opcode(flags)]!}${mark(flags, dns.RD, '+')}${mark(flags, dns.CD, '%')}`,
    );
    if ((flags & STRANGE_IN_QUERY) !== 0) text.print(` [b2&3=0x${hex(flags)}]`);
    const isInverse = dns.opcode(flags) === INVERSE_QUERY;
    if (isInverse) {
      if (questions !== 0) text.print(` [${questions}q]`);
      if (answers !== 1) text.print(` [${answers}a]`);
    } else {
      if (answers !== 0) text.print(` [${answers}a]`);
      if (questions !== 1) text.print(` [${questions}q]`);
    }
    if (authority !== 0) text.print(` [${authority}n]`);
    if (additional !== 0) text.print(` [${additional}au]`);
    for (let i = 0; i < questions; i++) {
      if (i > 0 && this.at >= text.end) throw new EndOfBytes();
      this.printQuestion();
    }
    if (text.style.veryVerbose === true) {
      this.printRecords('', answers);
      this.printRecords(' ns:', authority);
      this.printRecords(' ar:', additional);
    }
  }

  private counts(): readonly [number, number, number, number] {
    const { text, start } = this;
    return [text.u16(start + 4), text.u16(start + 6), text.u16(start + 8), text.u16(start + 10)];
  }

  private printQuestion(): void {
    const { text } = this;
    const nameAt = this.at;
    this.skipName();
    const type = text.u16(this.at);
    const questionClass = text.u16(this.at + 2);
    text.print(` ${typeText(type)}`);
    if (questionClass !== CLASS_IN) text.print(` ${classText(questionClass)}`);
    text.print('? ');
    this.printName(nameAt);
    this.at += 4;
  }

  private printRecords(title: string, count: number): void {
    for (let i = 0; i < count; i++) {
      if (i > 0 && this.at >= this.text.end) throw new EndOfBytes();
      if (i === 0 && this.at >= this.text.end && title !== '') throw new EndOfBytes();
      this.text.print(i === 0 ? title : ',');
      this.printRecord();
    }
  }

  private printRecord(): void {
    const { text } = this;
    if (text.style.verbose) {
      text.print(' ');
      this.at = this.printName(this.at);
    } else {
      this.skipNameOrAll();
    }
    if (!text.has(this.at, 10)) {
      this.at = text.end;
      return;
    }
    const type = text.u16(this.at);
    const recordClass = text.u16(this.at + 2);
    if (recordClass !== CLASS_IN && type !== record.TYPE_OPT) text.print(` ${classText(recordClass)}`);
    const ttl = text.u32(this.at + 4);
    const length = text.u16(this.at + 8);
    const data = this.at + 10;
    text.print(` ${typeText(type)}`);
    text.need(data, length);
    this.at = data;
    if (type === record.TYPE_OPT) this.printOpt(recordClass, ttl, length);
    else this.printData(type, length);
    this.at = data + length;
  }

  private printData(type: number, length: number): void {
    const { text, at } = this;
    switch (type) {
      case record.TYPE_A:
        text.print(` ${text.ip(at)}`);
        break;
      case record.TYPE_AAAA:
        text.need(at, 16);
        text.print(` ${formatIp6(Uint8Array.from({ length: 16 }, (_, i) => text.u8(at + i)))}`);
        break;
      case record.TYPE_NS:
      case record.TYPE_CNAME:
      case record.TYPE_PTR:
        text.print(' ');
        this.printName(at);
        break;
      case record.TYPE_SOA:
        if (text.style.verbose) this.printSoa();
        break;
      case record.TYPE_MX:
        text.print(' ');
        this.printName(at + 2);
        text.print(` ${text.u16(at)}`);
        break;
      case record.TYPE_TXT:
        while (this.at < at + length) this.printString();
        break;
      case record.TYPE_SRV:
        text.print(' ');
        this.printName(at + 6);
        text.print(`:${text.u16(at + 4)} ${text.u16(at)} ${text.u16(at + 2)}`);
    }
  }

  private printSoa(): void {
    const { text } = this;
    for (let i = 0; i < 2; i++) {
      text.print(' ');
      this.at = this.printName(this.at);
    }
    for (let i = 0; i < 5; i++) text.print(` ${text.u32(this.at + 4 * i)}`);
  }

  private printString(): void {
    const { text } = this;
    const length = text.u8(this.at);
    text.print(' "');
    this.printBytes(this.at + 1, length);
    text.print('"');
    this.at += 1 + length;
  }

  private printOpt(udpSize: number, ttl: number, length: number): void {
    const { text } = this;
    text.print(` UDPsize=${udpSize}`);
    if ((ttl & 0x8000) !== 0) text.print(' DO');
    if (length > 0) this.printOptions(this.at + length);
  }

  private printOptions(end: number): void {
    const { text } = this;
    text.print(' [');
    while (this.at < end) {
      const code = text.u16(this.at);
      const length = text.u16(this.at + 2);
      text.print(EDNS_OPTIONS[code] ?? `Opt${code}`);
      if (length > 0) text.print(' ');
      if (code === PADDING) text.print(`(${length})`);
      else if (code === COOKIE && !isCookieLength(length)) text.print(' (invalid)');
      else for (let i = 0; i < length; i++) text.print(hex(text.u8(this.at + 4 + i), 2));
      this.at += 4 + length;
      if (this.at < end) text.print(',');
    }
    text.print(']');
  }

  /** Prints the name at `o`, following pointers; answers the offset behind it. */
  private printName(o: number): number {
    const { text, start } = this;
    let at = o;
    let next = -1;
    let limit = this.length;
    let isFirst = true;
    for (;;) {
      const length = text.u8(at);
      if (length === 0) {
        if (isFirst) text.print('.');
        return next < 0 ? at + 1 : next;
      }
      if (length >= 0xc0) {
        if (next < 0) next = at + 2;
        const to = text.u16(at) & 0x3fff;
        // Each pointer leads further back than the one before.
        if (to >= limit) {
          text.print('<BAD PTR>');
          return next;
        }
        limit = to;
        at = start + to;
        continue;
      }
      if (length > 63) {
        text.print(length >>> 6 === 1 ? '<ELT 0x' : '<???>');
        throw new EndOfBytes();
      }
      this.printBytes(at + 1, length);
      text.print('.');
      isFirst = false;
      at += 1 + length;
    }
  }

  private printBytes(o: number, length: number): void {
    const { text } = this;
    for (let i = 0; i < length; i++) {
      const byte = text.u8(o + i);
      text.print(printable(byte));
    }
  }

  /** Behind the name, or at the end of the packet when the name is not all there. */
  private skipNameOrAll(): void {
    try {
      this.skipName();
    } catch (error) {
      if (!(error instanceof EndOfBytes)) throw error;
      this.at = this.text.end;
    }
  }

  private skipName(): void {
    const { text } = this;
    for (;;) {
      const length = text.u8(this.at);
      if (length >= 0xc0) {
        this.at += 2;
        return;
      }
      if (length > 63) throw new EndOfBytes();
      this.at += 1 + length;
      if (length === 0) return;
    }
  }
}

const COOKIE = 10;
const PADDING = 12;

/** RFC 7873 4: the client's part, with or without the server's. */
function isCookieLength(length: number): boolean {
  return length === 0 || length === 8 || (length >= 16 && length <= 40);
}

const EDNS_OPTIONS: Readonly<Record<number, string>> = {
  1: 'LLQ',
  2: 'UL',
  3: 'NSID',
  5: 'DAU',
  6: 'DHU',
  7: 'N3U',
  8: 'ECS',
  9: 'EXPIRE',
  10: 'COOKIE',
  11: 'KEEPALIVE',
  12: 'PADDING',
  13: 'CHAIN',
  14: 'KEY-TAG',
  16: 'CLIENT-TAG',
  17: 'SERVER-TAG',
};

function mark(flags: number, bit: number, set: string, clear = ''): string {
  return (flags & bit) === 0 ? clear : set;
}

function typeText(type: number): string {
  const name = TYPES[type] ?? typeName(type);
  return name.startsWith('TYPE') ? `Type${type}` : name;
}

function classText(number: number): string {
  return CLASSES[number] ?? `(Class ${number})`;
}

/** A byte as tcpdump prints it: controls as ^X, those with the high bit as M-x. */
function printable(byte: number): string {
  const meta = byte >= 0x80 ? 'M-' : '';
  const low = byte & 0x7f;
  return low < 0x20 || low === 0x7f ? `${meta}^${String.fromCharCode(low ^ 0x40)}` : meta + String.fromCharCode(low);
}
