/** Measures one row: starts the processes, in turns with what they are compared with, and puts the figures together. */
import { runChild } from './child.ts';
import type { ContainersFigures } from './containers-child.ts';
import type { HoldFigures } from './hold-child.ts';
import { instructionsPerDatagram } from './instructions.ts';
import type { LongRunFigures } from './long-run-child.ts';
import type { MemoryFigures } from './memory-child.ts';
import type { MicroFigures } from './micro-child.ts';
import type { DatagramTime } from './prototype.ts';
import type { NatFigures } from './nat-child.ts';
import { LIST_LENGTH } from './nat-rules.ts';
import type { NatMode } from './nat-run.ts';
import { gossipRowName, measureGossip } from './measure-gossip.ts';
import { BULK_ROW, IDLE_ROW, measureBulk, measureConnectionRate, measureIdle, RATE_ROW } from './measure-tcp.ts';
import { runPrototype } from './prototype.ts';
import type { Row } from './result.ts';
import { withScratchFolder } from './scratch.ts';
import type { BenchSize, MicroGroup, NatSize, WorkloadSize } from './sizes.ts';
import { bestRatio, median, medianRatio } from './statistics.ts';
import type { WorkloadFigures } from './workload-child.ts';
import { workloadNamed } from './workloads.ts';

/** Something to measure: its rows come of one sitting. */
export interface Task {
  readonly name: string;
  readonly measure: () => Row[];
}

const HOLD_QUEUES = ['heap', 'calendar'];
/** So many that what they take can be told from what else there is. */
const MANY_ENTRIES = 10_000;
/** Both sides of the cable, and a record's head beside up to 554 bytes. */
const CAPTURE_BYTES_PER_DATAGRAM = 2 * (16 + 554);

/** Everything that is measured at this size, in the order of the report. */
export function tasksOf(size: BenchSize, prototype: string | undefined, withInstructions: boolean): Task[] {
  const instructions = withInstructions ? size.instructions : [];
  const memoryHosts = size.memoryLeaves * size.memoryPerLeaf;
  return [
    ...size.workloads.map((each) => ({ name: each.row, measure: () => [measureWorkload(each, size, prototype)] })),
    ...size.nat.map((each) => ({ name: natRowName(each), measure: () => [measureNat(each, size)] })),
    { name: BULK_ROW, measure: () => [measureBulk(size)] },
    { name: RATE_ROW, measure: () => [measureConnectionRate(size)] },
    { name: IDLE_ROW, measure: () => [measureIdle(size)] },
    ...size.gossip.map((each) => ({ name: gossipRowName(each), measure: () => [measureGossip(each, size.rounds)] })),
    ...instructions.map(([name, short, long]) => ({
      name: `instructions ${name}`,
      measure: () => [measureInstructions(name, short, long)],
    })),
    ...size.holdPending.map((pending) => ({ name: `hold ${pending}`, measure: () => measureHold(pending, size) })),
    { name: `memory ${memoryHosts} hosts`, measure: () => [measureMemory(size)] },
    { name: `containers-${size.containers[0]}`, measure: () => [measureContainers(size)] },
    { name: 'memory long run', measure: () => [measureLongRun(size)] },
    ...size.microGroups.map((group) => ({ name: `micro ${group}`, measure: () => measureMicro(group, size) })),
  ];
}

function measureWorkload(row: WorkloadSize, size: BenchSize, prototype: string | undefined): Row {
  const workload = workloadNamed(row.workload);
  const runs: WorkloadFigures[] = [];
  const prototypes: DatagramTime[] = [];
  const yardsticks: DatagramTime[] = [];
  const reference = (): void => {
    if (prototype !== undefined) {
      const args = workload.prototypeArgs(row.datagrams);
      prototypes.push(inFolder(row, (folder) => runPrototype(prototype, args, folder)));
    }
    yardsticks.push(runChild('yardstick-child', [String(size.yardstickTurns)]) as DatagramTime);
  };
  reference();
  for (let round = 0; round < size.rounds; round++) {
    runs.push(inFolder(row, (folder) => runWorkload(row, folder)));
    reference();
  }
  const times = runs.map(({ wallNs, cpuNs, datagrams }) => ({ wallNs: wallNs / datagrams, cpuNs: cpuNs / datagrams }));
  return { name: row.row, figures: { ...countsOf(runs), ...timesOf(times, prototypes, yardsticks) } };
}

