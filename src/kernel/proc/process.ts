/**
 * One process: a program (a generator) with its arguments, files, output and signals. It runs until it blocks on a
 * wait, without virtual time passing; then its timer is the one event it has.
 *
 *   running ──yield wait──▶ blocked ──ready──▶ woken ──wakeupNs──▶ running
 *                              └───────── the wait's instant ──────────▲
 *
 * Mirrors what a program sees of Linux's task_struct; the wake-up latency is the host's setting.
 */
import { assert } from '../../base/assert.ts';
import type { Rng } from '../../sim/rng.ts';
import { Timer } from '../../sim/timer.ts';
import type { AdminDoor } from '../admin/door.ts';
import type { Netns } from '../netns.ts';
import type { Errno } from '../errno.ts';
import { resolvePath } from './files.ts';
import type { Files } from './files.ts';
import type { PidNamespace, ProcessTable, SpawnOptions, Stdin } from './process-table.ts';
import type { ProgramRegistry } from './program-registry.ts';
import { SIGNAL_EXIT_BASE, endsByDefault, signalNumber } from './signal.ts';
import type { Signal } from './signal.ts';
import { WaitQueue } from './wait.ts';
import type { Wait, WakeReason, Waitable, Waiter } from './wait.ts';

/** How often a program may go on without virtual time passing; one that goes further never blocks at all. */
const STEPS_PER_INSTANT_MAX = 1_000_000;

const NOTHING: readonly Waitable[] = [];

/** What a child may have of its own; the rest it inherits. */
export type ChildOptions = Pick<SpawnOptions, 'argv' | 'program'> & Partial<Omit<SpawnOptions, 'parent'>>;

export class Process implements Waitable, Waiter {
  /** The process's number on the host. */
  readonly pid: number;
  /** The number that the process itself sees (getpid): 1 for the first of a pid namespace. */
  readonly ownPid: number;
  readonly argv: readonly string[];
  readonly ns: Netns;
  readonly hostname: string;
  readonly files: Files;
  readonly env: Map<string, string>;
  readonly registry: ProgramRegistry;
  readonly stdin: Stdin;
  readonly parent: Process | null;
  readonly pidNamespace: PidNamespace;
  /** The working directory. */
  directory: string;
  /** Null while it runs; 128 + n when signal n ended it. */
  exitCode: number | null = null;
  endedBySignal: Signal | null = null;
  readonly startedNs: number;
  /** -1 while it runs. */
  endedNs = -1;
  /** The program, or a child of it, met something that Dockwire lacks: the run's exit code is then 2. */
  isUnsupported = false;

  private readonly table: ProcessTable;
  private readonly options: SpawnOptions;
  private readonly body: Generator<Wait, number, WakeReason>;
  private readonly timer: Timer;
  private readonly endWaiters = new WaitQueue();
  private readonly handlers = new Map<Signal, () => void>();
  private readonly pendingSignals: Signal[] = [];
  private wait: Wait | null = null;
  private isWoken = false;
  private isRunning = false;
  private killedBy: Signal | null = null;

  /** Only the process table makes processes; `start` runs them. */
  constructor(table: ProcessTable, pid: number, options: SpawnOptions, pidNamespace: PidNamespace) {
    const context = table.context;
    this.table = table;
    this.pid = pid;
    this.ownPid = pidNamespace.nextPid(pid);
    this.argv = options.argv;
    this.ns = options.ns;
    this.hostname = options.hostname;
    this.files = options.files;
    this.env = options.env;
    this.registry = options.registry;
    this.stdin = options.stdin;
    this.parent = options.parent ?? null;
    this.pidNamespace = pidNamespace;
    this.directory = options.directory ?? options.parent?.directory ?? '/';
    this.startedNs = context.sched.now;
    this.options = options;
    this.timer = new Timer(context.sched, context.source, () => {
      this.timerExpired();
    });
    this.body = options.program(this);
  }

  /** Virtual time, ns. */
  get now(): number {
    return this.table.context.sched.now;
  }

  /** Seconds since 1970 at virtual time 0. */
  get epochSeconds(): number {
    return this.table.context.epochSeconds;
  }

