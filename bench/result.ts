/** What a bench run found: rows of named numbers, and where and when they were taken. */
import os from 'node:os';

/** Full sizes for figures, quick ones for a look, smoke for the tests. A baseline holds for one size. */
export const SIZE_NAMES = ['full', 'quick', 'smoke'] as const;
export type SizeName = (typeof SIZE_NAMES)[number];

export type Figures = Readonly<Record<string, number>>;

export interface Row {
  /** `W1`, `hold heap 10000`, `micro fdb find`; unique. */
  readonly name: string;
  readonly figures: Figures;
}

export interface BenchResult {
  readonly takenAt: string;
  readonly size: SizeName;
  readonly machine: string;
  readonly rows: readonly Row[];
}

/** The rows by size: what `--compare` compares with. */
export type Baseline = Partial<Record<SizeName, BenchResult>>;

export function makeResult(size: SizeName, rows: readonly Row[]): BenchResult {
  const cpu = os.cpus()[0]?.model ?? 'unknown processor';
  const machine = `${cpu}, ${os.availableParallelism()} cores, ${os.type()}, Node ${process.versions.node}`;
  return { takenAt: new Date().toISOString(), size, machine, rows };
}

/** The baseline with these rows in the place of those of the same name and size. */
export function updateBaseline(baseline: Baseline, result: BenchResult): Baseline {
  const fresh = new Map(result.rows.map((row) => [row.name, row]));
  const kept = (baseline[result.size]?.rows ?? []).map((row) => fresh.get(row.name) ?? row);
  const known = new Set(kept.map((row) => row.name));
  const rows = [...kept, ...result.rows.filter((row) => !known.has(row.name))];
  return { ...baseline, [result.size]: { ...result, rows } };
}

/** Four digits are more than a time is good for; counts stay whole. */
export function roundFigures(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [
      name,
      Number.isInteger(value) ? value : Number(value.toPrecision(4)),
    ]),
  );
}
