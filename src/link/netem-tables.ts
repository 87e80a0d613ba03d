/**
 * The distributions of netem's jitter: tables of the inverse cumulative distribution function, 4,096 values in units
 * of 1/8192 of the jitter, as `tc` hands them to the kernel (iproute2: netem/*.c). A table is made when it is first
 * asked for, by basic arithmetic alone, so that it is the same on every machine.
 */
import { assert } from '../base/assert.ts';

/** NETEM_DIST_SCALE: what stands for one jitter in a table. */
export const DIST_SCALE = 8192;
const TABLE_LENGTH = 4096;
const TABLE_MAX = 32_767;
const TABLE_MIN = -32_768;

export const DISTRIBUTIONS = ['normal', 'pareto', 'paretonormal'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];

const tables = new Map<Distribution, Int16Array>();

/** The table of a distribution; nobody may write into it. */
export function distributionTable(name: Distribution): Int16Array {
  let table = tables.get(name);
  if (table === undefined) {
    table = MAKERS[name]();
    assert(table.length === TABLE_LENGTH, 'a table of netem has 4,096 values');
    tables.set(name, table);
  }
  return table;
}

const MAKERS: Readonly<Record<Distribution, () => Int16Array>> = {
  normal: () => Int16Array.from(normalValues(), clamped),
  pareto: () => Int16Array.from({ length: TABLE_LENGTH }, (_, i) => paretoValue(i)),
  paretonormal: () =>
    Int16Array.from(normalValues(), (normal, i) => clamped(Math.trunc((normal + 3 * paretoValue(i)) / 4))),
};

function clamped(value: number): number {
  return Math.min(Math.max(value, TABLE_MIN), TABLE_MAX);
}

/** Of Pareto's distribution with the exponent 3, moved to the mean 0: (u^(-1/3) - 3/2) * 4/3. */
function paretoValue(i: number): number {
  const share = (65_536 - 16 * i) / 65_536;
  const value = (1 / cubeRoot(share) - 1.5) * (4 / 3) * DIST_SCALE;
  return Math.min(roundHalfEven(value), TABLE_MAX);
}

/** Newton's method; 0 < value <= 1. */
function cubeRoot(value: number): number {
  let root = 1;
  for (let previous = 2; root < previous;) {
    previous = root;
    root = (2 * root + value / (root * root)) / 3;
  }
  return root;
}

/**
 * The table's value number i stands for the largest x of a grid (20,000 points to one standard deviation) whose
 * cumulative probability rounds to 4i / 16384.
 */
function normalValues(): number[] {
  const values: number[] = [];
  let x = -4;
  for (let i = 0; i < TABLE_LENGTH; i++) {
    x = inverseNormal((4 * i + 0.5) / 16_384, x);
    const gridPoint = Math.floor((x + 10) * 20_000);
    values.push(roundHalfEven((gridPoint / 20_000 - 10) * DIST_SCALE));
  }
  return values;
}

/** Where the cumulative normal distribution is `probability`; Newton's method, from a guess nearby. */
function inverseNormal(probability: number, guess: number): number {
  let x = guess;
  for (let i = 0; i < 50; i++) {
    const density = normalDensity(x);
    const step = (0.5 + density * oddSeries(x) - probability) / density;
    x -= step;
    if (Math.abs(step) < 1e-13) break;
  }
  return x;
}

/** x + x^3/3 + x^5/(3*5) + x^7/(3*5*7) …: times the density, the probability between 0 and x. */
function oddSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > Math.abs(sum) * 1e-17; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return sum;
}

const SQRT_TWO_PI = 2.5066282746310002;

/** exp(-x^2/2) / sqrt(2 pi), the power of e by its series at a 256th of the exponent and eight squarings. */
function normalDensity(x: number): number {
  const exponent = (x * x) / 2 / 256;
  let term = 1;
  let sum = 1;
  for (let n = 1; term > 1e-18; n++) {
    term *= exponent / n;
    sum += term;
  }
  for (let i = 0; i < 8; i++) sum *= sum;
  return 1 / (sum * SQRT_TWO_PI);
}

/** C's rint(). */
function roundHalfEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}
