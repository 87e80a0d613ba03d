/**
 * The tidy rules, each a pure function from the tree to what is out of order. Every rule has tests of its own on small
 * trees, which show that it can fail.
 */
import { checkNothingLeft, checkSorts, checkVirtualOnly } from './bans.ts';
import { checkForbiddenWords, checkImports } from './import-table.ts';
import { checkLinks, checkLockFile, checkMachinePaths, checkPackages, checkTests } from './repository.ts';
import { checkLengths, checkModules } from './shape.ts';
import type { Finding, Source, Tree } from './source.ts';
import { UNTESTED } from './untested.ts';

/** A sentence that holds for a tidy tree, and what speaks against it. */
export interface TidyRule {
  sentence: string;
  check: (tree: Tree, sources: readonly Source[]) => Finding[];
}

export const TIDY_RULES: readonly TidyRule[] = [
  { sentence: 'imports keep to the table in ARCHITECTURE.md', check: checkImports },
  { sentence: 'no folder contains the words that the table denies it', check: checkForbiddenWords },
  { sentence: 'src imports only packages that its users install', check: checkPackages },
  {
    sentence: 'clocks, chance, promises, timers, Node and drifting mathematics stay in the command line',
    check: (_tree, sources) => checkVirtualOnly(sources),
  },
  { sentence: 'nothing is left undone, switched off, skipped or singled out', check: checkNothingLeft },
  { sentence: 'every sort says its order', check: (_tree, sources) => checkSorts(sources) },
  { sentence: 'functions, files and lines are short', check: (_tree, sources) => checkLengths(sources) },
  { sentence: 'there are no default exports and no barrels', check: (_tree, sources) => checkModules(sources) },
  { sentence: 'the lock file names no registry', check: checkLockFile },
  { sentence: "no file names a path of anyone's machine", check: checkMachinePaths },
  { sentence: 'every link to a file leads to one', check: checkLinks },
  {
    sentence: 'every source file has a test of its name, or a reason',
    check: (tree, sources) => checkTests(tree, sources, UNTESTED),
  },
];

/** One line per finding, as compilers print them. */
export function report(findings: readonly Finding[]): string {
  return findings.map(({ path, line, problem }) => `${path}:${line}: ${problem}`).join('\n');
}
