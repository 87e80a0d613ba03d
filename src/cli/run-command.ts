/** `dockwire run FILE…`: each scenario in turn, in slices, with its files and its story. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { AssertionError } from '../base/assert.ts';
import { formatFrames } from '../scenario/frame-list.ts';
import { loadScenario, readFilter } from '../scenario/load.ts';
import type { Diagnostic } from '../scenario/diagnostics.ts';
import { ScenarioError } from '../scenario/diagnostics.ts';
import type { Plan } from '../scenario/plan.ts';
import type { RunResult } from '../scenario/result.ts';
import type { RunOptions } from '../scenario/run.ts';
import { Run } from '../scenario/run.ts';
import type { CaptureFormat } from '../scenario/watch.ts';
import type { QueueKind } from '../sim/queues.ts';
import type { Environment } from './environment.ts';
import { EXIT_BAD_INPUT, EXIT_INTERNAL, EXIT_INTERRUPTED } from './environment.ts';
import { FileStore } from './file-store.ts';
import { Progress } from './progress.ts';
import { Story } from './story.ts';

export interface RunArguments {
  readonly files: readonly string[];
  readonly out: string | undefined;
  readonly seed: number | undefined;
  readonly engine: string | undefined;
  readonly queue: QueueKind;
  readonly capture: readonly string[];
  readonly captures: CaptureFormat;
  readonly hash: boolean;
  readonly explain: string | undefined;
  readonly frames: readonly string[];
  readonly keepGoing: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
}

/** A scenario file is at most this long. */
const FILE_BYTES_MAX = 8 * 1024 * 1024;
/** The wall clock is looked at about this often; the run itself does not know. */
const SLICE_MS = 20;
const FIRST_SLICE_EVENTS = 2_000;

/** Reads a scenario: a file, or standard input for `-`. Throws a ScenarioError that says what is wrong with it. */
export function readScenarioBytes(env: Environment, file: string): Uint8Array {
  const fail = (message: string): never => {
    throw new ScenarioError([{ file, line: 1, col: 1, message }]);
  };
  if (file === '-') return env.readStdin();
  try {
    const status = statSync(path.resolve(env.cwd, file));
    if (status.isDirectory()) fail('is a directory; expected a scenario file');
    if (!status.isFile()) fail('is not a regular file; expected a scenario file, or - for standard input');
    if (status.size > FILE_BYTES_MAX) fail(`is ${status.size} bytes long; expected at most 8 MiB`);
    return readFileSync(path.resolve(env.cwd, file));
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    return fail(code === 'ENOENT' ? 'no such file; expected a scenario file' : `cannot be read: ${code}`);
  }
}

/** Prints mistakes, one line each, or the contract's JSON document. */
export function reportDiagnostics(env: Environment, diagnostics: readonly Diagnostic[], json: boolean): void {
  if (json) {
    const errors = diagnostics.map(({ file, line, col, message }) => ({ file, line, col, message }));
    env.out(`${JSON.stringify({ ok: false, exit: EXIT_BAD_INPUT, errors })}\n`);
    return;
  }
  for (const { file, line, col, message } of diagnostics) env.err(`${file}:${line}:${col}: ${message}\n`);
}

/** Runs all files; the largest of their exit codes counts. */
export async function runCommand(env: Environment, args: RunArguments): Promise<number> {
  let exit = 0;
  for (const file of args.files) {
    exit = Math.max(exit, await runFile(env, args, file));
    if (exit === EXIT_INTERRUPTED) break;
  }
  return exit;
}

async function runFile(env: Environment, args: RunArguments, file: string): Promise<number> {
  let plan: Plan;
  let explain: RunOptions['explain'];
  try {
    plan = loadScenario(file, readScenarioBytes(env, file), { seed: args.seed, engine: args.engine });
    if (args.explain !== undefined) {
      explain = {
        filter: readFilter(args.explain, plan),
        print: (line) => {
          env.out(`${line}\n`);
        },
      };
    }
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    reportDiagnostics(env, error.diagnostics, args.json);
    return EXIT_BAD_INPUT;
  }
  return runPlan(env, args, plan, explain);
}

async function runPlan(
  env: Environment,
  args: RunArguments,
  plan: Plan,
  explain: RunOptions['explain'],
): Promise<number> {
  const folder = folderFor(args, plan);
  const store = args.captures === 'none' ? null : new FileStore(path.resolve(env.cwd, folder));
  const story = args.json || args.quiet ? null : new Story(env);
  const startMs = env.nowMs();
  let run: Run | null = null;
  try {
    story?.title(plan.title ?? plan.name);
    run = new Run(plan, {
      queue: args.queue,
      captures: args.captures,
      store,
      hash: args.hash,
      keepGoing: args.keepGoing,
      ...(args.capture.length > 0 ? { captureGlobs: args.capture } : {}),
      ...(explain === undefined ? {} : { explain }),
      onStepStart: (task) => story?.begin(task),
      onStepEnd: (task, result) => story?.end(task, result),
      onOutput: (text) => story?.output(text),
    });
    await drive(env, run, new Progress(env, plan.name, args.json || args.quiet));
  } catch (error) {
    store?.close();
    return reportCrash(env, args, plan, run, error);
  }
  const result = run.result();
  if (store !== null) writeBeside(store, run, plan);
  store?.close();
  const wallMs = env.nowMs() - startMs;
  if (args.json) env.out(`${JSON.stringify(toDocument(result, wallMs))}\n`);
  else if (story !== null) {
    printFrames(env, args, result, folder);
    story.summary(result, store === null ? null : folder, wallMs);
  } else if (!result.ok) tellFailures(env, result);
  return result.exit;
}

