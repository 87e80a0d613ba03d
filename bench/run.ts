/**
 * `npm run bench`: measures everything, prints tables, writes a JSON file below out/bench. With --compare the rows are
 * held against bench/baseline.json, and the exit code is 1 when one has become worse.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { plural } from '../src/base/text.ts';
import { figuresOf, missingRows, regressionsOf } from './compare.ts';
import { hasValgrind } from './instructions.ts';
import type { Task } from './measure.ts';
import { tasksOf } from './measure.ts';
import { findPrototype } from './prototype.ts';
import { formatReport } from './report.ts';
import type { Baseline, BenchResult, Row, SizeName } from './result.ts';
import { makeResult, roundFigures, SIZE_NAMES, updateBaseline } from './result.ts';
import { SIZES } from './sizes.ts';

const USAGE = `npm run bench -- [options]
  --quick              a fifth of the work; has a baseline of its own
  --filter NAME        only what has NAME in its name (W1, N1, gossip, hold, micro, memory, containers, instructions)
  --instructions       also instructions per datagram, by valgrind
  --compare            exit code 1 when a row is worse than in the baseline
  --update-baseline    the rows become the baseline
  --baseline FILE      bench/baseline.json unless given
  --out DIR            out/bench unless given
  --name NAME          name of the result's file; the time unless given
  --size NAME          ${SIZE_NAMES.join(', ')}
`;

interface Options {
  readonly size: SizeName;
  readonly filter: string;
  readonly instructions: boolean;
  readonly compare: boolean;
  readonly updateBaseline: boolean;
  readonly baseline: string;
  readonly out: string;
  readonly name: string | undefined;
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      size: { type: 'string' },
      filter: { type: 'string', default: '' },
      instructions: { type: 'boolean', default: false },
      compare: { type: 'boolean', default: false },
      'update-baseline': { type: 'boolean', default: false },
      baseline: { type: 'string', default: 'bench/baseline.json' },
      out: { type: 'string', default: 'out/bench' },
      name: { type: 'string' },
    },
  });
  const wanted = values.size ?? (values.quick ? 'quick' : 'full');
  const size = SIZE_NAMES.find((each) => each === wanted);
  if (size === undefined) throw new Error(`--size ${wanted}; expected ${SIZE_NAMES.join(', ')}`);
  const { filter, instructions, compare, baseline, out, name } = values;
  return { size, filter, instructions, compare, updateBaseline: values['update-baseline'], baseline, out, name };
}

function readBaseline(file: string): Baseline {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Baseline;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Measures a task; again when it looks worse than before: what a second look does not confirm was noise. */
function measureTask(task: Task, before: BenchResult | undefined): { rows: Row[]; regressions: string[] } {
  let found = look(task, before);
  if (found.regressions.length > 0) {
    process.stderr.write(`${task.name}: looks worse than the baseline, once more\n`);
    found = look(task, before);
  }
  return found;
}

function look(task: Task, before: BenchResult | undefined): { rows: Row[]; regressions: string[] } {
  const rows = task.measure().map(({ name, figures }) => ({ name, figures: roundFigures(figures) }));
  const regressions = rows.flatMap((row) => {
    const figures = figuresOf(before, row.name);
    return figures === undefined ? [] : regressionsOf(row, figures);
  });
  return { rows, regressions };
}

function chooseTasks(options: Options): Task[] {
  const prototype = findPrototype();
  if (prototype === undefined) {
    process.stderr.write('no perf/calibrate.mjs in DOCKWIRE_SHARED or ../shared: no ratios to the prototype\n');
  }
  const canCount = options.instructions && hasValgrind();
  if (options.instructions && !canCount) throw new Error('--instructions needs valgrind, which is not there');
  const tasks = tasksOf(SIZES[options.size], prototype, canCount);
  const chosen = tasks.filter(({ name }) => name.includes(options.filter));
  if (chosen.length === 0) {
    throw new Error(`nothing is named ${options.filter}; there are ${tasks.map(({ name }) => name).join(', ')}`);
  }
  return chosen;
}

function writeJson(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** Says what has become worse and returns the exit code. */
function judge(options: Options, rows: readonly Row[], before: BenchResult, regressions: readonly string[]): number {
  const guarded = { ...before, rows: before.rows.filter((row) => isWanted(row, options)) };
  const findings = [...regressions, ...missingRows(rows, guarded)];
  for (const finding of findings) process.stdout.write(`regression: ${finding}\n`);
  process.stdout.write(
    findings.length === 0
      ? `no regression against ${options.baseline} of ${before.takenAt}\n`
      : `${plural(findings.length, 'regression')} against ${options.baseline} of ${before.takenAt}\n`,
  );
  return findings.length === 0 ? 0 : 1;
}

/** Whether a run with these options measures the row; what is asked for separately may be left out. */
function isWanted(row: Row, options: Options): boolean {
  if (options.filter !== '') return false;
  return options.instructions || !row.name.startsWith('instructions ');
}

function main(args: readonly string[]): number {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const options = readOptions(args);
  const baseline = readBaseline(options.baseline);
  const before = options.compare ? baseline[options.size] : undefined;
  if (options.compare && before === undefined) {
    throw new Error(`${options.baseline} has nothing of size ${options.size}; make it with --update-baseline`);
  }
  const rows: Row[] = [];
  const regressions: string[] = [];
  for (const task of chooseTasks(options)) {
    if (process.stderr.isTTY) process.stderr.write(`${task.name} …\n`);
    const found = measureTask(task, before);
    rows.push(...found.rows);
    regressions.push(...found.regressions);
  }
  const result = makeResult(options.size, rows);
  const file = path.join(options.out, `${options.name ?? result.takenAt.replaceAll(':', '-')}.json`);
  writeJson(file, result);
  process.stdout.write(`${formatReport(rows)}\n${result.machine}\nwritten: ${file}\n`);
  if (options.updateBaseline) writeJson(options.baseline, updateBaseline(baseline, result));
  return before === undefined ? 0 : judge(options, rows, before, regressions);
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
