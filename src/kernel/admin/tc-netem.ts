/**
 * netem's words: `delay 100ms 10ms 25% distribution normal loss 1%` (iproute2 6.1: tc/q_netem.c). A change leaves what
 * it does not name as the kernel leaves it (netem_change).
 */
import type { GilbertElliottLoss, FourStateLoss, LossModel, NetemSettings } from '../../link/netem-settings.ts';
import { ALWAYS, NETEM_LIMIT } from '../../link/netem-settings.ts';
import type { Distribution } from '../../link/netem-tables.ts';
import { distributionNamed, readSlot } from './tc-netem-slot.ts';
import {
  parseInteger,
  parseMicroseconds,
  parseNanoseconds,
  parsePercent,
  parseShare,
  parseTcRate,
  parseTcSize,
  ticksNs,
} from './tc-values.ts';
import type { TcWords } from './tc-words.ts';
import { isShortFor, refuseOption } from './tc-words.ts';

const USAGE = `Usage: ... netem [ limit PACKETS ]
                 [ delay TIME [ JITTER [CORRELATION]]]
                 [ distribution {uniform|normal|pareto|paretonormal} ]
                 [ corrupt PERCENT [CORRELATION]]
                 [ duplicate PERCENT [CORRELATION]]
                 [ loss random PERCENT [CORRELATION]]
                 [ loss state P13 [P31 [P32 [P23 P14]]]
                 [ loss gemodel PERCENT [R [1-H [1-K]]]
                 [ ecn ]
                 [ reorder PERCENT [CORRELATION] [ gap DISTANCE ]]
                 [ rate RATE [PACKETOVERHEAD] [CELLSIZE] [CELLOVERHEAD]]
                 [ slot MIN_DELAY [MAX_DELAY] [packets MAX_PACKETS] [bytes MAX_BYTES]]
                 [ slot distribution {uniform|normal|pareto|paretonormal|custom}
                   DELAY JITTER [packets MAX_PACKETS] [bytes MAX_BYTES]]`;

const U32_MAX = 0xffff_ffff;
const S32_MIN = -(2 ** 31);
const S32_MAX = 2 ** 31 - 1;

/** What a command line told of netem; what it did not name is undefined. */
export interface NetemOptions {
  limit: number;
  latencyNs: number;
  jitterNs: number;
  lossProbability: number;
  lossModel: FourStateLoss | GilbertElliottLoss | null;
  gap: number;
  duplicate: number;
  delayCorrelation: number;
  lossCorrelation: number;
  duplicateCorrelation: number;
  /** Some correlation was named, and with it all three of delay, loss and duplicate. */
  hasCorrelation: boolean;
  distribution?: Distribution;
  ecn?: true;
  reorder?: { probability: number; correlation: number };
  corrupt?: { probability: number; correlation: number };
  rate?: Pick<NetemSettings, 'rateBytesPerSecond' | 'packetOverhead' | 'cellSize' | 'cellOverhead'>;
  slot?: NonNullable<NetemSettings['slot']>;
}

export interface NetemWordsMode {
  /** Times to the nanosecond; tc 6.1 hands the kernel ticks of 64 ns. */
  readonly isExact: boolean;
}

type Reader = (words: TcWords, options: NetemOptions, mode: NetemWordsMode) => void;

/** In the order in which tc tries them on an abbreviation. */
const READERS: readonly [string, Reader][] = [
  ['limit', readLimit],
  ['latency', readDelay],
  ['delay', readDelay],
  ['loss', readLoss],
  ['drop', readLoss],
  ['ecn', (_, options) => void (options.ecn = true)],
  ['reorder', readReorder],
  ['corrupt', readCorrupt],
  ['gap', readGap],
  ['duplicate', readDuplicate],
  ['distribution', readDistribution],
  ['rate', readRate],
  ['slot', (words, options) => void (options.slot = readSlot(words))],
];

