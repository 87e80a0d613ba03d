import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { SECOND } from '../../../src/sim/units.ts';
import { need, SHARED } from '../../machine.ts';
import type { Detection, Summary } from './detection.ts';
import { expectedFirstDead, expectedFirstSuspect, expectedSpread, playDetection, summarize } from './detection.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

type Measured = 'firstFailedPing' | 'firstSuspect' | 'firstDead' | 'lastDead' | 'suspectToDead' | 'deadSpread';

/** What the running library did, in probe intervals of 20 ms. */
type Recorded = { readonly n: number } & Readonly<Record<Measured, Summary>>;

/** The library was started node by node, within a few milliseconds of its scaled time. */
const RECORDED_PHASES_NS = 0.3 * SECOND;
/** What a machine under load adds in units of 20 ms: threads that wait for a processor. */
const RECORDED_LATENESS = 0.25;

function play(n: number, runs: number, phaseNs: number): Detection[] {
  return Array.from({ length: runs }, (_, seed) => playDetection(n, 1000 * seed + n, phaseNs));
}

function deviation(values: readonly number[], mean: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Within 10 % of what is expected, and what chance does to the mean of so few runs. */
function assertMean(values: readonly number[], expected: number, what: string): void {
  const { mean } = summarize(values);
  const chance = (3 * deviation(values, mean)) / Math.sqrt(values.length);
  const text = `${what}: ${mean.toFixed(3)}, expected ${expected.toFixed(3)}`;
  assert.ok(Math.abs(mean - expected) <= 0.1 * expected + chance, text);
}

describe('gossip/memberlist timing', () => {
  it('is that of the running library', function () {
    need(this, 'shared');
    const text = readFileSync(`${SHARED}/truth/memberlist/timing.json`, 'utf8');
    const { results } = JSON.parse(text) as { results: Recorded[] };
    assert.ok(results.length >= 8);
    const runs = Math.min(200, 25 * effort);
    for (const recorded of results) {
      const runsOfN = play(recorded.n, runs, RECORDED_PHASES_NS);
      const measures = ['firstFailedPing', 'firstSuspect', 'firstDead', 'lastDead', 'suspectToDead'] as const;
      for (const measure of [...measures, 'deadSpread' as const]) {
        const values = runsOfN.map((run) => run[measure]);
        const { mean } = summarize(values);
        const chance = (3 * deviation(values, mean)) / Math.sqrt(runs);
        const slack = 0.1 * recorded[measure].mean + RECORDED_LATENESS + chance;
        const words = `${measure} of ${recorded.n}: ${mean.toFixed(3)}, recorded ${recorded[measure].mean}`;
        assert.ok(Math.abs(mean - recorded[measure].mean) <= slack, words);
      }
    }
  });

  for (const { n, runs } of [
    { n: 3, runs: 50 },
    { n: 10, runs: 25 },
    { n: 100, runs: 2 },
  ]) {
    it(`matches the formulas with ${n} members`, () => {
      const count = Math.min(200, runs * effort);
      const found = play(n, count, SECOND);
      const suspect = expectedFirstSuspect(n);
      const dead = expectedFirstDead(n);
      assertMean(
        found.map(({ firstSuspect }) => firstSuspect),
        suspect.mean,
        'first suspect',
      );
      assertMean(
        found.map(({ firstDead }) => firstDead),
        dead.mean,
        'first dead',
      );
      assertMean(
        found.map(({ lastDead }) => lastDead),
        dead.mean + expectedSpread(n),
        'dead for all',
      );
      // The distribution, too: of each tenth of all cases as many as there should be, as far as chance allows.
      const sorted = found.map(({ firstSuspect }) => firstSuspect).sort((left, right) => left - right);
      for (const p of [0.1, 0.25, 0.5, 0.75, 0.9]) {
        const share = sorted.filter((value) => value <= suspect.quantile(p)).length / count;
        const chance = 3.5 * Math.sqrt((p * (1 - p)) / count);
        assert.ok(Math.abs(share - p) <= chance + 0.03, `${p} of first suspects: ${share}`);
      }
      for (const { suspectToDead, firstSuspect } of found) {
        assert.ok(firstSuspect >= 1 && suspectToDead >= dead.mean - suspect.mean - 1e-9);
      }
    });
  }
});
