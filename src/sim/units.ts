/**
 * Durations, rates and sizes: integer nanoseconds, bits per second and bytes, and their text in scenarios. Fractions
 * are read as decimal digits and scaled in integers, so that "1.1us" is 1100 and not a float's neighbour of it.
 */

export const NANOSECOND = 1;
export const MICROSECOND = 1_000;
export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ['ns', NANOSECOND],
  ['us', MICROSECOND],
  ['ms', MILLISECOND],
  ['s', SECOND],
  ['m', MINUTE],
  ['h', HOUR],
]);

const RATE_UNITS: ReadonlyMap<string, number> = new Map([
  ['bit', 1],
  ['kbit', 1_000],
  ['mbit', 1_000_000],
  ['gbit', 1_000_000_000],
]);

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['kB', 1_000],
  ['MB', 1_000_000],
]);

const QUANTITY = /^(\d+)(?:\.(\d+))? ?([a-z]+)$/i;
const RATE_SUFFIX = /(?:\/s|ps)$/i;

/** `digits[.fraction] unit` as a whole number of the smallest unit; undefined when it is not whole or not exact. */
function parseQuantity(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = QUANTITY.exec(text);
  if (match === null) return undefined;
  const unit = units.get(match[3]!);
  if (unit === undefined) return undefined;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  const scale = 10n ** BigInt(fraction.length);
  const scaled = BigInt(match[1]! + fraction) * BigInt(unit);
  if (scaled % scale !== 0n) return undefined;
  const value = Number(scaled / scale);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** `10us`, `1.5ms`, `2 h` as nanoseconds. A bare number is no duration, except `0`. */
export function parseDuration(text: string): number | undefined {
  return text === '0' ? 0 : parseQuantity(text, DURATION_UNITS);
}

/** `100kbit`, `1Gbit`, `2.5Gbit/s`, `10Mbps` as bits per second; upper and lower case are equal, thousands decimal. */
export function parseRate(text: string): number | undefined {
  const lower = text.toLowerCase();
  if (RATE_SUFFIX.test(lower)) return parseQuantity(lower.replace(RATE_SUFFIX, '').replace(/b$/, 'bit'), RATE_UNITS);
  return parseQuantity(lower, RATE_UNITS);
}

/** `64B`, `32kB`, `200MB` as bytes. */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text, SIZE_UNITS);
}

/** A duration in the largest unit in which it is at least 1, without trailing zeros: `0`, `20us`, `1.5ms`, `90s`. */
export function formatDuration(ns: number): string {
  const size = Math.abs(ns);
  if (size === 0) return '0';
  if (size >= MINUTE && size % HOUR === 0) return `${ns / HOUR}h`;
  if (size >= MINUTE && size % MINUTE === 0) return `${ns / MINUTE}m`;
  if (size >= SECOND) return `${decimal(ns, 9, 9)}s`;
  if (size >= MILLISECOND) return `${decimal(ns, 6, 6)}ms`;
  if (size >= MICROSECOND) return `${decimal(ns, 3, 3)}us`;
  return `${ns}ns`;
}

/** Seconds with exactly `digits` (0..9) decimals, cut and not rounded, as a clock shows them. */
export function formatSeconds(ns: number, digits: number): string {
  const sign = ns < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(ns) / SECOND);
  const rest = Math.abs(ns) - whole * SECOND;
  const decimals = rest.toString().padStart(9, '0').slice(0, digits);
  return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${decimals}`;
}

/** `value / 10^places` with at most `digits` decimals and no trailing zeros. */
function decimal(value: number, places: number, digits: number): string {
  const text = Math.abs(value)
    .toString()
    .padStart(places + 1, '0');
  const whole = text.slice(0, -places);
  const decimals = text.slice(-places).slice(0, digits).replace(/0+$/, '');
  return `${value < 0 ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}`;
}
