/** Where a name leads when its aliases are followed (chase_cnamechain of bind9's host.c and nslookup.c). */
import type { DnsMessage } from '../../wire/dns.ts';
import { sameName } from '../../wire/dns-name.ts';
import { TYPE_CNAME } from '../../wire/dns-record.ts';

/** The last name of the chain that an answer tells; `name` itself without any. */
export function endOfAliases(message: DnsMessage, name: string): string {
  let end = name;
  // Each record is followed once at most, so that a circle ends.
  for (let i = 0; i < message.answers.length; i++) {
    const alias = message.answers.find(({ type, name: owner }) => type === TYPE_CNAME && sameName(owner, end));
    if (alias?.data.kind !== 'name') return end;
    end = alias.data.target;
  }
  return end;
}
