/** Simple commands (POSIX XCU 2.9.1): expansion, redirection, assignments; then a builtin, a function or a program. */
import type { ProgramRegistry } from '../../kernel/proc/program-registry.ts';
import { isKnownTool } from '../known-tools.ts';
import { reportUnsupported } from '../unsupported.ts';
import { BUILTINS } from './builtins.ts';
import type { Builtin } from './builtin.ts';
import { FunctionReturn, ShellExit, ShellRefusal } from './control-flow.ts';
import { EXIT_CANNOT_FORK, EXIT_MISUSE, EXIT_NOT_FOUND } from './exit-codes.ts';
import { expandAssigned, expandWords } from './expand.ts';
import type { Expansion } from './expand.ts';
import type { Interpreter, Run } from './interpreter.ts';
import { redirect } from './redirect.ts';
import type { ShellFunction } from './shell-state.ts';
import type { SimpleCommand } from './syntax.ts';

/** Runs one simple command. `isTail`: a program may take the shell's place. */
export function* runSimple(shell: Interpreter, command: SimpleCommand, isTail: boolean): Run {
  shell.substitutionExit = 0;
  const fields = yield* expandWords(command.words, shell);
  const name = fields[0];
  if (name === undefined) return yield* runNameless(shell, command);
  const { state } = shell;
  const builtin = BUILTINS.get(name);
  if (builtin?.isSpecial === true) return yield* runSpecial(shell, command, fields, builtin);
  state.enterScope();
  let isInScope = true;
  try {
    const shellFunction = state.functions.get(name);
    if (shellFunction !== undefined) {
      return yield* within(shell, command, fields, () => callFunction(shell, shellFunction, fields));
    }
    if (builtin !== undefined) {
      return yield* within(shell, command, fields, () => runBuiltin(shell, builtin, fields, command.offset));
    }
    if (isTail) return yield* becomeProgram(shell, command, fields);
    const env = yield* environmentOf(shell, command, fields);
    state.leaveScope();
    isInScope = false;
    return yield* runProgram(shell, command, fields, env);
  } finally {
    if (isInScope) state.leaveScope();
  }
}

/** What is wrong with a builtin that is not special ends only the builtin. */
function* runBuiltin(shell: Interpreter, builtin: Builtin, fields: readonly string[], offset: number): Run {
  try {
    return yield* builtin.run(shell, fields.slice(1), offset);
  } catch (error) {
    if (!(error instanceof ShellRefusal) || fields[0] === 'local') throw error;
    return error.code;
  }
}

/** Assignments last, and redirections open files and close them again. */
function* runNameless(shell: Interpreter, command: SimpleCommand): Run {
  const { descriptors } = shell.proc;
  const saved = descriptors.save(command.redirections.map(({ descriptor }) => descriptor));
  let isDone: boolean;
  try {
    isDone = yield* redirect(shell, command.redirections, descriptors);
  } finally {
    descriptors.restore(saved);
  }
  if (!isDone) return redirectionCode(shell);
  yield* assignAll(shell, command, [], false);
  return shell.substitutionExit;
}

/** Assigns what stands before the command, `isScoped` until its end, and shows the command if `set -x` is on. */
function* assignAll(
  shell: Interpreter,
  command: SimpleCommand,
  fields: readonly string[],
  isScoped: boolean,
): Expansion<void> {
  const shown: string[] = [];
  for (const { name, value } of command.assignments) {
    const text = yield* expandAssigned(value, shell);
    if (shell.state.readonlyNames.has(name)) shell.refuse(`${name}: is read only`, command.offset);
    if (isScoped) shell.state.saveInScope(name);
    shell.assign(name, text);
    shown.push(`${name}=${text}`);
  }
  if (!shell.state.options.has('x')) return;
  shell.proc.writeError(`${shell.lookup('PS4') ?? '+ '}${[...shown, ...fields].join(' ')}\n`);
}

/** Runs a builtin or a function with its redirections and assignments, which end with it. */
function* within(shell: Interpreter, command: SimpleCommand, fields: readonly string[], body: () => Run): Run {
  const { descriptors } = shell.proc;
  const saved = descriptors.save(command.redirections.map(({ descriptor }) => descriptor));
  try {
    if (!(yield* redirect(shell, command.redirections, descriptors))) return redirectionCode(shell);
    yield* assignAll(shell, command, fields, true);
    return yield* body();
  } finally {
    descriptors.restore(saved);
  }
}

/** A special builtin: assignments before it last, and what is wrong with it ends the shell. */
function* runSpecial(shell: Interpreter, command: SimpleCommand, fields: readonly string[], builtin: Builtin): Run {
  const { descriptors } = shell.proc;
  const isPermanent = fields[0] === 'exec' && fields.length === 1;
  const saved = descriptors.save(command.redirections.map(({ descriptor }) => descriptor));
  try {
    if (!(yield* redirect(shell, command.redirections, descriptors))) throw new ShellExit(redirectionCode(shell));
    yield* assignAll(shell, command, fields, false);
    return yield* builtin.run(shell, fields.slice(1), command.offset);
  } finally {
    if (!isPermanent) descriptors.restore(saved);
    else for (const file of saved.values()) file?.dropReference();
  }
}

