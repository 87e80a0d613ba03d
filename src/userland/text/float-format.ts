/** One conversion of printf(3) for floating-point numbers, with the text around it: what `seq -f` takes. */

export interface FloatFormat {
  readonly before: string;
  readonly after: string;
  readonly flags: string;
  readonly width: number;
  /** 6 unless given. */
  readonly precision: number;
  readonly conversion: string;
}

const DIRECTIVE = /^([-+#0 ']*)(\d*)(?:\.(\d*))?(L?)([\s\S]?)/;
const DEFAULT_PRECISION = 6;

/** Reads a format; a text says what is wrong with it. */
export function parseFloatFormat(format: string): FloatFormat | string {
  const at = format.search(/(?<!%)(?:%%)*%(?!%)/);
  const percent = at < 0 ? -1 : at + /^(?:%%)*/.exec(format.slice(at))![0].length;
  if (percent < 0) return `format '${format}' has no % directive`;
  const [whole, flags, width, precision, , conversion] = DIRECTIVE.exec(format.slice(percent + 1))!;
  if (conversion === '') return `format '${format}' ends in %`;
  if (!/[aefgAEFG]/.test(conversion!)) return `format '${format}' has unknown %${conversion!} directive`;
  const after = format.slice(percent + 1 + whole.length);
  if (/(?<!%)(?:%%)*%(?!%)/.test(after)) return `format '${format}' has too many % directives`;
  return {
    before: format.slice(0, percent).replaceAll('%%', '%'),
    after: after.replaceAll('%%', '%'),
    flags: flags!,
    width: Number(width),
    precision: precision === undefined ? DEFAULT_PRECISION : Number(precision),
    conversion: conversion!,
  };
}

/** What printf writes for the number. */
export function formatFloat(format: FloatFormat, value: number): string {
  const { flags, width } = format;
  const digits = digitsOf(format, Math.abs(value));
  const isNegative = value < 0 || Object.is(value, -0);
  const sign = isNegative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  let text = sign + digits;
  if (flags.includes('-')) text = text.padEnd(width);
  else if (flags.includes('0')) text = sign + digits.padStart(width - sign.length, '0');
  else text = text.padStart(width);
  return format.before + text + format.after;
}

function digitsOf({ conversion, precision }: FloatFormat, value: number): string {
  const kind = conversion.toLowerCase();
  const text =
    kind === 'f' ? value.toFixed(precision) : kind === 'e' ? scientific(value, precision) : general(value, precision);
  return conversion === kind ? text : text.toUpperCase();
}

/** C writes at least two digits of the exponent. */
function scientific(value: number, precision: number): string {
  return value.toExponential(precision).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** C's %g: the shorter of %e and %f, without zeros at the end. */
function general(value: number, precision: number): string {
  const significant = Math.max(precision, 1);
  const exponent = value === 0 ? 0 : Number(/e(.*)$/.exec(value.toExponential(significant - 1))![1]);
  if (exponent < -4 || exponent >= significant) {
    return scientific(value, significant - 1).replace(/\.?0*e/, 'e');
  }
  const text = value.toFixed(significant - 1 - exponent);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
