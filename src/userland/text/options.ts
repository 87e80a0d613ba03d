/**
 * getopt_long(3), as the GNU core utilities and busybox use it: one-letter options as in userland/getopt.ts, and long
 * ones by their name or any beginning of it that is no other's.
 */
import type { CheckMistake } from '../../kernel/proc/program-registry.ts';
import type { GetoptError, GivenOperand } from '../getopt.ts';

/** The options of one tool. */
export interface OptionTable {
  /** As in C: `c:` for an option with a value. */
  readonly letters: string;
  /** Name → letter (`lines` → `n`), or a key of its own, with `:` for a value and `::` for one only behind `=`. */
  readonly long?: Readonly<Record<string, string>>;
  /** False: `--name` is an option `-` of one letter, as where busybox calls getopt(3). */
  readonly hasLong?: boolean;
  /** Letters and keys that the real tool has and Dockwire lacks. */
  readonly lacking?: readonly string[];
  /** Options end at the first operand, as with `+` in C. */
  readonly stopsAtOperand?: boolean;
  /** Arguments that begin with a dash and are operands all the same: the negative numbers of seq. */
  readonly isOperand?: (arg: string) => boolean;
}

export interface TextOption {
  /** The letter, or the key of a long option without one. */
  readonly key: string;
  readonly value: string;
  readonly argIndex: number;
}

export interface TextArguments {
  readonly options: readonly TextOption[];
  readonly operands: readonly GivenOperand[];
  readonly error: GetoptError | null;
}

class ArgumentReader {
  readonly options: TextOption[] = [];
  readonly operands: GivenOperand[] = [];
  error: GetoptError | null = null;
  private readonly args: readonly string[];
  private readonly table: OptionTable;
  private argIndex = 0;

  constructor(args: readonly string[], table: OptionTable) {
    this.args = args;
    this.table = table;
  }

  read(): void {
    for (; this.argIndex < this.args.length && this.error === null; this.argIndex++) {
      const arg = this.args[this.argIndex]!;
      if (arg === '--') {
        this.argIndex++;
        this.readOperands();
      } else if (!arg.startsWith('-') || arg === '-' || this.table.isOperand?.(arg) === true) {
        if (this.table.stopsAtOperand === true) this.readOperands();
        else this.operands.push({ text: arg, argIndex: this.argIndex });
      } else if (arg.startsWith('--') && this.table.hasLong !== false) this.readLong(arg);
      else this.readLetters(arg);
    }
  }

  private readOperands(): void {
    for (; this.argIndex < this.args.length; this.argIndex++) {
      this.operands.push({ text: this.args[this.argIndex]!, argIndex: this.argIndex });
    }
  }

  private fail(message: string): void {
    this.error = { message, argIndex: this.argIndex };
  }

  private readLetters(arg: string): void {
    const { letters } = this.table;
    for (let at = 1; at < arg.length; at++) {
      const key = arg.charAt(at);
      const known = key === ':' ? -1 : letters.indexOf(key);
      if (known < 0) {
        this.fail(`invalid option -- '${key}'`);
        return;
      }
      const { argIndex } = this;
      if (letters.charAt(known + 1) !== ':') {
        this.options.push({ key, value: '', argIndex });
        continue;
      }
      const attached = arg.slice(at + 1);
      const isOptional = letters.charAt(known + 2) === ':';
      const value = attached === '' && !isOptional ? this.args[++this.argIndex] : attached;
      if (value === undefined) this.fail(`option requires an argument -- '${key}'`);
      else this.options.push({ key, value, argIndex });
      return;
    }
  }

  private readLong(arg: string): void {
    const equals = arg.indexOf('=');
    const given = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
    const long = this.table.long ?? {};
    const names = Object.hasOwn(long, given) ? [given] : Object.keys(long).filter((name) => name.startsWith(given));
    const meanings = new Set(names.map((name) => long[name]));
    if (names.length === 0) {
      this.fail(`unrecognized option '${arg}'`);
      return;
    }
    if (meanings.size > 1) {
      // What means the same as the first is not another possibility.
      const others = names.filter((name, i) => i === 0 || long[name] !== long[names[0]!]);
      const possibilities = others.map((name) => ` '--${name}'`).join('');
      this.fail(`option '--${given}' is ambiguous; possibilities:${possibilities}`);
      return;
    }
    const name = names[0]!;
    const meaning = long[name]!;
    const key = meaning.replace(/:+$/, '');
    const own = meaning.slice(key.length);
    const marks = key.length === 1 && own === '' ? marksOf(this.table.letters, key) : own;
    const { argIndex } = this;
    let value = equals < 0 ? '' : arg.slice(equals + 1);
    if (equals >= 0 && marks === '') {
      this.fail(`option '--${name}' doesn't allow an argument`);
      return;
    }
    if (equals < 0 && marks === ':') {
      const next = this.args[++this.argIndex];
      if (next === undefined) {
        this.fail(`option '--${name}' requires an argument`);
        return;
      }
      value = next;
    }
    this.options.push({ key, value, argIndex });
  }
}

function marksOf(letters: string, letter: string): string {
  const at = letters.indexOf(letter);
  return /^:*/.exec(letters.slice(at + 1))![0];
}

/** Takes arguments apart. */
export function readArguments(args: readonly string[], table: OptionTable): TextArguments {
  const reader = new ArgumentReader(args, table);
  reader.read();
  return reader;
}

/** The first option that the real tool has and Dockwire lacks, as it is written. */
export function lackingWord(args: readonly string[], table: OptionTable): TextOption | undefined {
  const { lacking = [] } = table;
  return readArguments(args, table).options.find(({ key }) => lacking.includes(key));
}

/** What `dockwire check` says of such an option. */
export function lackingMistake(args: readonly string[], table: OptionTable): CheckMistake | undefined {
  const found = lackingWord(args, table);
  if (found === undefined) return undefined;
  return { argIndex: found.argIndex, message: `option ${dashed(found.key)} is not supported by Dockwire` };
}

/** The first option that the real tool does not know either, in its words. */
export function unknownMistake(args: readonly string[], table: OptionTable): CheckMistake | undefined {
  const { error } = readArguments(args, table);
  return error !== null && /^(invalid|unrecognized) option/.test(error.message) ? error : undefined;
}

/** An option's key as people type it. */
export function dashed(key: string): string {
  return key.length === 1 ? `-${key}` : `--${key}`;
}

/** All options that a table has and Dockwire does not lack. */
export function supportedOptions(table: OptionTable): string[] {
  const { lacking = [], long = {} } = table;
  const letters = Array.from(table.letters.replaceAll(':', ''));
  const keys = Object.values(long).map((meaning) => meaning.replace(/:+$/, ''));
  const all = new Set([...letters, ...keys]);
  return [...all].filter((key) => !lacking.includes(key)).map(dashed);
}
