/** Lines of the kernel's log as dmesg of util-linux 2.38 prints them (dmesg.c: print_record). */
import type { Moment } from '../../base/calendar.ts';
import { momentOf } from '../../base/calendar.ts';
import type { KernelMessage } from '../../kernel/show/kmsg.ts';
import { MICROSECOND } from '../../sim/units.ts';
import { formatMoment } from '../text/date-format.ts';

/** How the time of a line is told. */
export type TimeFormat = 'time' | 'none' | 'ctime' | 'reltime' | 'delta' | 'time-delta' | 'ctime-delta' | 'iso';

export const LEVEL_NAMES: readonly string[] = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];

const MICROSECONDS = 1_000_000;
const sixDigits = (value: number): string => String(value).padStart(6, '0');

/** `%12.06f` of whole microseconds. */
function fixed(microseconds: number, width: number, hasSign = false): string {
  const size = Math.abs(microseconds);
  const sign = microseconds < 0 ? '-' : hasSign ? '+' : '';
  const text = `${sign}${Math.floor(size / MICROSECONDS)}.${sixDigits(size % MICROSECONDS)}`;
  return text.padStart(width, ' ');
}

export interface RecordStyle {
  readonly format: TimeFormat;
  readonly isRaw: boolean;
  readonly isDecoded: boolean;
  /** Control characters are printed as they are. */
  readonly isUnescaped: boolean;
  /** Seconds since 1970 at the log's time 0. */
  readonly bootSeconds: number;
}

/** Prints one line after the other; the time since the last one is its memory. */
export class RecordPrinter {
  private readonly style: RecordStyle;
  private lastUs = 0;
  private lastMinute = '';

  constructor(style: RecordStyle) {
    this.style = style;
  }

  /** The line with its newline. */
  print(message: KernelMessage): string {
    const { isRaw, isDecoded, isUnescaped } = this.style;
    const text = isUnescaped ? message.text : escaped(message.text);
    const us = Math.floor(message.timeNs / MICROSECOND);
    if (isRaw) return `<${message.level}>${bracketed(us)} ${text}\n`;
    const place = isDecoded ? `kern  :${LEVEL_NAMES[message.level]!.padEnd(6)}: ` : '';
    return `${place}${this.timeText(us)}${text}\n`;
  }

  private timeText(us: number): string {
    const { format } = this.style;
    switch (format) {
      case 'none':
        return '';
      case 'ctime':
        return `[${this.ctime(us)}] `;
      case 'ctime-delta':
        return `[${this.ctime(us)} <${fixed(this.delta(us), 12)}>] `;
      case 'delta':
        return `[<${fixed(this.delta(us), 12)}>] `;
      case 'time-delta':
        return `[${fixed(us, 12)} <${fixed(this.delta(us), 12)}>] `;
      case 'reltime':
        return this.reltime(us);
      case 'iso':
        return `${this.iso(us)} `;
      default:
        return `${bracketed(us)} `;
    }
  }

  /** Since the last line; nothing while that one was at time 0 (timerisset). */
  private delta(us: number): number {
    const delta = this.lastUs === 0 ? 0 : us - this.lastUs;
    this.lastUs = us;
    return delta;
  }

  private moment(us: number): Moment {
    return momentOf(this.style.bootSeconds + Math.floor(us / MICROSECONDS), 0);
  }

  private ctime(us: number): string {
    return formatMoment('%a %b %e %H:%M:%S %Y', this.moment(us));
  }

  /** The minute, where it is another than that of the last line, or the time since that. */
  private reltime(us: number): string {
    const delta = this.delta(us);
    const minute = formatMoment('%b%e %H:%M', this.moment(us));
    const isNew = minute !== this.lastMinute;
    this.lastMinute = minute;
    if (isNew) return `[${minute}] `;
    return delta < 10 * MICROSECONDS ? `[  ${fixed(delta, 8, true)}] ` : `[ ${fixed(delta, 9, true)}] `;
  }

  private iso(us: number): string {
    return `${formatMoment('%Y-%m-%dT%H:%M:%S', this.moment(us))},${sixDigits(us % MICROSECONDS)}+00:00`;
  }
}

function bracketed(us: number): string {
  return `[${fixed(us, 12)}]`;
}

/** Control characters as `\x01`, newlines and tabs aside (fwrite_hex). */
function escaped(text: string): string {
  return Array.from(text, (char) => {
    const code = char.codePointAt(0)!;
    const isPlain = char === '\n' || char === '\t' || (code >= 0x20 && code !== 0x7f);
    return isPlain ? char : `\\x${code.toString(16).padStart(2, '0')}`;
  }).join('');
}

/** The log as one JSON document; nothing at all when there are no lines. */
export function recordsJson(messages: readonly KernelMessage[], isDecoded: boolean): string {
  if (messages.length === 0) return '';
  const objects = messages.map(({ level, timeNs, text }) => {
    const head = isDecoded
      ? `         "fac": "kern",\n         "pri": "${LEVEL_NAMES[level]!}",\n`
      : `         "pri": ${level},\n`;
    const time = fixed(Math.floor(timeNs / MICROSECOND), 12);
    return `{\n${head}         "time": ${time},\n         "msg": ${JSON.stringify(text)}\n      }`;
  });
  return `{\n   "dmesg": [\n      ${objects.join(',')}\n   ]\n}\n`;
}
