/** Which command of the catalogue a command line means. Twin of cobra's Traverse. */
import type { CatalogueEntry, CatalogueGroup } from './catalogue.ts';
import { findEntry } from './catalogue.ts';
import type { Lack } from './command.ts';
import type { FlagOutcome } from './flags.ts';
import { readFlags } from './flags.ts';

/** Where the way through the groups has ended. `offset` is where the arguments begin that are left. */
export type Goal =
  | { readonly kind: 'entry'; readonly entry: CatalogueEntry; readonly offset: number; readonly passed: Passed }
  | { readonly kind: 'group'; readonly group: CatalogueGroup; readonly offset: number; readonly passed: Passed }
  /** An option on the way is refused. */
  | { readonly kind: 'refused'; readonly outcome: Extract<FlagOutcome, { kind: 'refused' }>; readonly offset: number };

/** What the options of the groups on the way have brought. */
export interface Passed {
  readonly isHelp: boolean;
  readonly notices: string;
  readonly lacking: Lack | undefined;
}

export function traverse(group: CatalogueGroup, args: readonly string[], offset: number, passed: Passed): Goal {
  let isValue = false;
  for (let at = offset; at < args.length; at++) {
    const arg = args[at]!;
    if (takesNext(group, arg)) isValue = true;
    else if (isValue) isValue = false;
    else if (!isOption(arg)) {
      const below = findBelow(group, arg);
      if (below === undefined) break;
      const outcome = readFlags(group.options, args.slice(offset, at), true);
      if (outcome.kind === 'refused') return { kind: 'refused', outcome, offset };
      const sum = withFlags(passed, group, outcome, offset);
      if ('form' in below) return { kind: 'entry', entry: below, offset: at + 1, passed: sum };
      return traverse(below, args, at + 1, sum);
    }
  }
  return { kind: 'group', group, offset, passed };
}

/** Whether it is an option whose value is the next word, as far as cobra can tell here: an unknown one counts, too. */
function takesNext(group: CatalogueGroup, arg: string): boolean {
  if (arg.includes('=')) return false;
  if (arg.startsWith('--')) return group.options.find((each) => each.long === arg.slice(2))?.kind !== 'bool';
  if (!arg.startsWith('-') || new TextEncoder().encode(arg).length !== 2) return false;
  return group.options.find((each) => each.short === arg[1])?.kind !== 'bool';
}

/** Twin of cobra's isFlagArg. */
function isOption(arg: string): boolean {
  return (arg.length >= 3 && arg.startsWith('--')) || (arg.length >= 2 && arg.startsWith('-') && arg[1] !== '-');
}

function findBelow(group: CatalogueGroup, name: string): CatalogueEntry | CatalogueGroup | undefined {
  return group.groups.find((each) => each.name === name) ?? findEntry(group.entries, name);
}

function withFlags(
  passed: Passed,
  group: CatalogueGroup,
  outcome: Extract<FlagOutcome, { kind: 'parsed' }>,
  offset: number,
): Passed {
  const { flags, notices, lacking } = outcome;
  const name = `docker ${group.path} ${lacking?.optionText ?? ''}`;
  const lack = lacking && { name, supported: '--help', argIndex: offset + lacking.argIndex };
  return {
    isHelp: flags.isSet('help', passed.isHelp),
    notices: passed.notices + notices,
    lacking: passed.lacking ?? lack,
  };
}
