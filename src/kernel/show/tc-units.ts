/** Times, sizes, rates and shares as tc prints them (iproute2: lib/utils.c, lib/json_print_math.c). */
import { ALWAYS } from '../../link/netem-settings.ts';

/** C's `%g` with so many significant digits. */
export function formatG(value: number, precision = 6): string {
  if (value === 0) return '0';
  const [mantissa = '', exponent = '0'] = value.toExponential(precision - 1).split('e');
  const power = Number(exponent);
  if (power < -4 || power >= precision) {
    const digits = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return `${digits}e${power < 0 ? '-' : '+'}${Math.abs(power).toString().padStart(2, '0')}`;
  }
  const text = value.toFixed(precision - 1 - power);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** `50ms` of a number of microseconds (sprint_time). */
export function formatMicroseconds(microseconds: number): string {
  if (microseconds >= 1e6) return `${formatG(microseconds / 1e6, 3)}s`;
  if (microseconds >= 1e3) return `${formatG(microseconds / 1e3, 3)}ms`;
  return `${Math.trunc(microseconds)}us`;
}

/** `50ms` of a number of nanoseconds (sprint_time64). */
export function formatNanoseconds(ns: number): string {
  if (ns >= 1e9) return `${formatG(ns / 1e9, 3)}s`;
  if (ns >= 1e6) return `${formatG(ns / 1e6, 3)}ms`;
  if (ns >= 1e3) return `${formatG(ns / 1e3, 3)}us`;
  return `${ns}ns`;
}

/** `10Kb` of a number of bytes (sprint_size). */
export function formatBytes(bytes: number): string {
  const [kilo, mega] = [1024, 1024 * 1024];
  const inMega = Math.round(bytes / mega);
  if (bytes >= mega && Math.abs(mega * inMega - bytes) < 1024) return `${formatG(inMega)}Mb`;
  const inKilo = Math.round(bytes / kilo);
  if (bytes >= kilo && Math.abs(kilo * inKilo - bytes) < 16) return `${formatG(inKilo)}Kb`;
  return `${bytes}b`;
}

const RATE_UNITS = ['', 'K', 'M', 'G', 'T'] as const;

/** `1Mbit` of a number of bytes per second (print_rate). */
export function formatTcRate(bytesPerSecond: number): string {
  let rate = bytesPerSecond * 8;
  let unit = 0;
  while (unit < RATE_UNITS.length - 1 && rate >= 1000 && (rate % 1000 === 0 || rate >= 1_000_000)) {
    rate = Math.floor(rate / 1000);
    unit++;
  }
  return `${rate}${RATE_UNITS[unit]}bit`;
}

/** `1%` of a share of 2^32 - 1. */
export function formatPercent(share: number): string {
  return `${formatG((100 * share) / ALWAYS)}%`;
}

/** `1:`, `1:2`, `root` of a class (print_tc_classid). */
export function formatClassId(classId: number): string {
  const [major, minor] = [Math.floor(classId / 0x1_0000), classId % 0x1_0000];
  if (major === 0) return classId === 0 ? 'none' : `:${minor.toString(16)}`;
  return `${major.toString(16)}:${minor === 0 ? '' : minor.toString(16)}`;
}
