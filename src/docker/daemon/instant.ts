/**
 * Instants as people type them for `--since`, `--until` and the filter `until`: `10m` ago, `2026-01-01T10:20`, seconds
 * since 1970. Twin of moby's api/types/time and, for what it says about dates, of Go's time.Parse. Hosts keep UTC.
 */
import { DaemonError } from '../errors.ts';

const NANOSECONDS_PER_SECOND = 1_000_000_000;
const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_DAY = 86_400;
const UNIT_SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
const DURATION = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|ns))+|0)$/;
/** Longer ones do not fit into an int64 of nanoseconds. */
const DURATION_SECONDS_MAX = 9_223_372_036;
const INT64_MAX = 2n ** 63n - 1n;

/** Virtual time in ns (negative before the run's start). Throws a DaemonError that says what cannot be read. */
export function parseInstant(text: string, epochSeconds: number, nowNs: number): number {
  const agoSeconds = durationSeconds(text);
  if (agoSeconds !== undefined) return nowNs - agoSeconds * NANOSECONDS_PER_SECOND;
  const seconds = parseDate(text);
  return (seconds - epochSeconds) * NANOSECONDS_PER_SECOND;
}

/** Twin of time.ParseDuration; undefined for what is none. */
function durationSeconds(text: string): number | undefined {
  const match = DURATION.exec(text);
  // `0` alone is the beginning of 1970.
  if (match === null || text === '0') return undefined;
  let seconds = 0;
  for (const [, amount, unit] of match[2]!.matchAll(/(\d+\.?\d*|\.\d+)(h|ms|m|s|us|µs|ns)/g)) {
    seconds += Number(amount) * UNIT_SECONDS[unit!]!;
  }
  if (seconds > DURATION_SECONDS_MAX) return undefined;
  return match[1] === '-' ? -seconds : seconds;
}

/** Seconds since 1970. */
function parseDate(text: string): number {
  const outcome = new DateReader(layoutFor(text), text).read();
  if (typeof outcome === 'number') return outcome;
  if (text.includes('-')) throw new DaemonError(outcome.fault);
  const seconds = unixSeconds(text);
  if (seconds === undefined)
    throw new DaemonError(`failed to parse value as time or duration: ${JSON.stringify(text)}`);
  return seconds;
}

/** `seconds` or `seconds.fraction`. */
function unixSeconds(text: string): number | undefined {
  const match = /^([+-]?\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null || BigInt(match[1]!.replace('+', '')) > INT64_MAX) return undefined;
  return Number(match[1]) + Number(`0.${match[2] ?? '0'}`);
}

/** Which of the layouts is meant. */
function layoutFor(text: string): readonly string[] {
  const hasZone = /[zZ+]/.test(text) || text.split('-').length - 1 === 3;
  const zone = hasZone ? ['Z07:00'] : [];
  const date = ['2006', '-', '01', '-', '02'];
  if (text.includes('.')) return [...date, 'T', '15', ':', '04', ':', '05', '.999999999', ...zone];
  if (!text.includes('T')) return [...date, ...zone];
  const colons = text.split(':').length - 1;
  // A zone that is an offset has a colon of its own.
  const timeColons = hasZone && !/[zZ]/.test(text) && colons > 0 ? colons - 1 : colons;
  const clock = ['T', '15', ':', '04', ':', '05'].slice(0, 2 + Math.min(timeColons, 2) * 2);
  return [...date, ...clock, ...zone];
}

type DateOutcome = number | { readonly fault: string };

/** What each part of a layout takes, its name in complaints and its range; a day's depends on the month. */
const PARTS: Readonly<Record<string, readonly [pattern: RegExp, name: string, least: number, most: number]>> = {
  2006: [/^\d{4}/, 'year', 0, 9999],
  '01': [/^\d{2}/, 'month', 1, 12],
  '02': [/^\d{2}/, 'day', 0, 99],
  15: [/^\d{1,2}/, 'hour', 0, 23],
  '04': [/^\d{2}/, 'minute', 0, 59],
  '05': [/^\d{2}/, 'second', 0, 59],
};

