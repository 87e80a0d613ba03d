/**
 * How traceroute reads its command line: options short and long, values attached or apart, operands anywhere, and its
 * own words about what is wrong (libsupp/clif.c of traceroute).
 */
import { ToolError } from '../tool-error.ts';

const EXIT_USAGE = 2;

export interface ClifOption {
  /** '' for none, for both names. */
  readonly letter: string;
  readonly long: string;
  /** What the help calls the value; '' for an option without one. */
  readonly valueName: string;
  /** `-UL`: a long name behind one dash. */
  readonly isOneDash?: boolean;
  /** The long name may be cut short. */
  readonly mayAbbreviate?: boolean;
  /** Ends the parsing at once (`--help`, `--version`). */
  readonly isLast?: boolean;
}

/** An option as given. */
export interface ClifGiven {
  readonly option: ClifOption;
  readonly value: string;
  /** As the messages call it: `-q`, `--queries`. */
  readonly spelling: string;
  /** Number of the word that holds the value, or the option when there is none; from 1. */
  readonly wordNumber: number;
  /** The same for the option itself. */
  readonly optionNumber: number;
}

export interface ClifOperand {
  readonly text: string;
  readonly wordNumber: number;
}

export interface ClifLine {
  readonly given: readonly ClifGiven[];
  readonly operands: readonly ClifOperand[];
  /** What is wrong with the word behind those given; options before it count. */
  readonly error: { readonly message: string; readonly argIndex: number; readonly isUnknown: boolean } | null;
}

/** Takes the words behind the program's name apart. */
export function parseClif(args: readonly string[], options: readonly ClifOption[]): ClifLine {
  return new ClifParser(args, options).parse();
}

/** Ends the program: an option's value is not one for it. */
export function failOnValue(given: ClifGiven): never {
  const value = `Cannot handle \`${given.spelling}' option with arg \`${given.value}' (argc ${given.wordNumber})`;
  throw new ToolError(value, EXIT_USAGE);
}

/** The same for an operand; `position` counts operands from 1. */
export function failOnOperand(name: string, operand: ClifOperand, position: number): never {
  const where = `on position ${position} (argc ${operand.wordNumber})`;
  throw new ToolError(`Cannot handle "${name}" cmdline arg \`${operand.text}' ${where}`, EXIT_USAGE);
}

class ClifParser {
  private readonly args: readonly string[];
  private readonly options: readonly ClifOption[];
  private readonly given: ClifGiven[] = [];
  private readonly operands: ClifOperand[] = [];
  private error: ClifLine['error'] = null;
  private at = 0;
  private isOver = false;

  constructor(args: readonly string[], options: readonly ClifOption[]) {
    this.args = args;
    this.options = options;
  }

  parse(): ClifLine {
    let isOptions = true;
    for (; this.at < this.args.length && this.error === null && !this.isOver; this.at++) {
      const arg = this.args[this.at]!;
      if (isOptions && arg === '--') isOptions = false;
      else if (isOptions && arg.startsWith('--') && !arg.startsWith('---')) this.longOption(arg.slice(2));
      else if (isOptions && arg.startsWith('-') && arg !== '-' && !arg.startsWith('---'))
        this.shortOptions(arg.slice(1));
      else this.operands.push({ text: arg, wordNumber: this.at + 1 });
    }
    return { given: this.given, operands: this.operands, error: this.error };
  }

  private longOption(text: string): void {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const option = this.findLong(name, equals >= 0);
    if (option === undefined) {
      const value = equals < 0 ? '' : ` (with arg \`${text.slice(equals + 1)}')`;
      this.fail(`Bad option \`--${text}'${value} (argc ${this.at + 1})`, true);
    } else if (option.valueName === '') this.take(option, '', `--${option.long}`, this.at);
    else if (equals >= 0) this.take(option, text.slice(equals + 1), `--${option.long}`, this.at);
    else this.failMissing(option, `--${option.long}`, `--${option.long}=`);
  }

  private findLong(name: string, hasValue: boolean): ClifOption | undefined {
    const fitting = this.options.filter((each) => each.isOneDash !== true && (!hasValue || each.valueName !== ''));
    const whole = fitting.find((each) => each.long === name && name !== '');
    if (whole !== undefined) return whole;
    const begun = fitting.filter((each) => each.mayAbbreviate === true && name !== '' && each.long.startsWith(name));
    return begun.length === 1 ? begun[0] : undefined;
  }

  /** Letters behind one dash; only the first may have its value attached. */
  private shortOptions(letters: string): void {
    const oneDash = this.options.find((each) => each.isOneDash === true && each.long === letters);
    if (oneDash !== undefined) {
      this.take(oneDash, '', `-${letters}`, this.at);
      return;
    }
    const word = this.at;
    for (let i = 0; i < letters.length; i++) {
      const letter = letters.charAt(i);
      const option = this.options.find((each) => each.letter === letter);
      if (option === undefined) {
        this.fail(`Bad option \`-${letter}' (argc ${word + 1})`, true);
        return;
      }
      if (option.valueName === '') this.take(option, '', `-${letter}`, word);
      else {
        this.valueOf(option, letters, i);
        return;
      }
      if (this.isOver) return;
    }
  }

  private valueOf(option: ClifOption, letters: string, i: number): void {
    const word = this.at;
    const isLastLetter = i === letters.length - 1;
    if (isLastLetter && this.at + 1 < this.args.length)
      this.take(option, this.args[++this.at]!, `-${option.letter}`, word);
    else if (!isLastLetter && i === 0) this.take(option, letters.slice(1), `-${option.letter}`, word);
    else this.failMissing(option, `-${option.letter}`, `-${option.letter} `);
  }

  private take(option: ClifOption, value: string, spelling: string, word: number): void {
    this.given.push({ option, value, spelling, wordNumber: this.at + 1, optionNumber: word + 1 });
    if (option.isLast === true) this.isOver = true;
  }

  private failMissing(option: ClifOption, spelling: string, before: string): void {
    const usage = `${before}${option.valueName}`;
    this.fail(`Option \`${spelling}' (argc ${this.at + 1}) requires an argument: \`${usage}'`, false);
  }

  private fail(message: string, isUnknown: boolean): void {
    this.error = { message, argIndex: this.at, isUnknown };
  }
}
