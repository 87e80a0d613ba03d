/** What the kernel refuses although the tool has taken it (Linux: xt_check_match, nf_tables' validation). */
import type { RuleDraft } from './command-line.ts';
import { kernelRefusal } from './xt-error.ts';
import type { Loaded } from './loaded.ts';
import type { Rule } from './rule.ts';
import type { Chain, NfTable } from './table.ts';

export type RuleChange = 'RULE_APPEND' | 'RULE_INSERT' | 'RULE_REPLACE';

/** Chains that a packet may be in at a time (NFT_JUMP_STACK_SIZE). */
const MAX_DEPTH = 16;

/** Refuses rules that cannot stand in the chain. */
export function checkEntry(
  change: RuleChange,
  draft: RuleDraft,
  rules: readonly Rule[],
  table: NfTable,
  chain: Chain,
): void {
  const refuse = (errno: string): never => kernelRefusal(change, errno, `rule in chain ${chain.name}`);
  const loaded = [...draft.matches, ...(draft.target === null ? [] : [draft.target])];
  for (const each of loaded) if (!isTaken(each, draft, table, chain)) refuse('Invalid argument');
  for (const rule of rules) {
    const hasEmptyMask =
      (rule.isSourceInverted && rule.sourceMask === 0) || (rule.isDestinationInverted && rule.destinationMask === 0);
    if (hasEmptyMask) refuse('Invalid argument');
    if (rule.jump?.isBuiltin === true) {
      const isThere = table.findPresent(rule.jump.name) !== undefined;
      refuse(isThere ? 'Operation not supported' : 'No such file or directory');
    }
    // Queues of nfnetlink are not there.
    if (rule.verdict === 'QUEUE') refuse('No such file or directory');
  }
}

function isTaken({ extension, instance }: Loaded, { header }: RuleDraft, table: NfTable, chain: Chain): boolean {
  const { tables, chains, protocol } = extension;
  if (tables.length > 0 && !tables.includes(table.name)) return false;
  if (chain.isBuiltin && chains.length > 0 && !chains.includes(chain.name)) return false;
  if (protocol !== 0 && (header.protocol !== protocol || header.isProtocolInverted)) return false;
  return instance.accepts?.(header, chain.isBuiltin ? chain.name : '') ?? true;
}

/** True when a packet could go round, or deeper than the kernel allows: only chains at hooks are looked at. */
export function hasTooManyLinks(table: NfTable): boolean {
  return table.chains().some((chain) => chain.isBuiltin && isTooDeep(chain, 0));
}

function isTooDeep(chain: Chain, depth: number): boolean {
  if (depth >= MAX_DEPTH) return true;
  return chain.rules.some((rule) => rule.jump !== null && isTooDeep(rule.jump, depth + 1));
}
