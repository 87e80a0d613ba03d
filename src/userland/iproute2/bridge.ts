/**
 * The program `bridge` of iproute2 6.1: options, objects, help, batches. What a verb changes goes through the machine's
 * door, what it shows is printed by kernel/show.
 */
import { BRIDGE_LACKING, BRIDGE_OBJECTS, BRIDGE_VERBS } from '../../kernel/admin/bridge.ts';
import {
  BRIDGE_USAGE,
  FDB_USAGE,
  LINK_USAGE,
  MDB_USAGE,
  MONITOR_USAGE,
  VLAN_USAGE,
} from '../../kernel/admin/bridge-usage.ts';
import type { AdminResult } from '../../kernel/admin/result.ts';
import { completed } from '../../kernel/admin/words.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { getFdb, showFdb } from '../../kernel/show/bridge-fdb.ts';
import { showBridgeLinks } from '../../kernel/show/bridge-link.ts';
import { showBridgeGroups, showBridgeTunnels, showBridgeVlans } from '../../kernel/show/bridge-tables.ts';
import type { ShowOptions } from '../../kernel/show/options.ts';
import { PLAIN } from '../../kernel/show/options.ts';
import { EXIT_UNSUPPORTED, reportUnsupported } from '../unsupported.ts';
import { readBatch } from './ip-batch.ts';
import type { Run } from './run.ts';

/** exit(-1) */
const FAILED = 255;
const VERSION = 'bridge utility, 6.1.0\n';
const SUPPORTED = ['link', 'fdb', 'vlan show', 'mdb show'];

type Netns = Process['ns'];
type Show = (ns: Netns, args: readonly string[], options: ShowOptions) => AdminResult;

interface BridgeObject {
  readonly usage: string;
  readonly shows: Readonly<Record<string, Show>>;
}

const OBJECTS: Readonly<Record<string, BridgeObject>> = {
  link: { usage: LINK_USAGE, shows: lists(showBridgeLinks) },
  fdb: { usage: FDB_USAGE, shows: { ...lists(showFdb), get: getFdb } },
  mdb: { usage: MDB_USAGE, shows: lists(showBridgeGroups) },
  vlan: { usage: VLAN_USAGE, shows: { ...lists(showBridgeVlans), tunnelshow: showBridgeTunnels } },
};

function lists(show: Show): Record<string, Show> {
  return { show, lst: show, list: show };
}

/** In the order in which iproute2 tries them. */
const OPTIONS = [
  ...['-help', '-Version', '-stats', '-statistics', '-details', '-oneline', '-timestamp', '-family', '-netns'],
  ...['-color', '-compressvlans', '-force', '-json', '-pretty', '-batch'],
];

interface BridgeOptions {
  show: { -readonly [K in keyof ShowOptions]: ShowOptions[K] };
  netns: string | null;
  batch: string | null;
  force: boolean;
  /** Where the object stands. */
  objectAt: number;
  /** Where reading ended before there was an object; null when all is well. */
  end: { readonly text: string; readonly exit: number; readonly argIndex: number } | null;
}

function readOptions(args: readonly string[]): BridgeOptions {
  const options: BridgeOptions = {
    show: { ...PLAIN },
    netns: null,
    batch: null,
    force: false,
    objectAt: args.length,
    end: null,
  };
  let at = 0;
  for (; at < args.length && options.end === null; at++) {
    const written = args[at]!;
    if (written === '--') {
      at++;
      break;
    }
    if (!written.startsWith('-')) break;
    const option = written.startsWith('--') ? written.slice(1) : written;
    const name = option === '-4' || option === '-6' ? option : OPTIONS.find((each) => each.startsWith(option));
    if (name === '-family' || name === '-netns' || name === '-batch') {
      at++;
      readValue(options, name, args[at], at);
    } else setFlag(options, name, option, at);
  }
  options.objectAt = at;
  return options;
}

function readValue(options: BridgeOptions, name: string, value: string | undefined, argIndex: number): void {
  if (name === '-netns') options.netns = value ?? '(null)';
  else if (value === undefined) options.end = { text: `${BRIDGE_USAGE}\n`, exit: FAILED, argIndex };
  else if (name === '-batch') options.batch = value;
  else if (value !== 'inet' && value !== 'inet6') {
    const text = `Error: argument "${value}" is wrong: invalid protocol family\n`;
    options.end = { text, exit: FAILED, argIndex };
  }
}

function setFlag(options: BridgeOptions, name: string | undefined, option: string, argIndex: number): void {
  const { show } = options;
  switch (name) {
    case '-help':
      options.end = { text: `${BRIDGE_USAGE}\n`, exit: FAILED, argIndex };
      return;
    case '-Version':
      options.end = { text: VERSION, exit: 0, argIndex };
      return;
    case '-stats':
    case '-statistics':
      show.statistics++;
      return;
    case '-details':
      show.details = true;
      return;
    case '-oneline':
      show.oneline = true;
      return;
    case '-color':
      show.color = true;
      return;
    case '-force':
      options.force = true;
      return;
    case '-json':
      show.json = true;
      return;
    case '-pretty':
      show.pretty = true;
      return;
    case undefined:
      options.end = { text: `Option "${option}" is unknown, try "bridge help".\n`, exit: FAILED, argIndex };
      return;
    default:
  }
}

