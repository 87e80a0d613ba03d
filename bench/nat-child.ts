/**
 * A process that measures workload N1 once: `node --expose-gc nat-child.js MODE FLOWS DATAGRAMS`. Prints the figures as
 * JSON.
 */
import { performance } from 'node:perf_hooks';
import { GcCounter } from './gc-counter.ts';
import type { NatMode } from './nat-run.ts';
import { NAT_MODES, NatRun } from './nat-run.ts';

/** What the process prints. */
export interface NatFigures {
  readonly datagrams: number;
  readonly received: number;
  /** Wall clock and processor time of the measured part. */
  readonly wallNs: number;
  readonly cpuNs: number;
  /** Minor collections in the part in which all is warm, and the datagrams of that part. */
  readonly minorGcs: number;
  readonly warmDatagrams: number;
  /** Connections that the router knows at the end. */
  readonly entries: number;
  /** Objects and typed arrays of the whole process at the end. */
  readonly bytes: number;
  readonly isConserved: boolean;
}

function collect(): number {
  if (global.gc === undefined) throw new Error('needs --expose-gc');
  global.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function measure(modeName: string, flows: number, datagrams: number): Promise<NatFigures> {
  const mode: NatMode | undefined = NAT_MODES.find((each) => each === modeName);
  if (mode === undefined) throw new Error(`no mode ${modeName}; expected one of ${NAT_MODES.join(', ')}`);
  const gcs = new GcCounter();
  const run = new NatRun({ mode, flows, datagrams });
  run.settle();
  collect();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  run.runCold();
  const warm = performance.now();
  const receivedCold = run.received();
  run.runWarm();
  const end = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
  const { sent, delivered, dropped } = run.lab.totals();
  const drops = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  return {
    datagrams,
    received: run.received(),
    wallNs: Math.round((end - start) * 1e6),
    cpuNs: (cpu.user + cpu.system) * 1000,
    minorGcs: await gcs.countBetween(warm, end),
    warmDatagrams: run.received() - receivedCold,
    entries: run.entries(),
    bytes: collect(),
    isConserved: sent === delivered + drops + run.lab.slab.inUse,
  };
}

const [mode = 'dnat', flows = '1', datagrams = '10000'] = process.argv.slice(2);
console.log(JSON.stringify(await measure(mode, Number(flows), Number(datagrams))));
