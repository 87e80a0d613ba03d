/**
 * A process that measures one group of micro benches with the package `benchmark`: `node micro-child.js GROUP SECONDS`.
 * The yardstick is measured by the same means before, between and after them.
 */
import { performance } from 'node:perf_hooks';
import Benchmark from 'benchmark';
import { microBenches } from './micro-benches.ts';
import { MICRO_GROUPS } from './sizes.ts';
import { bestRatio, median, medianRatio } from './statistics.ts';
import { Yardstick } from './yardstick.ts';

/** What the process prints, for each bench. */
export interface MicroFigures {
  readonly name: string;
  readonly nsPerCall: number;
  readonly yardstickRatio: number;
  readonly yardstickBest: number;
}

const SAMPLES_MIN = 5;
/** By then the compiler has seen even a bench that takes a millisecond; at most so many times its own time. */
const WARM_CALLS = 300;
const WARM_TIMES = 20;

interface Sampled {
  readonly medianNs: number;
  readonly bestNs: number;
}

/** Where all results go: a value that is never used is a value that need not be computed. */
const results = { sum: 0 };

function sample(name: string, seconds: number, run: () => number): Sampled {
  const work = (): void => {
    results.sum = (results.sum + run()) | 0;
  };
  const warmUntil = performance.now() + 1000 * seconds * WARM_TIMES;
  for (let i = 0; i < WARM_CALLS && performance.now() < warmUntil; i++) work();
  const bench = new Benchmark(name, work, {
    maxTime: seconds,
    minTime: seconds / SAMPLES_MIN,
    minSamples: SAMPLES_MIN,
  });
  bench.run();
  const samples = bench.stats.sample as number[];
  if (samples.length === 0) throw new Error(`the bench ${name} has no samples: ${String(bench.error)}`);
  return { medianNs: median(samples) * 1e9, bestNs: Math.min(...samples) * 1e9 };
}

function measure(groupName: string, seconds: number): MicroFigures[] {
  const group = MICRO_GROUPS.find((each) => each === groupName);
  if (group === undefined) throw new Error(`no group ${groupName} of micro benches`);
  const yardstick = new Yardstick();
  const turn = (): Sampled => sample('yardstick', seconds, () => yardstick.turn());
  let before = turn();
  return microBenches(group).map(({ name, run }) => {
    const found = sample(name, seconds, run);
    const after = turn();
    const figures = {
      name,
      nsPerCall: found.medianNs,
      yardstickRatio: medianRatio([found.medianNs], [before.medianNs, after.medianNs]),
      yardstickBest: bestRatio([found.bestNs], [before.bestNs, after.bestNs]),
    };
    before = after;
    return figures;
  });
}

const [groupArgument = 'wire', secondsArgument = '0.1'] = process.argv.slice(2);
console.log(JSON.stringify(measure(groupArgument, Number(secondsArgument))));
