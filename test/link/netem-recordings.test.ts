/**
 * The counts that a real kernel's netem gave (truth/stock-kernel/5-plain/netem), each against the spread of the same
 * experiment here: a hundred runs with other seeds.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { NetemSettings } from '../../src/link/netem-settings.ts';
import { ALWAYS } from '../../src/link/netem-settings.ts';
import { need, SHARED } from '../machine.ts';
import { burstLengths, gemodel, NetemLane, percent, randomLoss, stateModel } from './netem-kit.ts';

const MS = 1_000_000;
const US = 1000;
const RUNS = 100;
/** A UDP payload of 64 or 1,000 bytes with its headers. */
const SMALL = 106;
const BIG = 1042;

/** The line of one case in statistics.txt. */
interface Recorded {
  readonly case: string;
  readonly loss_ratio: number;
  readonly dups: number;
  readonly bursts: Readonly<Record<string, number>>;
  readonly late: number;
  readonly delay_ms: { readonly mean: number; readonly std: number; readonly p25: number; readonly p50: number };
  readonly rx_gap_ms: { readonly mean: number };
}

function recorded(name: string): Recorded {
  const text = readFileSync(`${SHARED}/truth/stock-kernel/5-plain/netem/statistics.txt`, 'utf8');
  const line = text.split('\n').find((each) => each.startsWith(`{"case": "${name}",`));
  assert.ok(line !== undefined, `${name} was recorded`);
  return JSON.parse(line) as Recorded;
}

/** `(dropped 201, overlimits 0 requeues 0)` of a case in summary.txt. */
function counters(name: string): { packets: number; dropped: number; requeues: number } {
  const text = readFileSync(`${SHARED}/truth/stock-kernel/5-plain/netem/summary.txt`, 'utf8');
  const found = new RegExp(`## ${name}:[^]*?bytes (\\d+) pkt \\(dropped (\\d+), overlimits 0 requeues (\\d+)`).exec(
    text,
  );
  const [packets = -1, dropped = -1, requeues = -1] = (found ?? []).slice(1).map(Number);
  return { packets, dropped, requeues };
}

/** Fails unless `value` lies within 99.9 % of what the runs give. */
function assertUsual(
  value: number,
  settings: Partial<NetemSettings>,
  measure: (lane: NetemLane) => number,
  gapNs = 2 * MS,
): void {
  const values = Array.from({ length: RUNS }, (_, seed) =>
    measure(new NetemLane({ limit: 2 ** 31, ...settings }, seed).pass(2000, gapNs, SMALL)),
  );
  const mean = values.reduce((sum, each) => sum + each, 0) / RUNS;
  const spread = Math.sqrt(values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / RUNS);
  const bound = 3.29 * spread + 0.5;
  assert.ok(Math.abs(value - mean) <= bound, `Linux: ${value}; here ${mean} ± ${bound}`);
}

const lostCount = (lane: NetemLane): number => lane.lost.length;
const burstCount = (lane: NetemLane): number =>
  [...burstLengths(lane.lossPattern()).values()].reduce((sum, n) => sum + n, 0);
const delaysMs = (lane: NetemLane): number[] => lane.sent.map((each) => (each.leftNs - each.enteredNs) / MS);
const lateCount = (lane: NetemLane): number => {
  const order = [...lane.sent].sort((a, b) => a.leftNs - b.leftNs || a.number - b.number);
  let [last, late] = [-1, 0];
  for (const { number } of order) {
    if (number < last) late++;
    last = Math.max(last, number);
  }
  return late;
};

