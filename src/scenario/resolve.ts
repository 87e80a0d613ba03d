/**
 * From the text of a scenario to its plan: defaults made explicit, short forms expanded, names checked; no object of
 * the simulation yet. All mistakes of a file come out at once.
 */
import type * as z from 'zod';
import type { EngineVersionName } from '../docker/engine-version.ts';
import type { Diagnostic } from './diagnostics.ts';
import { ScenarioError } from './diagnostics.ts';
import { Mistake } from './field.ts';
import { assignAddresses } from './addressing.ts';
import type { Plan, PlanHost, PlanImage, PlanListener } from './plan.ts';
import { entriesOf, itemsOf, readMap, readValue } from './reader.ts';
import { planHost, planLan } from './resolve-hosts.ts';
import { readFlows } from './resolve-flows.ts';
import type { CommandCheck } from './resolve-steps.ts';
import { checkGlob, readSteps } from './resolve-steps.ts';
import {
  readEngineVersion,
  IMAGE_PATTERN,
  ImageSchema,
  ListenerSchema,
  NAME_PATTERN,
  RESERVED_NAMES,
  ScenarioSchema,
} from './schema.ts';
import type { Source } from './source.ts';
import { readSource } from './source.ts';
import type { SourceNode } from './source-node.ts';
import { quote } from './suggest.ts';
import { readTopology } from './topology.ts';

/** What the command line says instead of the file, and what the lab knows about commands. */
export interface PlanOverrides {
  readonly seed?: number | undefined;
  readonly engine?: string | undefined;
  readonly commandCheck?: CommandCheck | undefined;
}

const EVERYTHING = '**';
const NESTED = ['name', 'hosts', 'lans', 'capture', 'images', 'steps', 'flows'] as const;

/**
 * Reads `bytes`, the content of `file` (as the user named it; `-` is standard input). Throws a ScenarioError with all
 * mistakes, sorted by place.
 */
export function loadPlan(file: string, bytes: Uint8Array, overrides: PlanOverrides = {}): Plan {
  const source = readSource(file, bytes);
  const { diagnostics, root } = source;
  const overridden = checkOverrides(file, overrides);
  const { fields } = readMap(diagnostics, root, 'the scenario', ScenarioSchema, NESTED);
  const topology = readTopology(diagnostics, root);
  assignAddresses(diagnostics, topology);
  const defaults = { softirqNs: fields.softirq, wakeupNs: fields.wakeup };
  const hosts = [...topology.hosts.values()].map((host) => planHost(diagnostics, host, defaults));
  const lans = [...topology.lans.values()].map((lan) => planLan(source, lan));
  const hostsByName = new Map(hosts.map((host) => [host.name, host]));
  const names = { source, hosts: hostsByName, lanNames: lans.map(({ name }) => name) };
  const plan: Plan = {
    name: readName(source),
    title: fields.title,
    file,
    engine: overridden ?? fields.engine,
    seed: overrides.seed ?? fields.seed,
    epochSeconds: fields.epoch,
    untilNs: fields.until,
    lingerNs: fields.linger,
    limitNs: fields.limit,
    ...defaults,
    hosts,
    lans,
    capture: readCapture(names),
    images: readImages(source),
    steps: readSteps({ ...names, lans, commandCheck: overrides.commandCheck }),
    flows: readFlows(source, hostsByName),
  };
  diagnostics.throwIfAny();
  return plan;
}

/** A mistake on the command line has no place in the file. Gives the engine that it names. */
function checkOverrides(file: string, overrides: PlanOverrides): EngineVersionName | undefined {
  const diagnostics: Diagnostic[] = [];
  const engine = overrides.engine === undefined ? undefined : readEngineVersion(overrides.engine);
  if (engine instanceof Mistake) diagnostics.push({ file, line: 1, col: 1, message: `--engine: ${engine.message}` });
  const { seed } = overrides;
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0)) {
    diagnostics.push({ file, line: 1, col: 1, message: `--seed is ${seed}; expected a whole number from 0` });
  }
  if (diagnostics.length > 0) throw new ScenarioError(diagnostics);
  return engine instanceof Mistake ? undefined : engine;
}

