/**
 * A process that measures one workload once and prints the figures as JSON: `node workload-child.js W1 100000
 * [--queue KIND] [--capture DIR]`. A process of its own gives honest figures of memory and of what the compiler does.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FileStore } from '../src/cli/file-store.ts';
import { QUEUE_KINDS } from '../src/sim/queues.ts';
import { GcCounter } from './gc-counter.ts';
import { WorkloadRun } from './workload-run.ts';
import { workloadNamed } from './workloads.ts';

/** What the process prints. */
export interface WorkloadFigures {
  /** Datagrams sent and received after the warm-up: all that were asked for, or the run is worth nothing. */
  readonly datagrams: number;
  readonly received: number;
  readonly events: number;
  readonly hops: number;
  /** Wall clock and processor time of the measured part. */
  readonly wallNs: number;
  readonly cpuNs: number;
  /** Minor collections in the part of the traffic in which all is warm, and the hops of that part. */
  readonly minorGcs: number;
  readonly warmHops: number;
  /** Frames in the slab when the warm part begins, and at the end. */
  readonly slotsWarm: number;
  readonly slotsEnd: number;
  readonly peakRssMb: number;
  /** sent = delivered + dropped + in flight, over the whole run. */
  readonly isConserved: boolean;
}

/**
 * Collects what start and build have left behind. A collection under way is not finished while events are fired, and
 * makes each store of a pointer dearer until then; the program itself lets it finish between two slices of a run.
 */
function settleHeap(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

async function measure(name: string, datagrams: number, queue: string, folder?: string): Promise<WorkloadFigures> {
  const kind = QUEUE_KINDS.find((each) => each === queue);
  if (kind === undefined) throw new Error(`no queue ${queue}; expected one of ${QUEUE_KINDS.join(', ')}`);
  const gcs = new GcCounter();
  const store = folder === undefined ? null : new FileStore(folder);
  const workload = workloadNamed(name);
  const run = new WorkloadRun(workload.plan(datagrams), { queue: kind, store, setup: workload.setup });
  run.warmUp();
  settleHeap();
  const before = run.counts();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  run.runCold();
  const warm = performance.now();
  const hopsWarm = run.counts().hops;
  const slotsWarm = run.lab.slab.slotCount;
  run.runWarm();
  const end = performance.now();
  const cpu = process.cpuUsage(cpuBefore);
  const after = run.counts();
  store?.close();
  return {
    datagrams: run.sentDatagrams(),
    received: run.receivedDatagrams(),
    events: after.events - before.events,
    hops: after.hops - before.hops,
    wallNs: Math.round((end - start) * 1e6),
    cpuNs: (cpu.user + cpu.system) * 1000,
    minorGcs: await gcs.countBetween(warm, end),
    warmHops: after.hops - hopsWarm,
    slotsWarm,
    slotsEnd: run.lab.slab.slotCount,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
    isConserved: after.sent === after.delivered + after.dropped + run.lab.slab.inUse,
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { queue: { type: 'string', default: 'heap' }, capture: { type: 'string' } },
});
const [workloadName = 'W1', count = '10000'] = positionals;
console.log(JSON.stringify(await measure(workloadName, Number(count), values.queue, values.capture)));
