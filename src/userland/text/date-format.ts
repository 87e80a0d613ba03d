/** strftime(3) in the POSIX locale and UTC, with GNU date's own `%N`, `%q`, `%:z` and flags. */
import { isoWeek } from '../../base/calendar.ts';
import type { Moment } from '../../base/calendar.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const DIRECTIVE = /%([-_0^#+]*)(\d*)([EO]?)(:{0,3}z|[\s\S])/gu;
const NANOSECOND_DIGITS = 9;

/** What stands for a conversion: a number with its usual width and padding, or a text. */
type Piece =
  | { readonly kind: 'number'; readonly value: number; readonly width: number; readonly pad: '0' | ' ' }
  | { readonly kind: 'text'; readonly text: string };

function number(value: number, width: number, pad: '0' | ' ' = '0'): Piece {
  return { kind: 'number', value, width, pad };
}

function text(value: string): Piece {
  return { kind: 'text', text: value };
}

const COMPOUND: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

const CONVERSIONS: Readonly<Record<string, (moment: Moment) => Piece>> = {
  a: ({ weekday }) => text(DAYS[weekday]!.slice(0, 3)),
  A: ({ weekday }) => text(DAYS[weekday]!),
  b: ({ month }) => text(MONTHS[month - 1]!.slice(0, 3)),
  h: ({ month }) => text(MONTHS[month - 1]!.slice(0, 3)),
  B: ({ month }) => text(MONTHS[month - 1]!),
  C: ({ year }) => number(Math.floor(year / 100), 2),
  d: ({ day }) => number(day, 2),
  e: ({ day }) => number(day, 2, ' '),
  g: (moment) => number(isoWeek(moment).year % 100, 2),
  G: (moment) => number(isoWeek(moment).year, 4),
  H: ({ hour }) => number(hour, 2),
  I: ({ hour }) => number(hour % 12 || 12, 2),
  j: ({ dayOfYear }) => number(dayOfYear, 3),
  k: ({ hour }) => number(hour, 2, ' '),
  l: ({ hour }) => number(hour % 12 || 12, 2, ' '),
  m: ({ month }) => number(month, 2),
  M: ({ minute }) => number(minute, 2),
  n: () => text('\n'),
  p: ({ hour }) => text(hour < 12 ? 'AM' : 'PM'),
  P: ({ hour }) => text(hour < 12 ? 'am' : 'pm'),
  q: ({ month }) => number(Math.ceil(month / 3), 1),
  s: ({ epochSeconds }) => number(epochSeconds, 1),
  S: ({ second }) => number(second, 2),
  t: () => text('\t'),
  u: ({ weekday }) => number(weekday || 7, 1),
  U: ({ dayOfYear, weekday }) => number(Math.floor((dayOfYear + 6 - weekday) / 7), 2),
  V: (moment) => number(isoWeek(moment).week, 2),
  w: ({ weekday }) => number(weekday, 1),
  W: ({ dayOfYear, weekday }) => number(Math.floor((dayOfYear + 6 - ((weekday + 6) % 7)) / 7), 2),
  y: ({ year }) => number(year % 100, 2),
  Y: ({ year }) => number(year, 4),
  Z: () => text('UTC'),
  z: () => text('+0000'),
  ':z': () => text('+00:00'),
  '::z': () => text('+00:00:00'),
  ':::z': () => text('+00'),
  '%': () => text('%'),
};

/** What only GNU date has, not the C library that busybox asks. */
const GNU_ONLY = ['N', 'q', ':z', '::z', ':::z'];

/** The moment in a format. */
export function formatMoment(format: string, moment: Moment, isGnu = true): string {
  return format.replace(DIRECTIVE, (whole: string, flags: string, width: string, _modifier, conversion: string) => {
    if (!isGnu && GNU_ONLY.includes(conversion)) return whole;
    if (conversion === 'N') return nanoseconds(moment.nanosecond, flags, width);
    const compound = COMPOUND[conversion];
    const piece = compound === undefined ? CONVERSIONS[conversion]?.(moment) : text(formatMoment(compound, moment));
    return piece === undefined ? whole : padded(piece, flags, width, conversion);
  });
}

/** `%3N` are the first three digits. */
function nanoseconds(value: number, flags: string, width: string): string {
  const digits = String(value).padStart(NANOSECOND_DIGITS, '0');
  const count = width === '' ? NANOSECOND_DIGITS : Number(width);
  if (count <= NANOSECOND_DIGITS) return digits.slice(0, count);
  return flags.includes('-') ? digits : digits.padEnd(count, flags.includes('_') ? ' ' : '0');
}

function padded(piece: Piece, flags: string, widthText: string, conversion: string): string {
  const padFlag = Array.from(flags).findLast((flag) => '-_0'.includes(flag));
  const isNumber = piece.kind === 'number';
  const usual = isNumber ? piece.pad : ' ';
  const pad = padFlag === '_' ? ' ' : padFlag === '0' ? '0' : usual;
  const width = widthText === '' ? (isNumber ? piece.width : 0) : Number(widthText);
  let result = isNumber ? String(piece.value) : piece.text;
  if (flags.includes('^')) result = result.toUpperCase();
  if (flags.includes('#')) result = swapCase(result, conversion);
  if (padFlag === '-') return result;
  const sign = isNumber && pad === '0' && result.startsWith('-') ? '-' : '';
  return sign + result.slice(sign.length).padStart(width - sign.length, pad);
}

/** `#` is the opposite case: names become large, what is large already becomes small. */
function swapCase(value: string, conversion: string): string {
  return conversion === 'Z' || conversion === 'p' ? value.toLowerCase() : value.toUpperCase();
}
