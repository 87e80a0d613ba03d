/**
 * The words of `-O`: how traceroute reads the options of a method (keywords of libsupp/clif.c). They stand between
 * commas, of several `-O` in one row, and some of them may be cut short to two letters or more.
 */
import { ToolError } from '../tool-error.ts';

const EXIT_USAGE = 2;
const SHORTEST_CUT = 2;

export interface Keyword {
  readonly name: string;
  /** What the help calls the value; '' for a keyword without one. */
  readonly valueName: string;
  readonly mayAbbreviate: boolean;
}

/** A keyword as given. */
export interface KeywordGiven {
  readonly name: string;
  readonly value: string;
  /** Its place in the row, from 1. */
  readonly number: number;
}

/** The words of a value: empty ones do not count, but before the first comma. */
export function keywordsOf(value: string): string[] {
  return value.split(',').filter((word, i, all) => word !== '' || (i === 0 && all.length > 1));
}

/** Takes a row apart; throws a ToolError about the first word that is none, before any behind it is looked at. */
export function* readKeywords(words: readonly string[], keywords: readonly Keyword[]): Generator<KeywordGiven> {
  for (const [i, word] of words.entries()) {
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const hasValue = equals >= 0;
    const keyword = find(name, hasValue, keywords);
    if (keyword === undefined) refuse(`\`${word}' (argc ${i + 1}): arguments are not allowed`);
    if (keyword.valueName !== '' && !hasValue) {
      const usage = `${keyword.name}=${keyword.valueName}`;
      refuse(`Keyword \`${keyword.name}' (argc ${i + 1}) requires an argument: \`${usage}'`);
    }
    yield { name: keyword.name, value: hasValue ? word.slice(equals + 1) : '', number: i + 1 };
  }
}

/** Ends the program: a keyword's value is not one for it. */
export function failOnKeyword({ name, value, number }: KeywordGiven): never {
  refuse(`Cannot handle \`${name}' keyword with arg \`${value}' (argc ${number})`);
}

function refuse(message: string): never {
  throw new ToolError(message, EXIT_USAGE);
}

function find(name: string, hasValue: boolean, keywords: readonly Keyword[]): Keyword | undefined {
  const fitting = keywords.filter((each) => !hasValue || each.valueName !== '');
  const whole = fitting.find((each) => each.name === name);
  if (whole !== undefined || name.length < SHORTEST_CUT) return whole;
  const begun = fitting.filter((each) => each.mayAbbreviate && each.name.startsWith(name));
  return begun.length === 1 ? begun[0] : undefined;
}
