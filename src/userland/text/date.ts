/** date: virtual time, or the one given, in UTC. */
import { reportUnsupported } from '../unsupported.ts';
import { momentOf } from '../../base/calendar.ts';
import type { Moment } from '../../base/calendar.ts';
import { formatMoment } from './date-format.ts';
import { parseBusyboxDate, parseDate } from './date-parse.ts';
import { textTool } from './tool.ts';
import type { Body, ToolCall } from './tool.ts';

const NANOSECONDS = 1_000_000_000;
/** What date prints in the POSIX locale. */
const DEFAULT_FORMAT = '%a %b %e %H:%M:%S %Z %Y';
const MAIL_FORMAT = '%a, %d %b %Y %H:%M:%S %z';
const ISO_FORMATS: Readonly<Record<string, string>> = {
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
};
const RFC_3339_FORMATS: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%d %H:%M:%S%:z',
  ns: '%Y-%m-%d %H:%M:%S.%N%:z',
};
/** `date MMDDhhmm[[CC]YY][.ss]` sets the clock. */
const CLOCK = /^\d{8}(?:\d\d|\d{4})?(?:\.\d\d)?$/;

function now(call: ToolCall): Moment {
  const { proc } = call;
  return momentOf(proc.epochSeconds + Math.floor(proc.now / NANOSECONDS), proc.now % NANOSECONDS);
}

/** A format that an option's word stands for; any beginning of the word will do. */
function wordFormat(call: ToolCall, option: string, word: string, formats: Readonly<Record<string, string>>): string {
  const name =
    Object.keys(formats).find((key) => key === word) ?? Object.keys(formats).find((key) => key.startsWith(word));
  if (name !== undefined && word !== '') return formats[name]!;
  const list = Object.keys(formats).map((key) => `\n  - '${key}'`);
  throw call.misuse(`invalid argument '${word}' for '--${option}'\nValid arguments are:${list.join('')}`);
}

function formatOf(call: ToolCall, operand: string | undefined): string {
  const formats: string[] = [];
  if (call.has('R')) formats.push(MAIL_FORMAT);
  const iso = call.value('I');
  if (iso !== undefined) formats.push(wordFormat(call, 'iso-8601', iso === '' ? 'date' : iso, ISO_FORMATS));
  const rfc = call.value('rfc-3339');
  if (rfc !== undefined) formats.push(wordFormat(call, 'rfc-3339', rfc, RFC_3339_FORMATS));
  if (operand !== undefined) formats.push(operand.slice(1));
  if (formats.length > 1 && !call.isBusybox) throw call.failure('multiple output formats specified');
  return formats.at(-1) ?? DEFAULT_FORMAT;
}

function momentFor(call: ToolCall): Moment {
  const text = call.value('d');
  if (text === undefined) return now(call);
  const moment = call.isBusybox ? parseBusyboxDate(text, now(call)) : parseDate(text, now(call));
  if (moment === undefined) throw call.failure(`invalid date '${text}'`);
  return moment;
}

function* run(call: ToolCall): Body {
  const [first, second] = call.operands;
  const isFormat = first?.startsWith('+') === true;
  if (second !== undefined) {
    if (!call.isBusybox) throw call.misuse(`extra operand '${second}'`);
    throw call.failure(`invalid date '${isFormat ? second : first!}'`);
  }
  if (first !== undefined && !isFormat) {
    if (CLOCK.test(first)) return reportUnsupported(call.proc, `date ${first}`, ['-d', '-u', '-R', '-I', '+FORMAT']);
    throw call.failure(`invalid date '${first}'`);
  }
  const format = formatOf(call, first);
  call.proc.write(`${formatMoment(format, momentFor(call), !call.isBusybox || call.has('I'))}\n`);
  return 0;
}

/** date of the GNU core utilities and of busybox. */
export const DATE = textTool({
  name: 'date',
  gnu: {
    options: {
      letters: 'd:f:I::r:Rs:u',
      long: {
        date: 'd',
        debug: 'debug',
        file: 'f',
        'iso-8601': 'I::',
        reference: 'r',
        resolution: 'resolution',
        'rfc-822': 'R',
        'rfc-2822': 'R',
        'rfc-email': 'R',
        'rfc-3339': 'rfc-3339:',
        set: 's',
        uct: 'u',
        utc: 'u',
        universal: 'u',
      },
      lacking: ['f', 'r', 's', 'debug', 'resolution'],
    },
  },
  busybox: {
    options: { letters: 'Rs:ud:r:I::D:', lacking: ['r', 's', 'D'] },
    usage: `Usage: date [OPTIONS] [+FMT] [[-s] TIME]

Display time (using +FMT), or set time

	-u		Work in UTC (don't convert to local time)
	[-s] TIME	Set time to TIME
	-d TIME		Display TIME, not 'now'
	-D FMT		FMT (strptime format) for -s/-d TIME conversion
	-r FILE		Display last modification time of FILE
	-R		Output RFC-2822 date
	-I[SPEC]	Output ISO-8601 date
			SPEC=date (default), hours, minutes, seconds or ns

Recognized TIME formats:
	@seconds_since_1970
	hh:mm[:ss]
	[YYYY.]MM.DD-hh:mm[:ss]
	YYYY-MM-DD hh:mm[:ss]
	[[[[[YY]YY]MM]DD]hh]mm[.ss]
	'date TIME' form accepts MMDDhhmm[[YY]YY][.ss] instead`,
  },
  run,
});
