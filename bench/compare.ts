/**
 * What counts as a regression. Counts are the same on every machine and gate as they are. Times are compared only as
 * ratios to something that was measured beside them, by several measures at once: noise seldom moves the median, the
 * best and the processor's time together, and a slower program moves them all.
 */
import type { BenchResult, Figures, Row } from './result.ts';

interface Gate {
  /** The rows that it is for; all when not given. */
  readonly rows?: RegExp;
  /** A regression is when all of these that both sides have are over the limit. */
  readonly figures: readonly string[];
  /** The limit is the baseline's figure × factor + slack. */
  readonly factor: number;
  readonly slack: number;
}

const TIME_RATIOS = ['ratio', 'bestRatio', 'cpuRatio', 'yardstickRatio', 'yardstickBest', 'yardstickCpu'];

const GATES: readonly Gate[] = [
  { figures: ['slots'], factor: 1, slack: 0 },
  { figures: ['slotsGrowth'], factor: 1, slack: 0 },
  // A timer more or less in a run of many seconds is no matter.
  { figures: ['events'], factor: 1.001, slack: 0 },
  { figures: ['hops'], factor: 1.001, slack: 0 },
  { figures: ['minorGcsPer100kHops'], factor: 1, slack: 0.5 },
  { figures: ['minorGcsPerMillion'], factor: 1.1, slack: 2 },
  { figures: ['eventsPerSegment'], factor: 1.05, slack: 0 },
  { figures: ['minorGcsPer100k'], factor: 1, slack: 1 },
  { figures: ['bytesPerEntry'], factor: 1.1, slack: 8 },
  { figures: ['plainRatio', 'plainBest', 'plainCpu'], rows: /^N1/, factor: 1.3, slack: 0 },
  { figures: ['peakRssMb'], factor: 1.15, slack: 16 },
  { figures: ['rssMb'], factor: 1.1, slack: 8 },
  { figures: ['heapMb'], factor: 1.1, slack: 1 },
  { figures: ['arraysMb'], factor: 1.1, slack: 1 },
  { figures: ['heapGrowthMb'], factor: 1, slack: 1 },
  { figures: ['instructionsPerDatagram'], factor: 1.06, slack: 0 },
  { figures: ['packetsPerMemberSecond'], factor: 1.02, slack: 0 },
  { figures: ['framesPerMemberSecond'], factor: 1.02, slack: 0 },
  { figures: ['heapKbPerMember'], factor: 1.1, slack: 8 },
  { figures: ['verbs'], factor: 1, slack: 0 },
  { figures: ['heapKb'], factor: 1.1, slack: 1 },
  { figures: TIME_RATIOS, rows: /^(?:W(?!5-1024)|TCP |containers-)/, factor: 1.3, slack: 0 },
  // A thousand hosts do not fit the cache: what else uses it moves their times threefold, and not the references'.
  { figures: TIME_RATIOS, rows: /^W5-1024$/, factor: 3, slack: 0 },
  { figures: ['referenceRatio', 'referenceBest'], factor: 1.4, slack: 0 },
  { figures: ['callRatio', 'callBest'], factor: 1.8, slack: 0.02 },
];

/** One sentence for each gate that the row does not pass. */
export function regressionsOf(row: Row, before: Figures): string[] {
  const datagrams = before['datagrams'];
  if (datagrams !== undefined && row.figures['datagrams'] !== datagrams) {
    return [`${row.name}: another amount of work than the baseline's ${datagrams} datagrams`];
  }
  return GATES.filter(({ rows }) => rows === undefined || rows.test(row.name)).flatMap((gate) => {
    const both = gate.figures.filter((name) => row.figures[name] !== undefined && before[name] !== undefined);
    const isOver = (name: string): boolean => row.figures[name]! > before[name]! * gate.factor + gate.slack;
    if (both.length === 0 || !both.every(isOver)) return [];
    return [`${row.name}: ${both.map((name) => `${name} ${before[name]!} → ${row.figures[name]!}`).join(', ')}`];
  });
}

/** Rows of the baseline that nobody measured: a bench that is gone is no longer guarded. */
export function missingRows(rows: readonly Row[], before: BenchResult): string[] {
  const measured = new Set(rows.map((row) => row.name));
  return before.rows.filter((row) => !measured.has(row.name)).map((row) => `${row.name}: not measured`);
}

/** The figures of the row of that name. */
export function figuresOf(result: BenchResult | undefined, name: string): Figures | undefined {
  return result?.rows.find((row) => row.name === name)?.figures;
}
