/**
 * Commands that the shell carries out itself (POSIX XCU 2.14 and 1.7): those that change it, and `echo`, `true` and
 * `false`, which need no process.
 */
import { resolvePath } from '../../kernel/proc/files.ts';
import { parseSignal } from '../../kernel/proc/signal.ts';
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { echoText } from '../echo.ts';
import type { Interpreter, Run } from './interpreter.ts';

export interface Builtin {
  readonly run: (shell: Interpreter, args: readonly string[], offset: number) => Run;
  readonly check?: (args: readonly string[]) => CheckMistake | undefined;
}

/** Directories that every machine has, whether or not a file lies in them. */
const STANDARD_DIRECTORIES = [
  '/',
  '/bin',
  '/dev',
  '/etc',
  '/home',
  '/mnt',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/srv',
  '/sys',
  '/tmp',
  '/usr',
  '/usr/bin',
  '/usr/local',
  '/var',
  '/var/log',
  '/var/run',
];
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const EXIT_MISUSE = 2;
const EXIT_NO_SUCH_JOB = 127;

/** Makes a builtin of a function that never waits. */
function immediate(run: (shell: Interpreter, args: readonly string[], offset: number) => number): Builtin['run'] {
  return function* (shell, args, offset) {
    return run(shell, args, offset);
  };
}

function changeDirectory(shell: Interpreter, args: readonly string[], offset: number): number {
  const { state, proc } = shell;
  const operand = args[0] ?? state.env.get('HOME') ?? '/';
  const target = operand === '-' ? (state.env.get('OLDPWD') ?? state.directory) : operand;
  const path = resolvePath(state.directory, target);
  if (!STANDARD_DIRECTORIES.includes(path) && !proc.files.isDirectory(path)) {
    const reason = `can't cd to ${target}`;
    shell.complain(`cd: ${reason}`, offset, `cd: line 0: ${reason}: No such file or directory`);
    return EXIT_MISUSE;
  }
  state.changeDirectory(path);
  if (operand === '-') proc.write(`${path}\n`);
  return 0;
}

function exportVariables(shell: Interpreter, args: readonly string[], offset: number): number {
  const operands = args.filter((arg) => arg !== '-p');
  if (operands.length === 0) {
    for (const [name, value] of [...shell.state.env].sort(byName)) {
      shell.proc.write(`export ${name}='${value.replaceAll("'", `'"'"'`)}'\n`);
    }
  }
  for (const operand of operands) {
    const equals = operand.indexOf('=');
    const name = equals < 0 ? operand : operand.slice(0, equals);
    if (!NAME.test(name)) {
      shell.complain(`export: ${name}: bad variable name`, offset);
      return EXIT_MISUSE;
    }
    shell.state.export(name, equals < 0 ? undefined : operand.slice(equals + 1));
  }
  return 0;
}

function byName(left: readonly [string, string], right: readonly [string, string]): number {
  return left[0] < right[0] ? -1 : 1;
}

function unsetVariables(shell: Interpreter, args: readonly string[]): number {
  for (const name of args) if (name !== '-v') shell.state.unset(name);
  return 0;
}

function exitShell(shell: Interpreter, args: readonly string[], offset: number): number {
  const code = args[0];
  if (code !== undefined && !/^\d+$/.test(code)) {
    shell.complain(`exit: Illegal number: ${code}`, offset);
    shell.state.isExiting = true;
    return EXIT_MISUSE;
  }
  shell.state.isExiting = true;
  return code === undefined ? shell.state.lastExit : Number(code) & 0xff;
}

function* waitForJobs(shell: Interpreter, args: readonly string[]): Run {
  const { jobs } = shell.state;
  let code = 0;
  const awaited = args.length === 0 ? [...jobs] : args.map((arg) => jobs.find((job) => String(job.ownPid) === arg));
  for (const job of awaited) {
    while (job !== undefined && !job.isReady()) yield shell.proc.waitFor(job);
    if (args.length > 0) code = job === undefined ? EXIT_NO_SUCH_JOB : job.exitCode!;
  }
  return code;
}

function killProcesses(shell: Interpreter, args: readonly string[], offset: number): number {
  const option = args[0]?.startsWith('-') === true ? args[0].slice(1) : undefined;
  const isSpelledOut = option === 's' || option === 'n';
  const signalText = isSpelledOut ? (args[1] ?? '') : (option ?? 'TERM');
  const signal = parseSignal(signalText);
  if (signal === undefined) {
    shell.complain(`kill: invalid signal number or name: ${signalText}`, offset, `bad signal name '${signalText}'`);
    return EXIT_MISUSE;
  }
  let code = 0;
  for (const operand of args.slice(option === undefined ? 0 : isSpelledOut ? 2 : 1)) {
    const target = jobOrPeer(shell, operand);
    if (target === undefined) {
      shell.complain('kill: No such process', offset, `can't kill pid ${operand}: No such process`);
      code = 1;
    }
    target?.kill(signal, shell.proc);
  }
  return code;
}

/** `%1` is the first job; anything else a process number. */
function jobOrPeer(shell: Interpreter, operand: string): Process | undefined {
  if (operand.startsWith('%')) return shell.state.jobs[Number(operand.slice(1)) - 1];
  return shell.proc.peer(Number(operand));
}

/** Reports the first argument that is an option, for builtins that have none here. */
function checkNoOptions(args: readonly string[]): CheckMistake | undefined {
  const argIndex = args.findIndex((arg) => /^-[A-Za-z]/.test(arg));
  return argIndex < 0 ? undefined : { argIndex, message: `option ${args[argIndex]!} is not supported yet` };
}

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', { run: immediate(() => 0) }],
  ['true', { run: immediate(() => 0) }],
  ['false', { run: immediate(() => 1) }],
  [
    'echo',
    {
      run: immediate((shell, args) => {
        shell.proc.write(echoText(args));
        return 0;
      }),
    },
  ],
  ['cd', { run: immediate(changeDirectory), check: checkNoOptions }],
  [
    'pwd',
    {
      run: immediate((shell) => {
        shell.proc.write(`${shell.state.directory}\n`);
        return 0;
      }),
    },
  ],
  ['export', { run: immediate(exportVariables) }],
  ['unset', { run: immediate(unsetVariables) }],
  ['exit', { run: immediate(exitShell) }],
  ['eval', { run: (shell, args) => shell.runText(args.join(' ')) }],
  ['wait', { run: waitForJobs }],
  ['kill', { run: immediate(killProcesses) }],
]);
