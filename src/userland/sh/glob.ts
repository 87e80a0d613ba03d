/** Pathname expansion (POSIX XCU 2.6.6) over the few files that there are. */
import { resolvePath } from '../../kernel/proc/files.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { isPattern, patternSource, unquotePattern } from './pattern.ts';

/** The paths that match, sorted, as they are written in a command: relative if the pattern is. */
export function globPaths(proc: Process, directory: string, pattern: string): string[] {
  const isAbsolute = pattern.startsWith('/');
  let found = [''];
  const parts = pattern.split('/');
  for (const [i, part] of parts.entries()) {
    const prefixes = found.map((path) => (i === 0 ? '' : `${path}/`));
    if (!isPattern(part)) found = prefixes.map((prefix) => prefix + unquotePattern(part));
    else {
      const matches = new RegExp(`^(?:${patternSource(part, true)})$`);
      const isHiddenMeant = part.startsWith('.') || part.startsWith('\\.');
      found = prefixes.flatMap((prefix) =>
        proc
          .listDirectory(resolvePath(directory, prefix === '' ? '.' : prefix))
          .filter((name) => matches.test(name) && (isHiddenMeant || !name.startsWith('.')))
          .map((name) => prefix + name),
      );
    }
  }
  const absolute = (path: string): string => (isAbsolute ? path : resolvePath(directory, path));
  return found.filter((path) => proc.openFile(absolute(path)) !== 'ENOENT');
}
