/**
 * The program `sh`: `sh -c TEXT [NAME ARG…]`, `sh FILE [ARG…]`, or a shell that reads its standard input, which here
 * is at its end or never says anything.
 */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { EXIT_NOT_FOUND } from './exit-codes.ts';
import { Interpreter } from './interpreter.ts';
import type { Run } from './interpreter.ts';
import { ShellState } from './shell-state.ts';
import type { ShellDialect } from './shell-state.ts';

/** Options that change nothing here: login, interactive, standard input. */
const NEUTRAL_OPTIONS = 'lis';
const EXIT_MISUSE = 2;

interface ShArguments {
  readonly isCommand: boolean;
  readonly operands: readonly string[];
  /** The first option that is not supported. */
  readonly lack: CheckMistake | undefined;
}

function readArguments(args: readonly string[]): ShArguments {
  let isCommand = false;
  let lack: CheckMistake | undefined;
  let argIndex = 0;
  for (; argIndex < args.length && /^[-+]./.test(args[argIndex]!); argIndex++) {
    if (args[argIndex] === '--') return { isCommand, operands: args.slice(argIndex + 1), lack };
    for (const letter of args[argIndex]!.slice(1)) {
      if (letter === 'c') isCommand = true;
      else if (!NEUTRAL_OPTIONS.includes(letter)) {
        lack ??= { argIndex, message: `option ${args[argIndex]!.charAt(0)}${letter} is not supported yet` };
      }
    }
  }
  return { isCommand, operands: args.slice(argIndex), lack };
}

function* runShell(proc: Process, dialect: ShellDialect): Run {
  const { isCommand, operands, lack } = readArguments(proc.argv.slice(1));
  if (lack !== undefined) {
    proc.writeError(`sh: ${lack.message.replace(' yet', '')} by Dockwire; supported: -c -i -l -s\n`);
    proc.markUnsupported();
    return EXIT_NOT_FOUND;
  }
  if (isCommand) return yield* runCommandText(proc, dialect, operands);
  const file = operands[0];
  if (file === undefined) return yield* readStandardInput(proc);
  const text = proc.readFile(file);
  if (text === undefined) {
    const reason =
      dialect === 'dash' ? `0: cannot open ${file}: No such file` : `can't open '${file}': No such file or directory`;
    proc.writeError(`sh: ${reason}\n`);
    return EXIT_MISUSE;
  }
  return yield* runText(proc, dialect, text, file, operands.slice(1));
}

function* runCommandText(proc: Process, dialect: ShellDialect, operands: readonly string[]): Run {
  const [text, name = 'sh', ...positional] = operands;
  if (text === undefined) {
    proc.writeError(dialect === 'dash' ? 'sh: 0: -c requires an argument\n' : 'sh: -c requires an argument\n');
    return EXIT_MISUSE;
  }
  return yield* runText(proc, dialect, text, name, positional);
}

function* runText(
  proc: Process,
  dialect: ShellDialect,
  text: string,
  name: string,
  positional: readonly string[],
): Run {
  const state = new ShellState(dialect, name, positional, new Map(proc.env), proc.directory);
  return yield* new Interpreter(proc, state, proc.ownPid).runShell(text, true);
}

/** A shell on a terminal ends with its input; one whose input never says anything stays. */
function* readStandardInput(proc: Process): Run {
  // An interactive shell ignores SIGTERM and survives SIGINT: only SIGKILL ends it.
  proc.onSignal('SIGTERM', () => undefined);
  proc.onSignal('SIGINT', () => undefined);
  while (proc.stdin === 'open') yield proc.waitFor([]);
  return 0;
}

/** `sh` in the dialect of Debian or of busybox and alpine. */
export function shProgram(dialect: ShellDialect): ProgramEntry {
  return {
    name: 'sh',
    run: (proc) => runShell(proc, dialect),
    check: (args) => readArguments(args).lack,
  };
}
