/** Reading a process's files by the paths that its arguments give. */
import type { Process } from '../kernel/proc/process.ts';

/** The text of a file, `/dev/null` being empty; undefined if there is none. */
export function fileText(proc: Process, path: string): string | undefined {
  return proc.readFile(path);
}