function* callFunction(shell: Interpreter, { body, text, offset }: ShellFunction, fields: readonly string[]): Run {
  const { state } = shell;
  const outer = { text: shell.text, functionOffset: shell.functionOffset, loopDepth: shell.loopDepth };
  const { positional } = state;
  Object.assign(shell, { text, functionOffset: offset, loopDepth: 0 });
  state.positional = fields.slice(1);
  shell.functionDepth++;
  state.enterScope();
  try {
    return yield* shell.runCommand(body, false);
  } catch (error) {
    if (!(error instanceof FunctionReturn)) throw error;
    return error.code;
  } finally {
    state.leaveScope();
    shell.functionDepth--;
    state.positional = positional;
    Object.assign(shell, outer);
  }
}

function redirectionCode(shell: Interpreter): number {
  return shell.isBusybox ? 1 : EXIT_MISUSE;
}

/** The environment of a program: what is exported, and what stands before the command. */
function* environmentOf(
  shell: Interpreter,
  command: SimpleCommand,
  fields: readonly string[],
): Expansion<Map<string, string>> {
  yield* assignAll(shell, command, fields, true);
  const { state } = shell;
  for (const { name } of command.assignments) state.export(name, undefined);
  return new Map(state.env);
}

/** A builtin or a program with what is expanded already, in the redirections that are in place. */
export function* runExpanded(shell: Interpreter, fields: readonly string[], offset: number): Run {
  const builtin = BUILTINS.get(fields[0]!);
  if (builtin !== undefined) return yield* builtin.run(shell, fields.slice(1), offset);
  const command: Pick<SimpleCommand, 'redirections' | 'offset'> = { redirections: [], offset };
  return yield* runProgram(shell, command, fields, new Map(shell.state.env));
}

function* runProgram(
  shell: Interpreter,
  command: Pick<SimpleCommand, 'redirections' | 'offset'>,
  fields: readonly string[],
  env: Map<string, string>,
): Run {
  const { proc, state } = shell;
  const entry = proc.registry.get(fields[0]!);
  if (!proc.hasRoomForChild && entry !== undefined) {
    shell.complain('Cannot fork', command.offset);
    return EXIT_CANNOT_FORK;
  }
  const descriptors = proc.descriptors.copy();
  let isOurs = true;
  try {
    if (!(yield* redirect(shell, command.redirections, descriptors))) return redirectionCode(shell);
    if (entry === undefined) {
      const saved = proc.descriptors.save([2]);
      proc.descriptors.set(2, descriptors.get(2) ?? proc.descriptors.get(2)!);
      const code = notFound(shell, fields[0]!, command.offset);
      proc.descriptors.restore(saved);
      return code;
    }
    isOurs = false;
    const child = proc.spawn({ argv: fields, program: entry.run, env, directory: state.directory, descriptors });
    return yield* shell.waitFor(child);
  } finally {
    if (isOurs) descriptors.closeAll();
  }
}

/** A subshell's last command is a program: it takes the subshell's place, as after execve(2). */
function* becomeProgram(shell: Interpreter, command: SimpleCommand, fields: readonly string[]): Run {
  const { proc } = shell;
  const env = yield* environmentOf(shell, command, fields);
  if (!(yield* redirect(shell, command.redirections, proc.descriptors))) return redirectionCode(shell);
  return yield* execProgram(shell, fields, env, command.offset, false);
}

/** `exec`, and what a shell's last program comes to. */
export function* execProgram(
  shell: Interpreter,
  fields: readonly string[],
  env: ReadonlyMap<string, string>,
  offset: number,
  isExec: boolean,
): Run {
  const { proc } = shell;
  const name = fields[0]!;
  const entry = proc.registry.get(name);
  if (entry === undefined) return notFound(shell, name, offset, isExec ? 'exec: ' : '');
  proc.directory = shell.state.directory;
  return yield* proc.exec(entry.run, fields, env);
}

function notFound(shell: Interpreter, name: string, offset: number, prefix = ''): number {
  if (isKnownTool(name, shell.proc.registry))
    return reportUnsupported(shell.proc, name, commandNames(shell.proc.registry));
  shell.complain(`${prefix}${name}: ${name === '' ? 'Permission denied' : 'not found'}`, offset);
  return EXIT_NOT_FOUND;
}

/** All names that can be typed as a command, programs and the shell's own, sorted; `:` is left out of the list. */
export function commandNames(registry: ProgramRegistry): string[] {
  const names = new Set([...registry.names(), ...BUILTINS.keys()]);
  for (const name of [':', '.', '[']) names.delete(name);
  return [...names].sort((left, right) => (left < right ? -1 : 1));
}
