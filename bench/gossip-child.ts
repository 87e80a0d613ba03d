/**
 * A process that simulates a cluster whose members gossip: `node --expose-gc gossip-child.js MEMBERS SECONDS`. Prints
 * what a simulated second takes and what a member sends and occupies.
 */
import { performance } from 'node:perf_hooks';
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

function measure(members: number, seconds: number): GossipFigures {
  const heapBefore = heapUsed();
  const run = new GossipRun(members);
  const { network, nodes } = run.cluster;
  const streamBytes = (): number => nodes.reduce((sum, { member }) => sum + member!.counters.streamBytesSent, 0);
  // Until the compiler has seen it all, and push/pulls are under way.
  run.run(seconds);
  const [packets, packetBytes, streams] = [network.packets, network.packetBytes, streamBytes()];
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  run.run(seconds);
  const wallNs = (performance.now() - start) * 1e6;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    members,
    simulatedSeconds: seconds,
    wallNs,
    cpuNs: (cpu.user + cpu.system) * 1000,
    packets: network.packets - packets,
    packetBytes: network.packetBytes - packetBytes,
    streamBytes: streamBytes() - streams,
    agrees: run.agrees(),
    heapMb: (heapUsed() - heapBefore) / MIB,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
}

const [membersArgument = '100', secondsArgument = '10'] = process.argv.slice(2);
console.log(JSON.stringify(measure(Number(membersArgument), Number(secondsArgument))));
