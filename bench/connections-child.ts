/**
 * A process that measures connections once: `node --expose-gc connections-child.js serve|keep COUNT`. Prints the
 * figures as JSON.
 */
import { performance } from 'node:perf_hooks';
import { ConnectionsRun } from './connections-run.ts';

/** What the process prints. */
export interface ConnectionsFigures {
  readonly connections: number;
  readonly wallNs: number;
  readonly cpuNs: number;
  /** Objects and typed arrays that this process has more than before, of both ends together. */
  readonly bytes: number;
  readonly rssMb: number;
}

function collect(): number {
  if (global.gc === undefined) throw new Error('needs --expose-gc');
  global.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function measure(mode: string, count: number): ConnectionsFigures {
  const run = new ConnectionsRun();
  // The first ones are the compiler's.
  if (mode === 'serve') run.serve(Math.ceil(count / 4));
  else run.keep(1);
  const before = collect();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  if (mode === 'serve') run.serve(count);
  else run.keep(count);
  const end = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
  return {
    connections: count,
    wallNs: Math.round((end - start) * 1e6),
    cpuNs: (cpu.user + cpu.system) * 1000,
    bytes: collect() - before,
    rssMb: process.memoryUsage().rss / (1024 * 1024),
  };
}

const [mode = 'serve', count = '1000'] = process.argv.slice(2);
console.log(JSON.stringify(measure(mode, Number(count))));
