/** A process table with a scheduler of its own, for tests of programs without a kernel. */
import { Files } from '../../../src/kernel/proc/files.ts';
import type { Process } from '../../../src/kernel/proc/process.ts';
import { ProcessTable } from '../../../src/kernel/proc/process-table.ts';
import type { ProcessContext, SpawnOptions } from '../../../src/kernel/proc/process-table.ts';
import type { Program } from '../../../src/kernel/proc/program-registry.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';
import { PSEUDO_FILES } from '../../../src/kernel/show/procfs.ts';
import { WaitQueue } from '../../../src/kernel/proc/wait.ts';
import type { Waitable, Waiter } from '../../../src/kernel/proc/wait.ts';
import { HeapQueue } from '../../../src/sim/heap-queue.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { EventSource, Scheduler } from '../../../src/sim/scheduler.ts';
import { Timer } from '../../../src/sim/timer.ts';

export const MICROSECOND = 1000;
export const MILLISECOND = 1_000_000;
export const SECOND = 1_000_000_000;
export const WAKEUP_NS = 10 * MICROSECOND;
/** 2025-01-01T00:00:00Z */
export const EPOCH_SECONDS = 1_735_689_600;

/** What a process wrote. */
export interface Output {
  stdout: string;
  stderr: string;
}

export type RunOptions = Partial<Omit<SpawnOptions, 'program' | 'stdout' | 'stderr'>>;

export class TableKit {
  readonly sched = new Scheduler(new HeapQueue(64));
  readonly source = new EventSource(0);
  readonly files = new Files();
  readonly registry = new ProgramRegistry();
  readonly table = new ProcessTable({
    sched: this.sched,
    source: this.source,
    rng: Rng.fromSeed(1),
    wakeupNs: WAKEUP_NS,
    epochSeconds: EPOCH_SECONDS,
    // Programs that administer a machine are tested on one.
    door: undefined as unknown as ProcessContext['door'],
    pseudoFiles: PSEUDO_FILES,
  });

  /** Starts a program; its output is collected beside it. */
  start(program: Program, options: RunOptions = {}): { proc: Process; output: Output } {
    const output: Output = { stdout: '', stderr: '' };
    const proc = this.table.spawn({
      argv: ['program'],
      // Programs without sockets do not look at it.
      ns: undefined as unknown as SpawnOptions['ns'],
      hostname: 'h1',
      files: this.files,
      env: new Map(),
      registry: this.registry,
      stdin: 'eof',
      ...options,
      program,
      stdout: (text) => {
        output.stdout += text;
      },
      stderr: (text) => {
        output.stderr += text;
      },
    });
    return { proc, output };
  }

  /** Runs a program to its end. */
  run(program: Program, options: RunOptions = {}): Output & { exit: number | null; endedNs: number } {
    const { proc, output } = this.start(program, options);
    this.sched.run(Infinity, 1_000_000);
    return { ...output, exit: proc.exitCode, endedNs: proc.endedNs };
  }

  /** Does something at a time of virtual time, as an event of the host. */
  at(timeNs: number, action: () => void): void {
    new Timer(this.sched, this.source, action).armAt(timeNs);
  }

  runUntil(timeNs: number): void {
    this.sched.run(timeNs, 1_000_000);
  }
}

/** Something to wait for that a test makes ready. */
export class Bell implements Waitable {
  private readonly waiters = new WaitQueue();
  private isRung = false;

  ring(): void {
    this.isRung = true;
    this.waiters.wakeAll();
  }

  silence(): void {
    this.isRung = false;
  }

  isReady(): boolean {
    return this.isRung;
  }

  addWaiter(waiter: Waiter): void {
    this.waiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }
}
