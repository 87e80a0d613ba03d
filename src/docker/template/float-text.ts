/**
 * Floating-point numbers as text: strconv.FormatFloat. The digits are the shortest that name the number, or exactly as
 * many as asked for, rounded half to even from the number's exact value.
 */
import { assert } from '../../base/assert.ts';

export type FloatForm = 'e' | 'E' | 'f' | 'g' | 'G' | 'b' | 'x' | 'X';

/** `0.digits` times ten to the power of `point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const MANTISSA_BITS = 52n;
const HIDDEN_BIT = 1n << MANTISSA_BITS;
const EXPONENT_BIAS = 1075;
/** Where `g` changes to an exponent when as many digits are shown as there are. */
const SHORTEST_EXPONENT_LIMIT = 6;
const EXPONENT_MIN = -4;
const HEX_DIGITS = 13;

/** `precision` is -1 for the shortest form. */
export function formatFloat(value: number, form: FloatForm, precision: number): string {
  assert(Number.isFinite(value), 'no literal and no document has an infinite number');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const magnitude = Math.abs(value);
  switch (form) {
    case 'b': {
      const { mantissa, exponent } = partsOf(magnitude);
      return `${sign}${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
    }
    case 'x':
      return sign + hexText(magnitude, precision);
    case 'X':
      return (sign + hexText(magnitude, precision)).toUpperCase();
    default:
      return sign + decimalText(magnitude, form, precision);
  }
}

function decimalText(value: number, form: 'e' | 'E' | 'f' | 'g' | 'G', precision: number): string {
  const isShortest = precision < 0;
  const exact = isShortest ? shortest(value) : exactly(value);
  if (form === 'f') {
    const decimal = isShortest ? exact : rounded(exact, exact.point + precision);
    return fixedText(decimal, isShortest ? Math.max(decimal.digits.length - decimal.point, 0) : precision);
  }
  if (form === 'e' || form === 'E') {
    const decimal = isShortest ? exact : rounded(exact, precision + 1);
    return exponentText(decimal, isShortest ? Math.max(decimal.digits.length - 1, 0) : precision, form);
  }
  const wanted = precision === 0 ? 1 : precision;
  const decimal = isShortest ? exact : rounded(exact, wanted);
  const count = decimal.digits.length;
  let limit = isShortest ? SHORTEST_EXPONENT_LIMIT : wanted;
  if (!isShortest && limit > count && count >= decimal.point) limit = count;
  const exponent = decimal.point - 1;
  if (exponent >= EXPONENT_MIN && exponent < limit) return fixedText(decimal, Math.max(count - decimal.point, 0));
  const shown = isShortest ? count : Math.min(wanted, count);
  return exponentText(decimal, Math.max(shown - 1, 0), form === 'g' ? 'e' : 'E');
}

function fixedText({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision <= 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(-point) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

function exponentText({ digits, point }: Decimal, precision: number, letter: string): string {
  const exponent = digits === '' ? 0 : point - 1;
  const fraction = digits.slice(1, 1 + precision).padEnd(precision, '0');
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0] ?? '0'}${precision > 0 ? `.${fraction}` : ''}${letter}${exponent < 0 ? '-' : '+'}${size}`;
}

/** Zero has no digits. */
function shortest(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa, exponent] = value.toExponential().split('e');
  return { digits: mantissa!.replace('.', ''), point: Number(exponent) + 1 };
}

function exactly(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = partsOf(value);
  const isWhole = exponent >= 0;
  const all = (isWhole ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent)).toString();
  return { digits: all.replace(/0+$/, ''), point: isWhole ? all.length : all.length + exponent };
}

/** The first `count` digits, rounded half to even; trailing zeros go. */
function rounded({ digits, point }: Decimal, count: number): Decimal {
  if (count < 0) return { digits: '', point: 0 };
  if (count >= digits.length) return { digits, point };
  const kept = digits.slice(0, count);
  const rest = digits.slice(count);
  const isOdd = /[13579]$/.test(kept);
  const isUp = rest[0]! > '5' || (rest.startsWith('5') && (rest.length > 1 || isOdd));
  if (!isUp) {
    const trimmed = kept.replace(/0+$/, '');
    return { digits: trimmed, point: trimmed === '' ? 0 : point };
  }
  const next = (BigInt(`0${kept}`) + 1n).toString().padStart(count, '0');
  return { digits: next.replace(/0+$/, ''), point: next.length > count ? point + 1 : point };
}

/** value = mantissa · 2^exponent. */
function partsOf(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0]!;
  const biased = Number(bits >> MANTISSA_BITS) & 0x7ff;
  const fraction = bits & (HIDDEN_BIT - 1n);
  if (biased === 0) return { mantissa: fraction, exponent: 1 - EXPONENT_BIAS };
  return { mantissa: fraction | HIDDEN_BIT, exponent: biased - EXPONENT_BIAS };
}

/** `0x1.8p+00`. */
function hexText(value: number, precision: number): string {
  let { mantissa, exponent } = partsOf(value);
  if (mantissa !== 0n) for (; mantissa < HIDDEN_BIT; exponent--) mantissa <<= 1n;
  exponent = mantissa === 0n ? 0 : exponent + Number(MANTISSA_BITS);
  if (precision >= 0 && precision < HEX_DIGITS) {
    const cut = BigInt(4 * (HEX_DIGITS - precision));
    const half = 1n << (cut - 1n);
    const rest = mantissa & ((1n << cut) - 1n);
    let kept = mantissa >> cut;
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept++;
    mantissa = kept << cut;
    if (mantissa >= HIDDEN_BIT << 1n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const lead = mantissa >> MANTISSA_BITS;
  const all = (mantissa & (HIDDEN_BIT - 1n)).toString(16).padStart(HEX_DIGITS, '0');
  const fraction = precision < 0 ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `0x${lead}${fraction === '' ? '' : `.${fraction}`}p${exponent < 0 ? '-' : '+'}${size}`;
}