function inFolder<T>(row: WorkloadSize, use: (folder: string | undefined) => T): T {
  return row.isCaptured ? withScratchFolder(row.datagrams * CAPTURE_BYTES_PER_DATAGRAM, use) : use(undefined);
}

function runWorkload(row: WorkloadSize, folder: string | undefined): WorkloadFigures {
  const capture = folder === undefined ? [] : ['--capture', folder];
  const run = runChild('workload-child', [row.workload, String(row.datagrams), ...capture]) as WorkloadFigures;
  if (run.received !== run.datagrams || !run.isConserved) {
    throw new Error(`${row.row}: ${run.received} of ${run.datagrams} datagrams arrived`);
  }
  return run;
}

function countsOf(runs: readonly WorkloadFigures[]): Record<string, number> {
  const { datagrams, events, hops, slotsEnd } = runs[0]!;
  if (runs.some((run) => run.events !== events || run.hops !== hops)) {
    throw new Error('the same seed gave other counts: the run is not deterministic');
  }
  return {
    datagrams,
    events,
    hops,
    eventsPerDatagram: events / datagrams,
    hopsPerDatagram: hops / datagrams,
    slots: slotsEnd,
    minorGcsPer100kHops: median(runs.map(({ minorGcs, warmHops }) => (minorGcs / warmHops) * 1e5)),
    peakRssMb: median(runs.map(({ peakRssMb }) => peakRssMb)),
  };
}

function timesOf(
  times: readonly DatagramTime[],
  prototypes: readonly DatagramTime[],
  yardsticks: readonly DatagramTime[],
): Record<string, number> {
  const wall = (list: readonly DatagramTime[]): number[] => list.map(({ wallNs }) => wallNs);
  const cpu = (list: readonly DatagramTime[]): number[] => list.map(({ cpuNs }) => cpuNs);
  const nsPerDatagram = median(wall(times));
  const figures: Record<string, number> = {
    nsPerDatagram,
    datagramsPerSecond: Math.round(1e9 / nsPerDatagram),
    yardstickRatio: medianRatio(wall(times), wall(yardsticks)),
    yardstickBest: bestRatio(wall(times), wall(yardsticks)),
    yardstickCpu: bestRatio(cpu(times), cpu(yardsticks)),
  };
  if (prototypes.length === 0) return figures;
  return {
    ...figures,
    prototypeNs: median(wall(prototypes)),
    ratio: medianRatio(wall(times), wall(prototypes)),
    bestRatio: bestRatio(wall(times), wall(prototypes)),
    cpuRatio: bestRatio(cpu(times), cpu(prototypes)),
  };
}

function natRowName({ mode, flows }: NatSize): string {
  return `N1 ${mode} ${flows}`;
}

/** In turns with plain forwarding of the same flows: what the rules cost is the difference. */
function measureNat(nat: NatSize, size: BenchSize): Row {
  const run = (mode: NatMode): NatFigures => {
    const args = [mode, String(nat.flows), String(nat.datagrams)];
    const found = runChild('nat-child', args, ['--expose-gc']) as NatFigures;
    if (found.received === found.datagrams && found.isConserved) return found;
    throw new Error(`${natRowName(nat)}: ${found.received} of ${found.datagrams} datagrams arrived`);
  };
  const runs: NatFigures[] = [];
  const plain = [run('plain')];
  for (let round = 0; round < size.rounds; round++) {
    runs.push(run(nat.mode));
    plain.push(run('plain'));
  }
  return { name: natRowName(nat), figures: natFigures(nat, runs, plain) };
}

function natFigures(nat: NatSize, runs: readonly NatFigures[], plain: readonly NatFigures[]): Record<string, number> {
  const wall = (list: readonly NatFigures[]): number[] => list.map(({ wallNs, datagrams }) => wallNs / datagrams);
  const cpu = (list: readonly NatFigures[]): number[] => list.map(({ cpuNs, datagrams }) => cpuNs / datagrams);
  const { datagrams, entries } = runs[0]!;
  const nsPerDatagram = median(wall(runs));
  const bytes = median(runs.map((run) => run.bytes)) - median(plain.map((run) => run.bytes));
  const cpuExtraNs = Math.min(...cpu(runs)) - Math.min(...cpu(plain));
  return {
    datagrams,
    nsPerDatagram,
    plainNs: median(wall(plain)),
    plainRatio: medianRatio(wall(runs), wall(plain)),
    plainBest: bestRatio(wall(runs), wall(plain)),
    plainCpu: bestRatio(cpu(runs), cpu(plain)),
    cpuExtraNs,
    minorGcsPer100k: median(runs.map(({ minorGcs, warmDatagrams }) => (minorGcs / warmDatagrams) * 1e5)),
    ...(nat.mode === 'list' ? { nsPerRule: cpuExtraNs / LIST_LENGTH } : {}),
    ...(nat.mode === 'new' ? { newPerSecond: Math.round(1e9 / nsPerDatagram) } : {}),
    ...(entries < MANY_ENTRIES ? {} : { entries, bytesPerEntry: bytes / entries }),
  };
}

