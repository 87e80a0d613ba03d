/**
 * Dates as people type them behind `date -d`: `@1735689600`, `2025-01-01 10:00`, `10:00`, `Jan 2 2025`, `tomorrow`,
 * `+2 hours`, `3 days ago`, and several of these together. All in UTC.
 */
import { momentOf, secondsOf } from '../../base/calendar.ts';
import type { Moment } from '../../base/calendar.ts';

const NANOSECONDS = 1_000_000_000;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  fortnight: 1_209_600,
};

/** What the words have said so far. */
interface Reading {
  year: number;
  month: number;
  day: number;
  /** Null: none was given. */
  secondOfDay: number | null;
  nanosecond: number;
  hasDate: boolean;
  months: number;
  seconds: number;
  zoneSeconds: number;
}

type Rule = readonly [RegExp, (found: RegExpExecArray, reading: Reading) => boolean];

const RULES: readonly Rule[] = [
  [
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:T(?=\d))?/i,
    ([, year, month, day], reading) => setDate(reading, Number(year), Number(month), Number(day)),
  ],
  [
    /^(\d{1,2})\/(\d{1,2})\/(\d{4})/,
    ([, month, day, year], reading) => setDate(reading, Number(year), Number(month), Number(day)),
  ],
  [
    /^(\d{4})(\d\d)(\d\d)(?!\d)/,
    ([, year, month, day], reading) => setDate(reading, Number(year), Number(month), Number(day)),
  ],
  [
    /^(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?: ?([ap]m)\b)?/i,
    ([, hour, minute, second, fraction, half], reading) =>
      setTime(reading, [Number(hour), Number(minute), Number(second ?? 0)], fraction, half?.toLowerCase()),
  ],
  [/^(?:UTC|GMT|Z)\b/i, () => true],
  [
    /^([-+])(\d\d):?(\d\d)?(?![\d ]*[a-z])/i,
    ([, sign, hours, minutes], reading) => {
      if (reading.secondOfDay === null) return false;
      reading.zoneSeconds = (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes ?? 0) * 60);
      return true;
    },
  ],
  [/^(?:now|today)\b/i, () => true],
  [/^tomorrow\b/i, (_found, reading) => addUnits(reading, 1, 'day')],
  [/^yesterday\b/i, (_found, reading) => addUnits(reading, -1, 'day')],
  [
    /^([a-z]{3,9})\.? (\d{1,2})(?:,? (\d{4}))?(?![\d:])/i,
    ([, name, day, year], reading) => setNamedDate(reading, name!, day!, year),
  ],
  [
    /^(\d{1,2})[ -]([a-z]{3,9})(?:[ -](\d{4}))?(?![\d:])/i,
    ([, day, name, year], reading) => setNamedDate(reading, name!, day!, year),
  ],
  [
    /^(?:([-+]? ?\d+)|(next|last|this)) ?([a-z]+?)s?\b( ago\b)?/i,
    ([, count, word, unit, ago], reading) => {
      const amount =
        count === undefined ? { next: 1, last: -1, this: 0 }[word!.toLowerCase()]! : Number(count.replace(' ', ''));
      return addUnits(reading, ago === undefined ? amount : -amount, unit!.toLowerCase());
    },
  ],
  [/^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? (?=\S)/i, () => true],
];

function setDate(reading: Reading, year: number, month: number, day: number): boolean {
  if (reading.hasDate || month < 1 || month > 12 || day < 1) return false;
  const isReal = momentOf(secondsOf(year, month, day, 0), 0).month === month;
  Object.assign(reading, { year, month, day, hasDate: true });
  return isReal;
}

function setNamedDate(reading: Reading, name: string, day: string, year: string | undefined): boolean {
  const month = MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  return month > 0 && setDate(reading, year === undefined ? reading.year : Number(year), month, Number(day));
}

