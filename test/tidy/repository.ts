/** What must hold for the repository as a whole: packages, lock file, paths, links, and a test for every file. */
import { posix } from 'node:path';
import ts from 'typescript';
import { importsOf } from './import-table.ts';
import type { Finding, Source, Tree } from './source.ts';
import { findingAt, isUnder, linesMatching } from './source.ts';

/** What `src` imports must be there for those who install the package: a dependency, not one of development. */
export function checkPackages(tree: Tree, sources: readonly Source[]): Finding[] {
  const manifest = JSON.parse(tree.get('package.json') ?? '{}') as { dependencies?: Record<string, string> };
  const dependencies = Object.keys(manifest.dependencies ?? {});
  const own = sources.filter(({ path }) => isUnder(path, 'src'));
  return own.flatMap((source) =>
    importsOf(source)
      .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
      .filter(({ specifier }) => !dependencies.some((name) => name === specifier || isUnder(specifier, name)))
      .map(({ specifier, node }) => findingAt(source, node, `${specifier} is no dependency in package.json`)),
  );
}

/** A lock file with addresses ties everyone to one registry; .npmrc has `omit-lockfile-registry-resolved=true`. */
export function checkLockFile(tree: Tree): Finding[] {
  const path = 'package-lock.json';
  const text = tree.get(path);
  if (text === undefined) return [{ path, line: 1, problem: 'there is no lock file' }];
  return linesMatching(path, text, /"resolved": *"(https?|git)/, 'address of a registry');
}

/** Absolute paths of the machine that something was written on. */
export function checkMachinePaths(tree: Tree): Finding[] {
  // A path begins where no other path goes on. Written so that this file does not find itself.
  const anyone = /(?<![\w.~}*-])\/(wor[k]|roo[t]|hom[e]|User[s])\/\w/;
  // These tests speak of the emulated machine's own home folders.
  const withoutHomes = /(?<![\w.~}*-])\/(wor[k]|User[s])\/\w/;
  const isAboutEmulated = /^test\/(userland|kernel\/proc)\//;
  return [...tree].flatMap(([path, text]) =>
    linesMatching(path, text, isAboutEmulated.test(path) ? withoutHomes : anyone, "a path of someone's machine"),
  );
}

/** Links in Markdown to files of the repository. */
export function checkLinks(tree: Tree): Finding[] {
  return [...tree]
    .filter(([path]) => path.endsWith('.md'))
    .flatMap(([path, text]) =>
      text.split('\n').flatMap((line, index) =>
        [...line.matchAll(/\]\(<?([^)\s>]+)/g)]
          .map((match) => match[1]!)
          .filter((target) => !/^([a-z]+:|#)/.test(target) && !leadsSomewhere(tree, path, target))
          .map((target) => ({ path, line: index + 1, problem: `link to ${target}, which is not there` })),
      ),
    );
}

/**
 * Every file of `src` has a test of its name at the same place (`x.test.ts`, `x-….test.ts`), declares only types, or
 * stands in `untested` with the reason. Entries of `untested` that are no longer needed are findings too.
 */
export function checkTests(
  tree: Tree,
  sources: readonly Source[],
  untested: Readonly<Record<string, string>>,
): Finding[] {
  const own = sources.filter(({ path }) => isUnder(path, 'src'));
  const lacking = own.filter((source) => !hasTest(tree, source.path) && !declaresOnlyTypes(source));
  const paths = new Set(lacking.map(({ path }) => path));
  return [
    ...lacking
      .filter(({ path }) => !Object.hasOwn(untested, path))
      .map(({ path }) => ({ path, line: 1, problem: 'no test of its name and no reason for that' })),
    ...Object.keys(untested)
      .filter((path) => !paths.has(path))
      .map((path) => ({ path, line: 1, problem: 'needs no reason for having no test' })),
  ];
}

function leadsSomewhere(tree: Tree, from: string, target: string): boolean {
  const path = posix.join(posix.dirname(from), decodeURI(target.replace(/[#?].*$/, '')));
  const folder = path.replace(/\/?$/, '/');
  return tree.has(path) || path === '.' || [...tree.keys()].some((each) => each.startsWith(folder));
}

function hasTest(tree: Tree, path: string): boolean {
  const stem = path.replace(/^src\//, 'test/').replace(/\.ts$/, '');
  if (tree.has(`${stem}.test.ts`)) return true;
  return [...tree.keys()].some(
    (each) => each.startsWith(`${stem}-`) && each.endsWith('.test.ts') && !each.slice(stem.length).includes('/'),
  );
}

function declaresOnlyTypes({ ast }: Source): boolean {
  return ast.statements.every(
    (statement) =>
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      (ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword),
  );
}
