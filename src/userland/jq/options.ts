/** The command line of jq, read as its main.c does. */
import { JsonParser, parseJson } from './json-parser.ts';
import type { JqValue } from './value.ts';

export interface JqOptions {
  readonly program: string;
  readonly programIndex: number;
  readonly files: readonly string[];
  readonly isNullInput: boolean;
  readonly isSlurp: boolean;
  readonly isRawInput: boolean;
  readonly isRawOutput: boolean;
  /** `-j`: no newlines behind results. */
  readonly isJoined: boolean;
  readonly isAscii: boolean;
  readonly sortsKeys: boolean;
  readonly hasExitStatus: boolean;
  readonly isVersion: boolean;
  /** What one level is moved in by; null for one line. */
  readonly indent: string | null;
  readonly named: readonly (readonly [string, JqValue])[];
  readonly positional: readonly JqValue[];
  /** The first option that Dockwire lacks. */
  readonly lacking: string | null;
  readonly lackingIndex: number;
}

/** A bad command line, in jq's words. */
export class OptionError extends Error {
  readonly argIndex: number;
  readonly hasUsage: boolean;

  constructor(message: string, argIndex: number, hasUsage = true) {
    super(message);
    this.name = 'OptionError';
    this.argIndex = argIndex;
    this.hasUsage = hasUsage;
  }
}

const LETTERS: Readonly<Record<string, string>> = {
  ...{ s: 'slurp', r: 'raw-output', j: 'join-output', c: 'compact-output', M: 'monochrome-output' },
  ...{ a: 'ascii-output', S: 'sort-keys', R: 'raw-input', n: 'null-input', f: 'from-file', e: 'exit-status' },
  ...{ C: 'color-output', h: 'help', V: 'version' },
};
const LONG = [
  ...[...Object.values(LETTERS), 'tab', 'indent', 'unbuffered', 'arg', 'argjson', 'slurpfile', 'rawfile', 'args'],
  ...['jsonargs', 'seq', 'stream', 'debug-dump-disasm', 'debug-trace', 'run-tests', 'build-configuration'],
];
const LACKING: readonly string[] = [
  'color-output',
  'help',
  'seq',
  'stream',
  'debug-dump-disasm',
  'debug-trace',
  'run-tests',
];
const INDENT_MAX = 7;
const DEFAULT_INDENT = 2;

/** For the message that says what is lacking. */
export const SUPPORTED_OPTIONS: readonly string[] = [
  ...['-a', '-c', '-e', '-f', '-j', '-M', '-n', '-r', '-R', '-s', '-S', '--tab', '--indent', '--arg', '--argjson'],
  ...['--slurpfile', '--rawfile', '--args', '--jsonargs'],
];

class OptionReader {
  readonly given = new Set<string>();
  readonly named: [string, JqValue][] = [];
  readonly positional: JqValue[] = [];
  readonly words: { readonly text: string; readonly index: number }[] = [];
  indent = DEFAULT_INDENT;
  lacking: string | null = null;
  lackingIndex = -1;
  private readonly args: readonly string[];
  private readonly readFile: (path: string) => string | undefined;
  private at = 0;
  private further: 'files' | 'strings' | 'json' = 'files';

  constructor(args: readonly string[], readFile: (path: string) => string | undefined) {
    this.args = args;
    this.readFile = readFile;
  }

  read(): void {
    let areOptionsOver = false;
    for (; this.at < this.args.length; this.at++) {
      const arg = this.args[this.at]!;
      // A program may begin with a minus: options have a letter behind it.
      if (areOptionsOver || !/^-[-A-Za-z]/.test(arg)) this.word(arg);
      else if (arg === '--') areOptionsOver = true;
      else if (arg.startsWith('--')) this.long(arg.slice(2));
      else this.letters(arg);
    }
  }

  private word(text: string): void {
    if (this.words.length === 0 || this.further === 'files') this.words.push({ text, index: this.at });
    else if (this.further === 'strings') this.positional.push(text);
    else this.positional.push(this.json(text, 'Invalid JSON text passed to --jsonargs'));
  }

  private letters(arg: string): void {
    for (const letter of arg.slice(1)) {
      const name = LETTERS[letter];
      if (name === undefined) throw new OptionError(`Unknown option ${arg}`, this.at);
      this.long(name, arg);
    }
  }

