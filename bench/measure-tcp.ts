/** Measures the rows of TCP: bulk transfer, connections that come and go, and connections that do nothing. */
import type { BulkFigures } from './bulk-child.ts';
import { runChild } from './child.ts';
import type { ConnectionsFigures } from './connections-child.ts';
import type { DatagramTime } from './prototype.ts';
import type { Row } from './result.ts';
import type { BenchSize } from './sizes.ts';
import { bestRatio, median, medianRatio } from './statistics.ts';

export const BULK_ROW = 'W4 bulk';
export const RATE_ROW = 'TCP connections per second';
export const IDLE_ROW = 'TCP idle connections';

/** Runs beside the yardstick, in turns. */
function inTurns<T>(size: BenchSize, run: () => T): { runs: T[]; yardsticks: DatagramTime[] } {
  const yardstick = (): DatagramTime => runChild('yardstick-child', [String(size.yardstickTurns)]) as DatagramTime;
  const runs: T[] = [];
  const yardsticks = [yardstick()];
  for (let round = 0; round < size.rounds; round++) {
    runs.push(run());
    yardsticks.push(yardstick());
  }
  return { runs, yardsticks };
}

function yardstickFigures(times: readonly DatagramTime[], yardsticks: readonly DatagramTime[]): Record<string, number> {
  const wall = (list: readonly DatagramTime[]): number[] => list.map(({ wallNs }) => wallNs);
  const cpu = (list: readonly DatagramTime[]): number[] => list.map(({ cpuNs }) => cpuNs);
  return {
    yardstickRatio: medianRatio(wall(times), wall(yardsticks)),
    yardstickBest: bestRatio(wall(times), wall(yardsticks)),
    yardstickCpu: bestRatio(cpu(times), cpu(yardsticks)),
  };
}

/** W4: per segment that arrives once all is warm. */
export function measureBulk(size: BenchSize): Row {
  const { runs, yardsticks } = inTurns(size, () => {
    const found = runChild('bulk-child', [String(size.bulkBytes)], ['--expose-gc']) as BulkFigures;
    if (found.received === found.bytes && found.isConserved) return found;
    throw new Error(`${BULK_ROW}: ${found.received} of ${found.bytes} bytes arrived`);
  });
  const times = runs.map(({ wallNs, cpuNs, segments }) => ({ wallNs: wallNs / segments, cpuNs: cpuNs / segments }));
  const { segments, events, bitsPerSecond } = runs[0]!;
  const nsPerSegment = median(times.map(({ wallNs }) => wallNs));
  const figures = {
    segments,
    eventsPerSegment: events / segments,
    nsPerSegment,
    cpuNsPerSegment: Math.min(...times.map(({ cpuNs }) => cpuNs)),
    segmentsPerSecond: Math.round(1e9 / nsPerSegment),
    megabitsPerSecond: bitsPerSecond / 1e6,
    minorGcsPer100k: median(runs.map(({ minorGcs }) => (minorGcs / segments) * 1e5)),
    peakRssMb: median(runs.map(({ peakRssMb }) => peakRssMb)),
    ...yardstickFigures(times, yardsticks),
  };
  return { name: BULK_ROW, figures };
}

/** A connection, a request of 100 bytes, an answer of as many, and the end. */
export function measureConnectionRate(size: BenchSize): Row {
  const { runs, yardsticks } = inTurns(
    size,
    () => runChild('connections-child', ['serve', String(size.connections)], ['--expose-gc']) as ConnectionsFigures,
  );
  const times = runs.map((run) => ({ wallNs: run.wallNs / run.connections, cpuNs: run.cpuNs / run.connections }));
  const nsPerConnection = median(times.map(({ wallNs }) => wallNs));
  const figures = {
    nsPerConnection,
    connectionsPerSecond: Math.round(1e9 / nsPerConnection),
    ...yardstickFigures(times, yardsticks),
  };
  return { name: RATE_ROW, figures };
}

/** Both ends of each connection are in the process. */
export function measureIdle(size: BenchSize): Row {
  const args = ['keep', String(size.idleConnections)];
  const found = runChild('connections-child', args, ['--expose-gc']) as ConnectionsFigures;
  const idleMb = found.bytes / (1024 * 1024);
  const bytesPerEntry = found.bytes / found.connections;
  return { name: IDLE_ROW, figures: { entries: found.connections, bytesPerEntry, idleMb } };
}
