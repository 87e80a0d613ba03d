/** `ip netns`: namespaces by name, and programs in them (iproute2: ipnetns.c). */
import { NETNS_USAGE } from '../../kernel/admin/ip-usage.ts';
import { completed } from '../../kernel/admin/words.ts';
import type { Process } from '../../kernel/proc/process.ts';
import { showNetns } from '../../kernel/show/netns.ts';
import { isKnownTool } from '../known-tools.ts';
import { EXIT_UNSUPPORTED, reportUnsupported } from '../unsupported.ts';
import type { IpOptions } from './ip-options.ts';
import type { Run } from './run.ts';

type Netns = Process['ns'];

/** In the order in which iproute2 tries them. */
const VERBS = 'list show lst list-id help add set delete identify pids exec monitor attach'.split(' ');
/** exit(-1) */
const EXIT_AT_ONCE = 255;
const NAME_LENGTH_MAX = 255;

/** `args` stand behind `netns`. */
export function* runNetns(proc: Process, ns: Netns, args: readonly string[], options: IpOptions): Run {
  const [word = 'list', ...rest] = args;
  const name = rest[0];
  if (!options.all && name !== undefined && isInvalidName(name)) {
    return fail(proc, `Invalid netns name "${name}"`, EXIT_AT_ONCE);
  }
  switch (completed(word, VERBS)) {
    case 'list':
    case 'show':
    case 'lst':
      proc.write(showNetns(ns, options.show));
      return 0;
    case 'help':
      proc.writeError(NETNS_USAGE);
      return EXIT_AT_ONCE;
    case 'identify':
      return identify(proc, ns, rest);
    case 'pids':
      return pids(proc, rest);
    case 'exec':
      return options.all ? yield* execInAll(proc, ns, rest) : yield* exec(proc, rest, options.batch !== null);
    case 'delete':
      return options.all ? deleteAll(proc, ns) : throughDoor(proc, ns, args);
    case 'list-id':
    case 'monitor':
      return reportUnsupported(proc, `ip netns ${word}`, ['list', 'add', 'set', 'delete', 'identify', 'pids', 'exec']);
    case undefined:
      return fail(proc, `Command "${word}" is unknown, try "ip netns help".`, EXIT_AT_ONCE);
    default:
      return throughDoor(proc, ns, args);
  }
}

function isInvalidName(name: string): boolean {
  return name === '' || name.length > NAME_LENGTH_MAX || name.includes('/') || name === '.' || name === '..';
}

function fail(proc: Process, text: string, exit = 1): number {
  proc.writeError(`${text}\n`);
  return exit;
}

function throughDoor(proc: Process, ns: Netns, args: readonly string[]): number {
  const result = proc.door.run(ns, ['ip', 'netns', ...args]);
  if (result.stderr !== '') proc.writeError(result.stderr);
  if (result.exit === EXIT_UNSUPPORTED) proc.markUnsupported();
  return result.exit;
}

function deleteAll(proc: Process, ns: Netns): number {
  for (const name of namesOf(ns)) throughDoor(proc, ns, ['delete', name]);
  return 0;
}

function namesOf(ns: Netns): string[] {
  return showNetns(ns, null).split('\n').slice(0, -1);
}

/** `exec NAME COMMAND`: the process becomes the command; in a batch a child does. */
function* exec(proc: Process, args: readonly string[], isForked: boolean): Run {
  const [name, ...argv] = args;
  if (name === undefined) return fail(proc, 'No netns name specified');
  if (argv.length === 0) return fail(proc, 'No command specified');
  const target = proc.door.namespace(name);
  if (target === undefined) {
    return fail(proc, `Cannot open network namespace "${name}": No such file or directory`, EXIT_AT_ONCE);
  }
  return yield* execIn(proc, target, argv, isForked);
}

/** Runs a command in a namespace with the programs, files and streams that the process has. */
export function* execIn(proc: Process, target: Netns, argv: readonly string[], isForked: boolean): Run {
  const entry = proc.registry.get(argv[0]!);
  if (entry === undefined) {
    if (isKnownTool(argv[0]!, proc.registry)) return reportUnsupported(proc, argv[0]!, proc.registry.names());
    return fail(proc, `exec of "${argv[0]!}" failed: No such file or directory`);
  }
  if (!isForked) {
    proc.setNetns(target);
    return yield* proc.exec(entry.run, argv, proc.env);
  }
  const child = proc.spawn({ argv, program: entry.run, ns: target });
  while (!child.isReady()) yield proc.waitFor(child);
  return child.exitCode!;
}

function* execInAll(proc: Process, ns: Netns, argv: readonly string[]): Run {
  if (argv.length === 0) return fail(proc, 'No command specified');
  for (const name of namesOf(ns)) {
    proc.write(`\nnetns: ${name}\n`);
    const target = proc.door.namespace(name);
    if (target !== undefined) yield* execIn(proc, target, argv, true);
  }
  return 0;
}

/** `identify [PID]`: the name of the namespace that a process is in, or an empty line. */
function identify(proc: Process, ns: Netns, args: readonly string[]): number {
  const [pid, ...extra] = args;
  if (extra.length > 0) return fail(proc, 'extra arguments specified');
  if (pid !== undefined && !/^\d*$/.test(pid)) return fail(proc, `Specified string '${pid}' is not a pid`);
  const target = pid === undefined ? ns : proc.peer(Number(pid))?.ns;
  if (target === undefined) return fail(proc, 'Cannot open network namespace: No such file or directory');
  proc.write(`${target.isHidden ? '' : target.name}\n`);
  return 0;
}

/** `pids NAME`: the processes in a namespace, one a line. */
function pids(proc: Process, args: readonly string[]): number {
  const [name, ...extra] = args;
  if (name === undefined) return fail(proc, 'No netns name specified');
  if (extra.length > 0) return fail(proc, 'extra arguments specified');
  const target = proc.door.namespace(name);
  if (target === undefined) return fail(proc, 'Cannot open network namespace: No such file or directory');
  for (const other of proc.visible()) if (other.ns === target) proc.write(`${other.ownPid}\n`);
  return 0;
}
