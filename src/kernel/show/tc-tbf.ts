/** tbf's settings as `tc qdisc show` prints them (iproute2 6.1: tbf_print_opt). */
import { TICK_NS } from '../admin/tc-values.ts';
import type { Tbf } from '../qdisc/tbf.ts';
import type { Printer } from './printer.ts';
import { formatBytes, formatMicroseconds, formatTcRate } from './tc-units.ts';

const MICROSECONDS_PER_SECOND = 1e6;

/** Microseconds of the ticks in which the kernel tells a bucket's depth (tc_core_tick2time). */
function bucketUs(ns: number): number {
  return Math.trunc((Math.floor(ns / TICK_NS) * TICK_NS) / 1000);
}

/** The bytes that a rate sends in that time (tc_calc_xmitsize). */
function bytesOf(rate: number, ns: number): number {
  return Math.trunc((rate * bucketUs(ns)) / MICROSECONDS_PER_SECOND);
}

export function printTbf(printer: Printer, tbf: Tbf, isRaw: boolean): void {
  const { rateBytesPerSecond: rate, peakBytesPerSecond: peak, limitBytes, overhead } = tbf.settings;
  printer.field('rate', rate, `rate ${formatTcRate(rate)} `);
  printBucket(printer, 'burst', 'burst', bytesOf(rate, tbf.bufferNs));
  if (isRaw) printRaw(printer, 'burst_raw', tbf.bufferNs);
  if (peak > 0) {
    printer.text(`peakrate ${formatTcRate(peak)} `);
    printBucket(printer, 'mtu', 'minburst', bytesOf(peak, tbf.mtuNs));
    if (isRaw) printRaw(printer, 'mtu_raw', tbf.mtuNs);
  }
  const latency = Math.max(
    (MICROSECONDS_PER_SECOND * limitBytes) / rate - bucketUs(tbf.bufferNs),
    peak === 0 ? -Infinity : (MICROSECONDS_PER_SECOND * limitBytes) / peak - bucketUs(tbf.mtuNs),
  );
  if (latency >= 0) {
    printer.field('lat', Math.trunc(latency), `lat ${formatMicroseconds(Math.trunc(latency))} `);
  }
  if (isRaw || latency < 0) printer.field('limit', limitBytes, `limit ${formatBytes(limitBytes)} `);
  if (overhead > 0) printer.field('overhead', overhead, `overhead ${overhead} `);
  if (printer.options.details) printer.field('linklayer', 'ethernet', 'linklayer ethernet ');
}

/** With details the cell of the table and the least packet are shown, which the kernel has forgotten. */
function printBucket(printer: Printer, detailed: string, plain: string, bytes: number): void {
  if (!printer.options.details) {
    printer.field(plain, bytes, `${plain} ${formatBytes(bytes)} `);
    return;
  }
  const text = `${formatBytes(bytes)}/1`;
  printer.field(detailed, text, `${detailed} ${text} `);
  printer.field('mpu', 0, 'mpu 0b ');
}

function printRaw(printer: Printer, key: string, ns: number): void {
  const ticks = Math.floor(ns / TICK_NS).toString(16);
  printer.field(key, `0x${ticks}`, `[${ticks.padStart(8, '0')}] `);
}
