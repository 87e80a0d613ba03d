/** Measures the rows of gossip: clusters whose members all know each other. */
import { runChild } from './child.ts';
import type { GossipFigures } from './gossip-child.ts';
import type { Row } from './result.ts';
import type { GossipSize } from './sizes.ts';
import { median } from './statistics.ts';

export function gossipRowName({ where, members }: GossipSize): string {
  return where === 'memory' ? `gossip ${members}` : `gossip ${members} hosts`;
}

/** What a simulated second takes, and what a member says in it. */
export function measureGossip(size: GossipSize, rounds: number): Row {
  const name = gossipRowName(size);
  const runs = Array.from({ length: rounds }, () => {
    const args = [size.where, String(size.members), String(size.seconds)];
    const found = runChild('gossip-child', args, ['--expose-gc']) as GossipFigures;
    if (found.agrees) return found;
    throw new Error(`${name}: the members do not agree`);
  });
  const { members, simulatedSeconds, packets, packetBytes, streamBytes, frames } = runs[0]!;
  if (runs.some((run) => run.packets !== packets || run.streamBytes !== streamBytes || run.frames !== frames)) {
    throw new Error('the same seed gave other counts: the run is not deterministic');
  }
  const perSecond = (ns: number): number => ns / simulatedSeconds / 1e6;
  const wallMsPerSecond = median(runs.map(({ wallNs }) => perSecond(wallNs)));
  const figures = {
    members,
    wallMsPerSecond,
    cpuMsPerSecond: Math.min(...runs.map(({ cpuNs }) => perSecond(cpuNs))),
    timesRealTime: 1000 / wallMsPerSecond,
    packetsPerMemberSecond: packets / members / simulatedSeconds,
    bytesPerMemberSecond: (packetBytes + streamBytes) / members / simulatedSeconds,
    ...(frames > 0 ? { framesPerMemberSecond: frames / members / simulatedSeconds } : {}),
    heapKbPerMember: (median(runs.map(({ heapMb }) => heapMb)) * 1024) / members,
    peakRssMb: median(runs.map(({ peakRssMb }) => peakRssMb)),
  };
  return { name, figures };
}
