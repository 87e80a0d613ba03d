/**
 * A process that measures the hold model for one queue: `node hold-child.js KIND PENDING OPERATIONS`. The queue has
 * turned over at least once, and the compiler has seen it, before the clock starts.
 */
import { performance } from 'node:perf_hooks';
import { makeEventQueue, QUEUE_KINDS } from '../src/sim/queues.ts';
import { GcCounter } from './gc-counter.ts';
import { HoldRun } from './hold-run.ts';

/** What the process prints. */
export interface HoldFigures {
  readonly nsPerHold: number;
  readonly minorGcs: number;
  /** The virtual time reached: the same for all queues. */
  readonly timeNs: number;
}

const WARM_OPERATIONS_MIN = 100_000;

async function measure(kindName: string, pending: number, operations: number): Promise<HoldFigures> {
  const kind = QUEUE_KINDS.find((each) => each === kindName);
  if (kind === undefined) throw new Error(`no queue ${kindName}; expected one of ${QUEUE_KINDS.join(', ')}`);
  const gcs = new GcCounter();
  const run = new HoldRun(makeEventQueue(kind, pending), pending);
  run.hold(Math.min(operations, Math.max(pending, WARM_OPERATIONS_MIN)));
  const start = performance.now();
  const timeNs = run.hold(operations);
  const end = performance.now();
  const minorGcs = await gcs.countBetween(start, end);
  return { nsPerHold: ((end - start) * 1e6) / operations, minorGcs, timeNs };
}

const [kindArgument = 'heap', pendingArgument = '100', operationsArgument = '1000'] = process.argv.slice(2);
console.log(JSON.stringify(await measure(kindArgument, Number(pendingArgument), Number(operationsArgument))));
