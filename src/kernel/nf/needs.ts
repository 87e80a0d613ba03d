/** What rules need of their namespace beside the packet (Linux: nf_ct_netns_get in checks of matches and targets). */
import type { Rule } from './rule.ts';
import type { NfTables } from './table.ts';

const CONNTRACK_MATCHES: readonly string[] = ['conntrack', 'state', 'connmark', 'connbytes', 'connlimit', 'connlabel'];
const CONNTRACK_TARGETS: readonly string[] = ['CT', 'NOTRACK', 'CONNMARK', 'CONNSECMARK'];

/** Whether a rule looks at connections. */
export function needsConntrack(rule: Rule): boolean {
  if (rule.target !== null && CONNTRACK_TARGETS.includes(rule.target.name)) return true;
  return rule.matches.some((match) => CONNTRACK_MATCHES.includes(match.name));
}

/** Whether connections are tracked for these tables: for the table nat, and for rules that look at them. */
export function tracksConnections(tables: NfTables): boolean {
  return tables.existing().some((table) => {
    return table.name === 'nat' || table.chains().some((chain) => chain.rules.some(needsConntrack));
  });
}
