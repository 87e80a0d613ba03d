/** Rates and bursts of `-m hashlimit` as they are typed, kept and shown (libxt_hashlimit.c). */
import { refuse } from '../xt-error.ts';

/** XT_HASHLIMIT_SCALE_v2: the interval between two packets is kept in microseconds. */
const SCALE = 1_000_000;
/** Bytes are counted in pieces of 16 (XT_HASHLIMIT_BYTE_SHIFT). */
export const CHUNK_BYTES = 16;
const MAX_U32 = 0xffff_ffff;
const MAX_BURST = 1_000_000;
export const DEFAULT_BURST = 5;
/** After so long a table that counts bytes forgets: XT_HASHLIMIT_BYTE_EXPIRE and _BURST. */
export const BYTE_EXPIRE_SECONDS = 15;
export const BURST_EXPIRE_SECONDS = 60;

const UNITS: readonly (readonly [name: string, shown: string, seconds: number])[] = [
  ['second', 'sec', 1],
  ['minute', 'min', 60],
  ['hour', 'hour', 3600],
  ['day', 'day', 86_400],
];
const BYTE_UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ['mb', 1024 * 1024],
  ['kb', 1024],
  ['b', 1],
];

/** What is kept of a rate. */
export interface Rate {
  /** Microseconds between two packets, or 2^32 through pieces in a second. */
  readonly average: number;
  readonly isBytes: boolean;
  /** The unit of time in which it was typed. */
  readonly unitSeconds: number;
}

function costOf(bytes: number): number {
  return Math.floor(MAX_U32 / (Math.floor(bytes / CHUNK_BYTES) + 1));
}

/** Bytes in a second, as many as are kept (twin of cost_to_bytes). */
export function bytesOf(average: number): number {
  return (Math.floor(average === 0 ? MAX_U32 : MAX_U32 / average) - 1) * CHUNK_BYTES;
}

/** Twin of parse_bytes; undefined for what is no rate of bytes. */
function parseByteRate(text: string): Rate | undefined {
  const [, count = '', unit] = /^(\d+)(kb|mb|b)\/s/.exec(text) ?? [];
  if (Number(count) === 0) return undefined;
  const bytes = Number(count) * BYTE_UNITS.find(([name]) => name === unit)![1];
  return { average: costOf(bytes), isBytes: true, unitSeconds: BYTE_EXPIRE_SECONDS };
}

/** Twin of parse_rate. */
export function readRate(option: string, text: string): Rate {
  const bytes = parseByteRate(text);
  if (bytes !== undefined) return bytes;
  const slash = text.indexOf('/');
  const unit = slash < 0 ? 'second' : text.slice(slash + 1).toLowerCase();
  const count = Number(/^\s*\+?(\d+)/.exec(text)?.[1] ?? 0);
  const found = UNITS.find(([name]) => unit !== '' && name.startsWith(unit));
  if (found === undefined || count === 0) return refuse(`hashlimit: Bad value for "--${option}" option: "${text}"`);
  const average = Math.floor((SCALE * found[2]) / count);
  // The rate maps to infinity.
  if (average === 0) refuse(`Rate too fast "${text}"`);
  return { average, isBytes: false, unitSeconds: found[2] };
}

/** Twin of print_rate: in the largest unit in which the rate is nearly a whole number, and what that unit lasts. */
export function packetRate(average: number): readonly [text: string, unitSeconds: number] {
  let shown = UNITS.length - 1;
  for (let i = UNITS.length - 2; i >= 0; i--) {
    const scaled = UNITS[i]![2] * SCALE;
    if (average > scaled || Math.floor(scaled / average) < scaled % average) break;
    shown = i;
  }
  const [, name, seconds] = UNITS[shown]!;
  return [`${Math.floor((seconds * SCALE) / average)}/${name}`, seconds];
}

/** Twin of print_bytes' first half: in the largest unit in which it would be kept as the same number. */
export function byteRateText(average: number): string {
  const bytes = bytesOf(average);
  const fits = ([, size]: readonly [string, number]): boolean => {
    // The tool does this in 32 bits.
    const bytes32 = bytes % 2 ** 32;
    return bytes >= size && costOf(bytes32 - (bytes32 % size)) === average;
  };
  const [unit, size] = BYTE_UNITS.find(fits) ?? ['b', 1];
  return `${Math.floor(bytes / size)}${unit}/s`;
}

/** The other half: the burst in the largest unit, cut off. */
export function byteBurstText(bytes: number): string {
  const [unit, size] = BYTE_UNITS.find(([, each]) => bytes >= each) ?? ['b', 1];
  return `${Math.floor(bytes / size)}${unit}`;
}

export function refuseBurst(): never {
  return refuse(`bad value for option "--hashlimit-burst", or out of range (1-${MAX_BURST}).`);
}

/** Twin of parse_burst: a number, or one of bytes in a unit whose first letter decides. */
export function readBurst(text: string): number {
  const [, count = '', unit = ''] = /^\s*\+?(\d+)(.?)/.exec(text) ?? [];
  const value = Number(count);
  if (value < 1 || (unit === '' && value > MAX_BURST)) refuseBurst();
  return value * (unit === 'k' ? 1024 : unit === 'm' ? 1024 * 1024 : 1);
}

/** What is kept of a burst of packets. */
export function checkBurst(burst: number): void {
  if (burst > MAX_BURST) refuseBurst();
}

/** What is kept of a burst of bytes: how often the rate's seconds may be used in advance. */
export function byteBurst(burst: number, average: number): number {
  const bytes = bytesOf(average);
  if (burst < bytes) refuse(`burst cannot be smaller than ${bytes}b`);
  // The tool divides what fits 32 bits, and looks at all of it for what is left over.
  return Math.floor((burst % 2 ** 32) / bytes) + (burst % bytes === 0 ? 0 : 1);
}
