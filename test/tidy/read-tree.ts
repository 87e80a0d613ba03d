/** Reads the repository into memory: every text file that git would not ignore. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from './source.ts';

/** The tree under `top`. Binary files, told by a NUL, are left out. */
export function readTree(top: string): Tree {
  const isIgnored = ignoredBy(readFileSync(join(top, '.gitignore'), 'utf8'));
  const tree = new Map<string, string>();
  const readFolder = (folder: string): void => {
    for (const entry of readdirSync(join(top, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isIgnored(entry.name)) continue;
      if (entry.isDirectory()) readFolder(path);
      if (!entry.isFile()) continue;
      const text = readFileSync(join(top, path), 'utf8');
      if (!text.includes('\0')) tree.set(path, text);
    }
  };
  readFolder('');
  return tree;
}

/** Knows the two forms of line that this project's .gitignore has: `folder/` and `*.suffix`. */
export function ignoredBy(gitignore: string): (name: string) => boolean {
  const lines = gitignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const names = new Set(['.git', ...lines.map((line) => line.replace(/\/$/, ''))]);
  const suffixes = lines.filter((line) => line.startsWith('*')).map((line) => line.slice(1));
  return (name) => names.has(name) || suffixes.some((suffix) => name.endsWith(suffix));
}
