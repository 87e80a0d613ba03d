/** The command line of Dockwire. `main` never ends the process: it answers the exit code. */
import type { Argv } from 'yargs';
import yargs from 'yargs';
import { ScenarioError } from '../scenario/diagnostics.ts';
import { loadScenario } from '../scenario/load.ts';
import { scenarioJsonSchema } from '../scenario/schema.ts';
import type { QueueKind } from '../sim/queues.ts';
import type { Environment } from './environment.ts';
import { EXIT_BAD_INPUT, EXIT_OK } from './environment.ts';
import { graphCommand } from './graph-command.ts';
import { readScenarioBytes, reportDiagnostics, runCommand } from './run-command.ts';
import { shellCommand } from './shell-command.ts';

const QUEUES = ['calendar', 'heap', 'reference'] as const satisfies readonly QueueKind[];
const CAPTURES = ['pcapng', 'pcap', 'both', 'none'] as const;
const FORMATS = ['mermaid', 'dot'] as const;
const DEFAULT_QUEUE: QueueKind = 'heap';

/** What `-` is while yargs reads the arguments: it would lose the word itself. */
const DASH = '\u0001-';

class UsageError extends Error {}

export async function main(env: Environment): Promise<number> {
  let exit = EXIT_OK;
  const argv = env.argv.map((arg) => (arg === '-' ? DASH : arg));
  const parser = yargs(argv)
    .scriptName('dockwire')
    .usage('$0 COMMAND: container networks, frame by frame, in virtual time')
    .command('run <files..>', 'run scenarios; - is standard input', describeRun, async (args) => {
      exit = await runCommand(env, checked(args));
    })
    .command(
      'check <files..>',
      'read and validate only',
      (y) =>
        y
          .positional('files', { type: 'string', array: true, demandOption: true })
          .option('json', { type: 'boolean', default: false }),
      (args) => {
        exit = checkFiles(env, checked(args).files, args.json);
      },
    )
    .command('schema', 'print the JSON Schema of a scenario', {}, () => {
      env.out(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
    })
    .command('shell <files..>', 'run the steps, then what is typed: HOST> command', describeShell, async (args) => {
      exit = await shellCommand(env, { ...checked(args), file: onlyFile(checked(args)) });
    })
    .command('graph <files..>', 'draw the topology after the last step', describeGraph, async (args) => {
      exit = await graphCommand(env, { ...checked(args), file: onlyFile(checked(args)) });
    })
    .demandCommand(1, 'expected a command: run, check, schema, shell or graph')
    .strict()
    .parserConfiguration({ 'duplicate-arguments-array': true })
    .exitProcess(false)
    .help()
    .version(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? new UsageError(message ?? 'bad usage');
    });
  try {
    await parser.parseAsync(argv, {}, (error, _args, output) => {
      if (!(error instanceof Error)) env.out(output === '' ? '' : `${output}\n`);
    });
  } catch (error) {
    if (!isUsageError(error)) throw error;
    env.err(`dockwire: ${error.message}\nSee 'dockwire --help'.\n`);
    return EXIT_BAD_INPUT;
  }
  return exit;
}

/** The arguments of `dockwire run`, with their defaults. */
function describeRun(y: Argv) {
  return describeCaptures(describeScenario(y))
    .positional('files', { type: 'string', array: true, demandOption: true })
    .option('hash', { type: 'boolean', default: false, describe: 'compute the trace hash' })
    .option('explain', { type: 'string', describe: 'tell what happens to the frames that a filter matches' })
    .option('frames', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'list the captured frames of interfaces (glob)',
    })
    .option('keep-going', { type: 'boolean', default: false, describe: 'go on after a failed step' })
    .option('json', { type: 'boolean', default: false, describe: 'one JSON document per file' })
    .option('quiet', { type: 'boolean', default: false, describe: 'print failures only' });
}

/** How a scenario is read and run. */
function describeScenario(y: Argv) {
  return y
    .option('seed', { type: 'number', describe: 'overrides the seed of the file' })
    .option('engine', { type: 'string', describe: 'overrides the engine of the file' })
    .option('queue', {
      choices: QUEUES,
      default: DEFAULT_QUEUE,
      describe: 'event queue; all give the same bytes',
    })
    .option('debug', { type: 'boolean', default: false, describe: 'show stack traces of internal errors' });
}

/** What is written, and where to. */
function describeCaptures<T>(y: Argv<T>) {
  return y
    .option('out', { type: 'string', describe: 'folder for captures [out/<name>]' })
    .option('capture', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'interfaces to capture (glob)',
    })
    .option('captures', { choices: CAPTURES, default: 'both' as const, describe: 'capture file formats' });
}

/** The arguments of `dockwire shell`. */
function describeShell(y: Argv) {
  return describeCaptures(describeScenario(y))
    .positional('files', { type: 'string', array: true, demandOption: true, describe: 'one scenario' })
    .option('quiet', { type: 'boolean', default: false, describe: 'print what typed commands print, and failures' });
}

/** The arguments of `dockwire graph`. */
function describeGraph(y: Argv) {
  return describeScenario(y)
    .positional('files', { type: 'string', array: true, demandOption: true, describe: 'one scenario; - is stdin' })
    .option('format', { choices: FORMATS, default: 'mermaid' as const, describe: 'language of the drawing' });
}

function isUsageError(error: unknown): error is Error {
  return error instanceof UsageError || (error instanceof Error && error.name === 'YError');
}

/** The arguments with each `-` as it was typed; throws where the seed is none. */
function checked<T extends object>(args: T): T {
  const seed: unknown = 'seed' in args ? args.seed : undefined;
  if (seed !== undefined && (typeof seed !== 'number' || !Number.isSafeInteger(seed) || seed < 0)) {
    throw new UsageError('--seed: expected a whole number from 0');
  }
  const restored = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(restored) : value === DASH ? '-' : value;
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [key, restored(value)])) as T;
}

function onlyFile({ files }: { readonly files: readonly string[] }): string {
  if (files.length > 1) throw new UsageError(`expected one scenario, got ${files.length}`);
  return files[0]!;
}

function checkFiles(env: Environment, files: readonly string[], json: boolean): number {
  let exit = EXIT_OK;
  for (const file of files) {
    try {
      const plan = loadScenario(file, readScenarioBytes(env, file));
      if (json) env.out(`${JSON.stringify({ scenario: plan.name, ok: true, exit: EXIT_OK })}\n`);
      else env.out(`${file}: ok\n`);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      reportDiagnostics(env, error.diagnostics, json);
      exit = EXIT_BAD_INPUT;
    }
  }
  return exit;
}
