/** The options of iptables-save and iptables-restore themselves, with getopt_long(3)'s own complaints. */
import type { Found, LongOption } from './getopt.ts';
import { Getopt } from './getopt.ts';
import type { ToolResult } from './tool.ts';
import { VERSION } from './tool.ts';

/** An option by its letter. */
export interface ProgramOption {
  readonly letter: string;
  readonly name: string;
  readonly argument: LongOption<null>['argument'];
}

export interface GivenOptions {
  /** The options in the order in which they stand, with their values ('' for none). */
  readonly options: readonly (readonly [letter: string, value: string])[];
  readonly operands: readonly string[];
  /** What getopt_long finds wrong, without the program's name, '' for nothing. It stops reading there. */
  readonly mistake: string;
}

/** Reads the words behind the program's name; words that are no options go behind them, as glibc permutes them. */
export function readProgramOptions(words: readonly string[], known: readonly ProgramOption[]): GivenOptions {
  // Values that may be left out belong to long names alone; behind the letter the programs look for themselves.
  const letters = Object.fromEntries(
    known.map(({ letter, argument }) => [letter, argument === 'optional' ? 'none' : argument]),
  );
  const longOptions = known.map(({ name, letter, argument }) => ({ name, argument, owner: null, id: letter }));
  const getopt = new Getopt<null>(words, letters, longOptions);
  const options: [string, string][] = [];
  const operands: string[] = [];
  for (let found = getopt.next(); found !== null; found = getopt.next()) {
    if (found.kind === 'word') operands.push(found.text!);
    else if (found.kind !== 'option') return { options, operands, mistake: mistakeText(getopt, found) };
    else options.push([found.id, found.text ?? optionalValue(getopt, found.id, known)]);
  }
  return { options, operands: [...operands, ...words.slice(getopt.index)], mistake: '' };
}

function optionalValue(getopt: Getopt<null>, id: string, known: readonly ProgramOption[]): string {
  const isOptional = known.some(({ letter, argument }) => letter === id && argument === 'optional');
  return isOptional ? (getopt.takeArgument() ?? '') : '';
}

function mistakeText(getopt: Getopt<null>, { kind, id }: Found<null>): string {
  const { lastRead: word } = getopt;
  if (!word.startsWith('--')) {
    return kind === 'incomplete' ? `option requires an argument -- '${id}'` : `invalid option -- '${id}'`;
  }
  const [name = ''] = word.split('=');
  const [known = '', ...others] = getopt.longNames(name.slice(2));
  if (others.length > 0) {
    const possibilities = [known, ...others].map((other) => `'--${other}'`).join(' ');
    return `option '${word}' is ambiguous; possibilities: ${possibilities}`;
  }
  if (known === '') return `unrecognized option '${word}'`;
  return kind === 'incomplete'
    ? `option '--${known}' requires an argument`
    : `option '--${known}' doesn't allow an argument`;
}

/** What `-V` answers. */
export function versionResult(program: string): ToolResult {
  return { exit: 0, stdout: `${program} ${VERSION}\n`, stderr: '' };
}
