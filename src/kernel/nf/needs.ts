/** What rules need of their namespace beside the packet (Linux: nf_ct_netns_get in checks of matches and targets). */
import type { Rule } from './rule.ts';
import type { NfTables } from './table.ts';

const CONNTRACK_MATCHES: readonly string[] = ['conntrack', 'state', 'connmark', 'connbytes', 'connlimit', 'connlabel'];
const CONNTRACK_TARGETS: readonly string[] = [
  ...['CT', 'CONNMARK', 'CONNSECMARK'],
  ...['DNAT', 'SNAT', 'MASQUERADE', 'REDIRECT', 'NETMAP'],
];

/** Whether a rule looks at connections. */
export function needsConntrack(rule: Rule): boolean {
  const { target } = rule;
  // Who says that nothing is to be tracked does not ask for tracking (xt_ct_tg_check).
  const isNotrack = target?.name === 'CT' && target.save().includes(' --notrack');
  if (target !== null && CONNTRACK_TARGETS.includes(target.name) && !isNotrack) return true;
  return rule.matches.some((match) => CONNTRACK_MATCHES.includes(match.name));
}

/** Whether connections are tracked for these tables. A table nat without such rules has nothing to translate. */
export function tracksConnections(tables: NfTables): boolean {
  return tables.existing().some((table) => table.chains().some((chain) => chain.rules.some(needsConntrack)));
}
