/** Builtins for variables and options: `export`, `readonly`, `unset`, `local`, `set`, `shift`, `read`. */
import { immediate } from './builtin.ts';
import type { Builtin } from './builtin.ts';
import { EXIT_MISUSE } from './exit-codes.ts';
import { DEFAULT_IFS } from './fields.ts';
import type { Interpreter, Run } from './interpreter.ts';
import { readLine, splitLine } from './read-line.ts';
import { OPTION_NAMES } from './shell-state.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** `'it'"'"'s'`, as dash writes values that can be read back. */
function quoted(value: string): string {
  return value
    .split(/('+)/)
    .map((piece, i) => (i % 2 === 1 ? `"${piece}"` : piece === '' && value !== '' ? '' : `'${piece}'`))
    .join('');
}

function byName(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return left[0] < right[0] ? -1 : 1;
}

/** `NAME` or `NAME=value`; a bad name or a read-only variable ends the shell. */
function readOperand(shell: Interpreter, command: string, operand: string, offset: number) {
  const equals = operand.indexOf('=');
  const name = equals < 0 ? operand : operand.slice(0, equals);
  if (!NAME.test(name)) shell.refuse(`${command}: ${name}: bad variable name`, offset);
  const value = equals < 0 ? undefined : operand.slice(equals + 1);
  if (value !== undefined && shell.state.readonlyNames.has(name)) {
    shell.refuse(`${command}: ${name}: is read only`, offset, `${name}: is read only`);
  }
  return { name, value };
}

function exportVariables(shell: Interpreter, args: readonly string[], offset: number): number {
  const operands = args.filter((arg) => arg !== '-p' && arg !== '--');
  if (operands.length === 0) {
    for (const [name, value] of [...shell.state.env].sort(byName)) {
      shell.proc.write(`export ${name}=${quoted(value)}\n`);
    }
  }
  for (const operand of operands) {
    const { name, value } = readOperand(shell, 'export', operand, offset);
    shell.state.export(name, value);
  }
  return 0;
}

function makeReadonly(shell: Interpreter, args: readonly string[], offset: number): number {
  const { state } = shell;
  const operands = args.filter((arg) => arg !== '-p' && arg !== '--');
  if (operands.length === 0) {
    for (const name of [...state.readonlyNames].sort((left, right) => (left < right ? -1 : 1))) {
      const value = shell.lookup(name);
      shell.proc.write(`readonly ${name}${value === undefined ? '' : `=${quoted(value)}`}\n`);
    }
  }
  for (const operand of operands) {
    const { name, value } = readOperand(shell, 'readonly', operand, offset);
    if (value !== undefined) state.assign(name, value);
    state.readonlyNames.add(name);
  }
  return 0;
}

function unsetVariables(shell: Interpreter, args: readonly string[], offset: number): number {
  const { state } = shell;
  const isFunction = args[0] === '-f';
  for (const name of args.slice(isFunction || args[0] === '-v' ? 1 : 0)) {
    if (isFunction) {
      state.functions.delete(name);
      continue;
    }
    if (!NAME.test(name)) shell.refuse(`unset: ${name}: bad variable name`, offset);
    if (state.readonlyNames.has(name)) shell.refuse(`unset: ${name}: is read only`, offset, `${name}: is read only`);
    state.unset(name);
  }
  return 0;
}

function makeLocal(shell: Interpreter, args: readonly string[], offset: number): number {
  if (shell.functionDepth === 0) shell.refuse('local: not in a function', offset);
  // The scope of the builtin's own assignments lies inside the function's.
  shell.state.leaveScope();
  for (const operand of args) {
    const { name, value } = readOperand(shell, 'local', operand, offset);
    shell.state.saveInScope(name);
    if (value !== undefined) shell.assign(name, value);
  }
  shell.state.enterScope();
  return 0;
}

function shiftPositional(shell: Interpreter, args: readonly string[], offset: number): number {
  const text = args[0] ?? '1';
  if (!/^\d+$/.test(text)) shell.refuse(`shift: Illegal number: ${text}`, offset);
  const { state } = shell;
  if (Number(text) > state.positional.length) {
    if (state.dialect === 'busybox') return 1;
    shell.refuse("shift: can't shift that many", offset);
  }
  state.positional = state.positional.slice(Number(text));
  return 0;
}

function setOptions(shell: Interpreter, args: readonly string[], offset: number): number {
  const { state } = shell;
  if (args.length === 0) {
    const all = [...state.env, ...state.locals].sort(byName);
    for (const [name, value] of all) shell.proc.write(`${name}=${quoted(value)}\n`);
    return 0;
  }
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '--' || arg === '-') {
      state.positional = args.slice(at + 1);
      return 0;
    }
    if (!/^[-+]./.test(arg)) break;
    const isOn = arg.startsWith('-');
    for (const letter of arg.slice(1)) {
      if (letter === 'o') setNamedOption(shell, args[++at], isOn, offset);
      else if (OPTION_NAMES[letter] === undefined && !'bmhiI'.includes(letter)) {
        shell.refuse(
          `set: Illegal option ${arg.charAt(0)}${letter}`,
          offset,
          `set: illegal option ${arg.charAt(0)}${letter}`,
        );
      } else switchOption(shell, letter, isOn);
    }
  }
  if (at < args.length) state.positional = args.slice(at);
  return 0;
}

