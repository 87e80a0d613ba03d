/** Commands that the shell carries out itself (POSIX XCU 2.14 and 1.7), because they change it or need no process. */
import { errorText } from '../../kernel/errno.ts';
import { resolvePath } from '../../kernel/proc/files.ts';
import { echoText } from '../echo.ts';
import { printfText } from '../printf.ts';
import { checkOptions, immediate } from './builtin.ts';
import type { Builtin } from './builtin.ts';
import { FunctionReturn, LoopJump, ShellExit } from './control-flow.ts';
import { isDirectory } from './directories.ts';
import { EXIT_MISUSE, EXIT_NOT_FOUND } from './exit-codes.ts';
import { GETOPTS } from './getopts-builtin.ts';
import type { Interpreter, Run } from './interpreter.ts';
import { JOB_BUILTINS } from './job-builtins.ts';
import { execProgram } from './simple.ts';
import { TestFailure, evaluateTest } from './test-command.ts';
import { VARIABLE_BUILTINS } from './variable-builtins.ts';

const KEYWORDS = 'if then else elif fi while until for do done case esac { } ! in'.split(' ');

function changeDirectory(shell: Interpreter, args: readonly string[], offset: number): number {
  const { state, proc } = shell;
  const operand = args.find((arg) => !/^-[LP]$/.test(arg)) ?? shell.lookup('HOME') ?? '/';
  const target = operand === '-' ? (shell.lookup('OLDPWD') ?? state.directory) : operand;
  const path = resolvePath(state.directory, target);
  if (!isDirectory(proc, path)) {
    const reason = `can't cd to ${target}`;
    shell.complain(`cd: ${reason}`, offset, `cd: ${reason}: No such file or directory`);
    return EXIT_MISUSE;
  }
  state.changeDirectory(path);
  proc.directory = path;
  if (operand === '-') proc.write(`${path}\n`);
  return 0;
}

function exitShell(shell: Interpreter, args: readonly string[], offset: number): never {
  throw new ShellExit(codeOf(shell, 'exit', args[0], offset));
}

function returnFrom(shell: Interpreter, args: readonly string[], offset: number): never {
  throw new FunctionReturn(codeOf(shell, 'return', args[0], offset));
}

function codeOf(shell: Interpreter, command: string, text: string | undefined, offset: number): number {
  if (text === undefined) return shell.state.lastExit;
  if (!/^\d+$/.test(text)) shell.refuse(`${command}: Illegal number: ${text}`, offset);
  return Number(text) & 0xff;
}

function jump(kind: 'break' | 'continue') {
  return (shell: Interpreter, args: readonly string[], offset: number): number => {
    const text = args[0] ?? '1';
    if (!/^\d+$/.test(text) || Number(text) === 0) shell.refuse(`${kind}: Illegal number: ${text}`, offset);
    // Outside of a loop it does nothing.
    if (shell.loopDepth === 0) return 0;
    throw new LoopJump(kind, Math.min(Number(text), shell.loopDepth));
  };
}

function* sourceFile(shell: Interpreter, args: readonly string[], offset: number): Run {
  const name = args[0];
  if (name === undefined) return 0;
  const text = shell.proc.readFile(resolvePath(shell.state.directory, name));
  if (text === undefined) {
    const isPath = name.includes('/');
    const message = isPath ? `.: cannot open ${name}: No such file` : `.: ${name}: not found`;
    shell.refuse(
      message,
      offset,
      isPath ? `.: can't open '${name}': No such file or directory` : `.: ${name}: not found`,
    );
  }
  try {
    return yield* shell.runText(text, false);
  } catch (error) {
    if (!(error instanceof FunctionReturn)) throw error;
    return error.code;
  }
}

function* execCommand(shell: Interpreter, args: readonly string[], offset: number): Run {
  if (args.length === 0) return 0;
  const code = yield* execProgram(shell, args, new Map(shell.state.env), offset, true);
  throw new ShellExit(code);
}

/** `command NAME …` passes by functions; `-v` and `-V` say what a name is. */
function* runCommandBuiltin(shell: Interpreter, args: readonly string[], offset: number): Run {
  const [first, ...rest] = args;
  if (first === undefined) return 0;
  if (first === '-v' || first === '-V') {
    // dash looks at the first name only.
    return rest.length === 0 || describe(shell, rest[0]!, first === '-V') ? 0 : EXIT_NOT_FOUND;
  }
  const fields = first === '-p' || first === '--' ? rest : args;
  return yield* shell.runFields(fields, offset);
}

function commandOfCommand(args: readonly string[]): number | undefined {
  if (args.length === 0 || args[0] === '-v' || args[0] === '-V') return undefined;
  return args[0] === '-p' || args[0] === '--' ? 1 : 0;
}

function typeOf(shell: Interpreter, args: readonly string[]): number {
  let code = 0;
  for (const name of args) if (!describe(shell, name, true)) code = EXIT_NOT_FOUND;
  return code;
}

/** Says what a name stands for; false if for nothing. */
function describe(shell: Interpreter, name: string, isVerbose: boolean): boolean {
  const { proc, state } = shell;
  const say = (short: string, long: string): boolean => {
    proc.write(isVerbose ? `${name} is ${long}\n` : `${short}\n`);
    return true;
  };
  if (KEYWORDS.includes(name)) return say(name, 'a shell keyword');
  const builtin = BUILTINS.get(name);
  if (builtin?.isSpecial === true) return say(name, 'a special shell builtin');
  if (state.functions.has(name)) return say(name, 'a shell function');
  if (builtin !== undefined) return say(name, 'a shell builtin');
  const entry = proc.registry.get(name);
  if (entry === undefined) {
    if (isVerbose) proc.write(`${name}: not found\n`);
    return false;
  }
  const path = name.includes('/') ? name : `/usr/bin/${name}`;
  return say(path, path);
}

