/** `--env-file` and `--label-file` (docker/cli's opts/file.go): a `NAME=value` a line. */
import type { Value } from './value.ts';
import { fault, good, splitAtEquals } from './value.ts';

/** Where a client finds what is not on its command line. */
export interface ClientSurroundings {
  readonly lookup: (name: string) => string | undefined;
  /** Undefined when there is no such file. */
  readonly readFile: (path: string) => string | undefined;
}

/**
 * The entries of several files, one after the other. A line that is only a name takes its value from `lookup`, and is
 * left out when there is none.
 */
export function readKeyValueFiles(
  paths: readonly string[],
  surroundings: Pick<ClientSurroundings, 'readFile'>,
  lookup: (name: string) => string | undefined,
): Value<string[]> {
  const entries: string[] = [];
  for (const path of paths) {
    const text = surroundings.readFile(path);
    if (text === undefined) return fault(`open ${path}: no such file or directory`);
    for (const scanned of text.replace(/^\uFEFF/, '').split('\n')) {
      const line = scanned.replace(/\r$/, '').replace(/^[ \t]+/, '');
      if (line === '' || line.startsWith('#')) continue;
      const [name, value] = splitAtEquals(line);
      if (/[ \t]/.test(name)) return fault(`poorly formatted environment: variable '${name}' contains whitespaces`);
      if (name === '') return fault(`poorly formatted environment: no variable name on line '${line}'`);
      const found = value ?? lookup(line);
      if (found !== undefined) entries.push(`${value === undefined ? line.trim() : name}=${found}`);
    }
  }
  return good(entries);
}
