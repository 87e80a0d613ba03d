/** tbf's words: `rate 1mbit burst 10k latency 50ms` (iproute2: tc/q_tbf.c). */
import type { TbfSettings } from '../qdisc/tbf.ts';
import { notSupported } from './result.ts';
import { parseInteger, parseMicroseconds, parseSizeAndCell, parseTcRate, parseTcSize } from './tc-values.ts';
import type { TcWords } from './tc-words.ts';
import { isShortFor, refuseOption, TcRefusal } from './tc-words.ts';

const USAGE = `Usage: ... tbf limit BYTES burst BYTES[/BYTES] rate KBPS [ mtu BYTES[/BYTES] ]
	[ peakrate KBPS ] [ latency TIME ] [ overhead BYTES ] [ linklayer TYPE ]`;

const MICROSECONDS_PER_SECOND = 1e6;

interface TbfOptions {
  limit: number;
  latencyUs: number;
  burst: number;
  mtu: number;
  mpu: number;
  rate: number;
  peak: number;
  overhead: number;
}

type Reader = (words: TcWords, options: TbfOptions, word: string) => void;

/** Exact words, and those that may be abbreviated, in tc's order. */
const READERS: readonly [names: string, isExact: boolean, reader: Reader][] = [
  ['limit', false, readLimit],
  ['latency', false, readLatency],
  ['burst', false, readBurst],
  ['buffer', true, readBurst],
  ['maxburst', true, readBurst],
  ['mtu', true, readMtu],
  ['minburst', true, readMtu],
  ['mpu', true, readMpu],
  ['rate', true, readRate],
  ['peakrate', false, readPeak],
  ['overhead', false, readOverhead],
  ['linklayer', false, readLinkLayer],
];

/** Twin of tbf_parse_opt. */
export function readTbfOptions(words: TcWords): TbfSettings {
  const options: TbfOptions = {
    limit: 0,
    latencyUs: 0,
    burst: 0,
    mtu: 0,
    mpu: 0,
    rate: 0,
    peak: 0,
    overhead: 0,
  };
  while (!words.isAtEnd) {
    const word = words.next();
    const reader = READERS.find(([name, isExact]) => (isExact ? name === word : isShortFor(word, name)));
    if (reader !== undefined) reader[2](words, options, word);
    else if (word === 'help') refuseOption(USAGE);
    else refuseOption(`tbf: unknown parameter "${word}"\n${USAGE}`);
  }
  return settingsOf(options);
}

function legal<T>(value: T | undefined, key: string, text: string): T {
  return value ?? refuseOption(`tbf: illegal value for "${key}": "${text}"`);
}

/** A key that has a value by now is there twice. */
function once(value: number, key: string): void {
  if (value !== 0) refuseOption(`tbf: duplicate "${key}" specification`);
}

function readLimit(words: TcWords, options: TbfOptions): void {
  const text = words.value();
  once(options.limit, 'limit');
  if (options.latencyUs !== 0) refuseOption('tbf: specifying both "latency" and "limit" is not allowed');
  options.limit = legal(parseTcSize(text), 'limit', text);
}

function readLatency(words: TcWords, options: TbfOptions): void {
  const text = words.value();
  once(options.latencyUs, 'latency');
  if (options.limit !== 0) refuseOption('tbf: specifying both "limit" and "/latency" is not allowed');
  options.latencyUs = legal(parseMicroseconds(text), 'latency', text);
}

function readBurst(words: TcWords, options: TbfOptions, word: string): void {
  const text = words.value();
  once(options.burst, 'buffer/burst/maxburst');
  options.burst = legal(parseSizeAndCell(text), word, text);
}

function readMtu(words: TcWords, options: TbfOptions, word: string): void {
  const text = words.value();
  once(options.mtu, 'mtu/minburst');
  options.mtu = legal(parseSizeAndCell(text), word, text);
}

function readMpu(words: TcWords, options: TbfOptions): void {
  const text = words.value();
  once(options.mpu, 'mpu');
  options.mpu = legal(parseTcSize(text), 'mpu', text);
}

function readRate(words: TcWords, options: TbfOptions): void {
  const text = words.value();
  once(options.rate, 'rate');
  options.rate = legal(parseTcRate(text), 'rate', text);
}

function readPeak(words: TcWords, options: TbfOptions): void {
  const text = words.value();
  once(options.peak, 'peakrate');
  options.peak = legal(parseTcRate(text), 'peakrate', text);
}

function readOverhead(words: TcWords, options: TbfOptions): void {
  const text = words.value();
  once(options.overhead, 'overhead');
  options.overhead = legal(/^\d+$/.test(text) ? parseInteger(text, 0, 0xffff) : undefined, 'overhead', text);
}

/** Only Ethernet; ATM's cells are none of Dockwire's. */
function readLinkLayer(words: TcWords): void {
  const text = words.value();
  if (isShortFor(text, 'ethernet')) return;
  const isKnown = isShortFor(text, 'atm') || isShortFor(text, 'adsl');
  if (isKnown) throw new TcRefusal(notSupported(`tc tbf linklayer ${text}`, 'ethernet'));
  legal(undefined, 'linklayer', text);
}

function settingsOf(options: TbfOptions): TbfSettings {
  const mistakes: string[] = [];
  if (options.rate === 0) mistakes.push('tbf: the "rate" parameter is mandatory.');
  if (options.burst === 0) mistakes.push('tbf: the "burst" parameter is mandatory.');
  if (options.peak !== 0 && options.mtu === 0) {
    mistakes.push('tbf: when "peakrate" is specified, "mtu" must also be specified.');
  }
  if (options.limit === 0 && options.latencyUs === 0) {
    mistakes.push('tbf: either "limit" or "latency" is required.');
  }
  if (mistakes.length > 0) refuseOption([...mistakes, USAGE].join('\n'));
  return {
    rateBytesPerSecond: options.rate,
    burstBytes: options.burst,
    limitBytes: options.limit === 0 ? limitFor(options) : options.limit,
    peakBytesPerSecond: options.peak,
    mtuBytes: options.mtu,
    mpu: options.mpu,
    overhead: options.overhead,
  };
}

/** The bytes that the latency lets wait. */
function limitFor({ rate, latencyUs, burst, peak, mtu }: TbfOptions): number {
  const limit = (rate * latencyUs) / MICROSECONDS_PER_SECOND + burst;
  const peakLimit = peak === 0 ? Infinity : (peak * latencyUs) / MICROSECONDS_PER_SECOND + mtu;
  return Math.trunc(Math.min(limit, peakLimit));
}