/** Twin of netem_parse_opt. */
export function readNetemOptions(words: TcWords, mode: NetemWordsMode): NetemOptions {
  const options: NetemOptions = {
    limit: NETEM_LIMIT,
    latencyNs: 0,
    jitterNs: 0,
    lossProbability: 0,
    lossModel: null,
    gap: 0,
    duplicate: 0,
    delayCorrelation: 0,
    lossCorrelation: 0,
    duplicateCorrelation: 0,
    hasCorrelation: false,
  };
  while (!words.isAtEnd) {
    const word = words.next();
    const reader = READERS.find(([name]) => isShortFor(word, name));
    if (reader !== undefined) reader[1](words, options, mode);
    else if (word === 'help') refuseOption(USAGE);
    else refuseOption(`What is "${word}"?\n${USAGE}`);
  }
  checkTogether(options);
  return options;
}

function checkTogether(options: NetemOptions): void {
  if ((options.reorder?.probability ?? 0) > 0) {
    if (options.latencyNs === 0) {
      refuseOption(`reordering not possible without specifying some delay\n${USAGE}`);
    }
    if (options.gap === 0) options.gap = 1;
  } else if (options.gap > 0) {
    refuseOption(`gap specified without reorder probability\n${USAGE}`);
  }
  if (options.ecn === true && options.lossProbability === 0 && options.lossModel === null) {
    refuseOption(`ecn requested without loss model\n${USAGE}`);
  }
  if (options.distribution !== undefined && (options.latencyNs === 0 || options.jitterNs === 0)) {
    refuseOption(`distribution specified but no latency and jitter values\n${USAGE}`);
  }
}

function legal(value: number | undefined, what: string): number {
  return value ?? refuseOption(`Illegal "${what}"`);
}

function readLimit(words: TcWords, options: NetemOptions): void {
  options.limit = legal(parseTcSize(words.value()), 'limit');
}

function readDelay(words: TcWords, options: NetemOptions, mode: NetemWordsMode): void {
  options.latencyNs = readTime(words.value(), mode);
  const jitter = words.number();
  if (jitter === undefined) return;
  options.jitterNs = readTime(jitter, mode);
  const correlation = words.number();
  if (correlation === undefined) return;
  options.hasCorrelation = true;
  options.delayCorrelation = legal(parsePercent(correlation), 'latency');
}

function readTime(text: string, mode: NetemWordsMode): number {
  if (mode.isExact) return legal(parseNanoseconds(text), 'latency');
  const microseconds = legal(parseMicroseconds(text), 'latency');
  return ticksNs(microseconds) ?? refuseOption(`Illegal ${microseconds} time (too large)\nIllegal "latency"`);
}

function readLoss(words: TcWords, options: NetemOptions): void {
  if (options.lossProbability > 0 || options.lossModel !== null) refuseOption('Illegal "duplicate loss argument\n"');
  const word = words.value();
  if (/^\d/.test(word)) readRandomLoss(words, options, word);
  else if (word === 'random') readRandomLoss(words, options, words.value());
  else if (word === 'state') options.lossModel = readStateLoss(words);
  else if (word === 'gemodel') options.lossModel = readGemodelLoss(words);
  else refuseOption(`Unknown loss parameter: ${word}`);
}

function readRandomLoss(words: TcWords, options: NetemOptions, ratio: string): void {
  options.lossProbability = legal(parsePercent(ratio), 'loss percent');
  const correlation = words.number();
  if (correlation === undefined) return;
  options.hasCorrelation = true;
  options.lossCorrelation = legal(parsePercent(correlation), 'loss correlation');
}

/** The next percentage, or what stands where there is none. */
function percentOr(words: TcWords, otherwise: number, what: string): number {
  const word = words.number();
  return word === undefined ? otherwise : legal(parsePercent(word), what);
}

function readStateLoss(words: TcWords): FourStateLoss {
  const share = legal(parseShare(words.value()), 'loss p13');
  return {
    kind: 'state',
    p13: Math.round(share * ALWAYS),
    p31: percentOr(words, Math.round((1 - share) * ALWAYS), 'loss p31'),
    p32: percentOr(words, 0, 'loss p32'),
    p23: percentOr(words, ALWAYS, 'loss p23'),
    p14: percentOr(words, 0, 'loss p14'),
  };
}

