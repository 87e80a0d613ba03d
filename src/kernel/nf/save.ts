/** `iptables-save`: the tables as text that `iptables-restore` reads. */
import { ruleText } from './rule-save.ts';
import type { Chain, NfTable } from './table.ts';

/** One table from `*name` to `COMMIT`, each line with its newline. */
export function tableText(table: NfTable, hasCounters: boolean): string {
  const chains = table.chains();
  const heads = chains.map(
    (chain) => `:${chain.name} ${chain.isBuiltin ? chain.policy : '-'} ${countersText(chain)}\n`,
  );
  const rules = chains.flatMap((chain) =>
    chain.rules.map((rule) => {
      return `${hasCounters ? `${countersText(rule)} ` : ''}-A ${chain.name}${ruleText(rule)}\n`;
    }),
  );
  return `*${table.name}\n${heads.join('')}${rules.join('')}COMMIT\n`;
}

function countersText({ counters }: Pick<Chain, 'counters'>): string {
  return `[${counters[0]}:${counters[1]}]`;
}
