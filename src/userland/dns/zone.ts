/**
 * What a name server knows, and how it answers (RFC 1034 4.3.2): records by name, aliases followed as far as it knows
 * them, wildcards, and the difference between a name without such records and no name at all.
 */
import * as dns from '../../wire/dns.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import { isUnder, labelsOf, lowerCaseName, nameOf } from '../../wire/dns-name.ts';
import { TYPE_ANY, TYPE_CNAME, TYPE_SOA } from '../../wire/dns-record.ts';
import type { DnsQuestion, DnsRecord } from '../../wire/dns-record.ts';

/** Aliases that lead on and on are followed this far. */
const ALIASES_MAX = 16;

/** What a zone says to a question. */
export interface ZoneAnswer {
  readonly rcode: number;
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
}

export class Zone {
  private readonly byName = new Map<string, DnsRecord[]>();
  /** Names that exist only because something lies below them. */
  private readonly parents = new Set<string>();

  add(record: DnsRecord): void {
    const key = lowerCaseName(record.name);
    const records = this.byName.get(key);
    if (records === undefined) this.byName.set(key, [record]);
    else records.push(record);
    const labels = labelsOf(key) ?? [];
    for (let i = 1; i < labels.length; i++) this.parents.add(nameOf(labels.slice(i)));
  }

  get isEmpty(): boolean {
    return this.byName.size === 0;
  }

  /** Whether the zone knows anything about a name. */
  has(name: string): boolean {
    const key = lowerCaseName(name);
    return this.byName.has(key) || this.parents.has(key) || this.wildcardFor(key) !== undefined;
  }

  answer(question: DnsQuestion): ZoneAnswer {
    const answers: DnsRecord[] = [];
    let name = question.name;
    for (let i = 0; i < ALIASES_MAX; i++) {
      const records = this.recordsOf(name);
      if (records === undefined) return this.absent(name, answers);
      const wanted = records.filter(({ type }) => question.type === TYPE_ANY || type === question.type);
      if (wanted.length > 0) return { rcode: dns.NOERROR, answers: [...answers, ...wanted], authority: [] };
      const alias = records.find(({ type }) => type === TYPE_CNAME);
      if (alias?.data.kind !== 'name') break;
      answers.push(alias);
      name = alias.data.target;
    }
    return { rcode: dns.NOERROR, answers, authority: answers.length > 0 ? [] : this.startOf(name) };
  }

  /** A name without records may still exist; an alias may lead to where the zone does not reach. */
  private absent(name: string, answers: readonly DnsRecord[]): ZoneAnswer {
    const authority = this.startOf(name);
    const isOutside = answers.length > 0 && authority.length === 0;
    return { rcode: isOutside || this.has(name) ? dns.NOERROR : dns.NXDOMAIN, answers, authority };
  }

  /** The records of a name, or those of the wildcard that stands for it; undefined for a name that has none. */
  private recordsOf(name: string): readonly DnsRecord[] | undefined {
    const key = lowerCaseName(name);
    const own = this.byName.get(key);
    if (own !== undefined || this.parents.has(key)) return own;
    return this.wildcardFor(key)?.map((record) => ({ ...record, name }));
  }

  /** RFC 4592: `*` under the nearest name that exists. */
  private wildcardFor(key: string): readonly DnsRecord[] | undefined {
    const labels = labelsOf(key) ?? [];
    for (let i = 1; i <= labels.length; i++) {
      const parent = nameOf(labels.slice(i));
      const wildcard = this.byName.get(parent === '.' ? '*.' : `*.${parent}`);
      if (wildcard !== undefined) return wildcard;
      if (this.byName.has(parent) || this.parents.has(parent)) return undefined;
    }
    return undefined;
  }

  /** The start of authority above a name, which says how long its absence may be remembered. */
  private startOf(name: string): readonly DnsRecord[] {
    for (const records of this.byName.values()) {
      const start = records.find((record) => record.type === TYPE_SOA && isUnder(name, record.name));
      if (start?.data.kind === 'SOA') return [{ ...start, ttl: Math.min(start.ttl, start.data.minimum) }];
    }
    return [];
  }
}

/** The message that carries an answer; `flags` are AA, RA …. */
export function zoneReply(query: DnsMessage, answer: ZoneAnswer, flags: number): DnsMessage {
  const reply = dns.replyTo(query, flags);
  const { rcode, answers, authority } = answer;
  return { ...reply, flags: dns.withRcode(reply.flags, rcode), answers, authority };
}