function switchOption(shell: Interpreter, option: string, isOn: boolean): void {
  if (isOn) shell.state.options.add(option);
  else shell.state.options.delete(option);
}

function setNamedOption(shell: Interpreter, name: string | undefined, isOn: boolean, offset: number): void {
  const { state, proc } = shell;
  if (name === undefined) {
    proc.write('Current option settings\n');
    for (const [letter, long] of Object.entries(OPTION_NAMES)) {
      proc.write(`${long.padEnd(16)}${state.options.has(letter) ? 'on' : 'off'}\n`);
    }
    return;
  }
  // Debian's dash has yet to learn it; scripts written for bash begin with it.
  if (name === 'pipefail') {
    switchOption(shell, 'pipefail', isOn);
    return;
  }
  const letter = Object.entries(OPTION_NAMES).find(([, long]) => long === name)?.[0];
  const sign = isOn ? '-' : '+';
  if (letter !== undefined) switchOption(shell, letter, isOn);
  else shell.refuse(`set: Illegal option ${sign}o ${name}`, offset, `set: illegal option ${sign}o ${name}`);
}

function* readVariables(shell: Interpreter, args: readonly string[], offset: number): Run {
  let isRaw = false;
  let at = 0;
  for (; at < args.length && /^-./.test(args[at]!); at++) {
    const option = args[at]!;
    if (option === '--') {
      at++;
      break;
    }
    if (option === '-r') isRaw = true;
    else if (option === '-p') shell.proc.writeError(args[++at] ?? '');
    else shell.refuse(`read: Illegal option ${option}`, offset, `read: illegal option ${option}`);
  }
  const names = args.slice(at);
  if (names.length === 0 && shell.state.dialect === 'dash') {
    shell.complain('read: arg count', offset);
    return EXIT_MISUSE;
  }
  for (const name of names) {
    if (!NAME.test(name)) shell.refuse(`read: ${name}: bad variable name`, offset);
  }
  const { characters, isWhole } = yield* readLine(shell.proc, isRaw);
  if (names.length === 0) shell.assign('REPLY', characters.map(({ char }) => char).join(''));
  const values = splitLine(characters, shell.lookup('IFS') ?? DEFAULT_IFS, names.length);
  for (const [i, name] of names.entries()) shell.assign(name, values[i] ?? '');
  return isWhole ? 0 : 1;
}

/** By name. */
export const VARIABLE_BUILTINS: readonly (readonly [string, Builtin])[] = [
  ['export', { run: immediate(exportVariables), isSpecial: true }],
  ['readonly', { run: immediate(makeReadonly), isSpecial: true }],
  ['unset', { run: immediate(unsetVariables), isSpecial: true }],
  ['local', { run: immediate(makeLocal) }],
  ['shift', { run: immediate(shiftPositional), isSpecial: true }],
  ['set', { run: immediate(setOptions), isSpecial: true }],
  ['read', { run: readVariables }],
];
