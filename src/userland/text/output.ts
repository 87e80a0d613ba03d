/** Where a tool writes that names its output: a file of the host, or standard output. */
import { resolvePath } from '../../kernel/proc/files.ts';
import type { Process } from '../../kernel/proc/process.ts';

/** Writes to the path, which is emptied first; without one, or for `-`, to standard output. */
export function writeOutput(proc: Process, path: string | undefined, isAppending = false): (text: string) => void {
  const absolute = path === undefined || path === '-' ? '/dev/stdout' : resolvePath(proc.directory, path);
  if (absolute === '/dev/stdout') {
    return (text) => {
      proc.write(text);
    };
  }
  if (absolute === '/dev/stderr') {
    return (text) => {
      proc.writeError(text);
    };
  }
  if (absolute === '/dev/null') return () => undefined;
  if (!isAppending || proc.files.read(absolute) === undefined) proc.files.write(absolute, '');
  return (text) => {
    proc.files.append(absolute, text);
  };
}