function setTime(
  reading: Reading,
  [hour, minute, second]: readonly [number, number, number],
  fraction: string | undefined,
  half: string | undefined,
): boolean {
  if (reading.secondOfDay !== null || hour > 23 || minute > 59 || second > 60) return false;
  if (half !== undefined && (hour < 1 || hour > 12)) return false;
  const wholeHour = half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0);
  reading.secondOfDay = wholeHour * 3600 + minute * 60 + second;
  reading.nanosecond = Number((fraction ?? '').slice(0, 9).padEnd(9, '0'));
  return true;
}

function addUnits(reading: Reading, amount: number, unit: string): boolean {
  if (unit === 'month') reading.months += amount;
  else if (unit === 'year') reading.months += 12 * amount;
  else if (UNIT_SECONDS[unit] !== undefined) reading.seconds += amount * UNIT_SECONDS[unit];
  else return false;
  return true;
}

/** Reads a date; undefined if it is none. */
export function parseDate(text: string, now: Moment): Moment | undefined {
  const stamp = /^\s*@(-?\d+)(?:[.,](\d*))?\s*$/.exec(text);
  if (stamp !== null) return parseStamp(stamp[1]!, stamp[2] ?? '');
  const { year, month, day } = now;
  const reading: Reading = {
    ...{ year, month, day, secondOfDay: null, nanosecond: 0, hasDate: false },
    ...{ months: 0, seconds: 0, zoneSeconds: 0 },
  };
  for (let rest = text.trim(); rest !== '';) {
    const next = applyRule(rest, reading);
    if (next === undefined) return undefined;
    rest = next.trimStart();
  }
  return momentFrom(reading, text, now);
}

function applyRule(rest: string, reading: Reading): string | undefined {
  for (const [regex, apply] of RULES) {
    const found = regex.exec(rest);
    if (found !== null && apply(found, reading)) return rest.slice(found[0].length);
  }
  return undefined;
}

function momentFrom(reading: Reading, text: string, now: Moment): Moment {
  // Without a date or a time of day it is now; with a date alone, or nothing at all, the day's start.
  const isNow = reading.secondOfDay === null && !reading.hasDate && text.trim() !== '';
  const nowSeconds = now.hour * 3600 + now.minute * 60 + now.second;
  const secondOfDay = isNow ? nowSeconds : (reading.secondOfDay ?? 0);
  const seconds = secondsOf(reading.year, reading.month + reading.months, reading.day, secondOfDay);
  return momentOf(seconds + reading.seconds - reading.zoneSeconds, isNow ? now.nanosecond : reading.nanosecond);
}

function parseStamp(whole: string, fraction: string): Moment | undefined {
  const seconds = Number(whole);
  if (!Number.isSafeInteger(seconds)) return undefined;
  const nanosecond = Number(fraction.slice(0, 9).padEnd(9, '0'));
  if (!whole.startsWith('-') || nanosecond === 0) return momentOf(seconds, nanosecond);
  return momentOf(seconds - 1, NANOSECONDS - nanosecond);
}

const BUSYBOX_TIME = '(?<hour>\\d{1,2}):(?<minute>\\d{1,2})(?::(?<second>\\d{1,2}))?';
const BUSYBOX_FORMS: readonly RegExp[] = [
  '',
  '(?:(?<year>\\d{4})\\.)?(?<month>\\d{1,2})\\.(?<day>\\d{1,2})-',
  '(?<year>\\d{4})-(?<month>\\d{1,2})-(?<day>\\d{1,2}) ',
].map((date) => new RegExp(`^${date}${BUSYBOX_TIME}$`));

/** Reads one of the few forms that busybox knows. */
export function parseBusyboxDate(text: string, now: Moment): Moment | undefined {
  const stamp = /^@(\d+)$/.exec(text);
  if (stamp !== null) return parseStamp(stamp[1]!, '');
  const groups = BUSYBOX_FORMS.map((form) => form.exec(text)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return undefined;
  const part = (name: string, otherwise: number): number => Number(groups[name] ?? otherwise);
  const seconds = part('hour', now.hour) * 3600 + part('minute', now.minute) * 60 + part('second', 0);
  return momentOf(secondsOf(part('year', now.year), part('month', now.month), part('day', now.day), seconds), 0);
}
