/**
 * One process: a program (a generator) with its arguments, files, output and signals. It runs until it blocks on a
 * wait, without virtual time passing; then its timer is the one event it has.
 *
 *   running ──yield wait──▶ blocked ──ready──▶ woken ──wakeupNs──▶ running
 *                              └───────── the wait's instant ──────────▲
 *
 * Mirrors what a program sees of Linux's task_struct; the wake-up latency is the host's setting.
 */
import { assert, LimitError } from '../../base/assert.ts';
import type { Rng } from '../../sim/rng.ts';
import { Timer } from '../../sim/timer.ts';
import type { AdminDoor } from '../admin/door.ts';
import type { Netns } from '../netns.ts';
import type { Errno } from '../errno.ts';
import { Descriptors, Sink, Source } from './descriptors.ts';
import { resolvePath } from './files.ts';
import type { Files } from './files.ts';
import type { PidNamespace, ProcessTable, SpawnOptions, Stdin } from './process-table.ts';
import type { Program, ProgramRegistry } from './program-registry.ts';
import { SIGNAL_EXIT_BASE, endsByDefault, signalNumber } from './signal.ts';
import type { Signal } from './signal.ts';
import { WaitQueue } from './wait.ts';
import type { Wait, WakeReason, Waitable, Waiter } from './wait.ts';

/** How often a program may go on without virtual time passing; one that goes further never blocks at all. */
const STEPS_PER_INSTANT_MAX = 1_000_000;
/** How often it may let the others go first at one instant. */
const YIELDS_PER_INSTANT_MAX = 1000;

const NANOSECONDS_PER_SECOND = 1_000_000_000;

const NOTHING: readonly Waitable[] = [];

/** What a child may have of its own; the rest it inherits. */
export type ChildOptions = Pick<SpawnOptions, 'argv' | 'program'> & Partial<Omit<SpawnOptions, 'parent'>>;

export class Process implements Waitable, Waiter {
  /** The process's number on the host. */
  readonly pid: number;
  /** The number that the process itself sees (getpid): 1 for the first of a pid namespace. */
  readonly ownPid: number;
  argv: readonly string[];
  ns: Netns;
  readonly hostname: string;
  readonly files: Files;
  readonly env: Map<string, string>;
  readonly registry: ProgramRegistry;
  /** What it has open; a shell redirects by changing it. */
  readonly descriptors: Descriptors;
  readonly parent: Process | null;
  readonly pidNamespace: PidNamespace;
  /** The working directory. */
  directory: string;
  /** The process group: the number of its leader, which a child inherits. */
  group: number;
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
  /** What SIG_IGN is set for; children inherit it. */
  private readonly ignored: Set<Signal>;
  private readonly pendingSignals: Signal[] = [];
  private wait: Wait | null = null;
  private isWoken = false;
  private isRunning = false;
  private killedBy: Signal | null = null;
  private isFrozen = false;
  /** Its timer has expired while it was frozen. */
  private isDue = false;
  /** What the program waits for, while it is held at a full pipe. */
  private heldWait: Wait | null = null;
  private yields = 0;
  private yieldedNs = -1;

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
    this.parent = options.parent ?? null;
    this.group = this.parent?.group ?? pid;
    this.ignored = new Set(this.parent?.ignored);
    this.descriptors =
      options.descriptors ?? Descriptors.standard(options.stdin, new Sink(options.stdout), new Sink(options.stderr));
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

  /** What standard input is; closed, it is as /dev/null. */
  get stdin(): Stdin {
    return this.descriptors.get(0)?.input ?? 'null';
  }

  /** To standard output. */
  write(text: string): void {
    this.writeTo(1, text);
  }

  /** To standard error. */
  writeError(text: string): void {
    this.writeTo(2, text);
  }

