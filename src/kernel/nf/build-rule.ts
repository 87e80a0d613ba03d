/** From what was typed to rules of a table: one for each pair of addresses, with the chains that they name. */
import type { RuleDraft } from './command-line.ts';
import type { NfMatch, NfTarget } from './extension.ts';
import { NF_ACCEPT, NF_DROP } from './hooks.ts';
import type { MatchHome } from './match-home.ts';
import { refuse } from './xt-error.ts';
import { VERDICTS } from './registry.ts';
import type { Rule } from './rule.ts';
import type { Chain, NfTable } from './table.ts';
import { makeCounters } from './table.ts';
import { XT_CONTINUE, XT_RETURN } from './verdict.ts';

const STANDARD: Readonly<Record<string, number>> = {
  ACCEPT: NF_ACCEPT,
  DROP: NF_DROP,
  RETURN: XT_RETURN,
  // The kernel refuses such a rule.
  QUEUE: NF_DROP,
};

/** The rules of a line, sources outside, destinations inside. A chain to jump to has to be there. */
export function buildRules(draft: RuleDraft, table: NfTable): Rule[] {
  const { header, jumpName, isGoto } = draft;
  const isVerdict = !isGoto && VERDICTS.includes(jumpName);
  const jump = jumpName === '' || isVerdict ? null : findJump(table, jumpName);
  const instances = draft.matches.map((match) => match.instance as NfMatch);
  const matches = instances.filter((match) => match.isVoid?.() !== true);
  const target = (draft.target?.instance ?? null) as NfTarget | null;
  return draft.sources.flatMap((source) =>
    draft.destinations.map((destination) => ({
      ...header,
      source: source.address,
      sourceMask: source.mask,
      destination: destination.address,
      destinationMask: destination.mask,
      matches: matches.map((match) => match.copy?.() ?? match),
      target: target?.copy?.() ?? target,
      verdict: isVerdict ? jumpName : '',
      standard: isVerdict ? STANDARD[jumpName]! : XT_CONTINUE,
      jump,
      isGoto,
      counters: makeCounters(draft.packets, draft.bytes),
    })),
  );
}

/** Matches look for what they name, such as sets. */
export function lookUpNames(draft: RuleDraft, home: MatchHome | null): void {
  for (const { instance } of draft.matches) (instance as NfMatch).lookUp?.(home);
}

function findJump(table: NfTable, name: string): Chain {
  return table.find(name) ?? refuse(`Chain '${name}' does not exist`);
}