function readGemodelLoss(words: TcWords): GilbertElliottLoss {
  const share = legal(parseShare(words.value()), 'loss gemodel p');
  const r = percentOr(words, Math.round((1 - share) * ALWAYS), 'loss gemodel r');
  const oneMinusH = percentOr(words, ALWAYS, 'loss gemodel h');
  const oneMinusK = percentOr(words, 0, 'loss gemodel k');
  return { kind: 'gemodel', p: Math.round(share * ALWAYS), r, h: ALWAYS - oneMinusH, oneMinusK };
}

/** A probability, and a correlation where one follows. */
function probabilityAnd(words: TcWords, options: NetemOptions, what: string): NonNullable<NetemOptions['reorder']> {
  const probability = legal(parsePercent(words.value()), what);
  const correlation = words.number();
  if (correlation === undefined) return { probability, correlation: 0 };
  options.hasCorrelation = true;
  return { probability, correlation: legal(parsePercent(correlation), what) };
}

function readReorder(words: TcWords, options: NetemOptions): void {
  options.reorder = probabilityAnd(words, options, 'reorder');
}

function readCorrupt(words: TcWords, options: NetemOptions): void {
  options.corrupt = probabilityAnd(words, options, 'corrupt');
}

function readGap(words: TcWords, options: NetemOptions): void {
  options.gap = legal(parseInteger(words.value(), 0, U32_MAX), 'gap');
}

function readDuplicate(words: TcWords, options: NetemOptions): void {
  options.duplicate = legal(parsePercent(words.value()), 'duplicate');
  const correlation = words.number();
  // tc forgets to say that there is a correlation: it only counts beside another
  if (correlation !== undefined) options.duplicateCorrelation = legal(parsePercent(correlation), 'duplicate');
}

function readDistribution(words: TcWords, options: NetemOptions): void {
  options.distribution = distributionNamed(words.value());
}

function readRate(words: TcWords, options: NetemOptions): void {
  const text = words.value();
  const rateBytesPerSecond = legal(parseTcRate(text), 'rate');
  const overhead = words.signedNumber();
  const packetOverhead = overhead === undefined ? 0 : legal(parseInteger(overhead, S32_MIN, S32_MAX), 'rate');
  const cell = words.number();
  const cellSize = cell === undefined ? 0 : legal(parseInteger(cell, 0, U32_MAX), 'rate');
  const header = words.signedNumber();
  const cellOverhead = header === undefined ? 0 : legal(parseInteger(header, S32_MIN, S32_MAX), 'rate');
  options.rate = { rateBytesPerSecond, packetOverhead, cellSize, cellOverhead };
}

/** Twin of netem_change: what these options make of `before`. */
export function applyNetemOptions(before: NetemSettings, options: NetemOptions): NetemSettings {
  const { hasCorrelation, reorder, corrupt, rate, gap } = options;
  const lossBefore = before.loss.kind === 'random' ? before.loss.correlation : 0;
  const random: LossModel = {
    kind: 'random',
    probability: options.lossProbability,
    correlation: hasCorrelation ? options.lossCorrelation : lossBefore,
  };
  return {
    ...before,
    limit: options.limit,
    latencyNs: options.latencyNs,
    jitterNs: options.jitterNs,
    gap,
    duplicate: options.duplicate,
    loss: options.lossModel ?? random,
    ...(hasCorrelation && {
      delayCorrelation: options.delayCorrelation,
      duplicateCorrelation: options.duplicateCorrelation,
    }),
    distribution: options.distribution ?? before.distribution,
    ecn: options.ecn ?? before.ecn,
    ...(gap > 0 && { reorder: ALWAYS }),
    ...(reorder !== undefined && { reorder: reorder.probability, reorderCorrelation: reorder.correlation }),
    ...(corrupt !== undefined && { corrupt: corrupt.probability, corruptCorrelation: corrupt.correlation }),
    ...rate,
    slot: options.slot ?? before.slot,
  };
}
