/**
 * A process that runs W1 and stops twice to look at what it occupies: `node --expose-gc long-run-child.js SHORT LONG`,
 * in datagrams. Memory must not depend on how many frames there have been.
 */
import { WorkloadRun } from './workload-run.ts';
import { planW1 } from './workload-plans.ts';

/** What the process prints. */
export interface LongRunFigures {
  /** Frames in the slab after the short run. */
  readonly slots: number;
  /** How many more there are after the long run. */
  readonly slotsGrowth: number;
  readonly heapGrowthMb: number;
}

const MIB = 1024 * 1024;

interface Occupied {
  readonly slots: number;
  readonly bytes: number;
}

function look(run: WorkloadRun): Occupied {
  if (global.gc === undefined) throw new Error('needs --expose-gc');
  global.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { slots: run.lab.slab.slotCount, bytes: heapUsed + arrayBuffers };
}

function measure(shortCount: number, longCount: number): LongRunFigures {
  const run = new WorkloadRun(planW1(longCount), { queue: 'heap', store: null });
  run.warmUp();
  run.runDatagrams(shortCount);
  const short = look(run);
  run.runWarm();
  const long = look(run);
  return {
    slots: short.slots,
    slotsGrowth: long.slots - short.slots,
    heapGrowthMb: (long.bytes - short.bytes) / MIB,
  };
}

const [shortArgument = '1000', longArgument = '10000'] = process.argv.slice(2);
console.log(JSON.stringify(measure(Number(shortArgument), Number(longArgument))));
