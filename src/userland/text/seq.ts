/**
 * seq: numbers from one to another. Sums are exact decimal ones: 0.1 + 0.1 + 0.1 is 0.3, as it is when the real one
 * rounds its long doubles for printing.
 */
import { LimitError } from '../../base/assert.ts';
import { strtod } from '../number-text.ts';
import { formatFloat, parseFloatFormat } from './float-format.ts';
import type { FloatFormat } from './float-format.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

/** An operand: `units` of 10^-decimals, as wide as it was written. */
interface Decimal {
  readonly units: bigint;
  readonly decimals: number;
  readonly width: number;
}

const PLAIN = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;
/** Beyond this a pipe would be full: the reader gets its turn. */
const AT_ONCE_CHARACTERS = 1024 * 1024;
const PIECE_CHARACTERS = 65_536;
const PIECE_NS = 10_000;
const CHARACTERS_MAX = 64 * 1024 * 1024;

function parseDecimal(text: string): Decimal | 'infinite' | undefined {
  const found = PLAIN.exec(text);
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = found ?? [];
  if (found === null || whole + fraction === '') {
    const { value, rest } = strtod(text);
    if (rest !== '' || Number.isNaN(value)) return undefined;
    if (!Number.isFinite(value)) return 'infinite';
    return { units: BigInt(Math.trunc(value)), decimals: 0, width: String(Math.trunc(value)).length };
  }
  const exponent = Number(exponentText);
  const decimals = Math.max(fraction.length - exponent, 0);
  const digits = BigInt(whole + fraction) * 10n ** BigInt(Math.max(exponent - fraction.length, 0));
  const units = sign === '-' ? -digits : digits;
  const written = text.trim().replace(/^\+/, '');
  // What the real one takes for the width of an operand that has an exponent: that of the number written out.
  const width = exponentText === '0' ? written.length : formatUnits(units, decimals).length;
  return { units, decimals, width };
}

function formatUnits(units: bigint, decimals: number): string {
  const sign = units < 0n ? '-' : '';
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${sign}${digits.slice(0, point)}${decimals > 0 ? `.${digits.slice(point)}` : ''}`;
}

function padZeros(text: string, width: number): string {
  const sign = text.startsWith('-') ? '-' : '';
  return sign + text.slice(sign.length).padStart(width - sign.length, '0');
}

function operandOf(call: ToolCall, text: string): Decimal | 'infinite' {
  const parsed = parseDecimal(text);
  if (parsed !== undefined) return parsed;
  if (!call.isBusybox && /^[+-]?nan$/i.test(text)) throw call.misuse(`invalid 'not-a-number' argument: '${text}'`);
  throw call.misuse(`invalid floating point argument: '${text}'`);
}

/** How many units of 10^-decimals an operand is; decimals are at least its own. */
function unitsAt(value: Decimal, decimals: number): bigint {
  return value.units * 10n ** BigInt(decimals - value.decimals);
}

interface Range {
  readonly first: Decimal;
  readonly step: Decimal;
  /** Null: no end. */
  readonly last: Decimal | null;
  /** There is an end, and it lies at once behind the first: the range counts away from it. */
  readonly isEmpty: boolean;
}

const ONE: Decimal = { units: 1n, decimals: 0, width: 1 };

function rangeOf(call: ToolCall): Range {
  const { operands } = call;
  if (operands.length === 0) throw call.misuse('missing operand');
  if (operands.length > 3) throw call.misuse(`extra operand '${operands[3]!}'`);
  const values = operands.map((text) => operandOf(call, text));
  const last = values[values.length - 1]!;
  const first = values.length > 1 ? values[0]! : ONE;
  const step = values.length > 2 ? values[1]! : ONE;
  if (first === 'infinite' || step === 'infinite') throw call.failure('an infinite operand counts only as the last');
  if (step.units === 0n && !call.isBusybox) throw call.misuse(`invalid Zero increment value: '${operands[1]!}'`);
  if (last !== 'infinite') return { first, step, last, isEmpty: false };
  const isEmpty = operands[operands.length - 1]!.startsWith('-') !== step.units < 0n;
  return { first, step, last: null, isEmpty };
}

/** Linux's seq.c, get_default_format: the width of -w is that of the wider end, at the precision of first and step. */
function widthOf({ first, last }: Range, precision: number): number {
  const widthAt = (value: Decimal): number => {
    const dot = value.decimals === 0 && precision > 0 ? 1 : value.decimals > 0 && precision === 0 ? -1 : 0;
    return value.width + (precision - value.decimals) + dot;
  };
  return Math.max(widthAt(first), last === null ? 0 : widthAt(last));
}

function formatterOf(call: ToolCall, range: Range): (units: bigint, decimals: number) => string {
  const format = call.value('f');
  const precision = Math.max(range.first.decimals, range.step.decimals);
  if (format === undefined) {
    const width = call.has('w') ? widthOf(range, precision) : 0;
    return (units, decimals) => {
      const text = formatUnits(units / 10n ** BigInt(decimals - precision), precision);
      return width > 0 ? padZeros(text, width) : text;
    };
  }
  if (call.has('w')) throw call.misuse('format string may not be specified when printing equal width strings');
  const parsed = parseFloatFormat(format);
  if (typeof parsed === 'string') throw call.failure(parsed);
  const shape: FloatFormat = parsed;
  return (units, decimals) => formatFloat(shape, Number(formatUnits(units, decimals)));
}

function* run(call: ToolCall): Body {
  const range = rangeOf(call);
  const { first, step, last } = range;
  const decimals = Math.max(first.decimals, step.decimals, last?.decimals ?? 0);
  const format = formatterOf(call, range);
  const stepUnits = unitsAt(step, decimals);
  const lastUnits = last === null ? null : unitsAt(last, decimals);
  const separator = call.value('s') ?? '\n';
  let piece = '';
  let written = 0;
  let isFirst = true;
  for (let units = unitsAt(first, decimals); !range.isEmpty; units += stepUnits) {
    if (lastUnits !== null && (stepUnits < 0n ? units < lastUnits : units > lastUnits)) break;
    piece += `${isFirst ? '' : separator}${format(units, decimals)}`;
    isFirst = false;
    if (piece.length < PIECE_CHARACTERS) continue;
    call.proc.write(piece);
    written += piece.length;
    piece = '';
    if (written > CHARACTERS_MAX) throw new LimitError('seq counts without an end, and nobody reads it');
    if (written > AT_ONCE_CHARACTERS) yield call.proc.sleep(PIECE_NS);
  }
  if (!isFirst) call.proc.write(`${piece}\n`);
  return 0;
}

const isNegativeNumber = (arg: string): boolean => /^-[\d.]/.test(arg);

/** seq of the GNU core utilities and of busybox. */
export const SEQ = textTool({
  name: 'seq',
  gnu: {
    options: {
      letters: 'f:s:w',
      long: { 'equal-width': 'w', format: 'f', separator: 's' },
      stopsAtOperand: true,
      isOperand: isNegativeNumber,
    },
  },
  busybox: {
    options: { letters: 'ws:', stopsAtOperand: true },
    usage: `Usage: seq [-w] [-s SEP] [FIRST [INC]] LAST

Print numbers from FIRST to LAST, in steps of INC.
FIRST, INC default to 1.

	-w	Pad to last with leading zeros
	-s SEP	String separator`,
  },
  run,
});