  /** The machine's door, for the programs that administer it. */
  get door(): AdminDoor {
    return this.table.context.door;
  }

  get rng(): Rng {
    return this.table.context.rng;
  }

  /** To standard output. */
  write(text: string): void {
    this.options.stdout(text);
  }

  /** To standard error. */
  writeError(text: string): void {
    this.options.stderr(text);
  }

  /**
   * The text of a file, the kernel's own of /proc and /sys included, or why it cannot be read. A relative path is meant
   * from the working directory.
   */
  openFile(path: string): { readonly text: string } | Errno {
    const absolute = resolvePath(this.directory, path);
    const { pseudoFiles } = this.table.context;
    if (pseudoFiles.owns(absolute)) return pseudoFiles.read(this, absolute);
    const text = absolute === '/dev/null' ? '' : this.files.read(absolute);
    if (text !== undefined) return { text };
    return this.files.isDirectory(absolute) ? 'EISDIR' : 'ENOENT';
  }

  /** The text of a file, or undefined where `openFile` says why not. */
  readFile(path: string): string | undefined {
    const opened = this.openFile(path);
    return typeof opened === 'string' ? undefined : opened.text;
  }

  /** Writes to a file, `append` behind what it holds; the kernel's own files take each text as one write(2). */
  writeFile(path: string, text: string, append: boolean): Errno {
    const absolute = resolvePath(this.directory, path);
    const { pseudoFiles } = this.table.context;
    if (absolute === '/dev/null') return '';
    if (pseudoFiles.owns(absolute)) return pseudoFiles.write(this, absolute, text);
    if (this.files.isDirectory(absolute)) return 'EISDIR';
    if (append) this.files.append(absolute, text);
    else this.files.write(absolute, text);
    return '';
  }

  /** The names in a directory, sorted; none for what is no directory. */
  listDirectory(path: string): string[] {
    const absolute = resolvePath(this.directory, path);
    const { pseudoFiles } = this.table.context;
    return pseudoFiles.owns(absolute) ? pseudoFiles.list(this, absolute) : this.files.list(absolute);
  }

  /** Runs the program until its first wait. */
  start(): void {
    assert(this.wait === null, 'a process starts once');
    this.run('ready');
  }

  /** `yield proc.sleep(ns)`: nothing but time, or a signal, ends it. */
  sleep(durationNs: number): Wait {
    return { untilNs: this.now + durationNs, ready: NOTHING };
  }

  /** `yield proc.waitFor(socket, untilNs)`: goes on at once if one of the things is ready already. */
  waitFor(ready: Waitable | readonly Waitable[], untilNs = Infinity): Wait {
    return { untilNs, ready: 'isReady' in ready ? [ready] : ready };
  }

  /** Sets what is done on a signal instead of the default; SIGKILL cannot be caught. */
  onSignal(signal: Signal, handler: () => void): void {
    assert(signal !== 'SIGKILL', 'SIGKILL cannot be caught');
    this.handlers.set(signal, handler);
  }

  /** Starts a child that inherits all that `child` does not name; it gets a copy of the environment. */
  spawn(child: ChildOptions): Process {
    const env = child.env ?? new Map(this.env);
    return this.table.spawn({ ...this.options, pid1: false, directory: this.directory, ...child, env, parent: this });
  }

  /** False when fork(2) would answer EAGAIN. */
  get hasRoomForChild(): boolean {
    return this.table.hasRoom;
  }

  /** The running process that this one sees under that number. */
  peer(ownPid: number): Process | undefined {
    return this.table.all.find((proc) => proc.pidNamespace === this.pidNamespace && proc.ownPid === ownPid);
  }

  /**
   * Sends a signal. A handler runs at the process's next step; without one the process ends now, or when it next
   * blocks if it is running. The first process of a pid namespace ignores what it has no handler for, except SIGKILL
   * from outside (pid_namespaces(7)); `sender` is whoever calls kill(2), left out for the outside.
   */
  kill(signal: Signal, sender?: Process): void {
    if (this.exitCode !== null) return;
    if (signal !== 'SIGKILL' && this.handlers.has(signal)) {
      if (!this.pendingSignals.includes(signal)) this.pendingSignals.push(signal);
      this.wake();
      return;
    }
    if (!endsByDefault(signal)) return;
    const isOutside = sender?.pidNamespace !== this.pidNamespace;
    if (this.pidNamespace.init === this && !(signal === 'SIGKILL' && isOutside)) return;
    this.killedBy ??= signal;
    if (!this.isRunning) this.close();
  }

