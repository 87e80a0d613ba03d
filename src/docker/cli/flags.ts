/**
 * Reads a command's options as Docker's client does (github.com/spf13/pflag): `--name c1`, `--name=c1`, `-itd`,
 * `-h c1`, `-hc1`, `--rm=false`, `--`. This file finds what pflag refuses, in its words, and where each argument
 * stands; the values are then read by yargs-parser from the spelled-out form.
 */
import parseArguments from 'yargs-parser';
import { readValue } from './flag-value.ts';
import type { Option, OptionKind } from './options.ts';
import { goQuote } from './values/go-quote.ts';
import { isFault } from './values/value.ts';

/** A command line without mistakes. */
export interface Flags {
  /** Whether a switch is on; `byDefault` when it was not given. */
  isSet(long: string, byDefault?: boolean): boolean;
  /** Whether an option was given, with whatever value. */
  isGiven(long: string): boolean;
  /** The last value given, undefined for none. */
  text(long: string): string | undefined;
  /** All values of an option that can be repeated. */
  texts(long: string): readonly string[];
  int(long: string): number | undefined;
  /** What is no option, and where each stands. */
  readonly operands: readonly string[];
  readonly operandIndexes: readonly number[];
  /** Where the last value of an option stands; the option itself if they are one word. */
  indexOf(long: string): number | undefined;
}

/** An option that Docker has and Dockwire lacks, as typed. */
export interface LackingOption {
  readonly optionText: string;
  readonly argIndex: number;
}

export type FlagOutcome =
  | {
      readonly kind: 'parsed';
      readonly flags: Flags;
      /** What the client prints about old spellings. */
      readonly notices: string;
      readonly lacking: LackingOption | undefined;
      /** Options for engines of another kind that were given. */
      readonly foreign: readonly Option[];
    }
  /** What the real client refuses, without the hint that follows it. */
  | {
      readonly kind: 'refused';
      readonly message: string;
      readonly isUnknown: boolean;
      readonly argIndex: number;
      /** What had been read until then. */
      readonly flags: Flags;
      readonly notices: string;
    };

/** Reads the arguments behind a command's name. Unless `isInterspersed`, the first operand ends the options. */
export function readFlags(options: readonly Option[], args: readonly string[], isInterspersed: boolean): FlagOutcome {
  const reader = new FlagReader(options, args, isInterspersed);
  return reader.read();
}

const HELP_NOTICE = 'Flag shorthand -h has been deprecated, please use --help\n';

type Failure = Pick<Extract<FlagOutcome, { kind: 'refused' }>, 'message' | 'isUnknown' | 'argIndex'>;

class FlagReader {
  private readonly options: readonly Option[];
  private readonly args: readonly string[];
  private readonly isInterspersed: boolean;
  /** The options spelled out, `--long=value` each. */
  private readonly spelled: string[] = [];
  private readonly operands: string[] = [];
  private readonly operandIndexes: number[] = [];
  private readonly valueIndexes = new Map<string, number>();
  private position = 0;
  private failure: Failure | null = null;
  private notices = '';
  private lacking: LackingOption | undefined;
  private readonly foreign = new Set<Option>();

  constructor(options: readonly Option[], args: readonly string[], isInterspersed: boolean) {
    this.options = options;
    this.args = args;
    this.isInterspersed = isInterspersed;
  }

  read(): FlagOutcome {
    while (this.position < this.args.length && this.failure === null) {
      const arg = this.args[this.position]!;
      const optionIndex = this.position++;
      if (arg === '--') this.takeOperands();
      else if (arg.length > 1 && arg.startsWith('-')) this.readOption(arg, optionIndex);
      else this.takeOperand(arg, optionIndex);
    }
    const { failure, notices, lacking, foreign } = this;
    const flags = this.flags();
    if (failure !== null) return { kind: 'refused', ...failure, flags, notices };
    return { kind: 'parsed', flags, notices, lacking, foreign: [...foreign] };
  }

  private takeOperand(arg: string, argIndex: number): void {
    this.operands.push(arg);
    this.operandIndexes.push(argIndex);
    if (!this.isInterspersed) this.takeOperands();
  }

  /** All that is left. */
  private takeOperands(): void {
    for (; this.position < this.args.length; this.position++) {
      this.operands.push(this.args[this.position]!);
      this.operandIndexes.push(this.position);
    }
  }

  private readOption(arg: string, optionIndex: number): void {
    if (arg.startsWith('--')) this.readLong(arg, optionIndex);
    else this.readShorts(arg, optionIndex);
  }

  private readLong(arg: string, optionIndex: number): void {
    const equals = arg.indexOf('=');
    const name = arg.slice(2, equals < 0 ? arg.length : equals);
    if (name === '' || name.startsWith('-')) {
      this.refuse(`bad flag syntax: ${arg}`);
      return;
    }
    const found = this.options.find((each) => each.long === name);
    if (found === undefined) {
      this.refuse(`unknown flag: --${name}`, true);
      return;
    }
    this.noteSupport(found, `--${name}`, optionIndex);
    if (equals >= 0) this.set(found, arg.slice(equals + 1), optionIndex);
    else if (found.kind === 'bool') this.set(found, 'true', optionIndex);
    else this.setFromNext(found, `flag needs an argument: --${name}`);
  }

