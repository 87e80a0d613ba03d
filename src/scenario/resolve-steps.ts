/**
 * The steps of the plan. What a step does follows from its one leading key: run, script, wait, expect or fault.
 */
import { FilterError } from '../wire/filter-token.ts';
import { compileFilter } from '../wire/filter.ts';
import type { DiagnosticList, Position } from './diagnostics.ts';
import type { PlanExpectation, PlanHost, PlanLan, PlanStep, PlanStepCommon } from './plan.ts';
import { entriesOf, itemsOf, readMap } from './reader.ts';
import { readFault } from './resolve-fault.ts';
import { fileLinesOf } from './scalar-position.ts';
import {
  CaptureExpectationSchema,
  ExpectationSchema,
  ExpectSchema,
  FaultStepSchema,
  RunSchema,
  ScriptExpectationSchema,
  ScriptSchema,
  WaitSchema,
} from './schema.ts';
import type { Source } from './source.ts';
import type { SourceMap, SourceNode, SourceScalar } from './source-node.ts';
import { unknownName } from './suggest.ts';

/** One mistake in a command line, at `col` of its line `line`, both from 0. */
export interface CommandMistake {
  readonly line: number;
  readonly col: number;
  readonly message: string;
}

/**
 * Checks the grammar, the names of programs and the options of one literal command line, or of a whole script. What the
 * real tool refuses too is no mistake where the step expects a failure.
 */
export type CommandCheck = (command: string, host: PlanHost, expectsFailure: boolean) => readonly CommandMistake[];

/** What steps may speak of. */
export interface StepContext {
  readonly source: Source;
  readonly hosts: ReadonlyMap<string, PlanHost>;
  readonly lanNames: readonly string[];
  readonly lans: readonly PlanLan[];
  readonly commandCheck: CommandCheck | undefined;
}

/** `expect` alone is a step, too; beside run and script it belongs to them. */
const LEADING_KEYS = ['run', 'script', 'wait', 'fault', 'expect'] as const;
type LeadingKey = (typeof LEADING_KEYS)[number];

const READERS: Record<LeadingKey, (context: StepContext, node: SourceMap) => PlanStep | undefined> = {
  run: readRun,
  script: readScript,
  wait: readWait,
  fault: readFaultStep,
  expect: readExpect,
};

/** Reads `steps:`; a step with a mistake is noted and left out. */
export function readSteps(context: StepContext): PlanStep[] {
  const { diagnostics, root } = context.source;
  const steps: PlanStep[] = [];
  for (const node of itemsOf(diagnostics, root.entries.get('steps')?.value, 'steps')) {
    const step = readStep(context, node);
    if (step !== undefined) steps.push(step);
  }
  return steps;
}

function readStep(context: StepContext, node: SourceNode): PlanStep | undefined {
  const { diagnostics } = context.source;
  const entries = entriesOf(diagnostics, node, 'a step');
  const keys = LEADING_KEYS.filter((key) => entries.has(key));
  const [kind, second] = keys;
  if (node.kind !== 'map' || kind === undefined) {
    const isNothing = node.kind === 'map' || (node.kind === 'scalar' && node.value === null);
    if (isNothing) noteAimless(diagnostics, node, entries);
    return undefined;
  }
  const mayExpect = kind === 'run' || kind === 'script';
  if (second !== undefined && !(mayExpect && second === 'expect')) {
    diagnostics.add(
      entries.get(second)!.at,
      `a step has both ${kind} and ${second}; expected one of them, and a step of its own for the other`,
    );
    return undefined;
  }
  return READERS[kind](context, node);
}

/** A step whose leading key is missing or misspelt. */
function noteAimless(diagnostics: DiagnosticList, at: Position, entries: SourceMap['entries']): void {
  const known = [...new Set([...LEADING_KEYS, ...Object.keys(RunSchema.shape)])];
  const unknown = [...entries.values()].filter(({ name }) => !known.includes(name));
  for (const { name, at: keyAt } of unknown) {
    diagnostics.add(keyAt, unknownName('key', name, known).replace(';', ' in a step;'));
  }
  if (unknown.length === 0) diagnostics.add(at, `the step does nothing; expected one of ${LEADING_KEYS.join(', ')}`);
}

/** What every kind of step has. */
function commonOf(read: {
  fields: { at?: number | undefined; note?: string | undefined };
  at: Position;
}): PlanStepCommon {
  return { atNs: read.fields.at, note: read.fields.note, line: read.at.line, col: read.at.col };
}

function readRun(context: StepContext, node: SourceMap): PlanStep | undefined {
  const { source } = context;
  const read = readMap(source.diagnostics, node, 'a run step', RunSchema, ['expect']);
  const { fields } = read;
  const host = hostOf(context, fields.on, read.node('on'));
  const expect = readExpectation(source.diagnostics, read.node('expect'));
  const scalar = read.node('run');
  if (fields.run === undefined || scalar?.kind !== 'scalar') return undefined;
  const command = commandText(scalar);
  checkCommand(context, host, command, scalar, expect.exit !== 0);
  if (host === undefined) return undefined;
  return {
    kind: 'run',
    ...commonOf(read),
    on: host.name,
    command,
    commandLine: source.positionInScalar(scalar, 0, 0).line,
    background: fields.background,
    save: fields.save,
    expect,
    timeoutNs: fields.timeout,
  };
}