/** Lets the run go on in slices of about 20 ms until it ends, waits, or the user has had enough. */
export async function drive(
  env: Environment,
  run: Run,
  progress: Progress,
  onInterrupt: () => void = () => {
    run.interrupt();
  },
): Promise<void> {
  let sliceEvents = FIRST_SLICE_EVENTS;
  for (;;) {
    const startMs = env.nowMs();
    const goesOn = run.advance(sliceEvents);
    const tookMs = env.nowMs() - startMs;
    if (!goesOn) break;
    if (tookMs < SLICE_MS / 2) sliceEvents *= 2;
    else if (tookMs > SLICE_MS * 2) sliceEvents = Math.max(FIRST_SLICE_EVENTS, Math.floor(sliceEvents / 2));
    progress.show(run);
    await env.yieldToSystem();
    if (env.interruptCount() > 0) onInterrupt();
  }
  progress.clear();
}

export function folderFor(args: Pick<RunArguments, 'out' | 'files'>, plan: Plan): string {
  if (args.out === undefined) return path.join('out', plan.name);
  return args.files.length > 1 ? path.join(args.out, plan.name) : args.out;
}

/** What lies beside the captures: what the engines typed, and how Wireshark reads what is encrypted. */
export function writeBeside(store: FileStore, run: Run, plan: Plan): void {
  writeVerbs(store, run, plan);
  for (const [name, text] of run.profile()) store.writeText(`profile/${name}`, text);
}

function writeVerbs(store: FileStore, run: Run, plan: Plan): void {
  for (const host of plan.hosts) {
    const verbs = run.verbs(host.name);
    if (verbs.length === 0) continue;
    const head = `#!/bin/sh\n# What the engine on ${host.name} typed in the run of ${plan.name}.\nset -e\n`;
    store.writeText(`verbs/${host.name}.sh`, `${head}${verbs.join('\n')}\n`);
  }
}

/** The document of the contract, its keys in the contract's order. */
function toDocument(result: RunResult, wallMs: number): unknown {
  const { scenario, engine, seed, ok, exit, ended, virtualNs, events, frames, steps, captures, traceHash } = result;
  const { sent, delivered, dropped, inFlight, refused, hops } = frames;
  return {
    scenario,
    engine,
    seed,
    ok,
    exit,
    ended,
    virtualNs,
    wallMs: Math.round(wallMs),
    events,
    frames: { sent, delivered, dropped, inFlight, refused, hops },
    steps,
    captures,
    traceHash,
    ...(result.problems.length > 0 ? { problems: result.problems } : {}),
  };
}

function printFrames(env: Environment, args: RunArguments, result: RunResult, folder: string): void {
  for (const glob of args.frames) {
    for (const { title, lines } of formatFrames(glob, result.captures, (file) =>
      readFileSync(path.resolve(env.cwd, folder, file)),
    )) {
      env.out(`${title}\n${lines.map((line) => `  ${line}\n`).join('')}\n`);
    }
  }
}

/** What went wrong, for a run without a story. */
export function tellFailures(env: Environment, result: RunResult): void {
  for (const step of result.steps) {
    if (!step.ok)
      env.err(`${result.scenario}: line ${step.line}: ${step.run.trimEnd()}: ${step.problem ?? 'failed'}\n`);
  }
  for (const problem of result.problems) env.err(`${result.scenario}: ${problem}\n`);
}

/** A bug of ours: with seed and event number, so that it can be met again. */
export function reportCrash(
  env: Environment,
  args: Pick<RunArguments, 'json' | 'debug'>,
  plan: Plan,
  run: Run | null,
  error: unknown,
): number {
  const text = error instanceof Error ? error.message : String(error);
  const kind = error instanceof AssertionError ? 'internal error' : 'unexpected internal error';
  const event = run === null ? 0 : run.lab.sched.eventCount;
  const message = `${kind}: ${text} (seed ${plan.seed}, event ${event})`;
  if (args.json) {
    const errors = [{ file: plan.file, line: 1, col: 1, message }];
    env.out(`${JSON.stringify({ ok: false, exit: EXIT_INTERNAL, errors })}\n`);
  } else env.err(`${plan.file}: ${message}\n`);
  if (args.debug && error instanceof Error) env.err(`${error.stack ?? ''}\n`);
  return EXIT_INTERNAL;
}
