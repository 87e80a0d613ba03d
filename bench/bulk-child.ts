/** A process that measures workload W4 once: `node --expose-gc bulk-child.js BYTES`. Prints the figures as JSON. */
import { performance } from 'node:perf_hooks';
import { BulkRun, SEGMENT_BYTES } from './bulk-run.ts';
import { GcCounter } from './gc-counter.ts';

/** What the process prints. */
export interface BulkFigures {
  readonly bytes: number;
  readonly received: number;
  /** Segments that arrived in the measured part, and what they took. */
  readonly segments: number;
  readonly events: number;
  readonly wallNs: number;
  readonly cpuNs: number;
  readonly minorGcs: number;
  /** Of virtual time: payload per second in the measured part. */
  readonly bitsPerSecond: number;
  readonly peakRssMb: number;
  readonly isConserved: boolean;
}

async function measure(bytes: number): Promise<BulkFigures> {
  const gcs = new GcCounter();
  const run = new BulkRun(bytes);
  const { sched } = run.lab;
  run.runCold();
  global.gc?.();
  const [receivedCold, eventsCold, coldNs] = [run.received(), sched.eventCount, sched.now];
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  run.runWarm();
  const end = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
  const { sent, delivered, dropped } = run.lab.totals();
  const drops = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const received = run.received();
  return {
    bytes,
    received,
    segments: Math.round((received - receivedCold) / SEGMENT_BYTES),
    events: sched.eventCount - eventsCold,
    wallNs: Math.round((end - start) * 1e6),
    cpuNs: (cpu.user + cpu.system) * 1000,
    minorGcs: await gcs.countBetween(start, end),
    bitsPerSecond: Math.round(((received - receivedCold) * 8e9) / (sched.now - coldNs)),
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    isConserved: sent === delivered + drops + run.lab.slab.inUse,
  };
}

const [bytes = '20000000'] = process.argv.slice(2);
console.log(JSON.stringify(await measure(Number(bytes))));