function measureInstructions(name: string, short: number, long: number): Row {
  const instructions = Math.round(instructionsPerDatagram(name, short, long));
  return { name: `instructions ${name}`, figures: { instructionsPerDatagram: instructions } };
}

function measureHold(pending: number, size: BenchSize): Row[] {
  const run = (queue: string): HoldFigures =>
    runChild('hold-child', [queue, String(pending), String(size.holdOperations)]) as HoldFigures;
  const references = [run('reference')];
  const runs = HOLD_QUEUES.map(() => [] as HoldFigures[]);
  for (let round = 0; round < size.rounds; round++) {
    HOLD_QUEUES.forEach((queue, i) => runs[i]!.push(run(queue)));
    references.push(run('reference'));
  }
  const reference = ns(references);
  const row = (queue: string, list: readonly HoldFigures[], more: Record<string, number>): Row => ({
    name: `hold ${queue} ${pending}`,
    figures: {
      nsPerHold: median(ns(list)),
      minorGcsPerMillion: median(list.map(({ minorGcs }) => (minorGcs / size.holdOperations) * 1e6)),
      ...more,
    },
  });
  return [
    row('reference', references, {}),
    ...HOLD_QUEUES.map((queue, i) =>
      row(queue, runs[i]!, {
        referenceRatio: medianRatio(ns(runs[i]!), reference),
        referenceBest: bestRatio(ns(runs[i]!), reference),
      }),
    ),
  ];
}

function ns(list: readonly HoldFigures[]): number[] {
  return list.map(({ nsPerHold }) => nsPerHold);
}

function measureMemory(size: BenchSize): Row {
  const shape = [String(size.memoryLeaves), String(size.memoryPerLeaf)];
  const { hosts, ...figures } = runChild('memory-child', shape, ['--expose-gc']) as MemoryFigures;
  return { name: `memory ${hosts} hosts`, figures };
}

function measureLongRun(size: BenchSize): Row {
  const found = runChild('long-run-child', size.longRun.map(String), ['--expose-gc']) as LongRunFigures;
  return { name: 'memory long run', figures: { ...found } };
}

function measureContainers(size: BenchSize): Row {
  const shape = size.containers.map(String);
  const runs: ContainersFigures[] = [];
  const yardstick = (): DatagramTime => runChild('yardstick-child', [String(size.yardstickTurns)]) as DatagramTime;
  const yardsticks = [yardstick()];
  for (let round = 0; round < size.rounds; round++) {
    runs.push(runChild('containers-child', shape, ['--expose-gc']) as ContainersFigures);
    yardsticks.push(yardstick());
  }
  const { containers, verbs } = runs[0]!;
  const wall = runs.map(({ wallNs }) => wallNs);
  const cpu = runs.map(({ cpuNs }) => cpuNs);
  const figures = {
    verbs,
    startMs: median(wall) / 1e6,
    cpuMs: median(cpu) / 1e6,
    heapKb: median(runs.map(({ heapKb }) => heapKb)),
    // In thousands of turns.
    yardstickRatio:
      medianRatio(
        wall,
        yardsticks.map(({ wallNs }) => wallNs),
      ) / 1000,
    yardstickBest:
      bestRatio(
        wall,
        yardsticks.map(({ wallNs }) => wallNs),
      ) / 1000,
    yardstickCpu:
      bestRatio(
        cpu,
        yardsticks.map(({ cpuNs }) => cpuNs),
      ) / 1000,
  };
  return { name: `containers-${containers}`, figures };
}

function measureMicro(group: MicroGroup, size: BenchSize): Row[] {
  const found = runChild('micro-child', [group, String(size.microSeconds)]) as MicroFigures[];
  return found.map(({ name, nsPerCall, yardstickRatio, yardstickBest }) => ({
    name: `micro ${name}`,
    figures: { nsPerCall, callRatio: yardstickRatio, callBest: yardstickBest },
  }));
}
