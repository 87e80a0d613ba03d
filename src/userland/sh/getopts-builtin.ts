/** `getopts` (POSIX XCU getopts): the options of a script or function, one at each call. */
import { immediate } from './builtin.ts';
import type { Builtin } from './builtin.ts';
import { EXIT_MISUSE } from './exit-codes.ts';
import type { Interpreter } from './interpreter.ts';

function nextOption(shell: Interpreter, operands: readonly string[], offset: number): number {
  const { state } = shell;
  const [letters, variable, ...given] = operands;
  if (letters === undefined || variable === undefined) {
    const usage = 'getopts: Usage: getopts optstring var [arg...]';
    shell.complain(usage, offset, 'getopts: usage: getopts OPTSTRING VAR [ARG]...');
    return EXIT_MISUSE;
  }
  const args = given.length > 0 ? given : state.positional;
  const indexText = shell.lookup('OPTIND') ?? '1';
  let index = /^[1-9]\d*$/.test(indexText) ? Number(indexText) : 1;
  // Whoever sets OPTIND begins anew; inside of `-ab` it is already behind that argument.
  let at = indexText === state.optionIndex ? state.optionAt : 0;
  if (at === 0) {
    const arg = args[index - 1];
    const isOption = arg?.startsWith('-') === true && arg !== '-';
    if (isOption) index++;
    if (!isOption || arg === '--') return remember(shell, variable, '?', index, 0, 1);
    at = 1;
  }
  const arg = args[index - 2] ?? '';
  const letter = arg.charAt(at++);
  const isLast = at >= arg.length;
  const isSilent = letters.startsWith(':');
  const place = letter === ':' ? -1 : letters.indexOf(letter, isSilent ? 1 : 0);
  if (place < 0) {
    const isUnknown = missing(shell, letter, isSilent, `Illegal option -${letter}`);
    return remember(shell, variable, isUnknown, index, isLast ? 0 : at, 0);
  }
  if (letters.charAt(place + 1) !== ':') {
    shell.assign('OPTARG', '');
    return remember(shell, variable, letter, index, isLast ? 0 : at, 0);
  }
  const value = isLast ? args[index - 1] : arg.slice(at);
  if (value === undefined) {
    missing(shell, letter, isSilent, `No arg for -${letter} option`);
    return remember(shell, variable, isSilent ? ':' : '?', index, 0, 0);
  }
  shell.assign('OPTARG', value);
  return remember(shell, variable, letter, isLast ? index + 1 : index, 0, 0);
}

/** Tells the script in OPTARG, or the user. */
function missing(shell: Interpreter, letter: string, isSilent: boolean, message: string): '?' {
  if (isSilent) shell.assign('OPTARG', letter);
  else {
    shell.proc.writeError(`${message}\n`);
    shell.state.unset('OPTARG');
  }
  return '?';
}

function remember(
  shell: Interpreter,
  variable: string,
  found: string,
  index: number,
  at: number,
  exit: number,
): number {
  const { state } = shell;
  state.optionIndex = String(index);
  state.optionAt = at;
  shell.assign(variable, found);
  shell.assign('OPTIND', state.optionIndex);
  return exit;
}

export const GETOPTS: Builtin = { run: immediate(nextOption) };
