/** Amounts, rates and times as wget words them (its utils.c and retr.c). */
import { SECOND } from '../../sim/units.ts';

/** Half of what the clock can tell apart stands for no time at all. */
const HALF_TICK_SECONDS = 0.5e-9;
const KIBI = 1024;
const RATE_NAMES = ['B/s', 'KB/s', 'MB/s', 'GB/s'];
const ETA_SECONDS_MAX = 100;
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400] as const;

/** Bytes a second in a unit: 0 for single ones, then by 1024 (calc_rate). */
function rateOf(bytes: number, durationNs: number): { readonly rate: number; readonly unit: number } {
  let rate = bytes / (durationNs === 0 ? HALF_TICK_SECONDS : durationNs / SECOND);
  let unit = 0;
  for (; unit < RATE_NAMES.length - 1 && rate >= KIBI; unit++) rate /= KIBI;
  return { rate, unit };
}

function rateDigits(rate: number): string {
  if (rate >= 99.95) return rate.toFixed(0);
  return rate.toFixed(rate >= 9.995 ? 1 : 2);
}

/** `1.75 MB/s` */
export function rateText(bytes: number, durationNs: number): string {
  const { rate, unit } = rateOf(bytes, durationNs);
  return `${rateDigits(rate)} ${RATE_NAMES[unit]!}`;
}

/** `1.75M`, as a row of dots ends. */
export function rowRateText(bytes: number, durationNs: number): string {
  const { rate, unit } = rateOf(bytes, durationNs);
  return rateDigits(rate).padStart(4) + ' KMG'[unit]!;
}

/** `195K`: below 1024 the number itself (human_readable). */
export function amountText(bytes: number): string {
  if (bytes < KIBI) return String(bytes);
  let value = bytes;
  for (const unit of 'KMGT') {
    if (value < KIBI * KIBI || unit === 'T') {
      const shown = value / KIBI;
      return shown.toFixed(shown < 10 ? 1 : 0) + unit;
    }
    value = Math.floor(value / KIBI);
  }
  return String(bytes);
}

/** Few digits for any number (print_decimal). */
export function decimalText(value: number): string {
  if (value >= 9.95) return value.toFixed(0);
  if (value >= 0.95) return value.toFixed(1);
  if (value >= 0.001) return String(Number(value.toPrecision(1)));
  return value >= 0.0005 ? value.toFixed(3) : '0';
}

/** `1m5s` (eta_to_human_short, condensed). */
export function etaText(seconds: number): string {
  const whole = (unit: number): number => Math.floor(seconds / unit);
  if (seconds < ETA_SECONDS_MAX) return `${seconds}s`;
  if (seconds < ETA_SECONDS_MAX * MINUTE) return `${whole(MINUTE)}m${seconds % MINUTE}s`;
  if (seconds < 2 * DAY) return `${whole(HOUR)}h${Math.floor((seconds % HOUR) / MINUTE)}m`;
  if (seconds < ETA_SECONDS_MAX * DAY) return `${whole(DAY)}d${Math.floor((seconds % DAY) / HOUR)}h`;
  return `${whole(DAY)}d`;
}

/** `1m 5s`, or a fraction of a minute (secs_to_human_time). */
export function spanText(durationNs: number): string {
  const exact = durationNs / SECOND;
  const seconds = Math.floor(exact + 0.5);
  const [days, hours, minutes] = [seconds / DAY, (seconds % DAY) / HOUR, (seconds % HOUR) / MINUTE].map(Math.floor);
  if (days! > 0) return `${days}d ${hours}h ${minutes}m ${seconds % MINUTE}s`;
  if (hours! > 0) return `${hours}h ${minutes}m ${seconds % MINUTE}s`;
  return minutes! > 0 ? `${minutes}m ${seconds % MINUTE}s` : `${decimalText(exact)}s`;
}
