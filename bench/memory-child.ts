/**
 * A process that builds a run of the tree workload and says what it occupies: `node --expose-gc memory-child.js LEAVES
 * PER_LEAF`. This is a run as users have it, with a shell and files on each host, not the bare lab.
 */
import { Run } from '../src/scenario/run.ts';
import { planW5 } from './workload-plans.ts';

/** What the process prints. */
export interface MemoryFigures {
  readonly hosts: number;
  /** Resident memory of the whole process, what Node itself takes included. */
  readonly rssMb: number;
  readonly peakRssMb: number;
  /** Objects, and the bytes of typed arrays, that this process has more than before. */
  readonly heapMb: number;
  readonly arraysMb: number;
}

const MIB = 1024 * 1024;

function collect(): NodeJS.MemoryUsage {
  if (global.gc === undefined) throw new Error('needs --expose-gc');
  global.gc();
  return process.memoryUsage();
}

function measure(leaves: number, perLeaf: number): MemoryFigures {
  const before = collect();
  const plan = planW5(leaves, perLeaf, leaves * perLeaf);
  const run = new Run(plan, { queue: 'heap', captures: 'none', store: null, hash: false, keepGoing: false });
  const after = collect();
  return {
    hosts: run.lab.hosts.length,
    rssMb: after.rss / MIB,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    heapMb: (after.heapUsed - before.heapUsed) / MIB,
    arraysMb: (after.arrayBuffers - before.arrayBuffers) / MIB,
  };
}

const [leavesArgument = '4', perLeafArgument = '4'] = process.argv.slice(2);
console.log(JSON.stringify(measure(Number(leavesArgument), Number(perLeafArgument))));