function test(isBracket: boolean) {
  return (shell: Interpreter, args: readonly string[], offset: number): number => {
    const command = isBracket ? '[' : 'test';
    if (isBracket && args[args.length - 1] !== ']') {
      shell.complainPlainly(`${command}: missing ]`, offset, 'missing ]');
      return EXIT_MISUSE;
    }
    const isBusybox = shell.state.dialect === 'busybox';
    try {
      const operands = isBracket ? args.slice(0, -1) : args;
      return evaluateTest(operands, isBusybox, (operator, path) => testFile(shell, operator, path)) ? 0 : 1;
    } catch (error) {
      if (!(error instanceof TestFailure)) throw error;
      shell.complainPlainly(`${command}: ${error.message}`, offset, error.busyboxMessage);
      return EXIT_MISUSE;
    }
  };
}

function testFile(shell: Interpreter, operator: string, operand: string): boolean {
  const { proc, state } = shell;
  if (operator === '-t') {
    const input = proc.descriptors.get(Number(operand))?.input;
    return input === 'eof' || input === 'open';
  }
  if (operand === '') return false;
  const path = resolvePath(state.directory, operand);
  if (path === '/dev/null') return 'cerw'.includes(operator.charAt(1));
  if (isDirectory(proc, path)) return 'derwxs'.includes(operator.charAt(1));
  const opened = proc.openFile(path);
  if (typeof opened === 'string') return opened === 'EACCES' && 'efw'.includes(operator.charAt(1));
  return operator === '-s' ? opened.text !== '' : 'efrwOG'.includes(operator.charAt(1));
}

function printf(shell: Interpreter, args: readonly string[], offset: number): number {
  const operands = args[0] === '--' ? args.slice(1) : args;
  const [format, ...rest] = operands;
  if (format === undefined) {
    shell.complainPlainly('printf: usage: printf format [arg ...]', offset, 'usage: printf FORMAT [ARGUMENT...]');
    return EXIT_MISUSE;
  }
  const { text, errors, exit } = printfText(format, rest);
  for (const error of errors) shell.complainPlainly(`printf: ${error}`, offset, busyboxPrintfError(error));
  return write(shell, 'printf', text, offset) ? exit : 1;
}

function busyboxPrintfError(error: string): string {
  const [, text, what] = /^(.*): (.*)$/s.exec(error)!;
  return what === 'invalid directive' ? `${text!}: invalid format` : `invalid number '${text!}'`;
}

/** False, with a complaint, if what standard output is does not take it. */
function write(shell: Interpreter, command: string, text: string, offset: number): boolean {
  const errno = shell.proc.writeTo(1, text);
  if (errno === '' || errno === 'EPIPE') return true;
  shell.complainPlainly(`${command}: ${command}: I/O error`, offset, `write error: ${errorText(errno)}`);
  return false;
}

/** Files have no modes here; what is set is only shown again. */
function umask({ state, proc }: Interpreter, args: readonly string[]): number {
  if (args[0] === undefined) proc.write(`${state.umask}\n`);
  else if (/^[0-7]{1,4}$/.test(args[0])) state.umask = args[0].padStart(4, '0');
  return 0;
}

function* evaluate(shell: Interpreter, args: readonly string[]): Run {
  const text = args.join(' ');
  if (text.trim() === '') return 0;
  // An empty text leaves no exit code of its own.
  shell.state.lastExit = 0;
  const outer = shell.messagePrefix;
  shell.messagePrefix = 'eval: ';
  try {
    return yield* shell.runText(text, false);
  } finally {
    shell.messagePrefix = outer;
  }
}

function writer(name: string, textOf: (shell: Interpreter, args: readonly string[]) => string): [string, Builtin] {
  const run = immediate((shell, args, offset) => (write(shell, name, textOf(shell, args), offset) ? 0 : 1));
  return [name, { run }];
}

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', { run: immediate(() => 0), isSpecial: true }],
  ['true', { run: immediate(() => 0) }],
  ['false', { run: immediate(() => 1) }],
  writer('echo', (_, args) => echoText(args)),
  writer('pwd', ({ state }) => `${state.directory}\n`),
  ['cd', { run: immediate(changeDirectory), check: checkOptions('LP') }],
  ['exit', { run: immediate(exitShell), isSpecial: true }],
  ['return', { run: immediate(returnFrom), isSpecial: true }],
  ['break', { run: immediate(jump('break')), isSpecial: true }],
  ['continue', { run: immediate(jump('continue')), isSpecial: true }],
  ['eval', { run: evaluate, isSpecial: true }],
  ['.', { run: sourceFile, isSpecial: true }],
  ['exec', { run: execCommand, isSpecial: true, commandAt: (args) => (args.length > 0 ? 0 : undefined) }],
  ['command', { run: runCommandBuiltin, commandAt: commandOfCommand }],
  ['type', { run: immediate(typeOf) }],
  ['test', { run: immediate(test(false)) }],
  ['[', { run: immediate(test(true)) }],
  ['printf', { run: immediate(printf) }],
  ['getopts', GETOPTS],
  ['umask', { run: immediate(umask) }],
  ...VARIABLE_BUILTINS,
  ...JOB_BUILTINS,
]);
