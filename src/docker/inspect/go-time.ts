/** time.Time, time.Duration and their kin as templates see them: printed, in JSON, and by their methods. */
import { assert } from '../../base/assert.ts';
import type { Moment } from '../../base/calendar.ts';
import { daysOf, momentOf } from '../../base/calendar.ts';
import { goString } from '../template/go-string.ts';
import type { GoMethod, GoType } from '../template/go-type.ts';
import { INT, INT64, STRING, UINT64, definedType, goField, pointerTo, structType } from '../template/go-type.ts';
import type { GoValue } from '../template/go-value.ts';
import { boolValue, intData, intValue, listOf, stringData, stringValue, zeroValue } from '../template/go-value.ts';
import { formatGoTime } from './go-time-layout.ts';

/** Seconds from the first day of year 1, where Go's time begins, to 1970. */
const EPOCH_SECONDS = 62_135_596_800n;
const NS_PER_SECOND = 1_000_000_000n;
const LAYOUT_STRING = '2006-01-02 15:04:05.999999999 -0700 MST';
const LAYOUT_RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00';
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

function named(name: string, words: readonly string[], first: number): GoType {
  const stringer = (value: GoValue): string => words[Number(intData(value)) - first]!;
  const methods = { String: { params: [], call: (value: GoValue) => stringValue(stringer(value)) } };
  return definedType(name, INT, { stringer, methods });
}

const MONTH = named('time.Month', MONTHS, 1);
const WEEKDAY = named('time.Weekday', DAYS, 0);

/** Nanoseconds since 1970. */
function epochNsOf(value: GoValue): bigint {
  const [nanoseconds, seconds] = listOf(value);
  return (intData(seconds!) - EPOCH_SECONDS) * NS_PER_SECOND + intData(nanoseconds!);
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}

/** The time of day and the date. */
function dateOf(value: GoValue): Moment {
  const seconds = floorDivide(epochNsOf(value), NS_PER_SECOND);
  return momentOf(Number(seconds), Number(intData(listOf(value)[0]!)));
}

function tell(answer: (value: GoValue) => GoValue): GoMethod {
  return { params: [], call: answer };
}

/** Methods of which templates can only learn how many results they have. */
function results(count: number): GoMethod {
  return { params: [], results: count, call: (value) => value };
}

const TIME_METHODS: Record<string, GoMethod> = {
  Format: { params: [STRING], call: (value, [layout]) => stringValue(formatTime(value, stringData(layout!))) },
  String: tell((value) => stringValue(formatTime(value, LAYOUT_STRING))),
  Unix: tell((value) => intValue(floorDivide(epochNsOf(value), NS_PER_SECOND), INT64)),
  UnixMilli: tell((value) => intValue(floorDivide(epochNsOf(value), 1_000_000n), INT64)),
  UnixMicro: tell((value) => intValue(floorDivide(epochNsOf(value), 1_000n), INT64)),
  UnixNano: tell((value) => intValue(BigInt.asIntN(64, epochNsOf(value)), INT64)),
  Year: tell((value) => intValue(dateOf(value).year)),
  Month: tell((value) => intValue(dateOf(value).month, MONTH)),
  Day: tell((value) => intValue(dateOf(value).day)),
  Weekday: tell((value) => intValue(dateOf(value).weekday, WEEKDAY)),
  YearDay: tell((value) => intValue(dateOf(value).dayOfYear)),
  Hour: tell((value) => intValue(dateOf(value).hour)),
  Minute: tell((value) => intValue(dateOf(value).minute)),
  Second: tell((value) => intValue(dateOf(value).second)),
  Nanosecond: tell((value) => intValue(intData(listOf(value)[0]!))),
  IsZero: tell((value) => boolValue(listOf(value).every((part) => part.data === 0n || part.data === null))),
  UTC: tell((value) => value),
  Local: tell((value) => value),
  Clock: results(3),
  Date: results(3),
  ISOWeek: results(2),
  Zone: results(2),
};

const LOCATION = pointerTo(structType('time.Location', []));

