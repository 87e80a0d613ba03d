/**
 * What netem does to many frames, against the exact model of each knob: computed from its formula or chain, or by a
 * plain simulation with another generator.
 */
import assert from 'node:assert/strict';
import type { NetemSettings } from '../../src/link/netem-settings.ts';
import { DISTRIBUTIONS, distributionTable } from '../../src/link/netem-tables.ts';
import { EFFORT } from '../kernel/kit.ts';
import { burstLengths, gemodel, NetemLane, percent, randomLoss, ratioBound, stateModel } from './netem-kit.ts';

const MS = 1_000_000;
/** A million frames at the effort with which issues name their figures. */
const COUNT = 50_000 * EFFORT;
const UNBOUND = 2 ** 31;

function pass(settings: Partial<NetemSettings>, count = COUNT): NetemLane {
  return new NetemLane({ limit: UNBOUND, ...settings }).pass(count, MS, 60);
}

function assertRatio(found: number, expected: number, count: number, what: string): void {
  const bound = ratioBound(expected, count);
  assert.ok(Math.abs(found - expected) <= bound, `${what}: ${found}, expected ${expected} ± ${bound}`);
}

/** Of the draws of a generator with memory, the share that is at most `threshold`; xorshift and doubles. */
function correlatedShare(threshold: number, correlation: number): number {
  let [state, last, hits] = [0x2545f491, 0.5, 0];
  const count = 4_000_000;
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    last = ((state >>> 0) / 2 ** 32) * (1 - correlation) + last * correlation;
    if (last <= threshold) hits++;
  }
  return hits / count;
}

/** Neighbours that are drawn towards each other make a ratio less certain, by (1 + rho) / (1 - rho) at most. */
function assertCorrelatedRatio(found: number, threshold: number, correlation: number, what: string): void {
  const expected = correlatedShare(threshold, correlation);
  const widening = Math.sqrt((1 + correlation) / (1 - correlation));
  const bound = ratioBound(expected, COUNT) * widening + ratioBound(expected, 4_000_000) * widening;
  assert.ok(Math.abs(found - expected) <= bound, `${what}: ${found}, expected ${expected} ± ${bound}`);
}

/** Where 99.9 % of a chi-square with so many degrees of freedom lie below (Wilson and Hilferty). */
function chiSquareBound(degrees: number): number {
  const part = 2 / (9 * degrees);
  return degrees * (1 - part + 3.09 * Math.sqrt(part)) ** 3;
}

/** Compares counted lengths with their probabilities; rare ones are taken together. */
function assertLengths(lengths: ReadonlyMap<number, number>, probabilityOf: (length: number) => number): void {
  const total = [...lengths.values()].reduce((sum, n) => sum + n, 0);
  let [statistic, bins, restCount, restShare] = [0, 0, total, 1];
  const add = (count: number, share: number): void => {
    statistic += (count - share * total) ** 2 / (share * total);
    bins++;
  };
  for (let length = 1; restShare * total > 10 && probabilityOf(length) * total > 5; length++) {
    const share = probabilityOf(length);
    const count = lengths.get(length) ?? 0;
    if ((restShare - share) * total < 5) break;
    add(count, share);
    restCount -= count;
    restShare -= share;
  }
  add(restCount, restShare);
  assert.ok(bins > 3, 'the lengths differ');
  assert.ok(statistic < chiSquareBound(bins - 1), `chi-square ${statistic} with ${bins - 1} degrees of freedom`);
}

type Matrix = readonly (readonly number[])[];

function times(vector: readonly number[], matrix: Matrix): number[] {
  return matrix[0]!.map((_, to) => vector.reduce((sum, share, from) => sum + share * matrix[from]![to]!, 0));
}

const total = (vector: readonly number[]): number => vector.reduce((sum, share) => sum + share, 0);

/** Chance of a step, by where it starts and ends, in which the frame is lost, and in which it passes. */
interface Chain {
  readonly lost: Matrix;
  readonly passed: Matrix;
}

/** The share of lost frames of a chain in its steady state, and the chance of each length of a run of them. */
function solve({ lost, passed }: Chain): { ratio: number; lengthShare: (length: number) => number } {
  const both = lost.map((row, from) => row.map((share, to) => share + passed[from]![to]!));
  let steady: number[] = both.map((_, i) => (i === 0 ? 1 : 0));
  for (let i = 0; i < 20_000; i++) steady = times(steady, both);
  const ratio = total(times(steady, lost));
  const begin = times(steady, passed);
  const starts = total(times(begin, lost));
  const lengthShare = (length: number): number => {
    let at = begin;
    for (let i = 0; i < length; i++) at = times(at, lost);
    return total(times(at, passed)) / starts;
  };
  return { ratio, lengthShare };
}