/** YAML takes `true` for a boolean; here it is the program of that name. */
function commandText(scalar: SourceScalar): string {
  return typeof scalar.value === 'string' ? scalar.value : scalar.written;
}

function readExpectation(diagnostics: DiagnosticList, node: SourceNode | undefined): PlanExpectation {
  if (node === undefined) return { exit: 0 };
  const { fields } = readMap(diagnostics, node, 'the expectation of a run', ExpectationSchema);
  return { exit: fields.exit, stdout: fields.stdout, stderr: fields.stderr };
}

function readScript(context: StepContext, node: SourceMap): PlanStep | undefined {
  const { diagnostics, text: fileText } = context.source;
  const read = readMap(diagnostics, node, 'a script step', ScriptSchema, ['expect']);
  const { fields } = read;
  const host = hostOf(context, fields.on, read.node('on'));
  const expectNode = read.node('expect');
  const expectExit =
    expectNode === undefined
      ? 0
      : readMap(diagnostics, expectNode, 'the expectation of a script', ScriptExpectationSchema).fields.exit;
  const scalar = read.node('script');
  if (fields.script === undefined || scalar?.kind !== 'scalar') return undefined;
  checkCommand(context, host, fields.script, scalar, expectExit !== 0);
  if (host === undefined) return undefined;
  return {
    kind: 'script',
    ...commonOf(read),
    on: host.name,
    text: fields.script,
    textLines: fileLinesOf(fileText, scalar),
    expectExit,
    timeoutNs: fields.timeout,
  };
}

function hostOf(context: StepContext, name: string | undefined, node: SourceNode | undefined): PlanHost | undefined {
  if (name === undefined || node === undefined) return undefined;
  const host = context.hosts.get(name);
  if (host === undefined) context.source.diagnostics.add(node, unknownName('host', name, [...context.hosts.keys()]));
  return host;
}

function checkCommand(
  context: StepContext,
  host: PlanHost | undefined,
  command: string,
  scalar: SourceScalar,
  expectsFailure: boolean,
): void {
  const { source, commandCheck } = context;
  if (command.includes('\0')) {
    source.diagnostics.add(scalar, 'the command holds a zero byte; expected text');
    return;
  }
  if (commandCheck === undefined || host === undefined) return;
  for (const { line, col, message } of commandCheck(command, host, expectsFailure)) {
    source.diagnostics.add(source.positionInScalar(scalar, line, col), message);
  }
}

function readWait(context: StepContext, node: SourceMap): PlanStep | undefined {
  const read = readMap(context.source.diagnostics, node, 'a wait step', WaitSchema);
  const waitNs = read.fields.wait;
  return waitNs === undefined ? undefined : { kind: 'wait', ...commonOf(read), waitNs };
}

function readExpect(context: StepContext, node: SourceMap): PlanStep | undefined {
  const { diagnostics } = context.source;
  const read = readMap(diagnostics, node, 'an expect step', ExpectSchema, ['expect']);
  const { fields, node: nodeOf } = readMap(
    diagnostics,
    read.node('expect')!,
    'a capture expectation',
    CaptureExpectationSchema,
  );
  const filterNode = nodeOf('filter');
  if (filterNode?.kind === 'scalar') checkFilter(context, fields.filter, filterNode);
  if (fields.capture === undefined) return undefined;
  checkGlob(context, fields.capture, nodeOf('capture')!);
  return { kind: 'expect', ...commonOf(read), capture: fields.capture, filter: fields.filter, count: fields.count };
}

/** The names of containers show only during the run, so every name resolves here. */
function checkFilter(context: StepContext, text: string, scalar: SourceScalar): void {
  const { source } = context;
  try {
    compileFilter(text, () => 0);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    const hint = error.message.includes('; expected ') ? '' : '; expected a capture filter, such as "udp port 4789"';
    source.diagnostics.add(placeInText(source, scalar, error.at - 1), `${error.message}${hint}`);
  }
}

function placeInText(source: Source, scalar: SourceScalar, index: number): Position {
  const before = String(scalar.value).slice(0, Math.max(index, 0)).split('\n');
  return source.positionInScalar(scalar, before.length - 1, before.at(-1)!.length);
}

/** An interface belongs to a host, a port to a LAN: a glob that begins with neither stands for nothing. */
export function checkGlob(
  context: Pick<StepContext, 'source' | 'hosts' | 'lanNames'>,
  glob: string,
  at: Position,
): void {
  const [first] = glob.split('/');
  if (first === undefined || /[*?]/.test(first)) return;
  if (context.hosts.has(first) || context.lanNames.includes(first)) return;
  context.source.diagnostics.add(at, unknownName('host', first, [...context.hosts.keys()]));
}

function readFaultStep(context: StepContext, node: SourceMap): PlanStep | undefined {
  const read = readMap(context.source.diagnostics, node, 'a fault step', FaultStepSchema, ['fault']);
  const fault = readFault(context, node.entries.get('fault')!);
  return fault === undefined ? undefined : { kind: 'fault', ...commonOf(read), fault };
}
