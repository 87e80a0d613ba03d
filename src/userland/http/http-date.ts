/** Times as HTTP and its logs write them: IMF-fixdate of RFC 9110, the common log format, and what servers log. */
import type { Moment } from '../../base/calendar.ts';
import { daysOf, momentOf } from '../../base/calendar.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { SECOND } from '../../sim/units.ts';
import { formatMoment } from '../text/date-format.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const IMF_FIXDATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;

/** Seconds since 1970 on a process's clock, whole. */
export function nowSeconds(proc: Process): number {
  return proc.epochSeconds + Math.floor(proc.now / SECOND);
}

/** The moment on a process's clock. */
export function nowMoment(proc: Process): Moment {
  return momentOf(nowSeconds(proc), proc.now % SECOND);
}

/** `Wed, 01 Jan 2025 00:00:00 GMT` */
export function httpDate(epochSeconds: number): string {
  return formatMoment('%a, %d %b %Y %H:%M:%S GMT', momentOf(epochSeconds, 0));
}

/** `01/Jan/2025:00:00:00 +0000`, as in access logs. */
export function commonLogDate(epochSeconds: number): string {
  return formatMoment('%d/%b/%Y:%H:%M:%S +0000', momentOf(epochSeconds, 0));
}

/** Reads an IMF-fixdate; undefined for what is none. */
export function parseHttpDate(text: string): number | undefined {
  const match = IMF_FIXDATE.exec(text);
  if (match === null) return undefined;
  const month = MONTHS.indexOf(match[2]!);
  if (month < 0) return undefined;
  const days = daysOf(Number(match[3]), month + 1, Number(match[1]));
  return days * 86_400 + Number(match[4]) * 3600 + Number(match[5]) * 60 + Number(match[6]);
}
