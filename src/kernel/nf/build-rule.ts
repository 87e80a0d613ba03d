/** From what was typed to rules of a table: one for each pair of addresses, with the chains that they name. */
import type { RuleDraft } from './command-line.ts';
import type { NfMatch } from './extension.ts';
import { refuse } from './xt-error.ts';
import { VERDICTS } from './registry.ts';
import type { Rule } from './rule.ts';
import type { Chain, NfTable } from './table.ts';
import { makeCounters } from './table.ts';

/** The rules of a line, sources outside, destinations inside. A chain to jump to has to be there. */
export function buildRules(draft: RuleDraft, table: NfTable): Rule[] {
  const { header, jumpName, isGoto } = draft;
  const isVerdict = !isGoto && VERDICTS.includes(jumpName);
  const jump = jumpName === '' || isVerdict ? null : findJump(table, jumpName);
  const instances = draft.matches.map((match) => match.instance as NfMatch);
  const matches = instances.filter((match) => match.isVoid?.() !== true);
  return draft.sources.flatMap((source) =>
    draft.destinations.map((destination) => ({
      ...header,
      source: source.address,
      sourceMask: source.mask,
      destination: destination.address,
      destinationMask: destination.mask,
      // What a match keeps for itself is this rule's own only as long as the line makes one rule.
      matches,
      target: draft.target?.instance ?? null,
      verdict: isVerdict ? jumpName : '',
      jump,
      isGoto,
      counters: makeCounters(draft.packets, draft.bytes),
    })),
  );
}

function findJump(table: NfTable, name: string): Chain {
  return table.find(name) ?? refuse(`Chain '${name}' does not exist`);
}
