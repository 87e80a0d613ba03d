/**
 * A process that simulates a cluster whose members gossip: `node --expose-gc gossip-child.js
 * memory|hosts MEMBERS SECONDS`, over a network in memory or on hosts. Prints what a simulated second takes and what a
 * member sends and occupies.
 */
import { performance } from 'node:perf_hooks';
import { GossipHostsRun } from './gossip-hosts-run.ts';
import { GossipRun } from './gossip-run.ts';

/** What the process prints. */
export interface GossipFigures {
  readonly members: number;
  readonly simulatedSeconds: number;
  readonly wallNs: number;
  readonly cpuNs: number;
  /** Datagrams, and their bytes without headers. */
  readonly packets: number;
  readonly packetBytes: number;
  /** What streams carried. */
  readonly streamBytes: number;
  /** Frames of all hosts; 0 in memory. */
  readonly frames: number;
  readonly agrees: boolean;
  /** What all members occupy. */
  readonly heapMb: number;
  readonly peakRssMb: number;
}

const MIB = 1024 * 1024;

function heapUsed(): number {
  if (global.gc === undefined) throw new Error('needs --expose-gc');
  global.gc();
  const { heapUsed: objects, arrayBuffers } = process.memoryUsage();
  return objects + arrayBuffers;
}

/** Sums of all members. */
function countsOf(run: GossipRun | GossipHostsRun): { packets: number; packetBytes: number; streamBytes: number } {
  const counts = { packets: 0, packetBytes: 0, streamBytes: 0 };
  for (const { counters } of run.members) {
    counts.packets += counters.packetsSent;
    counts.packetBytes += counters.packetBytesSent;
    counts.streamBytes += counters.streamBytesSent;
  }
  return counts;
}

function measure(run: () => GossipRun | GossipHostsRun, seconds: number): GossipFigures {
  const heapBefore = heapUsed();
  const cluster = run();
  // Until the compiler has seen it all, and push/pulls are under way.
  cluster.run(seconds);
  const before = { ...countsOf(cluster), frames: cluster.frames };
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  cluster.run(seconds);
  const wallNs = (performance.now() - start) * 1e6;
  const cpu = process.cpuUsage(cpuBefore);
  const after = countsOf(cluster);
  return {
    members: cluster.members.length,
    simulatedSeconds: seconds,
    wallNs,
    cpuNs: (cpu.user + cpu.system) * 1000,
    packets: after.packets - before.packets,
    packetBytes: after.packetBytes - before.packetBytes,
    streamBytes: after.streamBytes - before.streamBytes,
    frames: cluster.frames - before.frames,
    agrees: cluster.agrees(),
    heapMb: (heapUsed() - heapBefore) / MIB,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
}

const [where = 'memory', membersArgument = '100', secondsArgument = '10'] = process.argv.slice(2);
const members = Number(membersArgument);
const figures = measure(
  () => (where === 'hosts' ? new GossipHostsRun(members) : new GossipRun(members)),
  Number(secondsArgument),
);
console.log(JSON.stringify(figures));
