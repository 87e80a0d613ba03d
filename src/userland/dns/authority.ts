/** What a name server says by itself: what its zone knows, and the faults that it was told to have. */
import type { Ip4 } from '../../base/addr.ts';
import { formatIp4 } from '../../base/addr.ts';
import * as dns from '../../wire/dns.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import { isUnder } from '../../wire/dns-name.ts';
import { className, typeName } from '../../wire/dns-record.ts';
import type { Zone } from './zone.ts';
import { zoneReply } from './zone.ts';

/** What a server with EDNS takes over UDP, for the sake of fragments. */
const UDP_BYTES = 1232;

/** How a server behaves about a name and all below it: it keeps silent, or answers SERVFAIL or REFUSED. */
export interface Fault {
  readonly name: string;
  readonly kind: 'drop' | 'servfail' | 'refuse';
}

export interface Authority {
  readonly zone: Zone;
  readonly faults: readonly Fault[];
  /** Other servers can be asked about what the zone does not know. */
  readonly isRecursive: boolean;
}

/** The answer, null for none at all, `unknown` where another server has to be asked. */
export function authorityReply(query: DnsMessage, authority: Authority): DnsMessage | null | 'unknown' {
  const { zone, faults, isRecursive } = authority;
  const question = query.questions[0]!;
  const fault = faults.find(({ name }) => isUnder(question.name, name));
  if (fault?.kind === 'drop') return null;
  if (fault !== undefined) return failed(query, fault.kind === 'servfail' ? dns.SERVFAIL : dns.REFUSED);
  if (isRecursive && !zone.has(question.name)) return 'unknown';
  return withEdns(query, zoneReply(query, zone.answer(question), dns.AA | dns.RA));
}

/** The answer that there is none, and why. */
export function failed(query: DnsMessage, rcode: number): DnsMessage {
  const reply = dns.replyTo(query, dns.RA);
  return withEdns(query, { ...reply, flags: dns.withRcode(reply.flags, rcode) });
}

/** Whoever speaks EDNS hears it (RFC 6891 6.1.1). */
function withEdns(query: DnsMessage, reply: DnsMessage): DnsMessage {
  if (dns.ednsOf(query) === undefined) return reply;
  return { ...reply, additional: [...reply.additional, dns.optRecord({ udpSize: UDP_BYTES })] };
}

/** `192.168.50.11:40000 udp www.example. IN A` */
export function tellQuestion(
  query: DnsMessage,
  asker: { readonly address: Ip4; readonly port: number; readonly isTcp: boolean },
): string {
  const { name, type, class: questionClass } = query.questions[0]!;
  const how = asker.isTcp ? 'tcp' : 'udp';
  return `${formatIp4(asker.address)}:${asker.port} ${how} ${name} ${className(questionClass)} ${typeName(type)}`;
}