  /** A group of letters; the first that takes a value takes the rest of the word, or else the next word. */
  private readShorts(arg: string, optionIndex: number): void {
    for (let i = 1; i < arg.length && this.failure === null; i++) {
      const letter = arg[i]!;
      const rest = arg.slice(i + 1);
      const found = this.options.find((each) => each.short === letter);
      if (found === undefined) {
        this.refuse(`unknown shorthand flag: ${quoteLetter(letter)} in -${letter}${rest}`, true);
        return;
      }
      this.noteSupport(found, `-${letter}`, optionIndex);
      if (rest.length > 1 && rest.startsWith('=')) {
        this.set(found, rest.slice(1), optionIndex);
        return;
      }
      if (found.kind !== 'bool') {
        if (rest !== '') {
          this.set(found, rest, optionIndex);
          return;
        }
        this.setFromNext(found, `flag needs an argument: '${letter}' in -${letter}`);
        return;
      }
      this.set(found, 'true', optionIndex);
    }
  }

  private setFromNext(found: Option, complaint: string): void {
    if (this.position >= this.args.length) {
      this.refuse(complaint);
      return;
    }
    const valueIndex = this.position++;
    this.set(found, this.args[valueIndex]!, valueIndex);
  }

  private set(found: Option, value: string, valueIndex: number): void {
    const read = readValue(found, value);
    if (isFault(read)) {
      const hasShort = found.short !== '' && found.long !== 'help';
      const flag = hasShort ? `-${found.short}, --${found.long}` : `--${found.long}`;
      this.refuse(`invalid argument ${goQuote(value)} for ${goQuote(flag)} flag: ${read.fault}`);
      return;
    }
    for (const each of read.value) this.spelled.push(`--${found.sets}=${each}`);
    this.valueIndexes.set(found.sets, valueIndex);
  }

  private refuse(message: string, isUnknown = false): void {
    this.failure = { message, isUnknown, argIndex: this.position - 1 };
  }

  /** A lack counts only when nothing is refused: what Docker itself refuses it refuses here. */
  private noteSupport(found: Option, optionText: string, argIndex: number): void {
    if (found.support === 'lacking') this.lacking ??= { optionText, argIndex };
    if (found.support === 'windows' || found.support === 'experimental') this.foreign.add(found);
    if (optionText === '-h' && found.long === 'help') this.notices += HELP_NOTICE;
  }

  private flags(): Flags {
    const named = (kind: OptionKind): string[] =>
      this.options.filter((each) => each.kind === kind).map((each) => each.sets);
    const values: Record<string, unknown> = parseArguments(this.spelled, {
      boolean: named('bool'),
      string: [...named('string'), ...named('list')],
      number: named('int'),
      configuration: {
        'boolean-negation': false,
        'camel-case-expansion': false,
        'dot-notation': false,
      },
    });
    return new ParsedFlags(values, this.operands, this.operandIndexes, this.valueIndexes);
  }
}

/** Letters are bytes to pflag, and of one beyond ASCII it sees the first byte. */
function quoteLetter(letter: string): string {
  if (letter === "'" || letter === '\\') return `'\\${letter}'`;
  const quoted = goQuote(String.fromCharCode(new TextEncoder().encode(letter)[0]!));
  return `'${quoted.slice(1, -1).replace('\\"', '"')}'`;
}

class ParsedFlags implements Flags {
  readonly operands: readonly string[];
  readonly operandIndexes: readonly number[];
  private readonly values: Record<string, unknown>;
  private readonly valueIndexes: ReadonlyMap<string, number>;

  constructor(
    values: Record<string, unknown>,
    operands: readonly string[],
    operandIndexes: readonly number[],
    valueIndexes: ReadonlyMap<string, number>,
  ) {
    this.values = values;
    this.operands = operands;
    this.operandIndexes = operandIndexes;
    this.valueIndexes = valueIndexes;
  }

  isSet(long: string, byDefault = false): boolean {
    const value = this.last(long);
    return typeof value === 'boolean' ? value : byDefault;
  }

  isGiven(long: string): boolean {
    return this.valueIndexes.has(long);
  }

  text(long: string): string | undefined {
    const value = this.last(long);
    return typeof value === 'string' ? value : undefined;
  }

  texts(long: string): readonly string[] {
    const value = this.values[long];
    if (typeof value === 'string') return [value];
    return Array.isArray(value) ? value.map(String) : [];
  }

  int(long: string): number | undefined {
    const value = this.last(long);
    return typeof value === 'number' ? value : undefined;
  }

  indexOf(long: string): number | undefined {
    return this.valueIndexes.get(long);
  }

  /** An option given twice has the value that came last. */
  private last(long: string): unknown {
    const value = this.values[long];
    return Array.isArray(value) ? value.at(-1) : value;
  }
}
