/** `-m time` (Linux: xt_time.c, libxt_time.c): when a packet comes, by the machine's clock, which is in UTC. */
import { momentOf, secondsOf } from '../../../base/calendar.ts';
import type { NfMatch } from '../extension.ts';
import { flag, matchExtension, option } from '../extension.ts';
import type { NfPacket } from '../packet.ts';
import { refuse, UNSUPPORTED } from '../xt-error.ts';

const SECOND_NS = 1_000_000_000;
const DAY_SECONDS = 86_400;
const LAST_SECOND = DAY_SECONDS - 1;
const LAST_DATE = 0x7fff_ffff;
/** From bit 1 on: Monday first. */
const WEEKDAYS: readonly string[] = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const ALL_WEEKDAYS = 0xfe;
/** From bit 1 on; as a number without a sign. */
const ALL_MONTHDAYS = 0xffff_fffe;
const ENDINGS: readonly string[] = ['th', 'st', 'nd', 'rd'];

/** Twin of time_parse_minutes. */
function readTime(text: string): number {
  let rest = text;
  let seconds = 0;
  for (const [most, unit] of [
    [23, 3600],
    [59, 60],
    [59, 1],
  ] as const) {
    const [, digits = '', mark = ''] = /^(\d+)(.?)/.exec(rest) ?? [];
    const isEnd = mark === '' && unit < 3600;
    if (digits === '' || Number(digits) > most || !(isEnd || (mark === ':' && unit > 1))) refuseTime(rest);
    seconds += Number(digits) * unit;
    if (isEnd) break;
    rest = rest.slice(digits.length + 1);
  }
  return seconds;
}

function refuseTime(text: string): never {
  return refuse(`invalid time "${text}" specified, should be hh:mm[:ss] format and within the boundaries`);
}

const DATE = /^(\d+)(?:-(\d+)(?:-(\d+)(?:T(\d+)(?::(\d+)(?::(\d+))?)?)?)?)?$/;
/** The least and the most of year, month, day, hour, minute, second. */
const LIMITS: readonly (readonly [number, number])[] = [
  [1970, 2038],
  [1, 12],
  [1, 31],
  [0, 23],
  [0, 59],
  [0, 59],
];

/** Twin of time_parse_date; days beyond a month's end go on counting. */
function readDate(text: string): number {
  const found = DATE.exec(text);
  const numbers = LIMITS.map(([least], i) => Number(found?.[i + 1] ?? least));
  if (found === null || numbers.some((number, i) => number < LIMITS[i]![0] || number > LIMITS[i]![1])) {
    refuse(`Invalid date "${text}" specified. Should be YYYY[-MM[-DD[Thh[:mm[:ss]]]]]`);
  }
  const [year, month, day, hour, minute, second] = numbers as [number, number, number, number, number, number];
  return secondsOf(year, month, day, hour * 3600 + minute * 60 + second);
}

/** A list of days as bits; `read` knows their names. */
function readDays(text: string, all: number, isInverted: boolean, read: (word: string) => number): number {
  let bits = 0;
  for (const word of text === '' ? [] : text.split(',')) bits |= 1 << read(word);
  return ((isInverted ? bits ^ all : bits) & all) >>> 0;
}

function readWeekday(word: string): number {
  if (/^\d*$/.test(word)) {
    if (Number(word) === 0) refuse('No, the week does NOT begin with Sunday.');
    return Math.min(Number(word), 8);
  }
  const index = WEEKDAYS.findIndex((name) => name !== '' && name.slice(0, 2) === word.slice(0, 2));
  return index < 0 ? refuse(`${word} is not a valid day specifier`) : index;
}

function readMonthday(word: string): number {
  return /^\d+$/.test(word) && Number(word) <= 31 ? Number(word) : refuse(`${word} is not a valid day for --monthdays`);
}

const two = (number: number): string => String(number).padStart(2, '0');