function* run(proc: Process): Run {
  const args = proc.argv.slice(1);
  const options = readOptions(args);
  const { end } = options;
  if (end !== null) {
    if (end.exit === 0) proc.write(end.text);
    else proc.writeError(end.text);
    return end.exit;
  }
  const ns = options.netns === null ? proc.ns : proc.door.namespace(options.netns);
  if (ns === undefined) {
    proc.writeError(`Cannot open network namespace "${options.netns!}": No such file or directory\n`);
    return FAILED;
  }
  if (options.batch !== null) return yield* runBatch(proc, ns, options, options.batch);
  return runCommand(proc, ns, args.slice(options.objectAt), options.show);
}

function* runBatch(proc: Process, ns: Netns, options: BridgeOptions, name: string): Run {
  const lines = yield* readBatch(proc, name);
  if (lines === undefined) {
    proc.writeError(`Cannot open file "${name}" for reading: No such file or directory\n`);
    return 1;
  }
  let exit = 0;
  for (const { words, number } of lines) {
    if (runCommand(proc, ns, words, options.show) === 0) continue;
    proc.writeError(`Command failed ${name}:${number}\n`);
    exit = 1;
    if (!options.force) break;
  }
  return exit;
}

function runCommand(proc: Process, ns: Netns, words: readonly string[], show: ShowOptions): number {
  const [word, verbWord, ...rest] = words;
  const name = word === undefined ? 'help' : completed(word, BRIDGE_OBJECTS);
  const fail = (text: string): number => {
    proc.writeError(`${text}\n`);
    return FAILED;
  };
  if (name === 'help') return fail(BRIDGE_USAGE);
  if (name === undefined) return fail(`Object "${word!}" is unknown, try "bridge help".`);
  if (name === 'monitor' && verbWord !== undefined && 'help'.startsWith(verbWord)) return fail(MONITOR_USAGE);
  const object = OBJECTS[name];
  if (object === undefined) return reportUnsupported(proc, `bridge ${name}`, SUPPORTED);
  const verb = verbWord === undefined ? 'show' : completed(verbWord, BRIDGE_VERBS[name]!);
  if (verb === undefined) return fail(`Command "${verbWord!}" is unknown, try "bridge ${name} help".`);
  if (verb === 'help' || (object.shows[verb] !== undefined && asksForHelp(name, rest))) return fail(object.usage);
  if (BRIDGE_LACKING[name]!.includes(verb)) return reportUnsupported(proc, `bridge ${name} ${verb}`, SUPPORTED);
  const shown = object.shows[verb];
  const result = shown === undefined ? proc.door.run(ns, ['bridge', name, verb, ...rest]) : shown(ns, rest, show);
  proc.write(result.stdout);
  proc.writeError(result.stderr);
  if (result.exit === EXIT_UNSUPPORTED) proc.markUnsupported();
  return result.exit;
}

/** `fdb show help` and its like, where no other word is expected. */
function asksForHelp(name: string, words: readonly string[]): boolean {
  return name === 'fdb' && words.some((word, i) => word === 'help' && (i === 0 || words[i - 1] !== 'dev'));
}

function check(args: readonly string[]): CheckMistake | undefined {
  const options = readOptions(args);
  if (options.end !== null || options.batch !== null) return undefined;
  const at = options.objectAt;
  const name = completed(args[at] ?? '', BRIDGE_OBJECTS);
  if (name === undefined || name === 'help') return undefined;
  if (OBJECTS[name] === undefined) return { argIndex: at, message: `object "${name}" is not supported by Dockwire` };
  const verb = completed(args[at + 1] ?? '', BRIDGE_VERBS[name]!);
  if (verb === undefined || !BRIDGE_LACKING[name]!.includes(verb)) return undefined;
  return { argIndex: at + 1, message: `${name} ${verb} is not supported by Dockwire` };
}

function refusal(args: readonly string[]): CheckMistake | undefined {
  const { end, objectAt: at, batch } = readOptions(args);
  if (end !== null) {
    if (!end.text.startsWith('Option')) return undefined;
    return { argIndex: end.argIndex, message: end.text.trimEnd() };
  }
  const word = args[at] ?? '';
  if (word === '' || batch !== null) return undefined;
  const name = completed(word, BRIDGE_OBJECTS);
  if (name === undefined) return { argIndex: at, message: `Object "${word}" is unknown, try "bridge help".` };
  const verbWord = args[at + 1] ?? '';
  const verbs = BRIDGE_VERBS[name];
  if (verbWord === '' || verbs === undefined || completed(verbWord, verbs) !== undefined) return undefined;
  return { argIndex: at + 1, message: `Command "${verbWord}" is unknown, try "bridge ${name} help".` };
}

export const BRIDGE: ProgramEntry = { name: 'bridge', run, check, refusal };
