/** Programs whose arguments are a command: they become it, or start it. */
import type { Process } from '../kernel/proc/process.ts';
import type { ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Wait, WakeReason } from '../kernel/proc/wait.ts';
import { isKnownTool } from './known-tools.ts';
import type { OptionTable } from './text/options.ts';
import { readArguments } from './text/options.ts';
import { reportUnsupported } from './unsupported.ts';

/** The exit code of a command that is not there. */
const EXIT_NOT_FOUND = 127;

/** The program of a command, or the exit code when there is none: `complaint` is then written. */
export function findCommand(proc: Process, name: string, complaint: string): ProgramEntry | number {
  const entry = proc.registry.get(name);
  if (entry !== undefined) return entry;
  if (isKnownTool(name, proc.registry)) return reportUnsupported(proc, name, proc.registry.names());
  proc.writeError(`${complaint}\n`);
  return EXIT_NOT_FOUND;
}

/** Becomes a command, as execvp(3) does; without such a program `complaint` is written. */
export function* execCommand(
  proc: Process,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  complaint: string,
): Generator<Wait, number, WakeReason> {
  const found = findCommand(proc, argv[0]!, complaint);
  if (typeof found === 'number') return found;
  return yield* proc.exec(found.run, argv, env);
}

/** For `ProgramEntry.commandAt`: the command begins at the operand of that number, of those that `isSkipped` leaves. */
export function commandBehind(
  options: OptionTable,
  number: number,
  isSkipped: (operand: string) => boolean = () => false,
): NonNullable<ProgramEntry['commandAt']> {
  return (args) => {
    const { operands, error } = readArguments(args, { ...options, stopsAtOperand: true });
    if (error !== null) return undefined;
    return operands.filter(({ text }) => !isSkipped(text))[number]?.argIndex;
  };
}
