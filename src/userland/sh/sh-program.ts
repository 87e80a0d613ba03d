/**
 * The program `sh`: `sh -c TEXT [NAME ARG…]`, `sh FILE [ARG…]`, or a shell that reads its standard input: a pipe, a
 * here-document, or a terminal that is at its end or never says anything.
 */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { readAllInput } from '../input.ts';
import { EXIT_MISUSE } from './exit-codes.ts';
import { Interpreter } from './interpreter.ts';
import type { Run } from './interpreter.ts';
import { OPTION_NAMES, ShellState } from './shell-state.ts';
import type { ShellDialect } from './shell-state.ts';

/** Options that change nothing here: login, interactive. */
const NEUTRAL_OPTIONS = 'libmhI';

interface ShArguments {
  readonly isCommand: boolean;
  /** `-s`: operands are parameters, not a file. */
  readonly readsInput: boolean;
  /** Those of `set`, by letter. */
  readonly options: ReadonlySet<string>;
  readonly operands: readonly string[];
  /** The first option that the real shell does not know either. */
  readonly unknown: { readonly argIndex: number; readonly option: string } | undefined;
}

function readArguments(args: readonly string[]): ShArguments {
  let isCommand = false;
  let readsInput = false;
  let unknown: ShArguments['unknown'];
  const options = new Set<string>();
  let argIndex = 0;
  for (; argIndex < args.length && /^[-+]./.test(args[argIndex]!); argIndex++) {
    const arg = args[argIndex]!;
    if (arg === '--') {
      argIndex++;
      break;
    }
    const sign = arg.charAt(0);
    for (const letter of arg.slice(1)) {
      const named = letter === 'o' ? optionNamed(args[argIndex + 1]) : letter;
      if (letter === 'o' && named === undefined)
        unknown ??= { argIndex, option: `${sign}o ${args[argIndex + 1] ?? ''}` };
      else if (letter === 'c') isCommand = true;
      else if (letter === 's') readsInput = true;
      else if (named === 'pipefail' || OPTION_NAMES[named!] !== undefined) {
        if (sign === '-') options.add(named!);
        else options.delete(named!);
      } else if (!NEUTRAL_OPTIONS.includes(letter)) unknown ??= { argIndex, option: sign + letter };
      if (letter === 'o') argIndex++;
    }
  }
  return { isCommand, readsInput, options, operands: args.slice(argIndex), unknown };
}

function optionNamed(name: string | undefined): string | undefined {
  if (name === 'pipefail') return name;
  return Object.entries(OPTION_NAMES).find(([, long]) => long === name)?.[0];
}

function* runShell(proc: Process, dialect: ShellDialect): Run {
  const given = readArguments(proc.argv.slice(1));
  const path = proc.argv[0] ?? 'sh';
  const name = path.slice(path.lastIndexOf('/') + 1);
  const refuse = (message: string, busyboxMessage: string): number => {
    proc.writeError(dialect === 'dash' ? `${name}: 0: ${message}\n` : `${name}: ${busyboxMessage}\n`);
    return EXIT_MISUSE;
  };
  if (given.unknown !== undefined) {
    const { option } = given.unknown;
    return refuse(`Illegal option ${option}`, `illegal option ${option}`);
  }
  const [first, ...rest] = given.operands;
  if (given.isCommand) {
    if (first === undefined) return refuse('-c requires an argument', '-c requires an argument');
    return yield* runText(proc, stateOf(proc, dialect, given, rest[0], rest.slice(1), name, 0), first);
  }
  if (first === undefined || given.readsInput) {
    if (proc.stdin === 'open' || proc.stdin === 'eof') return yield* beInteractive(proc);
    const text = yield* readAllInput(proc);
    return yield* runText(proc, stateOf(proc, dialect, given, undefined, given.operands, name, 1), text);
  }
  const text = proc.readFile(first);
  if (text === undefined) {
    return refuse(`cannot open ${first}: No such file`, `can't open '${first}': No such file or directory`);
  }
  return yield* runText(proc, stateOf(proc, dialect, given, first, rest, name, 1), text);
}

/** `givenName` is `$0` if there is one; busybox tells lines only then. */
function stateOf(
  proc: Process,
  dialect: ShellDialect,
  { options }: ShArguments,
  givenName: string | undefined,
  positional: readonly string[],
  name: string,
  busyboxFirstLine: number,
): ShellState {
  const state = new ShellState(dialect, givenName ?? name, positional, new Map(proc.env), proc.directory);
  state.locals.set('PPID', proc.parent === null ? '1' : String(proc.numberOf(proc.parent)));
  state.isNamed = givenName !== undefined;
  state.busyboxFirstLine = busyboxFirstLine;
  for (const option of options) state.options.add(option);
  return state;
}

function* runText(proc: Process, state: ShellState, text: string): Run {
  return yield* new Interpreter(proc, state, proc.ownPid).runShell(text, true);
}

/** A shell on a terminal ends with its input; one whose input never says anything stays. */
function* beInteractive(proc: Process): Run {
  // An interactive shell ignores SIGTERM and survives SIGINT: only SIGKILL ends it.
  proc.onSignal('SIGTERM', () => undefined);
  proc.onSignal('SIGINT', () => undefined);
  while (proc.stdin === 'open') yield proc.waitFor([]);
  return 0;
}

function refuseArguments(args: readonly string[]): CheckMistake | undefined {
  const { unknown } = readArguments(args);
  if (unknown === undefined) return undefined;
  return { argIndex: unknown.argIndex, message: `Illegal option ${unknown.option}` };
}

/** `sh` in the dialect of Debian or of busybox and alpine; `name` is its own, `dash` or `ash`. */
export function shProgram(dialect: ShellDialect, name = 'sh'): ProgramEntry {
  return {
    name,
    run: (proc) => runShell(proc, dialect),
    refusal: refuseArguments,
  };
}
