/**
 * Answers from what the engine knows itself, byte for byte as its server gives them: the question again, then the
 * records with their names in full. Twin of libnetwork's resolver.go (ServeDNS and what it calls first).
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Rng } from '../../sim/rng.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import * as dns from '../../wire/dns.ts';
import { labelsOf } from '../../wire/dns-name.ts';
import type { DnsRecord } from '../../wire/dns-record.ts';
import { CLASS_IN, TYPE_A, TYPE_AAAA, TYPE_MX, TYPE_PTR } from '../../wire/dns-record.ts';
import type { Endpoint } from '../endpoint.ts';
import { resolveName, resolveReverse } from './names.ts';
import type { RemoteNameTable } from './remote-names.ts';
import type { ResolverHabits } from './resolver-habits.ts';

const TTL_SECONDS = 600;
const POINTER_DOMAINS = ['.in-addr.arpa.', '.ip6.arpa.'];

/** What the server knows when it is asked. */
export interface LocalNames {
  readonly endpoints: readonly Endpoint[];
  /** What other nodes of a swarm have told. */
  readonly remoteNames: RemoteNameTable;
  readonly habits: ResolverHabits;
  /** Whoever has set ndots wants to ask for single labels with his search list first: they go to no server. */
  readonly keepsSingleLabels: boolean;
  readonly rng: Rng;
}

/** The answer; `forward` where a server outside has to be asked, `none` where nobody gets one. */
export function answerLocally(query: DnsMessage, names: LocalNames): DnsMessage | 'forward' | 'none' {
  const { name, type } = query.questions[0]!;
  const records = localRecords(name, type, names);
  if (records === 'none') return 'none';
  if (records !== 'unknown') return { ...reply(query, dns.RA), answers: records };
  const isSingleLabel = !name.replace(/\.$/, '').includes('.');
  const isKept = names.keepsSingleLabels && isSingleLabel && (type === TYPE_A || type === TYPE_AAAA);
  return isKept ? reply(query, dns.RA) : 'forward';
}

function localRecords(name: string, type: number, names: LocalNames): DnsRecord[] | 'unknown' | 'none' {
  if (type === TYPE_PTR) return pointerRecords(name, names);
  if (type !== TYPE_A && type !== TYPE_AAAA && type !== TYPE_MX) return 'unknown';
  const addresses = resolveName(names, name.replace(/\.$/, ''));
  if (addresses.length === 0) return 'unknown';
  // There is such a name, without IPv6 and without mail of its own (RFC 5321 5.1).
  if (type !== TYPE_A) return [];
  return shuffled(addresses, names.rng).map((address) => ({
    name,
    type: TYPE_A,
    class: CLASS_IN,
    ttl: TTL_SECONDS,
    data: { kind: 'A', address },
  }));
}

function pointerRecords(name: string, names: LocalNames): DnsRecord[] | 'unknown' | 'none' {
  const { habits } = names;
  const domain = POINTER_DOMAINS.find((each) => name.endsWith(each));
  if (domain === undefined) return habits.forwardsOddPointers ? 'unknown' : 'none';
  const before = name.split(domain, 1)[0]!;
  const isOdd = before + domain !== name;
  const host = isOdd && habits.forwardsOddPointers ? undefined : resolveReverse(names, before);
  if (host === undefined) return 'unknown';
  const data = { kind: 'name', target: `${host}.` } as const;
  // Names of containers and networks may be none of the DNS, `a..b`: such an answer cannot be written.
  if (labelsOf(data.target) === undefined) return 'none';
  return [{ name, type: TYPE_PTR, class: CLASS_IN, ttl: TTL_SECONDS, data }];
}

/** Twin of Msg.SetReply: what is wanted of a query is repeated, of a NOTIFY it is not. */
export function reply(query: DnsMessage, flags: number): DnsMessage {
  const answer = dns.replyTo(query, flags);
  return dns.opcode(query.flags) === dns.QUERY ? answer : { ...answer, flags: answer.flags & ~(dns.RD | dns.CD) };
}

/** In Go's order of drawing (shuffleAddr). */
function shuffled(addresses: readonly Ip4[], rng: Rng): readonly Ip4[] {
  const mixed = [...addresses];
  for (let i = mixed.length - 1; i > 0; i--) {
    const other = rng.below(i + 1);
    [mixed[i], mixed[other]] = [mixed[other]!, mixed[i]!];
  }
  return mixed;
}

/** The answer's bytes, in at most `limit`; what does not fit is left out, over UDP with TC. */
export function localBytes(answer: DnsMessage, limit: number, isTcp: boolean, habits: ResolverHabits): Uint8Array {
  const bytes = dns.emit(answer, 'none');
  if (bytes.length <= limit) return bytes;
  const compression = habits.compressesLong ? 'case-sensitive' : 'none';
  const cut = dns.truncate(answer, limit, compression);
  const isTold = habits.compressesLong || !isTcp;
  return dns.emit(isTold ? cut : { ...cut, flags: cut.flags & ~dns.TC }, compression);
}