/** Gilbert and Elliott, states good and bad: a frame is judged by the state that it finds. */
function gemodelChain(p: number, r: number, oneMinusH: number, oneMinusK: number): Chain {
  const steps = [
    [1 - p, p],
    [r, 1 - r],
  ];
  const losses = [oneMinusK, oneMinusH];
  return {
    lost: steps.map((row, from) => row.map((share) => share * losses[from]!)),
    passed: steps.map((row, from) => row.map((share) => share * (1 - losses[from]!))),
  };
}

/** States 1 and 2 pass, 3 and 4 lose, and a frame is judged by the state that it leads to. */
function stateChain(p13: number, p31: number, p32: number, p23: number, p14: number): Chain {
  const steps = [
    [1 - p13 - p14, 0, p13, p14],
    [0, 1 - p23, p23, 0],
    [p31, p32, 1 - p31 - p32, 0],
    [1, 0, 0, 0],
  ];
  return {
    lost: steps.map((row) => row.map((share, to) => (to >= 2 ? share : 0))),
    passed: steps.map((row) => row.map((share, to) => (to < 2 ? share : 0))),
  };
}

describe('link: netem statistics', () => {
  for (const distribution of [null, ...DISTRIBUTIONS]) {
    it(`delays by the mean, ${distribution ?? 'uniform'}`, () => {
      const lane = pass({ latencyNs: 50 * MS, jitterNs: 10 * MS, distribution });
      const mean = lane.sent.reduce((sum, each) => sum + each.leftNs - each.enteredNs, 0) / COUNT;
      const table = distribution === null ? null : distributionTable(distribution);
      const bias = table === null ? 0 : (table.reduce((sum, value) => sum + value, 0) / 4096 / 8192) * 10 * MS;
      // 0.1 % for a million frames, and what chance gives fewer
      const bound = Math.max(0.001 * 50 * MS, (3.29 * 12 * MS) / Math.sqrt(COUNT));
      assert.ok(Math.abs(mean - 50 * MS - bias) < bound, `the mean is ${mean / MS} ms`);
    });

    it(`delays in the shape of ${distribution ?? 'uniform'}`, () => {
      const lane = pass({ latencyNs: 500 * MS, jitterNs: 10 * MS, distribution });
      const delays = lane.sent.map((each) => (each.leftNs - each.enteredNs - 500 * MS) / (10 * MS));
      const points = [-0.7, -0.5, -0.3, 0, 0.2, 0.5, 0.8, ...(distribution === null ? [] : [1, 1.5, 2, 2.5])];
      for (const point of points) {
        const share = delays.filter((delay) => delay <= point).length / COUNT;
        assertRatio(share, cumulative(distribution, point), COUNT, `up to ${point} jitters`);
      }
    });
  }

  it('shows no correlation of delays, as the recording of Linux shows none: only remainders of the draws count', () => {
    for (const distribution of [null, 'normal'] as const) {
      const knobs = { latencyNs: 500 * MS, jitterNs: 10 * MS, delayCorrelation: percent(50), distribution };
      const delays = pass(knobs).sent.map((each) => each.leftNs - each.enteredNs);
      assert.ok(Math.abs(autocorrelation(delays)) < 3.29 / Math.sqrt(COUNT));
    }
  });

  it('loses by the ratio', () => {
    for (const ratio of [0.01, 0.1, 0.5]) {
      assertRatio(pass({ loss: randomLoss(ratio * 100) }).lost.length / COUNT, ratio, COUNT, `loss ${ratio}`);
    }
  });

  it('shifts a correlated ratio as Linux does: 10 % with 25 % loses 1.8 %', () => {
    const ratios: [number, number][] = [
      [0.1, 0.25],
      [0.3, 0.25],
      [0.5, 0.5],
    ];
    for (const [ratio, correlation] of ratios) {
      const lost = pass({ loss: randomLoss(ratio * 100, correlation * 100) }).lost.length;
      assertCorrelatedRatio(lost / COUNT, ratio, correlation, `loss ${ratio} ${correlation}`);
    }
    assert.ok(Math.abs(correlatedShare(0.1, 0.25) - 0.018) < 0.001);
  });

  it('duplicates, corrupts and reorders by the ratio, correlated or not', () => {
    for (const correlation of [0, 0.25]) {
      const more = { correlation: percent(correlation * 100) };
      const duplicated = pass({ duplicate: percent(20), duplicateCorrelation: more.correlation });
      assertCorrelatedRatio(duplicated.duplicated / COUNT, 0.2, correlation, 'duplicate');
      assert.equal(duplicated.sent.length, COUNT + duplicated.duplicated);
      const corrupted = pass({ corrupt: percent(20), corruptCorrelation: more.correlation });
      assertCorrelatedRatio(corrupted.corrupted / COUNT, 0.2, correlation, 'corrupt');
      const reordered = pass({ latencyNs: MS, reorder: percent(25), reorderCorrelation: more.correlation, gap: 1 });
      assertCorrelatedRatio(reordered.overtaking / COUNT, 0.25, correlation, 'reorder');
    }
  });

  const gemodels: [number, number, number, number][] = [
    [1, 10, 70, 0.1],
    [2, 20, 100, 0],
    [5, 30, 50, 1],
  ];
  for (const [p, r, oneMinusH, oneMinusK] of gemodels) {
    it(`loses in bursts by Gilbert and Elliott: ${p}% ${r}% ${oneMinusH}% ${oneMinusK}%`, () => {
      const { ratio, lengthShare } = solve(gemodelChain(p / 100, r / 100, oneMinusH / 100, oneMinusK / 100));
      const pattern = pass({ loss: gemodel(p, r, oneMinusH, oneMinusK) }).lossPattern();
      assertBursts(pattern, ratio, lengthShare);
    });
  }

  const states: [number, number, number, number, number][] = [
    [2, 20, 0, 100, 0],
    [3, 25, 30, 40, 1],
    [10, 50, 20, 60, 5],
  ];
  for (const [p13, p31, p32, p23, p14] of states) {
    it(`loses in bursts by four states: ${p13}% ${p31}% ${p32}% ${p23}% ${p14}%`, () => {
      const [a, b, c, d, e] = [p13 / 100, p31 / 100, p32 / 100, p23 / 100, p14 / 100];
      const { ratio, lengthShare } = solve(stateChain(a, b, c, d, e));
      const pattern = pass({ loss: stateModel(p13, p31, p32, p23, p14) }).lossPattern();
      assertBursts(pattern, ratio, lengthShare);
    });
  }

  it('passes its rate at a delay of 100 ms', () => {
    const count = 2000 * EFFORT;
    const lane = new NetemLane({ limit: 400, latencyNs: 100 * MS, rateBytesPerSecond: 1_250_000 });
    lane.pass(count, 1_000_000, 1500);
    const [first, last] = [lane.sent[0]!, lane.sent.at(-1)!];
    const bytesPerSecond = ((lane.sent.length - 1) * 1500 * 1e9) / (last.leftNs - first.leftNs);
    assert.ok(Math.abs(bytesPerSecond / 1_250_000 - 1) < 0.01, `${bytesPerSecond} bytes per second`);
    assert.ok(lane.overflown.length > 0, 'more was offered than passes');
  });
});

/** The ratio by the number of bursts, which are independent of each other, and their lengths by chi-square. */
function assertBursts(pattern: readonly boolean[], ratio: number, lengthShare: (length: number) => number): void {
  const lengths = burstLengths(pattern);
  assertLengths(lengths, lengthShare);
  const bursts = [...lengths.values()].reduce((sum, n) => sum + n, 0);
  const lost = pattern.filter(Boolean).length;
  const bound = 3.29 * ratio * Math.sqrt(2 / bursts) * 1.5;
  assert.ok(Math.abs(lost / pattern.length - ratio) < bound, `${lost / pattern.length} lost, expected ${ratio}`);
}

/** The share of a distribution up to so many jitters from the mean. */
function cumulative(distribution: (typeof DISTRIBUTIONS)[number] | null, point: number): number {
  if (distribution === null) return (point + 1) / 2;
  const table = distributionTable(distribution);
  return table.filter((value) => value <= point * 8192).length / table.length;
}

function autocorrelation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [shared, all] = [0, 0];
  values.forEach((value, i) => {
    all += (value - mean) ** 2;
    if (i > 0) shared += (value - mean) * (values[i - 1]! - mean);
  });
  return shared / all;
}
