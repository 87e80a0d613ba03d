/** Go's strconv: ParseBool, ParseInt, ParseUint and ParseFloat with their complaints. */
import { goQuote } from './go-quote.ts';
import type { Fault, Value } from './value.ts';
import { fault, good } from './value.ts';

const TRUE_WORDS = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE_WORDS = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

export function parseBool(text: string): Value<boolean> {
  if (TRUE_WORDS.includes(text)) return good(true);
  return FALSE_WORDS.includes(text) ? good(false) : syntaxFault('ParseBool', text);
}

/** A signed number of 64 bits in the notations of Go's source (`0x1f`, `0b1`, `0o7`, `017`, `1_000`) or decimal. */
export function parseInteger(text: string, notation: 'any' | 'decimal' = 'any'): Value<bigint> {
  const [sign, digits] = /^[+-]/.test(text) ? [text[0]!, text.slice(1)] : ['', text];
  const magnitude = notation === 'any' ? magnitudeOf(digits) : decimalOf(digits);
  if (magnitude === undefined) return syntaxFault('ParseInt', text);
  const value = sign === '-' ? -magnitude : magnitude;
  return value === BigInt.asIntN(64, value) ? good(value) : rangeFault('ParseInt', text);
}

export function parseUnsigned(
  text: string,
  bits: number,
  notation: 'any' | 'decimal' | 'octal' = 'any',
): Value<bigint> {
  const value = notation === 'any' ? magnitudeOf(text) : notation === 'octal' ? octalOf(text) : decimalOf(text);
  if (value === undefined) return syntaxFault('ParseUint', text);
  return value === BigInt.asUintN(bits, value) ? good(value) : rangeFault('ParseUint', text);
}

export function parseFloatText(text: string): Value<number> {
  const isDecimal = /^[+-]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) && !text.includes('_');
  if (isDecimal) return Number.isFinite(Number(text)) ? good(Number(text)) : rangeFault('ParseFloat', text);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special === null) return syntaxFault('ParseFloat', text);
  if (special[2]!.toLowerCase() === 'nan') return special[1] === '' ? good(NaN) : syntaxFault('ParseFloat', text);
  return good(special[1] === '-' ? -Infinity : Infinity);
}

/** The complaint that the text is no number, or no truth value. */
export function syntaxFault(parser: string, text: string): Fault {
  return fault(`strconv.${parser}: parsing ${goQuote(text)}: invalid syntax`);
}

function rangeFault(parser: string, text: string): Fault {
  return fault(`strconv.${parser}: parsing ${goQuote(text)}: value out of range`);
}

function decimalOf(digits: string): bigint | undefined {
  return /^\d+$/.test(digits) ? BigInt(digits) : undefined;
}

function octalOf(digits: string): bigint | undefined {
  return /^[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : undefined;
}

/** Underscores may stand between digits, and behind the prefix. */
function magnitudeOf(text: string): bigint | undefined {
  const plain = text.replaceAll('_', '').toLowerCase();
  if (text.includes('_') && !/^(?:0[xbo]?_?)?[0-9a-f]+(?:_[0-9a-f]+)*$/i.test(text)) return undefined;
  if (/^0x[0-9a-f]+$/.test(plain) || /^0b[01]+$/.test(plain) || /^0o[0-7]+$/.test(plain)) return BigInt(plain);
  if (/^0[0-7]+$/.test(plain)) return BigInt(`0o${plain.slice(1)}`);
  return /^(?:0|[1-9]\d*)$/.test(plain) ? BigInt(plain) : undefined;
}
