/** What the tidy rules look at: the tree as texts by path, and the TypeScript among them parsed. */
import ts from 'typescript';

/** One thing that is out of order. */
export interface Finding {
  path: string;
  line: number;
  problem: string;
}

/** Texts by path from the top of the repository, with slashes. */
export type Tree = ReadonlyMap<string, string>;

export interface Source {
  path: string;
  text: string;
  ast: ts.SourceFile;
}

export function parseSource(path: string, text: string): Source {
  return { path, text, ast: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true) };
}

/** The project's own TypeScript; declarations of other people's packages follow other people's rules. */
export function sourcesOf(tree: Tree): Source[] {
  return [...tree]
    .filter(([path]) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map(([path, text]) => parseSource(path, text));
}

/** Line of the first character of `node` that is no comment and no blank, from 1. */
export function lineOf(source: Source, node: ts.Node): number {
  return source.ast.getLineAndCharacterOfPosition(node.getStart(source.ast)).line + 1;
}

export function findingAt(source: Source, node: ts.Node, problem: string): Finding {
  return { path: source.path, line: lineOf(source, node), problem };
}

/** Calls `visit` for every node, parents first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  node.forEachChild((child) => {
    walk(child, visit);
  });
}

/** One finding for each line of `text` that `pattern` matches. */
export function linesMatching(path: string, text: string, pattern: RegExp, problem: string): Finding[] {
  return text.split('\n').flatMap((line, index) => (pattern.test(line) ? [{ path, line: index + 1, problem }] : []));
}

export function isUnder(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`);
}
