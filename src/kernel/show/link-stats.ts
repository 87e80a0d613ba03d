/** The counters of an interface as `ip -s` prints them (iproute2: ipaddress.c, print_stats64). */
import { LinkErrors } from '../dev/link-errors.ts';
import type { NetDevice } from '../netdev.ts';
import type { ShowOptions } from './options.ts';
import type { Printer } from './printer.ts';

/** Least widths of the columns: bytes, packets, errors, dropped, missed, multicast, compressed. */
const WIDTHS = [10, 7, 6, 7, 7, 7, 10];
/** Behind this many bytes the counters stand below their names. */
const LABEL_WIDTH = 4;

interface Row {
  readonly names: readonly string[];
  readonly values: readonly number[];
}

const NO_ERRORS = new LinkErrors();

function errorsOf(dev: NetDevice): LinkErrors {
  return dev.errors ?? NO_ERRORS;
}

/** Prints the two, with `-s -s` four, rows of a record. */
export function printLinkStats(printer: Printer, dev: NetDevice): void {
  if (printer.isJson) {
    printJsonStats(printer, dev);
    return;
  }
  const { options } = printer;
  const errors = errorsOf(dev);
  const received: Row = {
    names: ['bytes', 'packets', 'errors', 'dropped', 'missed', 'mcast'],
    values: [dev.rxBytes, dev.rxPackets, errors.rxErrors, dev.rxDropped, 0, dev.multicast],
  };
  const receiveErrors: Row = {
    names: ['length', 'crc', 'frame', 'fifo', 'overrun'],
    values: [errors.rxLengthErrors, 0, errors.rxFrameErrors, 0, 0],
  };
  const sent: Row = {
    names: ['bytes', 'packets', 'errors', 'dropped', 'carrier', 'collsns'],
    values: [dev.txBytes, dev.txPackets, errors.txErrors, dev.txDropped, errors.txCarrierErrors, errors.collisions],
  };
  const sendErrors: Row = {
    names: ['aborted', 'fifo', 'window', 'heartbt', 'transns'],
    values: [errors.txAbortedErrors, 0, 0, 0, dev.attributes.carrierChanges],
  };
  const isLong = options.statistics > 1;
  const widths = [...WIDTHS];
  if (options.humanBase === undefined || options.humanBase === 0) {
    widen(widths, received.values, 0);
    widen(widths, sent.values, 0);
    if (isLong) {
      widen(widths, receiveErrors.values, 1);
      widen(widths, sendErrors.values, 1);
    }
  }
  printRow(printer, 'RX', received, widths);
  if (isLong) printErrors(printer, 'RX', receiveErrors, widths);
  printer.lineEnd();
  printRow(printer, 'TX', sent, widths);
  if (isLong) printErrors(printer, 'TX', sendErrors, widths);
}

function widen(widths: number[], values: readonly number[], from: number): void {
  values.forEach((value, i) => {
    widths[from + i] = Math.max(widths[from + i]!, String(value).length);
  });
}

function printRow(printer: Printer, direction: string, row: Row, widths: readonly number[]): void {
  const names = row.names.map((name, i) => name.padStart(widths[i]! - (i === 0 ? LABEL_WIDTH : 0)));
  printer.text(`    ${direction}: ${names.join(' ')} ${' '.repeat(widths[row.names.length]!)}`);
  printer.lineEnd();
  printer.text(`    ${row.values.map((value, i) => formatCount(value, widths[i]!, printer.options)).join('')}`);
}

function printErrors(printer: Printer, direction: string, row: Row, widths: readonly number[]): void {
  printer.lineEnd();
  const names = row.names.map((name, i) => name.padStart(widths[i + 1]!));
  printer.text(`    ${direction} errors:${' '.repeat(widths[0]! - 10)} ${names.join(' ')}`);
  printer.lineEnd();
  const values = row.values.map((value, i) => formatCount(value, widths[i + 1]!, printer.options));
  printer.text(`${' '.repeat(widths[0]! + 5)}${values.join('')}`);
}

/** Twin of print_num: right-aligned, with a blank; three digits and a prefix where a person reads it. */
function formatCount(count: number, width: number, options: ShowOptions): string {
  const base = options.humanBase ?? 0;
  if (base === 0 || count < base) return `${String(count).padStart(width)} `;
  let power = base;
  let prefix = 0;
  while (count / base >= power && prefix < 'kMGTPE'.length - 1) {
    power *= base;
    prefix++;
  }
  let digits = 2;
  for (let limit = 10; digits > 0; digits--, limit *= 10) if (count / power < limit) break;
  const text = (count / power).toFixed(digits) + 'kMGTPE'.charAt(prefix) + (base === 1024 ? 'i' : '');
  return `${text.padStart(width)} `;
}

function printJsonStats(printer: Printer, dev: NetDevice): void {
  const isLong = printer.options.statistics > 1;
  const errors = errorsOf(dev);
  printer.openObject('stats64');
  printer.openObject('rx');
  printer.json('bytes', dev.rxBytes);
  printer.json('packets', dev.rxPackets);
  printer.json('errors', errors.rxErrors);
  printer.json('dropped', dev.rxDropped);
  printer.json('over_errors', 0);
  printer.json('multicast', dev.multicast);
  if (isLong) {
    printer.json('length_errors', errors.rxLengthErrors);
    printer.json('crc_errors', 0);
    printer.json('frame_errors', errors.rxFrameErrors);
    for (const key of ['fifo', 'missed']) printer.json(`${key}_errors`, 0);
  }
  printer.close();
  printer.openObject('tx');
  printer.json('bytes', dev.txBytes);
  printer.json('packets', dev.txPackets);
  printer.json('errors', errors.txErrors);
  printer.json('dropped', dev.txDropped);
  printer.json('carrier_errors', errors.txCarrierErrors);
  printer.json('collisions', errors.collisions);
  if (isLong) {
    printer.json('aborted_errors', errors.txAbortedErrors);
    for (const key of ['fifo', 'window', 'heartbeat']) printer.json(`${key}_errors`, 0);
    printer.json('carrier_changes', dev.attributes.carrierChanges);
  }
  printer.close();
  printer.close();
}
