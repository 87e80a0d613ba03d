/** Programs typed into namespaces of an emulated machine, for tests that compare what they print and send. */
import { Files } from '../../src/kernel/proc/files.ts';
import type { ProgramRegistry } from '../../src/kernel/proc/program-registry.ts';
import { hostPrograms } from '../../src/userland/registry.ts';
import type { Host } from '../../src/kernel/host.ts';
import type { World } from '../kernel/kit.ts';
import { netnsOf } from '../kernel/kit.ts';

export interface Typed {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number | null;
}

const HOST_PROGRAMS = hostPrograms();
/** No program of these tests takes longer. */
const LIMIT_NS = 120_000_000_000;
const SLICE_NS = 1_000_000;

/** Runs a program in the namespace `netns` ('' for the first) to its end. */
export function runTyped(
  world: World,
  host: Host,
  netns: string,
  line: string,
  registry: ProgramRegistry = HOST_PROGRAMS,
): Typed {
  const argv = line.split(' ');
  const output = { stdout: '', stderr: '' };
  const proc = host.processes.spawn({
    argv,
    program: registry.get(argv[0]!)!.run,
    ns: netnsOf(host, netns),
    hostname: host.name,
    files: new Files(),
    env: new Map(),
    registry,
    stdin: 'eof',
    stdout: (text) => {
      output.stdout += text;
    },
    stderr: (text) => {
      output.stderr += text;
    },
  });
  const untilNs = world.sched.now + LIMIT_NS;
  while (proc.exitCode === null && world.sched.now < untilNs) world.run(SLICE_NS);
  return { ...output, exit: proc.exitCode };
}

/** Without what was measured. */
export function maskTimes(text: string): string {
  return text
    .replace(/time=[\d.]+ ms/g, 'time=T ms')
    .replace(/time \d+ms/g, 'time Tms')
    .replace(/(= )[\d./]+( ms)/g, '$1T$2');
}
