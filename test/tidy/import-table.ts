/** The table of ARCHITECTURE.md that says what each folder of `src` may import and must never contain. */
import { posix } from 'node:path';
import ts from 'typescript';
import type { Finding, Source, Tree } from './source.ts';
import { findingAt, isUnder, linesMatching, walk } from './source.ts';

export const TABLE_FILE = 'ARCHITECTURE.md';
const COLUMNS = ['folder', 'may import', 'must never contain'] as const;
/** What stands in a cell for "none". */
const NOTHING = /^(|-|–|—|nothing|none)$/;

export interface FolderRule {
  /** As `src/kernel`. */
  folder: string;
  /** Folders or files below `src`, as `base` or `kernel/socket`. */
  mayImport: string[];
  neverContains: string[];
  /** Where the row stands in ARCHITECTURE.md. */
  line: number;
}

/** The rows of each table that has the three columns, in any order and among others; none if there is no such table. */
export function parseImportTable(markdown: string): FolderRule[] {
  const rules: FolderRule[] = [];
  let columns: number[] | undefined;
  markdown.split('\n').forEach((line, index) => {
    const cells = cellsOf(line);
    if (cells === undefined) {
      columns = undefined;
    } else if (columns === undefined) {
      const positions = COLUMNS.map((column) => cells.indexOf(column));
      if (!positions.includes(-1)) columns = positions;
    } else if (!cells.every((cell) => /^:?-+:?$/.test(cell))) {
      const [folder, mayImport, neverContains] = columns.map((position) => cells[position] ?? '');
      rules.push({
        folder: withoutQuotes(folder!).replace(/\/$/, ''),
        mayImport: listOf(mayImport!),
        neverContains: listOf(neverContains!),
        line: index + 1,
      });
    }
  });
  return rules;
}

/** Imports that the table does not allow, folders it does not know, and rows that speak of nothing. */
export function checkImports(tree: Tree, sources: readonly Source[]): Finding[] {
  const rules = parseImportTable(tree.get(TABLE_FILE) ?? '');
  if (rules.length === 0) {
    return [{ path: TABLE_FILE, line: 1, problem: `no table with the columns ${COLUMNS.join(' | ')}` }];
  }
  const ownSources = sources.filter(({ path }) => isUnder(path, 'src'));
  return [...staleRows(rules, ownSources), ...ownSources.flatMap((source) => checkImportsOf(source, rules))];
}

/** Words that the table bans from a folder, comments included. */
export function checkForbiddenWords(tree: Tree): Finding[] {
  const rules = parseImportTable(tree.get(TABLE_FILE) ?? '');
  return rules.flatMap(({ folder, neverContains }) =>
    [...tree]
      .filter(([path]) => isUnder(path, folder))
      .flatMap(([path, text]) =>
        neverContains.flatMap((word) => linesMatching(path, text, wordPattern(word), `the word ${word}`)),
      ),
  );
}

/** Specifiers of all imports, of types and dynamic ones too, and of re-exports. */
export function importsOf(source: Source): { specifier: string; node: ts.Node }[] {
  const imports: { specifier: string; node: ts.Node }[] = [];
  walk(source.ast, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) imports.push({ specifier: specifier.text, node });
  });
  return imports;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) return node.arguments[0];
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  return undefined;
}

function checkImportsOf(source: Source, rules: readonly FolderRule[]): Finding[] {
  // The longest row wins, so that a folder within a folder may have rules of its own.
  const rule = rules
    .filter(({ folder }) => isUnder(source.path, folder))
    .reduce<FolderRule | undefined>(
      (best, each) => (best === undefined || each.folder.length > best.folder.length ? each : best),
      undefined,
    );
  if (rule === undefined) return [{ path: source.path, line: 1, problem: `its folder has no row in ${TABLE_FILE}` }];
  return importsOf(source).flatMap(({ specifier, node }) => {
    if (!specifier.startsWith('.')) return [];
    const target = posix.join(posix.dirname(source.path), specifier);
    const isAllowed = [rule.folder, ...rule.mayImport.map((name) => `src/${name}`)].some(
      (name) => isUnder(target, name) || target === `${name}.ts`,
    );
    return isAllowed ? [] : [findingAt(source, node, `${rule.folder} may not import ${target}`)];
  });
}

/** A table that speaks of what is not there is no longer true. */
function staleRows(rules: readonly FolderRule[], sources: readonly Source[]): Finding[] {
  const exists = (name: string): boolean => sources.some(({ path }) => isUnder(path, name) || path === `${name}.ts`);
  return rules.flatMap(({ folder, mayImport, line }) =>
    [folder, ...mayImport.map((name) => `src/${name}`)]
      .filter((name) => !exists(name))
      .map((name) => ({ path: TABLE_FILE, line, problem: `there is no ${name}` })),
  );
}

/** Undefined if the line is no row of a table. */
function cellsOf(line: string): string[] | undefined {
  const row = /^\s*\|(.*)\|\s*$/.exec(line);
  return row?.[1]?.split('|').map((cell) => cell.trim());
}

function listOf(cell: string): string[] {
  if (NOTHING.test(cell)) return [];
  return cell.split(',').map((each) => withoutQuotes(each.trim()));
}

function withoutQuotes(text: string): string {
  return text.replace(/^`|`$/g, '');
}

/**
 * A plain word is found in any case, alone or at the head of a longer word or of a part of a camelCase name: `packet`
 * bans `packets`, `nextPacket` and `PACKET_LIMIT`. Anything else is found as it stands; a `*` at its end says nothing.
 */
function wordPattern(word: string): RegExp {
  if (!/^[a-z]+$/.test(word)) return new RegExp(word.replace(/\*$/, '').replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  const capitalized = word[0]!.toUpperCase() + word.slice(1);
  return new RegExp(`(?<![a-zA-Z])(${word}|${word.toUpperCase()})|${capitalized}`);
}
