/** nsenter, of util-linux 2.38, as far as network namespaces go: runs a program in the one of a file or a process. */
import type { CheckMistake, ProgramEntry } from '../kernel/proc/program-registry.ts';
import type { Process } from '../kernel/proc/process.ts';
import { execIn } from './iproute2/ip-netns.ts';
import type { Run } from './iproute2/run.ts';
import { reportUnsupported } from './unsupported.ts';

const SUPPORTED = ['--net[=FILE]', '-n', '-t PID', '--target PID'];

const EXIT_NOT_FOUND = 127;

interface Wish {
  /** '' when the network namespace is not entered, null when it is the target's. */
  readonly file: string | null;
  readonly pid: string;
  readonly command: readonly string[];
  /** An option that is not supported, or that the tool does not have. */
  readonly lacking: string;
}

function readWish(args: readonly string[]): Wish {
  let file: string | null = '';
  let pid = '';
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const [name, value] = arg.startsWith('--') ? arg.split('=', 2) : [arg, undefined];
    if (arg === '--') return { file, pid, command: args.slice(at + 1), lacking: '' };
    if (!arg.startsWith('-')) return { file, pid, command: args.slice(at), lacking: '' };
    if (name === '--net' || arg === '-n') file = value ?? null;
    else if (arg.startsWith('-n')) file = arg.slice(2);
    else if (name === '--target' || arg === '-t') pid = value ?? args[++at] ?? '';
    else if (/^-t\d+$/.test(arg)) pid = arg.slice(2);
    else return { file, pid, command: [], lacking: arg };
  }
  return { file, pid, command: [], lacking: '' };
}

/** Where a program and its arguments begin, for those who look at it before it runs. */
export function nsenterCommandAt(args: readonly string[]): number | undefined {
  const { length } = readWish(args).command;
  return length === 0 ? undefined : args.length - length;
}

function fail(proc: Process, text: string): number {
  proc.writeError(`nsenter: ${text}\n`);
  return 1;
}

function* run(proc: Process): Run {
  const args = proc.argv.slice(1);
  const wish = readWish(args);
  if (wish.lacking !== '') return reportUnsupported(proc, `nsenter ${wish.lacking}`, SUPPORTED);
  if (wish.pid !== '' && !/^\d+$/.test(wish.pid)) return fail(proc, `failed to parse pid: '${wish.pid}'`);
  let target: Process['ns'] | undefined = proc.ns;
  if (wish.file !== '') {
    const path = wish.file ?? `/proc/${wish.pid}/ns/net`;
    if (wish.file === null && wish.pid === '') return fail(proc, 'neither filename nor target pid supplied for ns/net');
    target = wish.file === null ? proc.peer(Number(wish.pid))?.ns : proc.door.namespaceOfPath(path);
    if (target === undefined) return fail(proc, `cannot open ${path}: No such file or directory`);
  }
  const command = wish.command.length === 0 ? ['sh'] : wish.command;
  if (proc.registry.get(command[0]!) === undefined) {
    fail(proc, `failed to execute ${command[0]!}: No such file or directory`);
    return EXIT_NOT_FOUND;
  }
  return yield* execIn(proc, target, command, false);
}

function checkNsenter(args: readonly string[]): CheckMistake | undefined {
  const { lacking } = readWish(args);
  if (lacking === '') return undefined;
  return { argIndex: args.indexOf(lacking), message: `option ${lacking} is not supported by Dockwire` };
}

export const NSENTER: ProgramEntry = { name: 'nsenter', run, check: checkNsenter, commandAt: nsenterCommandAt };
