/**
 * The processes of one host: their numbers, and the pid namespaces that some have of their own.
 */
import { assert } from '../../base/assert.ts';
import type { Rng } from '../../sim/rng.ts';
import type { EventSource, Scheduler } from '../../sim/scheduler.ts';
import type { AdminDoor } from '../admin/door.ts';
import type { Netns } from '../netns.ts';
import type { Descriptors } from './descriptors.ts';
import type { Files, PseudoFiles } from './files.ts';
import type { InputStream } from './pipe.ts';
import { Process } from './process.ts';
import type { Program, ProgramRegistry } from './program-registry.ts';

/** Below are what a machine starts before anyone types: init, kernel threads, services. */
const FIRST_PID = 1000;
/** Most processes at a time. Linux: kernel.pid_max, 32768 unless raised (kernel/pid.c). */
export const PROCESSES_MAX = 32_768;

/**
 * Standard input: `eof` is a terminal at end of file, as a scenario's step has it; `open` a terminal or pipe that never
 * says anything; `null` is /dev/null; else a pipe, a file or a here-document. Programs read it by userland/input.ts.
 */
export type Stdin = 'eof' | 'open' | 'null' | InputStream;

/** What the processes of a host share. */
export interface ProcessContext {
  readonly sched: Scheduler;
  readonly source: EventSource;
  readonly rng: Rng;
  /** From data ready to the program's next step. */
  readonly wakeupNs: number;
  /** Seconds since 1970 at virtual time 0. */
  readonly epochSeconds: number;
  /** The machine's door, for the programs that administer it. */
  readonly door: AdminDoor;
  /** /proc and /sys */
  readonly pseudoFiles: PseudoFiles;
}

export interface SpawnOptions {
  readonly argv: readonly string[];
  readonly program: Program;
  readonly ns: Netns;
  readonly hostname: string;
  readonly files: Files;
  /** The process's own: a shell's assignments change it. */
  readonly env: Map<string, string>;
  readonly registry: ProgramRegistry;
  readonly stdin: Stdin;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** All that the process has open, in place of the three above. */
  readonly descriptors?: Descriptors;
  readonly parent?: Process;
  /** The first process of a pid namespace of its own: it sees pid 1, and its end is the end of all in there. */
  readonly pid1?: boolean;
  /** The working directory; the parent's, or `/`, when left out. */
  readonly directory?: string;
  /** A thread of a service that was there before anyone typed: no process that anybody sees or could end. */
  readonly isThread?: boolean;
}

/** Numbers as the processes inside see them. The host's own has no `init` that anyone could end. */
export class PidNamespace {
  init: Process | null = null;
  readonly isHost: boolean;
  private lastPid = 0;

  constructor(isHost: boolean) {
    this.isHost = isHost;
  }

  /** The number inside for the process that has `hostPid` on the host. */
  nextPid(hostPid: number): number {
    return this.isHost ? hostPid : ++this.lastPid;
  }
}

export class ProcessTable {
  readonly context: ProcessContext;
  /** Some program met something that Dockwire lacks: the run's exit code is then 2. */
  sawUnsupported = false;
  private readonly hostNamespace = new PidNamespace(true);
  private readonly processes = new Map<number, Process>();
  private lastPid = FIRST_PID - 1;
  private lastThread = 0;

  constructor(context: ProcessContext) {
    this.context = context;
  }

  /** The processes that have not ended, oldest first. */
  get all(): readonly Process[] {
    return [...this.processes.values()];
  }

  /** The running process of that number on the host. */
  get(pid: number): Process | undefined {
    return this.processes.get(pid);
  }

  /** False when no further process can be started: fork(2) answers EAGAIN. */
  get hasRoom(): boolean {
    return this.processes.size < PROCESSES_MAX;
  }

  /** Starts a program, which runs at once until its first wait. */
  spawn(options: SpawnOptions): Process {
    assert(this.hasRoom, 'the process table has room');
    const isInit = options.pid1 === true;
    const pidNamespace = isInit ? new PidNamespace(false) : (options.parent?.pidNamespace ?? this.hostNamespace);
    // Threads have numbers of their own, so that what a service does shifts nobody's.
    const pid = options.isThread === true ? --this.lastThread : ++this.lastPid;
    const proc = new Process(this, pid, options, pidNamespace);
    if (isInit) pidNamespace.init = proc;
    this.processes.set(proc.pid, proc);
    proc.start();
    return proc;
  }

  /** Called by a process that has ended. */
  remove(ended: Process): void {
    this.processes.delete(ended.pid);
    if (ended.pidNamespace.init !== ended) return;
    // Linux zap_pid_ns_processes(): the namespace does not outlive its first process.
    for (const proc of this.all) if (proc.pidNamespace === ended.pidNamespace) proc.kill('SIGKILL');
  }
}