describe('link: netem against the recordings of Linux', () => {
  before(function () {
    need(this, 'shared');
  });

  const losses: Readonly<Record<string, NetemSettings['loss']>> = {
    loss10: randomLoss(10),
    loss10_25: randomLoss(10, 25),
    gemodel: gemodel(1, 10, 70, 0.1),
    gemodel_simple: gemodel(2, 20),
    state: stateModel(2, 20),
  };
  for (const [name, loss] of Object.entries(losses)) {
    it(`loses as many, in as many bursts: ${name}`, () => {
      assertUsual(counters(name).dropped, { loss }, lostCount);
      const bursts = Object.values(recorded(name).bursts).reduce((sum, n) => sum + n, 0);
      assertUsual(bursts, { loss }, burstCount);
    });
  }

  it('duplicates as many', () => {
    const duplicate = percent(5);
    assertUsual(recorded('duplicate').dups, { duplicate }, (lane) => lane.duplicated);
    assert.equal(counters('duplicate').packets, 2000 + recorded('duplicate').dups);
  });

  it('lets as many overtake', () => {
    const knobs = { latencyNs: 10 * MS, reorder: percent(25), reorderCorrelation: percent(50), gap: 1 };
    assertUsual(counters('reorder').requeues, knobs, (lane) => lane.overtaking);
    const fifth = new NetemLane({ latencyNs: 10 * MS, reorder: ALWAYS, gap: 5 }).pass(2000, 4 * MS);
    assert.equal(fifth.overtaking, counters('reorder_gap5').requeues);
  });

  it('delays as much: mean, quartiles, and how many come late', () => {
    const overheadMs = 0.3; // the recording machine's own time, which its case without netem shows
    for (const [name, distribution] of [
      ['delay', null],
      ['delay_normal', 'normal'],
    ] as const) {
      const { delay_ms: found, late } = recorded(name);
      const knobs = { latencyNs: 50 * MS, jitterNs: 10 * MS, distribution };
      const delays = delaysMs(new NetemLane(knobs).pass(100_000, 4 * MS)).sort((a, b) => a - b);
      const mean = delays.reduce((sum, value) => sum + value, 0) / delays.length;
      assert.ok(Math.abs(found.mean - overheadMs - mean) < 0.7, `${name}: Linux ${found.mean}, here ${mean}`);
      assert.ok(Math.abs(found.p25 - overheadMs - delays[25_000]!) < 0.9, name);
      assert.ok(Math.abs(found.p50 - overheadMs - delays[50_000]!) < 0.9, name);
      assertUsual(late, knobs, lateCount, 4 * MS);
    }
  });

  it('takes the same time at a rate', () => {
    const gapOf = (bytes: number, count: number): number => {
      const lane = new NetemLane({ rateBytesPerSecond: 125_000 }).pass(count, 100 * US, bytes);
      return (lane.sent.at(-1)!.leftNs - lane.sent[0]!.leftNs) / (count - 1) / MS;
    };
    assert.ok(Math.abs(recorded('rate1mbit').rx_gap_ms.mean - gapOf(SMALL, 400)) < 0.01);
    assert.ok(Math.abs(recorded('rate1mbit_big').rx_gap_ms.mean - gapOf(BIG, 200)) < 0.01);
    // the recording's sender was late at times, in both cases alike: the delay comes once on top
    const meanMs = (latencyNs: number): number => {
      const lane = new NetemLane({ rateBytesPerSecond: 125_000, latencyNs }).pass(200, 100 * US, BIG);
      return delaysMs(lane).reduce((sum, value) => sum + value, 0) / 200;
    };
    const onTopMs = recorded('rate_delay').delay_ms.mean - recorded('rate1mbit_big').delay_ms.mean;
    assert.ok(Math.abs(onTopMs - (meanMs(50 * MS) - meanMs(0))) < 10, `Linux ${onTopMs} ms`);
  });

  it('drops what its limit does not hold', () => {
    const full = new NetemLane({ latencyNs: 500 * MS }).pass(3000, 100 * US, SMALL);
    assert.equal(full.overflown.length, counters('slot_default_limit').dropped);
    assert.deepEqual([...burstLengths(patternOf(full.overflown, 3000))], [[2000, 1]]);
    const slow = new NetemLane({ limit: 100, rateBytesPerSecond: 125_000 }).pass(400, 100 * US, BIG);
    // the recording's sender was late at times: some more left meanwhile
    assert.ok(counters('rate1mbit_limit').dropped <= slow.overflown.length);
    assert.ok(counters('rate1mbit_limit').dropped > 0.85 * slow.overflown.length);
  });
});

function patternOf(numbers: readonly number[], count: number): boolean[] {
  const pattern = new Array<boolean>(count).fill(false);
  for (const number of numbers) pattern[number] = true;
  return pattern;
}