  private long(name: string, written = `--${name}`): void {
    if (!LONG.includes(name)) throw new OptionError(`Unknown option ${written}`, this.at);
    if (LACKING.includes(name) && this.lacking === null) {
      this.lacking = written;
      this.lackingIndex = this.at;
    }
    this.given.add(name);
    if (name === 'indent') this.readIndent();
    else if (name === 'arg' || name === 'argjson') this.readArgument(name);
    else if (name === 'slurpfile' || name === 'rawfile') this.readArgumentFile(name);
    else if (name === 'args') this.further = 'strings';
    else if (name === 'jsonargs') this.further = 'json';
  }

  private readIndent(): void {
    const text = this.args[++this.at];
    if (text === undefined) throw new OptionError('--indent takes one parameter', this.at);
    const indent = parseInt(text, 10) || 0;
    if (indent < -1 || indent > INDENT_MAX) {
      throw new OptionError('--indent takes a number between -1 and 7', this.at);
    }
    this.indent = indent;
    this.given.delete('tab');
  }

  private two(name: string, example: string): readonly [string, string] {
    const [key, value] = this.args.slice(this.at + 1, this.at + 3);
    if (key === undefined || value === undefined) {
      throw new OptionError(`--${name} takes two parameters (e.g. --${name} ${example})`, this.at);
    }
    this.at += 2;
    return [key, value];
  }

  private readArgument(name: 'arg' | 'argjson'): void {
    const [key, text] = this.two(name, name === 'arg' ? 'varname value' : 'varname text');
    const value = name === 'arg' ? text : this.json(text, 'invalid JSON text passed to --argjson');
    if (!this.named.some(([other]) => other === key)) this.named.push([key, value]);
  }

  private readArgumentFile(name: 'slurpfile' | 'rawfile'): void {
    const [key, path] = this.two(name, 'varname filename');
    const text = this.readFile(path);
    if (text === undefined) {
      throw new OptionError(
        `Bad JSON in --${name} ${key} ${path}: Could not open ${path}: No such file or directory`,
        this.at,
        false,
      );
    }
    this.named.push([key, name === 'rawfile' ? text : this.jsonValues(text, `Bad JSON in --${name} ${key} ${path}`)]);
  }

  private jsonValues(text: string, complaint: string): JqValue[] {
    const values: JqValue[] = [];
    const parser = new JsonParser();
    const found = (value: JqValue): void => {
      values.push(value);
    };
    try {
      parser.feed(text, found);
      parser.finish(found);
    } catch (error) {
      throw new OptionError(`${complaint}: ${(error as Error).message}`, this.at, false);
    }
    return values;
  }

  private json(text: string, complaint: string): JqValue {
    try {
      return parseJson(text);
    } catch {
      throw new OptionError(complaint, this.at);
    }
  }
}

/** Takes the arguments apart; throws an OptionError. */
export function readJqArguments(args: readonly string[], readFile: (path: string) => string | undefined): JqOptions {
  const reader = new OptionReader(args, readFile);
  reader.read();
  const { given, words } = reader;
  const [program, ...rest] = words;
  const fileProgram = given.has('from-file') && program !== undefined ? readFile(program.text) : undefined;
  if (given.has('from-file') && program !== undefined && fileProgram === undefined) {
    throw new OptionError(`error: Could not open ${program.text}: No such file or directory`, program.index, false);
  }
  const isCompact = given.has('compact-output') || reader.indent <= 0;
  return {
    program: fileProgram ?? (program?.text === undefined || program.text === '' ? '.' : program.text),
    programIndex: program?.index ?? 0,
    files: rest.map(({ text }) => text),
    isNullInput: given.has('null-input'),
    isSlurp: given.has('slurp'),
    isRawInput: given.has('raw-input'),
    isRawOutput: given.has('raw-output') || given.has('join-output'),
    isJoined: given.has('join-output'),
    isAscii: given.has('ascii-output'),
    sortsKeys: given.has('sort-keys'),
    hasExitStatus: given.has('exit-status'),
    isVersion: given.has('version'),
    indent: given.has('tab') ? '\t' : isCompact ? null : ' '.repeat(reader.indent),
    named: reader.named,
    positional: reader.positional,
    lacking: reader.lacking,
    lackingIndex: reader.lackingIndex,
  };
}