/** The name that the file gives itself, or else its stem. */
function readName(source: Source): string {
  const { diagnostics, root } = source;
  const entry = root.entries.get('name');
  const given =
    entry === undefined ? stemOf(source.file) : readValue(diagnostics, entry.value, 'name', ScenarioSchema.shape.name);
  const name = given ?? '';
  if (RESERVED_NAMES.includes(name)) {
    const folders = RESERVED_NAMES.map((word) => `out/${word}`).join(', ');
    const what = `the name ${quote(name)} is reserved (${folders} are used otherwise)`;
    diagnostics.add(entry?.value ?? root, `${what}; expected another \`name:\``);
  }
  return name;
}

/** `scenarios/01 Pair.yaml` → `01-pair`. */
function stemOf(file: string): string {
  if (file === '-') return 'stdin';
  const base = file.split(/[/\\]/).at(-1)!;
  const stem = base.replace(/(.)\.[^.]*$/, '$1').toLowerCase();
  const name = stem
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 100);
  return NAME_PATTERN.test(name) ? name : 'scenario';
}

function readCapture(names: {
  source: Source;
  hosts: ReadonlyMap<string, PlanHost>;
  lanNames: readonly string[];
}): readonly string[] {
  const { diagnostics, root } = names.source;
  const node = root.entries.get('capture')?.value;
  if (node === undefined) return [EVERYTHING];
  const globs: string[] = [];
  const element = ScenarioSchema.shape.capture.unwrap().options[1];
  const items: readonly SourceNode[] = node.kind === 'list' ? node.items : [node];
  for (const item of items) {
    const glob = readValue(diagnostics, item, 'capture', element);
    if (glob === undefined) continue;
    checkGlob(names, glob, item);
    globs.push(glob);
  }
  return globs;
}

function readImages(source: Source): PlanImage[] {
  const { diagnostics, root } = source;
  const node = root.entries.get('images')?.value;
  if (node === undefined) return [];
  return [...entriesOf(diagnostics, node, 'images').values()].map(({ name, at, value }) => {
    if (!IMAGE_PATTERN.test(name)) {
      diagnostics.add(at, `${quote(name)} is not the name of an image; expected one such as shop or team/shop:1.0`);
    }
    const read = readMap(diagnostics, value, 'an image', ImageSchema, ['listen']);
    const listeners = itemsOf(diagnostics, read.node('listen'), 'listen').map((item) => readListener(source, item));
    return { name, listen: listeners.filter((listener) => listener !== undefined), line: at.line, col: at.col };
  });
}

function readListener(source: Source, node: SourceNode): PlanListener | undefined {
  const { fields, node: nodeOf, at } = readMap(source.diagnostics, node, 'a port of an image', ListenerSchema);
  const given = (['tcp', 'udp'] as const).filter((key) => nodeOf(key) !== undefined);
  if (given.length !== 1 && node.kind === 'map') {
    const what = given.length === 0 ? 'neither tcp nor udp' : 'tcp and udp';
    source.diagnostics.add(at, `the port has ${what}; expected one of the two`);
  }
  const [protocol] = given;
  const port = protocol === undefined ? undefined : fields[protocol];
  if (protocol === undefined || port === undefined) return undefined;
  if (protocol === 'udp' && fields.http !== undefined) {
    source.diagnostics.add(nodeOf('http')!, 'http over udp; expected it beside a tcp port');
  }
  const isHttp = fields.http !== undefined || fields.size !== undefined;
  for (const key of ['status', 'headers', 'keep-alive'] as const) {
    const at = isHttp ? undefined : nodeOf(key);
    if (at !== undefined) source.diagnostics.add(at, `${key} without http; expected it beside http or size`);
  }
  return { protocol, port, ...(isHttp ? httpOf(fields) : {}), ...definedOnly({ delayNs: fields.delay }) };
}

function httpOf(fields: Partial<z.infer<typeof ListenerSchema>>): Omit<PlanListener, 'protocol' | 'port'> {
  return {
    http: fields.http ?? '',
    ...definedOnly({ status: fields.status, headers: fields.headers, sizeBytes: fields.size }),
    ...(fields['keep-alive'] === false ? { isKeptAlive: false } : {}),
  };
}

/** Without the keys that have no value. */
function definedOnly<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
