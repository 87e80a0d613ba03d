/** netem's settings as `tc qdisc show` prints them (iproute2 6.1: netem_print_opt). */
import type { LossModel, NetemSettings } from '../../link/netem-settings.ts';
import { ALWAYS } from '../../link/netem-settings.ts';
import { TICK_NS } from '../admin/tc-values.ts';
import { JsonNumber } from './json.ts';
import type { Printer } from './printer.ts';
import { formatG, formatMicroseconds, formatNanoseconds, formatPercent, formatTcRate } from './tc-units.ts';

/** tc reckons in whole microseconds of 15.625 ticks. */
function microsecondsOf(ns: number): number {
  return Math.trunc((Math.floor(ns / TICK_NS) * TICK_NS) / 1000);
}

function float(value: number): JsonNumber {
  return new JsonNumber(formatG(value));
}

export function printNetem(printer: Printer, settings: NetemSettings): void {
  printer.field('limit', settings.limit, `limit ${settings.limit}`);
  printDelay(printer, settings);
  printLoss(printer, settings.loss);
  if (settings.duplicate > 0) {
    printShare(printer, 'duplicate', settings.duplicate, settings.duplicateCorrelation);
  }
  if (settings.reorder > 0 && settings.gap > 0) {
    printShare(printer, 'reorder', settings.reorder, settings.reorderCorrelation);
  }
  if (settings.corrupt > 0) printShare(printer, 'corrupt', settings.corrupt, settings.corruptCorrelation);
  printRate(printer, settings);
  printSlot(printer, settings);
  printer.field('ecn', settings.ecn, settings.ecn ? ' ecn ' : '');
  printer.field('gap', settings.gap, settings.gap > 0 ? ` gap ${settings.gap}` : '');
}

function printDelay(printer: Printer, { latencyNs, jitterNs, delayCorrelation }: NetemSettings): void {
  if (latencyNs === 0) return;
  printer.openObject('delay');
  const [latency, jitter] = [microsecondsOf(latencyNs), microsecondsOf(jitterNs)];
  printer.field('delay', float(latency / 1e6), ` delay ${formatMicroseconds(latency)}`);
  printer.field('jitter', float(jitter / 1e6), jitterNs > 0 ? `  ${formatMicroseconds(jitter)}` : '');
  printCorrelation(printer, delayCorrelation, jitterNs > 0 && delayCorrelation > 0);
  printer.close();
}

function printCorrelation(printer: Printer, correlation: number, isShown: boolean): void {
  printer.field('correlation', float(correlation / ALWAYS), isShown ? ` ${formatPercent(correlation)}` : '');
}

/** An object of one probability and its correlation; `key` is what the JSON calls the object. */
function printShare(printer: Printer, name: string, share: number, correlation: number, key = name): void {
  printer.openObject(key);
  printer.field(name, float(share / ALWAYS), ` ${name} ${formatPercent(share)}`);
  printCorrelation(printer, correlation, correlation > 0);
  printer.close();
}

function printLoss(printer: Printer, loss: LossModel): void {
  if (loss.kind === 'random') {
    if (loss.probability > 0) printShare(printer, 'loss', loss.probability, loss.correlation, 'loss-random');
    return;
  }
  const shares: [string, number][] =
    loss.kind === 'state'
      ? [
          ['p13', loss.p13],
          ['p31', loss.p31],
          ['p32', loss.p32],
          ['p23', loss.p23],
          ['p14', loss.p14],
        ]
      : [
          ['p', loss.p],
          ['r', loss.r],
          ['1-h', ALWAYS - loss.h],
          ['1-k', loss.oneMinusK],
        ];
  printer.openObject(`loss-${loss.kind}`);
  printer.text(` loss ${loss.kind}`);
  for (const [name, share] of shares) printer.field(name, float(share / ALWAYS), ` ${name} ${formatPercent(share)}`);
  printer.close();
}

function printRate(printer: Printer, settings: NetemSettings): void {
  const { rateBytesPerSecond, packetOverhead, cellSize, cellOverhead } = settings;
  if (rateBytesPerSecond === 0) return;
  printer.openObject('rate');
  printer.field('rate', rateBytesPerSecond, ` rate ${formatTcRate(rateBytesPerSecond)}`);
  const optional = (name: string, value: number): void => {
    printer.field(name, value, value === 0 ? '' : ` ${name} ${value}`);
  };
  optional('packetoverhead', packetOverhead);
  optional('cellsize', cellSize);
  optional('celloverhead', cellOverhead);
  printer.close();
}

function printSlot(printer: Printer, { slot }: NetemSettings): void {
  if (slot === null) return;
  printer.openObject('slot');
  const time = (key: string, label: string, ns: number): void => {
    printer.field(key, float(ns / 1e9), `${label} ${formatNanoseconds(ns)}`);
  };
  if (slot.distribution !== null) {
    time('distribution', ' slot distribution', slot.distDelayNs);
    time('jitter', '', slot.distJitterNs);
  } else {
    time('min-delay', ' slot', slot.minDelayNs);
    time('max-delay', '', slot.maxDelayNs);
  }
  const { maxPackets, maxBytes } = slot;
  printer.field('packets', maxPackets, maxPackets === 0 ? '' : ` packets ${maxPackets}`);
  printer.field('bytes', maxBytes, maxBytes === 0 ? '' : ` bytes ${maxBytes}`);
  printer.close();
}
