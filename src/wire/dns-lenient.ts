/**
 * Reads DNS messages as miekg/dns does, which many resolvers written in Go are made of: a message may end before all is
 * there that its counts promise, and what can be read of a broken one is told.
 */
import type { DnsMessage } from './dns.ts';
import { HEADER_LEN, readRecord } from './dns.ts';
import { DnsReadError, readName } from './dns-name.ts';
import type { DnsQuestion, DnsRecord } from './dns-record.ts';

/** What was read, without the section that has a fault and all behind it; `isWhole` when there is none. */
export interface LenientMessage {
  readonly message: DnsMessage;
  readonly isWhole: boolean;
}

/** Undefined for bytes that are not even a header. */
export function parseLenient(bytes: Uint8Array): LenientMessage | undefined {
  if (bytes.length < HEADER_LEN) return undefined;
  const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const questions: DnsQuestion[] = [];
  const sections: [DnsRecord[], DnsRecord[], DnsRecord[]] = [[], [], []];
  let isWhole = true;
  try {
    let at = readQuestions(v, bytes.length, questions);
    sections.forEach((_, i) => {
      const section = readSection(v, at, bytes.length, v.getUint16(6 + 2 * i));
      sections[i] = section.records;
      at = section.next;
    });
  } catch (error) {
    if (!(error instanceof DnsReadError)) throw error;
    isWhole = false;
  }
  const [answers, authority, additional] = sections;
  const message = { id: v.getUint16(0), flags: v.getUint16(2), questions, answers, authority, additional };
  return { message, isWhole };
}

/** A question may end after its name, after its type, and in the middle of its class. */
function readQuestions(v: DataView, end: number, questions: DnsQuestion[]): number {
  let at = HEADER_LEN;
  for (let count = v.getUint16(4); count > 0 && at < end; count--) {
    const { name, next } = readName(v, 0, at, end);
    const rest = end - next;
    if (rest === 1) throw new DnsReadError('unexpected end of input');
    questions.push({ name, type: rest > 1 ? v.getUint16(next) : 0, class: rest > 3 ? v.getUint16(next + 2) : 0 });
    at = Math.min(next + 4, end);
  }
  return at;
}

function readSection(
  v: DataView,
  start: number,
  end: number,
  count: number,
): { readonly records: DnsRecord[]; readonly next: number } {
  const records: DnsRecord[] = [];
  let at = start;
  while (records.length < count && at < end) {
    const { record, next } = readRecord(v, 0, at, end);
    records.push(record);
    at = next;
  }
  return { records, next: at };
}
