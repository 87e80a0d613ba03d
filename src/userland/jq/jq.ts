/** jq 1.6: filters JSON. */
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { fileText } from '../file-text.ts';
import { eachPiece, faultOf, faultText } from '../text/sources.ts';
import { reportUnsupported } from '../unsupported.ts';
import { CompileError } from './syntax.ts';
import { LackingFunction, compile, compileText } from './compile.ts';
import type { Program } from './compile.ts';
import { OptionError, SUPPORTED_OPTIONS, readJqArguments } from './options.ts';
import type { JqOptions } from './options.ts';
import { JqRun } from './run.ts';
import type { JqValue } from './value.ts';

const EXIT_SYSTEM = 2;
const EXIT_COMPILE = 3;
const USAGE = `Use jq --help for help with command-line options,
or see the jq manpage, or online docs  at https://stedolan.github.io/jq
`;

function* runJq(proc: Process): Generator<Wait, number, WakeReason> {
  let options: JqOptions;
  try {
    options = readJqArguments(proc.argv.slice(1), (path) => fileText(proc, path));
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    proc.writeError(`jq: ${error.message}\n${error.hasUsage ? USAGE : ''}`);
    return EXIT_SYSTEM;
  }
  if (options.lacking !== null) return reportUnsupported(proc, `jq ${options.lacking}`, SUPPORTED_OPTIONS);
  if (options.isVersion) {
    proc.write('jq-1.6\n');
    return 0;
  }
  let program: Program;
  try {
    program = compile(options.program, variablesOf(proc, options));
  } catch (error) {
    if (error instanceof LackingFunction) return reportUnsupported(proc, `jq ${error.signature}`, []);
    if (!(error instanceof CompileError)) throw error;
    proc.writeError(compileText(options.program, error));
    return EXIT_COMPILE;
  }
  return yield* filterInputs(proc, options, program);
}

/** `$ENV`, `$ARGS` and those given by options. */
function variablesOf(proc: Process, options: JqOptions): Map<string, JqValue> {
  const named = new Map(options.named);
  return new Map<string, JqValue>([
    ['ENV', new Map(proc.env)],
    [
      'ARGS',
      new Map<string, JqValue>([
        ['positional', options.positional],
        ['named', named],
      ]),
    ],
    ...named,
  ]);
}

/** Feeds the inputs as they come; all of them are read first where the program asks for them itself. */
function* filterInputs(proc: Process, options: JqOptions, program: Program): Generator<Wait, number, WakeReason> {
  const run = new JqRun(proc, options, program);
  let isMissing = false;
  for (const path of options.files.length === 0 ? ['-'] : options.files) {
    const fault = path === '-' && options.files.length > 0 ? null : faultOf(proc, path);
    if (fault !== null) {
      proc.writeError(`jq: error: Could not open file ${path}: ${faultText(fault)}\n`);
      isMissing = true;
      continue;
    }
    run.beginFile(options.files.length === 0 ? null : path);
    if (options.isNullInput && options.files.length === 0 && !run.readsInputs) break;
    yield* eachPiece(proc, path, (piece) => run.feed(piece));
    if (run.isOver) break;
  }
  const exitCode = run.finish();
  return isMissing && exitCode === 0 ? EXIT_SYSTEM : exitCode;
}

/** Finds options and functions that Dockwire lacks. */
function checkJq(args: readonly string[]): CheckMistake | undefined {
  const given = tryRead(args);
  if (given === undefined) return undefined;
  if (given.lacking !== null) {
    return { argIndex: given.lackingIndex, message: `option ${given.lacking} is not supported by Dockwire` };
  }
  try {
    compile(given.program, new Map([...given.named, ['ENV', null], ['ARGS', null]]));
  } catch (error) {
    if (error instanceof LackingFunction) return { argIndex: given.programIndex, message: error.message };
  }
  return undefined;
}

/** Finds options and programs that the real jq refuses too. */
function refuseJq(args: readonly string[]): CheckMistake | undefined {
  try {
    const given = readJqArguments(args, () => undefined);
    // What is no literal word stands as an empty one, which is the program `.`.
    compile(given.program, new Map([...given.named, ['ENV', null], ['ARGS', null]]));
  } catch (error) {
    if (error instanceof CompileError) {
      const given = tryRead(args);
      return given === undefined ? undefined : { argIndex: given.programIndex, message: error.mistakes[0]!.message };
    }
    if (error instanceof OptionError && error.message.startsWith('Unknown option')) {
      return { argIndex: error.argIndex, message: error.message };
    }
  }
  return undefined;
}

function tryRead(args: readonly string[]): JqOptions | undefined {
  try {
    return readJqArguments(args, () => undefined);
  } catch {
    return undefined;
  }
}

/** What Debian's package jq has. */
export const JQ: ProgramEntry = { name: 'jq', run: runJq, check: checkJq, refusal: refuseJq };
