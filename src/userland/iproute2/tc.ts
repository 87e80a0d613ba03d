/** The program `tc`: queueing disciplines of interfaces (iproute2 6.1: tc/tc.c). */
import { failure, noDevice, notSupported } from '../../kernel/admin/result.ts';
import type { AdminResult } from '../../kernel/admin/result.ts';
import { lackingQdisc, QDISC_USAGE, qdiscVerb } from '../../kernel/admin/tc.ts';
import { parseClassId, parseHandle } from '../../kernel/admin/tc-values.ts';
import { isShortFor } from '../../kernel/admin/tc-words.ts';
import type { CheckMistake, ProgramEntry } from '../../kernel/proc/program-registry.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { showClasses, showQdiscs } from '../../kernel/show/tc.ts';
import type { TcShow } from '../../kernel/show/tc.ts';
import { EXIT_UNSUPPORTED } from '../unsupported.ts';
import type { TcOptions } from './tc-options.ts';
import { readTcOptions, TC_USAGE } from './tc-options.ts';

type Netns = Process['ns'];

const CLASS_USAGE = `Usage: tc class [ add | del | change | replace | show ] dev STRING
       [ classid CLASSID ] [ root | parent CLASSID ]
       [ [ QDISC_KIND ] [ help | OPTIONS ] ]

       tc class show [ dev STRING ] [ root | parent CLASSID ]
Where:
QDISC_KIND := { prio | cbq | etc. }
OPTIONS := ... try tc class add <desired QDISC_KIND> help
`;

/** exit(-1) */
const EXIT_AT_ONCE = 255;
const SUPPORTED = 'tc qdisc add, change, replace, del, show; tc class show';
const SHOW_VERBS = ['list', 'show', 'lst'] as const;
const PARENT_ROOT = 0xffff_ffff;

const OBJECTS = ['qdisc', 'class', 'filter', 'chain', 'actions', 'monitor', 'exec', 'help'] as const;

function objectOf(word: string): (typeof OBJECTS)[number] | undefined {
  return OBJECTS.find((object) => isShortFor(word, object));
}

/** What a command line does; `run` prints it. */
function tcResult(proc: Process, args: readonly string[]): AdminResult {
  const read = readTcOptions(args);
  if ('result' in read) return read.result;
  const { options, rest } = read;
  const ns = options.netns === null ? proc.ns : proc.door.namespace(options.netns);
  if (ns === undefined) {
    const text = `Cannot open network namespace "${options.netns ?? ''}": No such file or directory`;
    return failure(EXIT_AT_ONCE, text);
  }
  const [word, ...words] = rest;
  if (word === undefined) return { exit: 0, stdout: '', stderr: TC_USAGE };
  switch (objectOf(word)) {
    case 'qdisc':
      return qdiscCommand(proc, ns, words, options);
    case 'class':
      return classCommand(ns, words, options);
    case 'help':
      return { exit: 0, stdout: '', stderr: TC_USAGE };
    case undefined:
      return failure(EXIT_AT_ONCE, `Object "${word}" is unknown, try "tc help".`);
    default:
      return notSupported(`tc ${word}`, SUPPORTED);
  }
}

function qdiscCommand(proc: Process, ns: Netns, words: readonly string[], options: TcOptions): AdminResult {
  const [word = 'list', ...args] = words;
  const verb = qdiscVerb(word);
  if (verb !== undefined) return proc.door.run(ns, ['tc', 'qdisc', verb, ...args]);
  if (SHOW_VERBS.some((show) => isShortFor(word, show))) return shown(ns, args, options, 'qdisc', showQdiscs);
  if (isShortFor(word, 'help')) return { exit: 0, stdout: '', stderr: `${QDISC_USAGE}\n` };
  return failure(EXIT_AT_ONCE, `Command "${word}" is unknown, try "tc qdisc help".`);
}

function classCommand(ns: Netns, words: readonly string[], options: TcOptions): AdminResult {
  const [word = 'list', ...args] = words;
  if (qdiscVerb(word) !== undefined) return notSupported(`tc class ${word}`, SUPPORTED);
  if (isShortFor(word, 'get')) return notSupported(`tc class ${word}`, SUPPORTED);
  if (SHOW_VERBS.some((show) => isShortFor(word, show))) return shown(ns, args, options, 'class', showClasses);
  if (isShortFor(word, 'help')) return { exit: 0, stdout: '', stderr: CLASS_USAGE };
  return failure(EXIT_AT_ONCE, `Command "${word}" is unknown, try "tc class help".`);
}