function timeText(seconds: number): string {
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function dateText(seconds: number, separator: string): string {
  const { year, month, day } = momentOf(seconds, 0);
  return `${year}-${two(month)}-${two(day)}${separator}${timeText(seconds % DAY_SECONDS)}`;
}

class TimeMatch implements NfMatch {
  readonly name = 'time';
  private start = 0;
  private stop = LAST_SECOND;
  private weekdays = ALL_WEEKDAYS;
  private monthdays = ALL_MONTHDAYS;
  private dateStart = 0;
  private dateStop = LAST_DATE;
  private isKernelZone = false;
  private isContiguous = false;

  option(name: string, text: string, isInverted: boolean): void {
    if (name === 'timestart') this.start = readTime(text);
    else if (name === 'timestop') this.stop = readTime(text);
    else if (name === 'datestart') this.dateStart = readDate(text);
    else if (name === 'datestop') this.dateStop = readDate(text);
    else if (name === 'weekdays') this.weekdays = readDays(text, ALL_WEEKDAYS, isInverted, readWeekday);
    else if (name === 'monthdays') this.monthdays = readDays(text, ALL_MONTHDAYS, isInverted, readMonthday);
    else if (name === 'kerneltz') this.isKernelZone = true;
    else if (name === 'contiguous') this.isContiguous = true;
    else if (name === 'localtz') refuse('--localtz: not supported by Dockwire; supported: --kerneltz', UNSUPPORTED);
  }

  check(): void {
    if (this.isContiguous && this.start < this.stop) {
      refuse('time: --contiguous only makes sense when stoptime is smaller than starttime');
    }
  }

  /** Twin of time_mt. */
  matches({ state }: NfPacket): boolean {
    const { epochSeconds, sched } = state.ns.machine;
    let stamp = epochSeconds + Math.floor(sched.now / SECOND_NS);
    if (stamp < this.dateStart || stamp > this.dateStop) return false;
    const time = stamp % DAY_SECONDS;
    if (this.start < this.stop) {
      if (time < this.start || time > this.stop) return false;
    } else {
      if (time < this.start && time > this.stop) return false;
      // Behind midnight it is still the day on which it began.
      if (this.isContiguous && time <= this.stop) stamp -= DAY_SECONDS;
    }
    if (this.weekdays === ALL_WEEKDAYS && this.monthdays === ALL_MONTHDAYS) return true;
    return this.isOnDay(stamp);
  }

  private isOnDay(stamp: number): boolean {
    const { weekday, day } = momentOf(stamp, 0);
    const isoWeekday = weekday === 0 ? 7 : weekday;
    return ((this.weekdays >>> isoWeekday) & 1) === 1 && ((this.monthdays >>> day) & 1) === 1;
  }

  private weekdayText(): string {
    return WEEKDAYS.filter((_, day) => ((this.weekdays >>> day) & 1) === 1).join(',');
  }

  private monthdayText(hasEndings: boolean): string {
    const days = Array.from({ length: 32 }, (_, day) => day).filter((day) => ((this.monthdays >>> day) & 1) === 1);
    return days.map((day) => `${day}${hasEndings ? (ENDINGS[day % 10] ?? 'th') : ''}`).join(',');
  }

  private get hasTimes(): boolean {
    return this.start !== 0 || this.stop !== LAST_SECOND;
  }

  save(): string {
    const times = this.hasTimes ? ` --timestart ${timeText(this.start)} --timestop ${timeText(this.stop)}` : '';
    const monthdays = this.monthdays === ALL_MONTHDAYS ? '' : ` --monthdays ${this.monthdayText(false)}`;
    const weekdays = this.weekdays === ALL_WEEKDAYS ? '' : ` --weekdays ${this.weekdayText()}`;
    const start = this.dateStart === 0 ? '' : ` --datestart ${dateText(this.dateStart, 'T')}`;
    const dates = `${start} --datestop ${dateText(this.dateStop, 'T')}`;
    const flags = `${this.isKernelZone ? ' --kerneltz' : ''}${this.isContiguous ? ' --contiguous' : ''}`;
    return `${times}${monthdays}${weekdays}${dates}${flags}`;
  }

  print(): string {
    const times = this.hasTimes ? ` from ${timeText(this.start)} to ${timeText(this.stop)}` : '';
    const weekdays = this.weekdays === ALL_WEEKDAYS ? '' : ` on ${this.weekdayText()}`;
    const monthdays = this.monthdays === ALL_MONTHDAYS ? '' : ` on ${this.monthdayText(true)}`;
    const start = this.dateStart === 0 ? '' : ` starting from ${dateText(this.dateStart, ' ')}`;
    const stop = this.dateStop === LAST_DATE ? '' : ` until date ${dateText(this.dateStop, ' ')}`;
    const flags = `${this.isKernelZone ? '' : ' UTC'}${this.isContiguous ? ' contiguous' : ''}`;
    return ` TIME${times}${weekdays}${monthdays}${start}${stop}${flags}`;
  }
}

export const TIME = matchExtension(
  'time',
  [
    ...['datestart', 'datestop', 'timestart', 'timestop'].map((name) => option(name)),
    option('weekdays', { canInvert: true }),
    option('monthdays', { canInvert: true }),
    flag('localtz'),
    flag('utc', { excludes: ['kerneltz'] }),
    flag('kerneltz', { excludes: ['utc'] }),
    flag('contiguous'),
  ],
  () => new TimeMatch(),
);
