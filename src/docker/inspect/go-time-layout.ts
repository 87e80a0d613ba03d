/** time.Time's Format: a layout is the instant 2006-01-02 15:04:05 written as one would like to see others. */
import type { Moment } from '../../base/calendar.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

const two = (value: number): string => String(value).padStart(2, '0');

/** The words of a layout, the longer ones first where one begins with another. */
const WORDS: readonly (readonly [string, (moment: Moment) => string])[] = [
  ['January', (moment) => MONTHS[moment.month - 1]!],
  ['Jan', (moment) => MONTHS[moment.month - 1]!.slice(0, 3)],
  ['Monday', (moment) => DAYS[moment.weekday]!],
  ['Mon', (moment) => DAYS[moment.weekday]!.slice(0, 3)],
  ['MST', () => 'UTC'],
  ['2006', (moment) => String(moment.year).padStart(4, '0')],
  ['__2', (moment) => String(moment.dayOfYear).padStart(3, ' ')],
  ['002', (moment) => String(moment.dayOfYear).padStart(3, '0')],
  ['01', (moment) => two(moment.month)],
  ['02', (moment) => two(moment.day)],
  ['03', (moment) => two(twelve(moment))],
  ['04', (moment) => two(moment.minute)],
  ['05', (moment) => two(moment.second)],
  ['06', (moment) => two(moment.year % 100)],
  ['15', (moment) => two(moment.hour)],
  ['1', (moment) => String(moment.month)],
  ['_2', (moment) => String(moment.day).padStart(2, ' ')],
  ['2', (moment) => String(moment.day)],
  ['3', (moment) => String(twelve(moment))],
  ['4', (moment) => String(moment.minute)],
  ['5', (moment) => String(moment.second)],
  ['PM', (moment) => (moment.hour >= 12 ? 'PM' : 'AM')],
  ['pm', (moment) => (moment.hour >= 12 ? 'pm' : 'am')],
  ['-07:00:00', () => '+00:00:00'],
  ['-070000', () => '+000000'],
  ['-07:00', () => '+00:00'],
  ['-0700', () => '+0000'],
  ['-07', () => '+00'],
  ['Z07:00:00', () => 'Z'],
  ['Z070000', () => 'Z'],
  ['Z07:00', () => 'Z'],
  ['Z0700', () => 'Z'],
  ['Z07', () => 'Z'],
];

/** `.000` and `,999`: parts of a second, with their zeros or without. */
const FRACTION = /^[.,](0+|9+)(?!\d)/;

function twelve(moment: Moment): number {
  return moment.hour % 12 === 0 ? 12 : moment.hour % 12;
}

/** An instant in UTC by the layout. */
export function formatGoTime(moment: Moment, layout: string): string {
  let text = '';
  for (let rest = layout; rest !== '';) {
    const fraction = FRACTION.exec(rest);
    const word = WORDS.find(([name]) => rest.startsWith(name) && !isWithinWord(name, rest));
    if (fraction !== null) text += fractionText(fraction[0], moment.nanosecond);
    else text += word === undefined ? rest[0]! : word[1](moment);
    rest = rest.slice(fraction?.[0].length ?? word?.[0].length ?? 1);
  }
  return text;
}

/** `Jan` is no month in front of a small letter. */
function isWithinWord(name: string, rest: string): boolean {
  return /^(?:Jan|Mon)$/.test(name) && /^[a-z]/.test(rest.slice(name.length));
}

function fractionText(pattern: string, nanoseconds: number): string {
  const digits = String(nanoseconds)
    .padStart(9, '0')
    .slice(0, pattern.length - 1)
    .padEnd(pattern.length - 1, '0');
  if (pattern[1] === '0') return pattern[0]! + digits;
  const short = digits.replace(/0+$/, '');
  return short === '' ? '' : pattern[0]! + short;
}