  /** Notes that the program met something that Dockwire lacks, for it and all that started it. */
  markUnsupported(): void {
    this.table.sawUnsupported = true;
    this.isUnsupported = true;
    this.parent?.markUnsupported();
  }

  /** A process is ready, for those who wait for it, when it has ended. */
  isReady(): boolean {
    return this.exitCode !== null;
  }

  addWaiter(waiter: Waiter): void {
    this.endWaiters.add(waiter);
  }

  removeWaiter(waiter: Waiter): void {
    this.endWaiters.remove(waiter);
  }

  /** Something that the process waits for is ready. Woken again before it has run, it is woken once. */
  wake(): void {
    if (this.wait === null || this.isWoken) return;
    this.isWoken = true;
    // A child's end is not data: wait(2) costs nothing, so that `sleep 5` takes a step five seconds.
    const delayNs = this.wait.ready.some(isEndedProcess) ? 0 : this.table.context.wakeupNs;
    this.timer.armAt(Math.min(this.wait.untilNs, this.now + delayNs));
  }

  private timerExpired(): void {
    assert(this.wait !== null, 'only a blocked process has a timer');
    const reason = this.isWoken ? 'ready' : 'timer';
    this.unblock();
    this.run(this.handleSignals() ? 'signal' : reason);
  }

  private isKilled(): boolean {
    return this.killedBy !== null;
  }

  /** Runs the program until it blocks or ends. */
  private run(first: WakeReason): void {
    let reason: WakeReason | null = first;
    for (let steps = 0; reason !== null && !this.isKilled(); steps++) {
      assert(steps < STEPS_PER_INSTANT_MAX, 'a program blocks or ends');
      this.isRunning = true;
      const step = this.body.next(reason);
      this.isRunning = false;
      if (step.done === true) {
        this.end(step.value);
        return;
      }
      reason = this.isKilled() ? null : this.block(step.value);
    }
    if (this.isKilled()) this.close();
  }

  /** Null when the process now waits; the reason to go on when there is no need to. */
  private block(wait: Wait): WakeReason | null {
    if (this.handleSignals()) return 'signal';
    if (wait.ready.some((thing) => thing.isReady())) return 'ready';
    if (wait.untilNs <= this.now) return 'timer';
    this.wait = wait;
    this.isWoken = false;
    for (const thing of wait.ready) thing.addWaiter(this);
    if (wait.untilNs !== Infinity) this.timer.armAt(wait.untilNs);
    return null;
  }

  private unblock(): void {
    if (this.wait !== null) for (const thing of this.wait.ready) thing.removeWaiter(this);
    this.wait = null;
    this.isWoken = false;
    this.timer.cancel();
  }

  /** Runs the handlers of all signals that have come, in their order; false if there were none. */
  private handleSignals(): boolean {
    if (this.pendingSignals.length === 0) return false;
    for (const signal of this.pendingSignals.splice(0)) this.handlers.get(signal)!();
    return true;
  }

  /** Ends the process by the signal that killed it; what its `finally` blocks do still happens. */
  private close(): void {
    const signal = this.killedBy;
    assert(signal !== null, 'closed by a signal');
    this.unblock();
    this.isRunning = true;
    const last = this.body.return(0);
    this.isRunning = false;
    assert(last.done === true, 'a killed program does not block');
    this.endedBySignal = signal;
    this.end(SIGNAL_EXIT_BASE + signalNumber(signal));
  }

  private end(exitCode: number): void {
    assert(this.exitCode === null, 'a process ends once');
    this.exitCode = exitCode & 0xff;
    this.endedNs = this.now;
    this.timer.dispose();
    this.table.remove(this);
    this.endWaiters.wakeAll();
  }
}

function isEndedProcess(thing: Waitable): boolean {
  return thing instanceof Process && thing.isReady();
}
