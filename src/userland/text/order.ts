/** Orders of texts and of the numbers in them, as sort has them in the C.UTF-8 locale. */

import { strtod } from '../number-text.ts';

/** By code points: what strcmp(3) makes of UTF-8. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const [a, b] = [left.charCodeAt(i), right.charCodeAt(i)];
    if (a === b) continue;
    // Halves of a pair stand for what lies above all other characters.
    const [isHighA, isHighB] = [isSurrogate(a), isSurrogate(b)];
    return isHighA === isHighB ? a - b : isHighA ? 1 : -1;
  }
  return left.length - right.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** A number at the start of a text: sign, digits before and behind the point. What is none is 0. */
interface LeadingNumber {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
  readonly suffix: string;
}

function leadingNumber(text: string): LeadingNumber {
  const [, sign, whole, fraction = '', suffix] = /^[ \t\n]*(-?)(\d*)(?:\.(\d*))?([A-Za-z]?)/.exec(text)!;
  const digits = whole!.replace(/^0+/, '');
  const rest = fraction.replace(/0+$/, '');
  const isZero = digits === '' && rest === '';
  return { isNegative: sign === '-' && !isZero, whole: digits, fraction: rest, suffix: isZero ? '' : suffix! };
}

function compareMagnitude(left: LeadingNumber, right: LeadingNumber): number {
  return (
    left.whole.length - right.whole.length ||
    compareText(left.whole, right.whole) ||
    compareText(left.fraction, right.fraction)
  );
}

/** `-n`: by value, however many digits there are. */
export function compareNumeric(left: string, right: string): number {
  return compareSigned(leadingNumber(left), leadingNumber(right), compareMagnitude);
}

function compareSigned(
  left: LeadingNumber,
  right: LeadingNumber,
  compare: (left: LeadingNumber, right: LeadingNumber) => number,
): number {
  if (left.isNegative !== right.isNegative) return left.isNegative ? -1 : 1;
  return left.isNegative ? -compare(left, right) : compare(left, right);
}

/** busybox's `-n`: atof(3), to which what is no number is 0. */
export function compareFloats(left: string, right: string): number {
  const [a, b] = [strtod(left).value, strtod(right).value];
  const [x, y] = [Number.isNaN(a) ? 0 : a, Number.isNaN(b) ? 0 : b];
  return x < y ? -1 : x > y ? 1 : 0;
}

const UNITS = 'KMGTPEZY';

function unitOf({ suffix }: LeadingNumber): number {
  return suffix === '' ? 0 : UNITS.indexOf(suffix === 'k' ? 'K' : suffix) + 1;
}

/** `-h`: `2K` before `1M`; the unit counts first. */
export function compareHuman(left: string, right: string): number {
  return compareSigned(
    leadingNumber(left),
    leadingNumber(right),
    (a, b) => unitOf(a) - unitOf(b) || compareMagnitude(a, b),
  );
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** `-M`: what is no month comes first. */
export function compareMonths(left: string, right: string): number {
  const month = (text: string): number => MONTHS.indexOf(text.trimStart().slice(0, 3).toUpperCase());
  return month(left) - month(right);
}

/** `-g`: floating-point numbers; what is none comes first, then NaN. */
export function compareGeneral(left: string, right: string): number {
  const rank = (text: string): { rank: number; value: number } => {
    const found = /^\s*[-+]?(?:\d+\.?\d*(?:e[-+]?\d+)?|\.\d+(?:e[-+]?\d+)?|inf(?:inity)?|nan|0x[0-9a-f]+)/i.exec(text);
    if (found === null) return { rank: 0, value: 0 };
    const word = found[0].trim().toLowerCase();
    if (word.includes('nan')) return { rank: 1, value: 0 };
    if (word.includes('inf')) return { rank: 2, value: word.startsWith('-') ? -Infinity : Infinity };
    return { rank: 2, value: Number(word) };
  };
  const [a, b] = [rank(left), rank(right)];
  if (a.rank !== b.rank) return a.rank - b.rank;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}
