/**
 * What the server makes of the bytes that it gets: a question, a complaint about them, or nothing. Twin of miekg/dns's
 * server.go (serveDNS) and acceptfunc.go.
 */
import type { DnsMessage } from '../../wire/dns.ts';
import * as dns from '../../wire/dns.ts';
import { parseLenient } from '../../wire/dns-lenient.ts';

/** At most so many records (ANCOUNT, NSCOUNT, ARCOUNT): NOTIFY and IXFR have one, EDNS and TSIG two. */
const RECORDS_MAX = [1, 1, 2];
const COUNTS_AT = 4;

/** `isRejected`: the message is to be sent back as it is; else it is a question. */
export interface ReadQuery {
  readonly message: DnsMessage;
  readonly isRejected: boolean;
}

/** Null for what nobody answers: answers, crumbs, and messages that end where the question should begin. */
export function readQuery(bytes: Uint8Array): ReadQuery | null {
  if (bytes.length < dns.HEADER_LEN) return null;
  const flags = u16(bytes, 2);
  if ((flags & dns.QR) !== 0) return null;
  const opcode = dns.opcode(flags);
  if (opcode !== dns.QUERY && opcode !== dns.NOTIFY) return rejected(bytes, [], dns.NOTIMP, opcode);
  const [questions, ...records] = [0, 2, 4, 6].map((at) => u16(bytes, COUNTS_AT + at));
  if (questions !== 1 || records.some((count, i) => count > RECORDS_MAX[i]!)) return rejected(bytes);
  const { message, isWhole } = parseLenient(bytes)!;
  if (!isWhole) return rejected(bytes, message.questions);
  return message.questions.length === 0 ? null : { message, isRejected: false };
}

/** Twin of Msg.SetRcodeFormatError, which leaves the bits alone that it does not know. */
function rejected(
  bytes: Uint8Array,
  questions: DnsMessage['questions'] = [],
  rcode = dns.FORMERR,
  opcode = dns.QUERY,
): ReadQuery {
  const kept = u16(bytes, 2) & (dns.TC | dns.RD | dns.RA | dns.AD | dns.CD);
  const flags = dns.withRcode(dns.QR | (opcode << dns.OPCODE_SHIFT) | kept, rcode);
  const message = { id: u16(bytes, 0), flags, questions, answers: [], authority: [], additional: [] };
  return { message, isRejected: true };
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