export const TIME: GoType = structType(
  'time.Time',
  [goField('wall', UINT64), goField('ext', INT64), goField('loc', LOCATION)],
  {
    methods: TIME_METHODS,
    stringer: (value) => formatTime(value, LAYOUT_STRING),
    marshaler: (value) => `"${formatTime(value, LAYOUT_RFC3339_NANO)}"`,
  },
);

/** Those whose types need this one. */
const COMPARISONS: Readonly<Record<string, GoMethod>> = {
  Before: asked((own, other) => boolValue(own < other)),
  After: asked((own, other) => boolValue(own > other)),
  Equal: asked((own, other) => boolValue(own === other)),
};
Object.assign(TIME_METHODS, COMPARISONS);

function asked(answer: (ownNs: bigint, otherNs: bigint) => GoValue): GoMethod {
  return { params: [TIME], call: (value, [other]) => answer(epochNsOf(value), epochNsOf(other!)) };
}

function formatTime(value: GoValue, layout: string): string {
  return formatGoTime(dateOf(value), layout);
}

/** Reads RFC 3339 in UTC, as the engine writes it. */
export function timeValue(text: string): GoValue {
  const match = /^(\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
  assert(match !== null, 'the engine writes its times in RFC 3339');
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const seconds = BigInt(((daysOf(year!, month!, day!) * 24 + hour!) * 60 + minute!) * 60 + second!);
  return instantValue(seconds * NS_PER_SECOND + BigInt((match[7] ?? '').padEnd(9, '0')));
}

function instantValue(epochNs: bigint): GoValue {
  const seconds = floorDivide(epochNs, NS_PER_SECOND);
  const nanoseconds = epochNs - seconds * NS_PER_SECOND;
  return {
    type: TIME,
    data: [intValue(nanoseconds, UINT64), intValue(seconds + EPOCH_SECONDS, INT64), zeroValue(LOCATION)],
  };
}

/** A whole second since 1970 as time.Time's String method prints it. */
export function secondsText(seconds: number): string {
  return formatTime(instantValue(BigInt(seconds) * NS_PER_SECOND), LAYOUT_STRING);
}

const DURATION_UNITS: readonly (readonly [bigint, string])[] = [
  [1_000_000n, 'ms'],
  [1_000n, 'µs'],
  [1n, 'ns'],
];

/** Twin of time.Duration's String: `1m30s`, `1.5s`, `20ms`. */
function durationText(value: GoValue): string {
  const total = intData(value);
  const sign = total < 0n ? '-' : '';
  const size = total < 0n ? -total : total;
  if (size === 0n) return '0s';
  if (size < NS_PER_SECOND) {
    const [unit, name] = DURATION_UNITS.find(([each]) => size >= each)!;
    return sign + decimals(size, unit) + goString(name);
  }
  const [minutes, hours] = [size / (60n * NS_PER_SECOND), size / (3600n * NS_PER_SECOND)];
  const seconds = `${decimals(size % (60n * NS_PER_SECOND), NS_PER_SECOND)}s`;
  return `${sign}${hours > 0n ? `${hours}h` : ''}${minutes > 0n ? `${minutes % 60n}m` : ''}${seconds}`;
}

function decimals(value: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(value % unit)
    .padStart(digits, '0')
    .slice(0, digits)
    .replace(/0+$/, '');
  return `${value / unit}${unit === 1n || fraction === '' ? '' : `.${fraction}`}`;
}

export const DURATION: GoType = definedType('time.Duration', INT64, {
  stringer: durationText,
  methods: {
    String: tell((value) => stringValue(durationText(value))),
    Nanoseconds: tell((value) => intValue(intData(value), INT64)),
    Microseconds: tell((value) => intValue(intData(value) / 1_000n, INT64)),
    Milliseconds: tell((value) => intValue(intData(value) / 1_000_000n, INT64)),
  },
});

Object.assign(TIME_METHODS, {
  Add: {
    params: [DURATION],
    call: (value, [duration]) => instantValue(epochNsOf(value) + intData(duration!)),
  },
  Sub: { params: [TIME], call: (value, [other]) => intValue(epochNsOf(value) - epochNsOf(other!), DURATION) },
} satisfies Record<string, GoMethod>);
