/** A message as dig shows it, and records in its columns (bind9: lib/dns/message.c, masterdump.c). */
import { hex } from '../../base/bytes.ts';
import * as dns from '../../wire/dns.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import { className, formatData, TYPE_OPT, typeName } from '../../wire/dns-record.ts';
import type { DnsQuestion, DnsRecord } from '../../wire/dns-record.ts';

/** Which columns a record has. */
export interface RecordStyle {
  readonly hasTtl: boolean;
  readonly hasClass: boolean;
}

/** Which parts of a message are shown. */
export interface MessageStyle extends RecordStyle {
  readonly hasComments: boolean;
  readonly hasQuestion: boolean;
  readonly hasAnswer: boolean;
  readonly hasAuthority: boolean;
  readonly hasAdditional: boolean;
}

const OPCODE_NAMES = ['QUERY', 'IQUERY', 'STATUS', 'RESERVED3', 'NOTIFY', 'UPDATE'];
const TTL_COLUMN = 24;
const TAB = 8;
const COOKIE = 10;

/** `;; ->>HEADER<<- …` and the line of the flags. */
export function headerText(message: DnsMessage, isReply: boolean): string {
  const { id, flags, questions, answers, authority, additional } = message;
  const opcode = OPCODE_NAMES[dns.opcode(flags)] ?? `RESERVED${dns.opcode(flags)}`;
  const names = [
    ['qr', dns.QR],
    ['aa', dns.AA],
    ['tc', dns.TC],
    ['rd', dns.RD],
    ['ra', dns.RA],
    ['ad', dns.AD],
    ['cd', dns.CD],
  ] as const;
  const set = names.filter(([, bit]) => (flags & bit) !== 0).map(([name]) => ` ${name}`);
  const reserved = (flags & dns.Z) === 0 ? '' : '; MBZ: 0x4';
  const counts = `QUERY: ${questions.length}, ANSWER: ${answers.length}, AUTHORITY: ${authority.length}`;
  let text = `;; ->>HEADER<<- opcode: ${opcode}, status: ${dns.rcodeName(dns.rcodeOf(message))}, id: ${id}\n`;
  text += `;; flags:${set.join('')}${reserved}; ${counts}, ADDITIONAL: ${additional.length}\n`;
  const isRefused = isReply && (flags & dns.RD) !== 0 && (flags & dns.RA) === 0;
  return isRefused ? `${text};; WARNING: recursion requested but not available\n` : text;
}

/** The OPT record as a section of its own; '' without one. `cookie` is what the question had. */
export function optText(message: DnsMessage, cookie = ''): string {
  const edns = dns.ednsOf(message);
  if (edns === undefined) return '';
  let text = ';; OPT PSEUDOSECTION:\n';
  text += `; EDNS: version: ${edns.version}, flags:${edns.isDnssecOk ? ' do' : ''}; udp: ${edns.udpSize}\n`;
  for (const { code, bytes } of edns.options) {
    if (code === COOKIE) text += `; COOKIE: ${hex(bytes)}${cookieVerdict(hex(bytes), cookie)}\n`;
    else text += `; OPT=${code}:${[...bytes].map((byte) => ` ${hex(Uint8Array.of(byte))}`).join('')}\n`;
  }
  return text;
}

function cookieVerdict(received: string, sent: string): string {
  if (sent === '') return '';
  if (received === sent) return ' (echoed)';
  return received.startsWith(sent) ? ' (good)' : ' (bad)';
}

/** The sections that `style` wants, with their titles and a line between them where there are comments. */
export function sectionsText(message: DnsMessage, style: MessageStyle): string {
  const questions = message.questions.map((question) => questionText(question, style));
  const plain = message.additional.filter(({ type }) => type !== TYPE_OPT);
  const records = (list: readonly DnsRecord[]): string[] => list.map((record) => recordText(record, style));
  const sections: readonly (readonly [boolean, string, readonly string[]])[] = [
    [style.hasQuestion, 'QUESTION', questions],
    [style.hasAnswer, 'ANSWER', records(message.answers)],
    [style.hasAuthority, 'AUTHORITY', records(message.authority)],
    [style.hasAdditional, 'ADDITIONAL', records(plain)],
  ];
  return sections
    .filter(([isWanted, , lines]) => isWanted && lines.length > 0)
    .map(([, title, lines]) => (style.hasComments ? `;; ${title} SECTION:\n${lines.join('')}\n` : lines.join('')))
    .join('');
}

/** `;www.example.			IN	A` */
export function questionText(question: DnsQuestion, style: RecordStyle): string {
  const line = new Columns(question.name);
  const column = style.hasTtl && style.hasClass ? TTL_COLUMN + TAB : TTL_COLUMN;
  line.put(column, className(question.class));
  line.put(column + TAB, typeName(question.type));
  return `;${line.text}\n`;
}

/** `www.example.		300	IN	A	10.0.0.1` */
export function recordText(record: DnsRecord, style: RecordStyle): string {
  const line = new Columns(record.name);
  let column = TTL_COLUMN;
  const words = [
    ...(style.hasTtl ? [String(record.ttl)] : []),
    ...(style.hasClass ? [className(record.class)] : []),
    typeName(record.type),
    formatData(record.data),
  ];
  for (const word of words) {
    line.put(column, word);
    column += TAB;
  }
  return `${line.text}\n`;
}

/** Words at columns, reached by tabs; one that comes too late stands behind a space (indent() of masterdump.c). */
class Columns {
  text: string;
  private at: number;

  constructor(first: string) {
    this.text = first;
    this.at = first.length;
  }

  put(column: number, word: string): void {
    const to = Math.max(column, this.at + 1);
    const tabs = Math.max(Math.floor(to / TAB) - Math.floor(this.at / TAB), 0);
    const from = tabs > 0 ? Math.floor(to / TAB) * TAB : this.at;
    this.text += '\t'.repeat(tabs) + ' '.repeat(to - from) + word;
    this.at = to + word.length;
  }
}
