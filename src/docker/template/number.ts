/**
 * Number literals as Go reads them: strconv's ParseInt, ParseUint and ParseFloat, and which of these a literal is. An
 * integer is a float, too, and `1.0` an integer: the context decides.
 */
import { CallError } from './errors.ts';
import { quote, unquoteChar } from './quote.ts';

export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** A literal under all types that can hold it. */
export interface NumberLiteral {
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float?: number;
  readonly complex?: Complex;
}

const INT64_MAX = (1n << 63n) - 1n;
const UINT64_MAX = (1n << 64n) - 1n;
const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[1-9][0-9_]*|0)$/;
const DECIMAL = /^[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9][0-9_]*)?$/;
const HEX_FLOAT = /^([-+]?)0[xX]([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([-+]?[0-9_]+)$/;

/** Reads a literal of the lexer. Throws a CallError with Go's complaint. */
export function readNumber(text: string, type: 'number' | 'complex' | 'charConstant'): NumberLiteral {
  if (type === 'charConstant') return readChar(text);
  if (type === 'complex') return readComplex(text);
  if (text.endsWith('i')) {
    const imaginary = parseFloat64(text.slice(0, -1));
    if (imaginary !== undefined) return simplified({ re: 0, im: imaginary });
  }
  const value = parseInteger(text);
  const isUint = value !== undefined && !/^[-+]/.test(text) && value <= UINT64_MAX;
  const isInt = value !== undefined && value >= -INT64_MAX - 1n && value <= INT64_MAX;
  if (isInt) return { int: value, float: Number(value), ...(isUint || value === 0n ? { uint: value } : {}) };
  if (isUint) return { uint: value, float: Number(value) };
  return readFloat(text);
}

function readFloat(text: string): NumberLiteral {
  const float = parseFloat64(text);
  if (float === undefined) throw new CallError(`illegal number syntax: ${quote(text)}`);
  if (!/[.eEpP]/.test(text)) throw new CallError(`integer overflow: ${quote(text)}`);
  return { float, ...integersOf(float) };
}

function readChar(text: string): NumberLiteral {
  const char = unquoteChar(text.slice(1), "'");
  if (char === undefined) throw new CallError('invalid syntax');
  if (1 + char.size !== text.length - 1) throw new CallError(`malformed character constant: ${text}`);
  return { int: BigInt(char.code), uint: BigInt(char.code), float: char.code };
}

/** `1+2i`: the sign that parts the two belongs to no exponent. */
function readComplex(text: string): NumberLiteral {
  const exponent = /^[-+]?0[xX]/.test(text) ? /[pP]/ : /[eE]/;
  let at = text.length - 1;
  while (at > 0 && !(/[-+]/.test(text[at]!) && !exponent.test(text[at - 1]!))) at--;
  return simplified({ re: readPart(text.slice(0, at)), im: readPart(text.slice(at, -1)) });
}

/** A part of a complex number is read by another of Go's packages, which complains in its own words. */
function readPart(text: string): number {
  const value = parseFloat64(text);
  if (value !== undefined) return value;
  if (text === '+' || /0[bBoO]/.test(text)) throw new CallError('syntax error scanning complex number');
  const cause = DECIMAL.test(text) && areUnderscoresRight(text) ? 'value out of range' : 'invalid syntax';
  throw new CallError(`strconv.ParseFloat: parsing ${quote(text)}: ${cause}`);
}

function simplified(complex: Complex): NumberLiteral {
  if (complex.im !== 0) return { complex };
  return { complex, float: complex.re, ...integersOf(complex.re) };
}

function integersOf(float: number): NumberLiteral {
  if (!Number.isInteger(float)) return {};
  const value = BigInt(float);
  const isInt = value >= -INT64_MAX - 1n && value <= INT64_MAX;
  const isUint = value >= 0n && value <= UINT64_MAX;
  return { ...(isInt ? { int: value } : {}), ...(isUint ? { uint: value } : {}) };
}

/** An integer in Go's syntax, of any size; undefined if it is none. */
export function parseInteger(text: string): bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null || !areUnderscoresRight(text)) return undefined;
  let digits = match[2]!.replaceAll('_', '');
  if (/^0[0-7]/.test(digits)) digits = `0o${digits}`;
  const value = BigInt(digits);
  return match[1] === '-' ? -value : value;
}

/** A float in Go's syntax; undefined if it is none or too large. */
export function parseFloat64(text: string): number | undefined {
  if (!areUnderscoresRight(text)) return undefined;
  const hex = HEX_FLOAT.exec(text);
  if (hex !== null) return hexFloat(hex);
  if (!DECIMAL.test(text)) return undefined;
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : undefined;
}

function hexFloat(match: RegExpExecArray): number | undefined {
  const [whole, fraction] = [match[2]!.replaceAll('_', ''), match[3]!.replaceAll('_', '')];
  if (whole === '' && fraction === '') return undefined;
  let value = Number(BigInt(`0x${whole}${fraction}`));
  let exponent = Number(match[4]!.replaceAll('_', '')) - 4 * fraction.length;
  for (; exponent > 0 && Number.isFinite(value) && value !== 0; exponent--) value *= 2;
  for (; exponent < 0 && value !== 0; exponent++) value /= 2;
  if (!Number.isFinite(value)) return undefined;
  return match[1] === '-' ? -value : value;
}

/** Underscores stand between digits, or behind a prefix. */
function areUnderscoresRight(text: string): boolean {
  if (!text.includes('_')) return true;
  const digits = text.replace(/^[-+]/, '').replace(/^0[xXbBoO]/, '0');
  const isHex = /^[-+]?0[xX]/.test(text);
  const beside = isHex ? /^[0-9a-fA-F]$/ : /^[0-9]$/;
  return Array.from(digits).every(
    (char, i) => char !== '_' || (beside.test(digits[i - 1] ?? '') && beside.test(digits[i + 1] ?? '')),
  );
}
