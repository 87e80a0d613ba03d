/** The answer to what a real tool can do and Dockwire cannot: said in one form, and noted for the run's exit code. */
import type { Process } from '../kernel/proc/process.ts';

/** As for a command that is not found. */
export const EXIT_UNSUPPORTED = 127;

/** Writes `what: not supported by Dockwire; supported: …` and returns the exit code. */
export function reportUnsupported(proc: Process, what: string, supported: readonly string[]): number {
  const list = supported.length === 0 ? '' : `; supported: ${supported.join(' ')}`;
  proc.writeError(`${what}: not supported by Dockwire${list}\n`);
  proc.markUnsupported();
  return EXIT_UNSUPPORTED;
}
