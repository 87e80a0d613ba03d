/** How much is measured. Full sizes are those of the performance contract; captures write a part of them. */
import type { NatMode } from './nat-run.ts';
import type { SizeName } from './result.ts';

/** Micro benches that share a process. */
export const MICRO_GROUPS = ['wire', 'link', 'kernel', 'capture', 'text'] as const;
export type MicroGroup = (typeof MICRO_GROUPS)[number];

export interface WorkloadSize {
  /** The row's name: the workload, and what is done beside it. */
  readonly row: string;
  readonly workload: string;
  readonly datagrams: number;
  readonly isCaptured: boolean;
}

/** A row of workload N1. */
export interface NatSize {
  readonly mode: NatMode;
  readonly flows: number;
  readonly datagrams: number;
}

/** A cluster that gossips, and for how long it is looked at. */
export interface GossipSize {
  /** Over a network in memory, or hosts with engines and their sockets. */
  readonly where: 'memory' | 'hosts';
  readonly members: number;
  /** Once to warm up and once to measure. */
  readonly seconds: number;
}

export interface BenchSize {
  /** Measurements of each time; the references have one more. */
  readonly rounds: number;
  readonly workloads: readonly WorkloadSize[];
  readonly nat: readonly NatSize[];
  /** Of the stream of W4. */
  readonly bulkBytes: number;
  /** Connections of TCP that come and go, and such that do nothing. */
  readonly connections: number;
  readonly idleConnections: number;
  readonly gossip: readonly GossipSize[];
  readonly yardstickTurns: number;
  readonly holdPending: readonly number[];
  readonly holdOperations: number;
  readonly microGroups: readonly MicroGroup[];
  /** For each micro bench. */
  readonly microSeconds: number;
  /** The tree that is built to see what it occupies. */
  readonly memoryLeaves: number;
  readonly memoryPerLeaf: number;
  /** Containers that are started, and the networks that they are on. */
  readonly containers: readonly [number, number];
  /** Datagrams of the short and of the long run that must need the same slab. */
  readonly longRun: readonly [number, number];
  /** Datagrams of the short and of the long run under callgrind, by workload. */
  readonly instructions: readonly (readonly [string, number, number])[];
}

function workloadSizes(scale: number): WorkloadSize[] {
  const row = (workload: string, datagrams: number): WorkloadSize => ({
    row: workload,
    workload,
    datagrams: Math.ceil(datagrams * scale),
    isCaptured: false,
  });
  const captured = (workload: string, datagrams: number): WorkloadSize => ({
    ...row(workload, datagrams),
    row: `${workload} capture`,
    isCaptured: true,
  });
  return [
    row('W1', 1_000_000),
    captured('W1', 500_000),
    row('W2', 1_600_000),
    captured('W2', 320_000),
    row('W3', 500_000),
    row('W5-256', 1_000_000),
    row('W5-1024', 1_000_000),
    row('W6', 500_000),
  ];
}

function natSizes(scale: number): NatSize[] {
  const row = (mode: NatMode, flows: number, datagrams = 500_000): NatSize => {
    return { mode, flows: flows > 1 ? Math.ceil(flows * scale) : 1, datagrams: Math.ceil(datagrams * scale) };
  };
  return [
    row('empty', 1),
    row('list', 1, 200_000),
    row('dnat', 1),
    row('dnat', 1000),
    row('dnat', 100_000),
    row('masquerade', 1),
    row('new', 200_000, 200_000),
  ];
}

const INSTRUCTIONS = [
  ['W1', 40_000, 80_000],
  ['W2', 40_000, 80_000],
  ['W3', 15_000, 30_000],
] as const;

/** A thousand members exchange their states every 180 s: less would show them without, or nothing but that. */
const GOSSIP: readonly GossipSize[] = [
  { where: 'memory', members: 10, seconds: 600 },
  { where: 'memory', members: 100, seconds: 180 },
  { where: 'memory', members: 1000, seconds: 180 },
  { where: 'hosts', members: 10, seconds: 180 },
  { where: 'hosts', members: 100, seconds: 90 },
  { where: 'hosts', members: 1000, seconds: 180 },
];

export const SIZES: Readonly<Record<SizeName, BenchSize>> = {
  full: {
    rounds: 3,
    workloads: workloadSizes(1),
    nat: natSizes(1),
    bulkBytes: 200_000_000,
    connections: 20_000,
    idleConnections: 10_000,
    gossip: GOSSIP,
    yardstickTurns: 2_000_000,
    holdPending: [100, 1000, 10_000, 100_000, 1_000_000],
    holdOperations: 2_000_000,
    microGroups: MICRO_GROUPS,
    microSeconds: 0.3,
    memoryLeaves: 32,
    memoryPerLeaf: 32,
    containers: [100, 10],
    longRun: [50_000, 1_000_000],
    instructions: INSTRUCTIONS,
  },
  quick: {
    rounds: 3,
    workloads: workloadSizes(0.2),
    nat: natSizes(0.2),
    bulkBytes: 100_000_000,
    connections: 10_000,
    idleConnections: 10_000,
    gossip: GOSSIP,
    yardstickTurns: 1_000_000,
    holdPending: [100, 10_000, 1_000_000],
    holdOperations: 500_000,
    microGroups: MICRO_GROUPS,
    microSeconds: 0.1,
    memoryLeaves: 32,
    memoryPerLeaf: 32,
    containers: [100, 10],
    longRun: [20_000, 200_000],
    instructions: INSTRUCTIONS,
  },
  smoke: {
    rounds: 1,
    workloads: workloadSizes(0.001).filter(({ workload }) => workload === 'W1'),
    nat: [{ mode: 'dnat', flows: 10, datagrams: 100 }],
    bulkBytes: 1_000_000,
    connections: 40,
    idleConnections: 100,
    gossip: [
      { where: 'memory', members: 5, seconds: 30 },
      { where: 'hosts', members: 3, seconds: 5 },
    ],
    yardstickTurns: 1000,
    holdPending: [100],
    holdOperations: 1000,
    microGroups: ['link'],
    microSeconds: 0.001,
    memoryLeaves: 2,
    memoryPerLeaf: 2,
    containers: [5, 2],
    longRun: [1000, 2000],
    instructions: [],
  },
};