/** Reads `[dev NAME] [root | parent CLASSID | handle QHANDLE] [invisible]` and shows what it asks for. */
function shown(
  ns: Netns,
  args: readonly string[],
  options: TcOptions,
  object: string,
  show: (ns: Netns, wanted: TcShow) => string,
): AdminResult {
  const wanted = { show: options.show, isRaw: options.isRaw, parent: 0, handle: 0 };
  let device: string | null = null;
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    const value = args[i + 1];
    if (word === 'root') wanted.parent = PARENT_ROOT;
    else if (word === 'invisible' && object === 'qdisc') continue;
    else if (isShortFor(word, 'help')) return { exit: EXIT_AT_ONCE, stdout: '', stderr: `${QDISC_USAGE}\n` };
    else if (word !== 'dev' && !isShortFor(word, 'parent') && !isShortFor(word, 'handle')) {
      return failure(EXIT_AT_ONCE, `What is "${word}"? Try "tc ${object} help".`);
    } else if (value === undefined) {
      return failure(EXIT_AT_ONCE, 'Command line is not complete. Try option "help"');
    } else {
      i++;
      if (word === 'dev') device = value;
      else {
        const isParent = isShortFor(word, 'parent');
        const id = isParent ? parseClassId(value) : parseHandle(value);
        if (id === undefined) return wrongId(value, isParent ? 'parent' : 'handle');
        if (isParent) wanted.parent = id;
        else wanted.handle = id;
      }
    }
  }
  const dev = device === null ? null : ns.deviceByName(device);
  if (device !== null && dev === null) return noDevice(device);
  return { exit: 0, stdout: show(ns, { ...wanted, device: dev }), stderr: '' };
}

function wrongId(value: string, what: string): AdminResult {
  return failure(EXIT_AT_ONCE, `Error: argument "${value}" is wrong: invalid ${what} ID`);
}

function printResult(proc: Process): number {
  const result = tcResult(proc, proc.argv.slice(1));
  if (result.stdout !== '') proc.write(result.stdout);
  if (result.stderr !== '') proc.writeError(result.stderr);
  if (result.exit === EXIT_UNSUPPORTED) proc.markUnsupported();
  return result.exit;
}

/** Finds objects, options and disciplines that tc has and Dockwire lacks. */
function checkTc(args: readonly string[]): CheckMistake | undefined {
  const read = readTcOptions(args);
  const lack = (argIndex: number, text: string): CheckMistake => ({ argIndex, message: text });
  if ('result' in read) {
    if (read.result.exit !== EXIT_UNSUPPORTED) return undefined;
    return lack(read.at, `option ${args[read.at] ?? ''} is not supported by Dockwire`);
  }
  const { rest } = read;
  const first = args.length - rest.length;
  const [object = '', verb = ''] = rest;
  const known = object === '' ? undefined : objectOf(object);
  if (known === 'class' && qdiscVerb(verb) !== undefined && verb !== '') {
    return lack(first + 1, `tc class ${verb} is not supported by Dockwire; expected tc qdisc, or tc class show`);
  }
  if (known !== undefined && known !== 'qdisc' && known !== 'class' && known !== 'help') {
    return lack(first, `tc ${object} is not supported by Dockwire; expected tc qdisc`);
  }
  if (known !== 'qdisc' || verb === '' || qdiscVerb(verb) === undefined) return undefined;
  return lackOfQdisc(rest, (at, text) => lack(first + at, text));
}

/** Finds a discipline that Dockwire lacks, or a knob of one that it has. */
function lackOfQdisc(
  words: readonly string[],
  lack: (at: number, text: string) => CheckMistake,
): CheckMistake | undefined {
  const kindAt = kindIndex(words);
  if (kindAt < 0) return undefined;
  const kind = words[kindAt]!;
  if (kind === 'stab' || kind === 'estimator') return lack(kindAt, `tc qdisc ${kind} is not supported by Dockwire`);
  if (lackingQdisc(kind) !== undefined) {
    return lack(kindAt, `the discipline ${kind} is not supported by Dockwire; expected ${KINDS}`);
  }
  const value = kind === 'netem' ? 'experimental' : kind === 'tbf' ? 'atm' : undefined;
  const at = value === undefined ? -1 : words.indexOf(value, kindAt);
  return at < 0 ? undefined : lack(at, `${words[at - 1]!} ${value!} is not supported by Dockwire`);
}

const KINDS = 'netem, tbf, pfifo, bfifo, pfifo_fast or noqueue';

/** Where the kind stands behind `qdisc add`, -1 when there is none. */
function kindIndex(words: readonly string[]): number {
  for (let i = 2; i < words.length; i++) {
    const word = words[i]!;
    if (word === 'dev' || word === 'handle' || word === 'parent') i++;
    else if (word !== 'root') return i;
  }
  return -1;
}

export const TC: ProgramEntry = {
  name: 'tc',
  run: function* tc(proc) {
    return printResult(proc);
  },
  check: checkTc,
};