  /** write(2) to a descriptor. A pipe that nobody reads kills the writer. */
  writeTo(descriptor: number, text: string): Errno {
    const errno = this.descriptors.get(descriptor)?.write(text) ?? 'EBADF';
    if (errno === 'EPIPE') this.kill('SIGPIPE', this);
    return errno;
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

  /** Whether an absolute path lies in /proc or /sys. */
  isKernelFile(path: string): boolean {
    return this.table.context.pseudoFiles.owns(path);
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
    this.files.setModified(absolute, this.epochSeconds + Math.floor(this.now / NANOSECONDS_PER_SECOND));
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

  /** `yield proc.schedYield()`: goes on when all else that is due at this instant has been done. */
  schedYield(): Wait {
    return { untilNs: this.now, ready: NOTHING, isYield: true };
  }

  /** Sets what is done on a signal instead of the default; SIGKILL cannot be caught. */
  onSignal(signal: Signal, handler: () => void): void {
    assert(signal !== 'SIGKILL', 'SIGKILL cannot be caught');
    this.handlers.set(signal, handler);
  }

  /** SIG_IGN, which children inherit. */
  ignoreSignal(signal: Signal): void {
    this.handlers.delete(signal);
    this.ignored.add(signal);
  }

  isIgnored(signal: Signal): boolean {
    return this.ignored.has(signal) && !this.handlers.has(signal);
  }

  /** SIG_DFL. */
  defaultSignal(signal: Signal): void {
    this.handlers.delete(signal);
    this.ignored.delete(signal);
  }

  /** A signal has come whose handler, or whose end, waits for the program's next `yield`. */
  get hasSignal(): boolean {
    return this.killedBy !== null || this.pendingSignals.length > 0;
  }

  /** Starts a child that inherits all that `child` does not name; it gets a copy of the environment. */
  spawn(child: ChildOptions): Process {
    const env = child.env ?? new Map(this.env);
    const descriptors = child.descriptors ?? this.descriptors.copy();
    if (child.stdin !== undefined) descriptors.set(0, new Source(child.stdin));
    if (child.stdout !== undefined) descriptors.set(1, new Sink(child.stdout));
    if (child.stderr !== undefined) descriptors.set(2, new Sink(child.stderr));
    const own = { ...this.options, ns: this.ns, pid1: false, directory: this.directory, ...child };
    return this.table.spawn({ ...own, env, descriptors, parent: this });
  }

  /**
   * execve(2): the process becomes another program. `return yield* proc.exec(entry.run, argv, env)` is the caller's
   * last act; its handlers are gone, what it ignored stays ignored.
   */
  exec(program: Program, argv: readonly string[], env: ReadonlyMap<string, string>): ReturnType<Program> {
    this.argv = argv;
    this.handlers.clear();
    const variables = [...env];
    this.env.clear();
    for (const [name, value] of variables) this.env.set(name, value);
    return program(this);
  }

  /** setns(2): the process and what it starts from now on are in another namespace. */
  setNetns(ns: Netns): void {
    this.ns = ns;
  }

  /** All that run on the host and that this one can see, oldest first. */
  visible(): readonly Process[] {
    return this.table.all.filter((proc) => proc.pidNamespace === this.pidNamespace && proc.pid > 0);
  }

  /** False when fork(2) would answer EAGAIN. */
  get hasRoomForChild(): boolean {
    return this.table.hasRoom;
  }

  /** The running process that this one sees under that number. */
  peer(number: number): Process | undefined {
    return this.peers.find((proc) => this.numberOf(proc) === number);
  }

  /** The number under which this process sees another one. */
  numberOf(other: Process): number {
    return this.pidNamespace.isHost ? other.pid : other.ownPid;
  }

  /**
   * All running processes that this one sees, oldest first: those of its pid namespace, and on the host those of all
   * namespaces.
   */
  get peers(): readonly Process[] {
    const { isHost } = this.pidNamespace;
    // Threads have no number of their own to be seen by.
    return this.table.all.filter((proc) => proc.pid > 0 && (isHost || proc.pidNamespace === this.pidNamespace));
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
    if (!endsByDefault(signal) || this.ignored.has(signal)) return;
    const isOutside = sender?.pidNamespace !== this.pidNamespace;
    if (this.pidNamespace.init === this && !(signal === 'SIGKILL' && isOutside)) return;
    this.killedBy ??= signal;
    // What ends a frozen process ends it when it is thawed, except for SIGKILL.
    if (!this.isRunning && (!this.isFrozen || signal === 'SIGKILL')) this.close();
  }

  /** The freezer of cgroups: the process stands still, its sockets do not. */
  freeze(): void {
    this.isFrozen = true;
  }

  /** What it would have gone on with meanwhile it goes on with now. */
  thaw(): void {
    if (!this.isFrozen) return;
    this.isFrozen = false;
    if (this.exitCode !== null) return;
    if (this.killedBy !== null) this.close();
    else if (this.isDue) this.timerExpired();
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

  get isAtEnd(): boolean {
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
    const delayNs = this.wait.ready.some(hasEnded) ? 0 : this.table.context.wakeupNs;
    this.timer.armAt(Math.min(this.wait.untilNs, this.now + delayNs));
  }

  private timerExpired(): void {
    assert(this.wait !== null, 'only a blocked process has a timer');
    this.isDue = this.isFrozen;
    if (this.isFrozen) return;
    let reason: WakeReason | null = this.isWoken ? 'ready' : 'timer';
    const { heldWait } = this;
    this.heldWait = null;
    this.unblock();
    if (this.handleSignals()) reason = 'signal';
    else if (heldWait !== null) reason = this.block(heldWait);
    if (reason !== null) this.run(reason);
  }

  private isKilled(): boolean {
    return this.killedBy !== null;
  }

  /** Runs the program until it blocks or ends. */
  private run(first: WakeReason): void {
    let reason: WakeReason | null = first;
    for (let steps = 0; reason !== null && !this.isKilled(); steps++) {
      if (steps >= STEPS_PER_INSTANT_MAX) this.refuseToGoOn();
      this.isRunning = true;
      const step = this.step(reason);
      this.isRunning = false;
      if (step.done === true) {
        this.end(step.value);
        return;
      }
      reason = this.isKilled() ? null : this.block(step.value);
    }
    if (this.isKilled()) this.close();
  }

  /** A program whose functions call each other without end runs out of stack: its own fault. */
  private step(reason: WakeReason): IteratorResult<Wait, number> {
    try {
      return this.body.next(reason);
    } catch (error) {
      if (!(error instanceof RangeError) || !error.message.includes('call stack')) throw error;
      throw new LimitError(`process ${this.pid} ("${this.argv.join(' ')}") calls itself without end`);
    }
  }

  /** Null when the process now waits; the reason to go on when there is no need to. */
  private block(wait: Wait): WakeReason | null {
    if (this.handleSignals()) return 'signal';
    const { room } = this.descriptors;
    if (room !== null) {
      this.heldWait = wait;
      this.fallAsleep({ untilNs: Infinity, ready: [room] });
      return null;
    }
    if (wait.isYield === true) this.countYield();
    else if (wait.ready.some((thing) => thing.isReady())) return 'ready';
    else if (wait.untilNs <= this.now) return 'timer';
    this.fallAsleep(wait);
    return null;
  }

  private fallAsleep(wait: Wait): void {
    this.wait = wait;
    this.isWoken = false;
    for (const thing of wait.ready) thing.addWaiter(this);
    if (wait.untilNs !== Infinity) this.timer.armAt(wait.untilNs);
  }

  private countYield(): void {
    this.yields = this.yieldedNs === this.now ? this.yields + 1 : 0;
    this.yieldedNs = this.now;
    if (this.yields >= YIELDS_PER_INSTANT_MAX) this.refuseToGoOn();
  }

  private refuseToGoOn(): never {
    const line = this.argv.join(' ');
    const what = line.length > 60 ? `${line.slice(0, 60)}…` : line;
    throw new LimitError(
      `process ${this.pid} ("${what}") goes on without end and never waits: a loop without a sleep?`,
    );
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
    this.descriptors.closeAll();
    this.table.remove(this);
    this.endWaiters.wakeAll();
  }
}

function hasEnded(thing: Waitable): boolean {
  return thing.isAtEnd === true;
}
