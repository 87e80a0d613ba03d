/**
 * Times, rates, sizes, percentages and handles as tc reads them (iproute2: lib/utils.c, tc/tc_util.c). Undefined stands
 * for what tc calls illegal.
 */
import { ALWAYS } from '../../link/netem-settings.ts';
import { PARENT_ROOT } from '../qdisc/qdisc.ts';

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;
const U32_LIMIT = 0x1_0000_0000;
const HANDLE_LIMIT = 0x1_0000;

interface Quantity {
  readonly value: number;
  /** What stands behind the number, in small letters. */
  readonly unit: string;
}

/** As strtod splits a word; a word that begins with no number is undefined. */
function quantity(text: string): Quantity | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  return { value: Number(match[0]), unit: text.slice(match[0].length).toLowerCase() };
}

const TIME_UNITS: Readonly<Record<string, number>> = {
  s: 1e9,
  sec: 1e9,
  secs: 1e9,
  ms: 1e6,
  msec: 1e6,
  msecs: 1e6,
  us: 1e3,
  usec: 1e3,
  usecs: 1e3,
};
const NANOSECOND_UNITS: Readonly<Record<string, number>> = { ns: 1, nsec: 1, nsecs: 1 };

/** Whole microseconds (get_time); a number alone is in microseconds. */
export function parseMicroseconds(text: string): number | undefined {
  const found = quantity(text);
  if (found === undefined || found.value < 0) return undefined;
  const factor = found.unit === '' ? 1e3 : TIME_UNITS[found.unit];
  if (factor === undefined) return undefined;
  // tc keeps 32 bits of it
  return Math.trunc((found.value * factor) / 1e3) % U32_LIMIT;
}

/** Whole nanoseconds (get_time64); a number alone is in nanoseconds. */
export function parseNanoseconds(text: string): number | undefined {
  const found = quantity(text);
  if (found === undefined || found.value < 0) return undefined;
  const factor = found.unit === '' ? 1 : (TIME_UNITS[found.unit] ?? NANOSECOND_UNITS[found.unit]);
  if (factor === undefined) return undefined;
  const ns = Math.trunc(Math.round(found.value * factor * 1e3) / 1e3);
  return Number.isSafeInteger(ns) ? ns : undefined;
}

/** The kernel's clock of schedulers ticks every 64 ns; tc counts 15.625 ticks to a microsecond. */
export const TICK_NS = 64;

/** Microseconds as a number of ticks, in nanoseconds: what netem gets; undefined beyond 32 bits (get_ticks). */
export function ticksNs(microseconds: number): number | undefined {
  const ticks = Math.trunc((microseconds * 1000) / TICK_NS);
  return ticks < U32_LIMIT ? ticks * TICK_NS : undefined;
}

/** A share of 2^32 - 1 (get_percent). */
export function parsePercent(text: string): number | undefined {
  const share = parseShare(text);
  return share === undefined ? undefined : Math.round(share * ALWAYS);
}

/** `1%` as 0.01 (parse_percent). */
export function parseShare(text: string): number | undefined {
  const found = quantity(text);
  if (found === undefined) return text === '%' || text === '' ? 0 : undefined;
  if (found.unit !== '' && found.unit !== '%') return undefined;
  const share = found.value / 100;
  return share > 1 || share < 0 ? undefined : share;
}

const RATE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  bit: 1,
  kibit: 1024,
  kbit: 1e3,
  mibit: 1024 ** 2,
  mbit: 1e6,
  gibit: 1024 ** 3,
  gbit: 1e9,
  tibit: 1024 ** 4,
  tbit: 1e12,
  bps: 8,
  kibps: 8 * 1024,
  kbps: 8e3,
  mibps: 8 * 1024 ** 2,
  mbps: 8e6,
  gibps: 8 * 1024 ** 3,
  gbps: 8e9,
  tibps: 8 * 1024 ** 4,
  tbps: 8e12,
};

/** Bytes per second (get_rate64): a number alone is in bits, `bps` is bytes. */
export function parseTcRate(text: string): number | undefined {
  const found = quantity(text);
  if (found === undefined || found.value < 0) return undefined;
  const factor = RATE_UNITS[found.unit];
  if (factor === undefined) return undefined;
  const bytes = Math.trunc((found.value * factor) / 8);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  kbit: 128,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  mbit: 1024 ** 2 / 8,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  gbit: 1024 ** 3 / 8,
};

/** Bytes, or a bare number (get_size). */
export function parseTcSize(text: string): number | undefined {
  const found = quantity(text);
  if (found === undefined || found.value < 0) return undefined;
  const factor = SIZE_UNITS[found.unit];
  if (factor === undefined) return undefined;
  const bytes = Math.trunc(found.value * factor);
  return bytes < U32_LIMIT ? bytes : undefined;
}

/** `10k/8`: a size; the cell behind the slash has to be a power of 2, and has no effect (get_size_and_cell). */
export function parseSizeAndCell(text: string): number | undefined {
  const [size = '', cell] = text.split('/');
  const cellBytes = cell === undefined ? 1 : (parseInteger(cell, 1, 2 ** 30) ?? 0);
  const isPowerOfTwo = cellBytes > 0 && (cellBytes & (cellBytes - 1)) === 0;
  return isPowerOfTwo ? parseTcSize(size) : undefined;
}

/** A whole number in decimals, 0x or 0 (get_s32, get_u32 with base 0). */
export function parseInteger(text: string, min: number, max: number): number | undefined {
  const [, sign = '', digits = ''] = /^([+-]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)$/.exec(text) ?? [];
  if (digits === '') return undefined;
  const size = /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits);
  const value = sign === '-' ? -size : size;
  return value >= min && value <= max ? value : undefined;
}

/** `1:`, `1`, `ffff:` as a handle with its major number (get_qdisc_handle). */
export function parseHandle(text: string): number | undefined {
  if (text === 'none') return 0;
  const match = /^(?:0x)?([\da-f]+)(?::.*)?$/i.exec(text);
  const major = match === null ? HANDLE_LIMIT : parseInt(match[1]!, 16);
  return major < HANDLE_LIMIT ? major * HANDLE_LIMIT : undefined;
}

/** `root`, `1:2`, `:2`, `1:` (get_tc_classid). */
export function parseClassId(text: string): number | undefined {
  if (text === 'root') return PARENT_ROOT;
  if (text === 'none') return 0;
  const plain = /^(?:0x)?([\da-f]+)$/i.exec(text);
  if (plain !== null) return parseInt(plain[1]!, 16) % U32_LIMIT;
  const match = /^(?:0x)?([\da-f]*):(?:0x)?([\da-f]*)$/i.exec(text);
  if (match === null) return undefined;
  const [major, minor] = [parseInt(match[1] || '0', 16), parseInt(match[2] || '0', 16)];
  return major < HANDLE_LIMIT && minor < HANDLE_LIMIT ? major * HANDLE_LIMIT + minor : undefined;
}