class DateReader {
  private readonly layout: readonly string[];
  private readonly text: string;
  private rest: string;
  private readonly values = new Map<string, number>();
  private fractionSeconds = 0;
  private offsetSeconds = 0;

  constructor(layout: readonly string[], text: string) {
    this.layout = layout;
    this.text = text;
    this.rest = text;
  }

  read(): DateOutcome {
    for (const element of this.layout) {
      const fault = this.readElement(element);
      if (fault !== undefined) return { fault };
    }
    if (this.rest !== '') return { fault: `${this.parsing()}: extra text: ${JSON.stringify(this.rest)}` };
    return this.seconds();
  }

  private readElement(element: string): string | undefined {
    const part = PARTS[element];
    if (part !== undefined) return this.readNumber(element, part);
    if (element === '.999999999') return undefined;
    if (element === 'Z07:00') return this.readZone(element);
    if (!this.rest.startsWith(element)) return this.cannotParse(element);
    this.rest = this.rest.slice(element.length);
    return undefined;
  }

  private readNumber(element: string, part: (typeof PARTS)[string]): string | undefined {
    const [pattern, name, least, most] = part;
    const digits = pattern.exec(this.rest)?.[0];
    if (digits === undefined) return this.cannotParse(element);
    const value = Number(digits);
    if (value < least || value > most) return `${this.parsing()}: ${name} out of range`;
    this.rest = this.rest.slice(digits.length);
    this.values.set(name, value);
    if (element === '05') this.readFraction();
    return undefined;
  }

  /** Seconds may have a fraction whatever the layout says. */
  private readFraction(): void {
    const fraction = /^\.\d+/.exec(this.rest)?.[0];
    if (fraction === undefined) return;
    this.fractionSeconds = Number(`0${fraction}`);
    this.rest = this.rest.slice(fraction.length);
  }

  private readZone(element: string): string | undefined {
    const match = /^(?:Z|([+-])(\d{2}):(\d{2}))/.exec(this.rest);
    if (match === null) return this.cannotParse(element);
    const [zone, sign, hours, minutes] = match;
    const offset = (Number(hours ?? 0) * SECONDS_PER_MINUTE + Number(minutes ?? 0)) * SECONDS_PER_MINUTE;
    this.offsetSeconds = sign === '-' ? -offset : offset;
    this.rest = this.rest.slice(zone.length);
    return undefined;
  }

  private seconds(): DateOutcome {
    const value = (name: string): number => this.values.get(name) ?? 0;
    const [year, month, day] = [value('year'), value('month'), value('day')];
    if (day < 1 || day > daysIn(year, month)) return { fault: `${this.parsing()}: day out of range` };
    const clock = (value('hour') * SECONDS_PER_MINUTE + value('minute')) * SECONDS_PER_MINUTE + value('second');
    return daysSince1970(year, month, day) * SECONDS_PER_DAY + clock + this.fractionSeconds - this.offsetSeconds;
  }

  private parsing(): string {
    return `parsing time ${JSON.stringify(this.text)}`;
  }

  private cannotParse(element: string): string {
    const layout = JSON.stringify(this.layout.join(''));
    return `${this.parsing()} as ${layout}: cannot parse ${JSON.stringify(this.rest)} as "${element}"`;
  }
}

function daysIn(year: number, month: number): number {
  return month === 12 ? 31 : daysSince1970(year, month + 1, 1) - daysSince1970(year, month, 1);
}

/** Days of the proleptic Gregorian calendar, counted in years that begin in March. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const monthsSinceMarch = (month + 9) % 12;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const daysBeforeMonth = Math.floor((153 * monthsSinceMarch + 2) / 5);
  return marchYear * 365 + leapDays + daysBeforeMonth + day - 1 - 719_468;
}
