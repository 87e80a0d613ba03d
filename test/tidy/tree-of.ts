/** Small trees for the tests of the tidy rules. */
import type { Finding, Source, Tree } from './source.ts';
import { sourcesOf } from './source.ts';

export function treeOf(files: Readonly<Record<string, string>>): { tree: Tree; sources: Source[] } {
  const tree = new Map(Object.entries(files));
  return { tree, sources: sourcesOf(tree) };
}

/** `path:line problem` of each finding, to compare with. */
export function briefly(findings: readonly Finding[]): string[] {
  return findings.map(({ path, line, problem }) => `${path}:${line} ${problem}`);
}

/** Joins parts of a word that must not stand whole in this project. */
export function word(...parts: string[]): string {
  return parts.join('');
}
