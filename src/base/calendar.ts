/** The Gregorian calendar in whole numbers: days since 1970 and dates, as of Howard Hinnant's algorithms. */

const DAYS_PER_ERA = 146_097;
const YEARS_PER_ERA = 400;
/** From 0000-03-01 to 1970-01-01. */
const EPOCH_DAYS = 719_468;
const SECONDS_PER_DAY = 86_400;

/** A moment in UTC. */
export interface Moment {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** Seconds since 1970. */
  readonly epochSeconds: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** From 1. */
  readonly dayOfYear: number;
}

/** Days from 1970-01-01 to a date; months and days beyond their range go on counting. */
export function daysOf(year: number, month: number, day: number): number {
  const wholeYear = year + Math.floor((month - 1) / 12);
  const wholeMonth = ((((month - 1) % 12) + 12) % 12) + 1;
  const shifted = wholeMonth > 2 ? wholeYear : wholeYear - 1;
  const era = Math.floor(shifted / YEARS_PER_ERA);
  const yearOfEra = shifted - era * YEARS_PER_ERA;
  const monthFromMarch = (wholeMonth + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - EPOCH_DAYS;
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + EPOCH_DAYS;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const leaps = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const yearDays = 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const monthFromMarch = Math.floor((5 * (dayOfEra - yearDays) + 2) / 153);
  const day = dayOfEra - yearDays - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * YEARS_PER_ERA + (month <= 2 ? 1 : 0), month, day };
}

/** The moment that lies so many seconds and nanoseconds after the start of 1970. */
export function momentOf(epochSeconds: number, nanosecond: number): Moment {
  const days = Math.floor(epochSeconds / SECONDS_PER_DAY);
  const rest = epochSeconds - days * SECONDS_PER_DAY;
  const date = dateOf(days);
  return {
    ...date,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    nanosecond,
    epochSeconds,
    weekday: (((days + 4) % 7) + 7) % 7,
    dayOfYear: days - daysOf(date.year, 1, 1) + 1,
  };
}

/** The week of ISO 8601 and the year that it belongs to. */
export function isoWeek(moment: Moment): { year: number; week: number } {
  const weekdayFromMonday = (moment.weekday + 6) % 7;
  const week = Math.floor((moment.dayOfYear - 1 - weekdayFromMonday + 10) / 7);
  if (week < 1) return { year: moment.year - 1, week: weeksIn(moment.year - 1) };
  if (week > weeksIn(moment.year)) return { year: moment.year + 1, week: 1 };
  return { year: moment.year, week };
}

/** 53 where the year begins or ends on a Thursday. */
function weeksIn(year: number): number {
  const weekdayOf = (days: number): number => (((days + 4) % 7) + 7) % 7;
  const isLong = weekdayOf(daysOf(year, 1, 1)) === 4 || weekdayOf(daysOf(year, 12, 31)) === 4;
  return isLong ? 53 : 52;
}

/** Seconds since 1970 of a date and time in UTC. */
export function secondsOf(year: number, month: number, day: number, secondOfDay: number): number {
  return daysOf(year, month, day) * SECONDS_PER_DAY + secondOfDay;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The date and the time of day as asctime(3) writes them: `Sat Nov 28`, `15:20:12`; the year comes behind them. */
export function asctimeParts({ month, day, hour, minute, second, weekday }: Moment): readonly [string, string] {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${DAYS[weekday]!} ${MONTHS[month - 1]!} ${String(day).padStart(2)}`;
  return [date, [hour, minute, second].map(two).join(':')];
}

/** A moment in UTC as ctime(3) writes it, without its newline: `Sat Nov 28 15:20:12 2026`. */
export function ctime(epochSeconds: number): string {
  const moment = momentOf(epochSeconds, 0);
  return `${asctimeParts(moment).join(' ')} ${moment.year}`;
}
