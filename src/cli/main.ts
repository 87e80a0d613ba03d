/** The command line of Dockwire. `main` never ends the process: it answers the exit code. */
import type { Argv } from 'yargs';
import yargs from 'yargs';
import { ScenarioError } from '../scenario/diagnostics.ts';
import { loadScenario } from '../scenario/load.ts';
import { scenarioJsonSchema } from '../scenario/schema.ts';
import type { QueueKind } from '../sim/queues.ts';
import type { Environment } from './environment.ts';
import { EXIT_BAD_INPUT, EXIT_OK } from './environment.ts';
import type { RunArguments } from './run-command.ts';
import { readScenarioBytes, reportDiagnostics, runCommand } from './run-command.ts';

const QUEUES = ['calendar', 'heap', 'reference'] as const satisfies readonly QueueKind[];
const CAPTURES = ['pcapng', 'pcap', 'both', 'none'] as const;
const DEFAULT_QUEUE: QueueKind = 'heap';

class UsageError extends Error {}

export async function main(env: Environment): Promise<number> {
  let exit = EXIT_OK;
  const parser = yargs([...env.argv])
    .scriptName('dockwire')
    .usage('$0 COMMAND: container networks, frame by frame, in virtual time')
    .command('run <files..>', 'run scenarios; - is standard input', describeRun, async (args) => {
      exit = await runCommand(env, checkArguments(args));
    })
    .command(
      'check <files..>',
      'read and validate only',
      (y) =>
        y
          .positional('files', { type: 'string', array: true, demandOption: true })
          .option('json', { type: 'boolean', default: false }),
      (args) => {
        exit = checkFiles(env, args.files, args.json);
      },
    )
    .command('schema', 'print the JSON Schema of a scenario', {}, () => {
      env.out(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
    })
    .demandCommand(1, 'expected a command: run, check or schema')
    .strict()
    .parserConfiguration({ 'duplicate-arguments-array': true })
    .exitProcess(false)
    .help()
    .version(false)
    .fail((message: string | null, error: Error | undefined) => {
      throw error ?? new UsageError(message ?? 'bad usage');
    });
  try {
    await parser.parseAsync([...env.argv], {}, (error, _args, output) => {
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
  return y
    .positional('files', { type: 'string', array: true, demandOption: true })
    .option('out', { type: 'string', describe: 'folder for captures [out/<name>]' })
    .option('seed', { type: 'number', describe: 'overrides the seed of the file' })
    .option('engine', { type: 'string', describe: 'overrides the engine of the file' })
    .option('queue', {
      choices: QUEUES,
      default: DEFAULT_QUEUE,
      describe: 'event queue; all give the same bytes',
    })
    .option('capture', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [],
      describe: 'interfaces to capture (glob)',
    })
    .option('captures', { choices: CAPTURES, default: 'both' as const, describe: 'capture file formats' })
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
    .option('quiet', { type: 'boolean', default: false, describe: 'print failures only' })
    .option('debug', { type: 'boolean', default: false, describe: 'show stack traces of internal errors' });
}

function isUsageError(error: unknown): error is Error {
  return error instanceof UsageError || (error instanceof Error && error.name === 'YError');
}

function checkArguments(args: Omit<RunArguments, 'keepGoing'> & { keepGoing: boolean }): RunArguments {
  const { seed } = args;
  if (seed !== undefined && (!Number.isSafeInteger(seed) || seed < 0)) {
    throw new UsageError('--seed: expected a whole number from 0');
  }
  return args;
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
