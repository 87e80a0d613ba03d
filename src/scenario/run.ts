/**
 * A run: takes the steps of a plan one after the other, lets virtual time pass between them, and ends when all is done.
 * It goes on in slices, so that whoever drives it can look at the clock on the wall; slicing changes nothing in it.
 *
 *   next task ──▶ (waits for its time) ──▶ runs ──▶ ended ──▶ next task … ──▶ flows ──▶ linger ──▶ end
 *
 * Whatever changes the state stops the scheduler, and `advance` acts on it between two events.
 */
import { assert, LimitError } from '../base/assert.ts';
import type { Ip4 } from '../base/addr.ts';
import type { EngineOptions } from '../docker/engine.ts';
import type { ImageStore } from '../docker/images.ts';
import { libraryImages } from '../docker/library.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { QueueKind } from '../sim/queues.ts';
import { Timer } from '../sim/timer.ts';
import type { Filter } from '../wire/filter.ts';
import { Explainer } from './explain.ts';
import { Faults, faultText } from './fault.ts';
import { descendantsOf } from './foreground.ts';
import { FlowDriver } from './flow-driver.ts';
import { FrameCounter, isCountMet } from './frame-counter.ts';
import type { HostSetup } from './host-setup.ts';
import { addressOf, firstAddressOf, namespaceOf, setUpHost } from './host-setup.ts';
import { Lab } from './lab.ts';
import { ownImages } from './own-images.ts';
import type { Plan, PlanExpectStep, PlanHost } from './plan.ts';
import type { Ending, RunResult, StepResult } from './result.ts';
import { isMatch, matcherText } from './result.ts';
import type { CommandTask, ExpectTask, FaultTask, Task } from './tasks.ts';
import { tasksOf } from './tasks.ts';
import { RunProfile } from './profile/run-profile.ts';
import type { CaptureFormat, CaptureStore } from './watch.ts';
import { LabWatch } from './watch.ts';

export interface RunOptions {
  readonly queue: QueueKind;
  /** Overrides the plan's list of interfaces to capture. */
  readonly captureGlobs?: readonly string[];
  readonly captures: CaptureFormat;
  /** Null: no files. */
  readonly store: CaptureStore | null;
  readonly hash: boolean;
  readonly keepGoing: boolean;
  /** What the engines can run; the library and the scenario's own unless given. */
  readonly images?: ImageStore;
  /** How the engines are started. */
  readonly engineOptions?: EngineOptions;
  /** Behind its steps the run does not end: it waits for commands that are typed, and its time stands still. */
  readonly isInteractive?: boolean;
  /** Tells the story of the frames that the filter matches. */
  readonly explain?: { readonly filter: Filter; readonly print: (line: string) => void };
  /** Called when a task begins (its note, host and command) and when it has ended. */
  readonly onStepStart?: (task: Task) => void;
  readonly onStepEnd?: (task: Task, result: StepResult) => void;
  /** Called with what programs print, as they print it. */
  readonly onOutput?: (text: string) => void;
  /** Called when the run ends, while all that it has built is still there. */
  readonly onEnding?: (lab: Lab, setups: readonly HostSetup[]) => void;
  /** Called after each event, in tests. */
  readonly afterEvent?: (lab: Lab) => void;
}

/** As for a step: what has no end is ended after ten minutes of virtual time. */
const TYPED_TIMEOUT_NS = 600 * 1_000_000_000;

/** A background step, or one that runs. */
interface RunningStep {
  readonly task: CommandTask;
  readonly proc: Process;
  readonly result: StepResult;
}

/** `waiting` for the time of the next task, `pausing` because a task says so, at the `prompt` until someone types. */
type Phase = 'next' | 'waiting' | 'pausing' | 'running' | 'flows' | 'linger' | 'prompt' | 'ended';

export class Run {
  readonly plan: Plan;
  readonly lab: Lab;
  readonly setups: readonly HostSetup[];
  /** With those whose machines were replaced. */
  private readonly everySetup: HostSetup[] = [];
  private readonly wireshark: RunProfile;
  private readonly options: RunOptions;
  private readonly watch: LabWatch;
  private readonly tasks: readonly Task[];
  private readonly counters: readonly FrameCounter[];
  private readonly faults: Faults;
  private readonly flows: FlowDriver;
  private readonly steps: StepResult[] = [];
  private readonly problems: string[] = [];
  private readonly saved = new Map<string, string>();
  private readonly background: RunningStep[] = [];
  private readonly timer: Timer;
  private readonly guard: Timer;
  private readonly until: Timer | null;
  private phase: Phase = 'next';
  private nextTask = 0;
  private current: RunningStep | null = null;
  /** What Ctrl-C was sent to; when all of it has ended, the command line is over too. */
  private interrupted: readonly Process[] = [];
  private scriptStartNs = 0;
  private hasFailed = false;
  private ending: Ending = 'steps done';

  constructor(plan: Plan, options: RunOptions) {
    this.plan = plan;
    this.options = options;
    this.tasks = tasksOf(plan.steps);
    const expectations = plan.steps.filter((step): step is PlanExpectStep => step.kind === 'expect');
    this.counters = expectations.map((step) => new FrameCounter(step, (name) => this.resolvePlanned(name)));
    this.watch = new LabWatch({
      epochSeconds: plan.epochSeconds,
      globs: options.captureGlobs ?? plan.capture,
      format: options.captures,
      store: options.store,
      hash: options.hash,
      counters: this.counters,
    });
    this.lab = new Lab(plan, { queue: options.queue, observer: this.watch });
    for (const lanSwitch of this.lab.switches) this.watch.watchSwitch(lanSwitch);
    this.watch.addNames(plan.hosts.flatMap((host) => namesOf(addressOf(host), host.name)));
    if (options.explain !== undefined) this.explain(options.explain);
    const images = options.images ?? libraryImages(ownImages(plan.images));
    const setUp = (host: PlanHost): HostSetup => {
      const machine = this.lab.host(host.name);
      const setup = setUpHost(plan, host, machine, images, options.store, options.engineOptions);
      this.everySetup.push(setup);
      return setup;
    };
    const setups = plan.hosts.map(setUp);
    this.setups = setups;
    this.wireshark = new RunProfile(plan, this.everySetup);
    this.faults = new Faults({ lab: this.lab, setups, setUp: (planned) => this.withSaved(setUp(planned)) });
    const { sched } = this.lab;
    const source = this.lab.hosts[0]!.source;
    const stop = (): void => {
      sched.stop();
    };
    this.timer = new Timer(sched, source, stop);
    this.guard = new Timer(sched, source, stop);
    this.until = plan.untilNs === undefined ? null : new Timer(sched, source, stop);
    this.until?.armAt(plan.untilNs!);
    this.flows = new FlowDriver(plan.flows, this.setups, stop, (problem) => {
      this.problems.push(problem);
      this.hasFailed = true;
    });
  }

  /** Fires at most `maxEvents` events; false when the run has ended or waits for someone to type. */
  advance(maxEvents: number): boolean {
    try {
      return this.advanceUnguarded(maxEvents);
    } catch (error) {
      if (!(error instanceof LimitError)) throw error;
      this.problems.push(error.message);
      this.end('limit');
      return false;
    }
  }

  private advanceUnguarded(maxEvents: number): boolean {
    let left = maxEvents;
    while (!this.isAtRest() && left > 0) {
      this.act();
      if (this.isAtRest()) break;
      const fired = this.fire(left);
      left -= fired;
      if (fired === 0 && this.lab.sched.nextTime() > this.plan.limitNs) this.reachLimit();
    }
    return !this.isAtRest();
  }

  /** Ends the run where it is. */
  interrupt(): void {
    if (this.phase !== 'ended') this.end('interrupted');
  }

  /** Whether the run waits for someone to type. */
  get isAtPrompt(): boolean {
    return this.phase === 'prompt';
  }

  /** Types a command line on a host; `advance` then runs it to its end. `onOutput` gets what it prints. */
  type(on: string, command: string): void {
    assert(this.isAtPrompt, 'one command after the other');
    this.beginCommand(typedTask(on, command));
  }

  /** Ctrl-C: the foreground gets SIGINT. A command line ends with what it was waiting for. */
  interruptCommand(): void {
    if (this.current === null) return;
    const { proc, task } = this.current;
    this.interrupted = descendantsOf(proc, this.lab.host(task.on).processes);
    for (const child of this.interrupted) {
      child.addWaiter({
        wake: () => {
          this.lab.sched.stop();
        },
      });
      child.kill('SIGINT');
    }
    if (this.interrupted.length === 0) proc.kill('SIGKILL');
  }

  /** Ends a run that waits for someone to type. */
  leave(): void {
    assert(this.isAtPrompt, 'nothing runs');
    this.end(this.hasFailed ? 'step failed' : 'steps done');
  }

  /** The result, once the run has ended. */
  result(): RunResult {
    assert(this.phase === 'ended', 'a result is of a run that has ended');
    const exit = this.exitCode();
    return {
      scenario: this.plan.name,
      engine: this.plan.engine,
      seed: this.plan.seed,
      ok: exit === 0,
      exit,
      ended: this.ending,
      virtualNs: this.lab.sched.now,
      events: this.lab.sched.eventCount,
      frames: this.lab.totals(),
      steps: this.steps,
      captures: this.watch.summaries(),
      traceHash: this.watch.traceHash(),
      problems: this.problems,
    };
  }

  /** Everything the engine of a host typed, in order. */
  verbs(hostName: string): readonly string[] {
    const hosts = [...this.lab.retired, ...this.lab.hosts].filter(({ name }) => name === hostName);
    return hosts.flatMap((host) => host.admin.verbs);
  }

  /** Files for Wireshark by their names, once the run has ended; none where its captures need none. */
  profile(): ReadonlyMap<string, string> {
    return this.wireshark.files(this.lab);
  }

  private isEnded(): boolean {
    return this.phase === 'ended';
  }

  private isAtRest(): boolean {
    return this.phase === 'ended' || this.phase === 'prompt';
  }

  private fire(maxEvents: number): number {
    const { sched } = this.lab;
    if (this.options.afterEvent === undefined) return sched.run(this.plan.limitNs, maxEvents);
    const fired = sched.run(this.plan.limitNs, 1);
    this.options.afterEvent(this.lab);
    return fired;
  }

  /** Does what is due between two events. */
  private act(): void {
    if (this.lab.loopPorts().length > 0) {
      this.problems.push(`layer-2 loop through ${this.lab.loopPorts().join(', ')}`);
      this.end('layer-2 loop');
      return;
    }
    if (this.until !== null && !this.until.isArmed) {
      this.end('until');
      return;
    }
    while (!this.isEnded() && this.step());
  }

  /** One change of state; false when there is nothing to do until an event has fired. */
  private step(): boolean {
    switch (this.phase) {
      case 'next':
        this.beginNext();
        return true;
      case 'waiting':
        if (this.timer.isArmed) return false;
        this.begin();
        return true;
      case 'pausing':
        if (this.timer.isArmed) return false;
        this.phase = 'next';
        return true;
      case 'running':
        return this.checkCurrent();
      case 'flows':
        if (!this.flows.isDone) return false;
        this.timer.arm(this.plan.lingerNs);
        this.phase = 'linger';
        return true;
      case 'linger':
        if (this.timer.isArmed) return false;
        this.end(this.hasFailed ? 'step failed' : 'steps done');
        return true;
      case 'prompt':
      case 'ended':
        return false;
    }
  }

  private beginNext(): void {
    const task = this.tasks[this.nextTask];
    if (task === undefined) {
      this.phase = this.options.isInteractive === true ? 'prompt' : 'flows';
      return;
    }
    const now = this.lab.sched.now;
    let startNs = Math.max(now, task.atNs);
    if (task.isScriptStart) this.scriptStartNs = startNs;
    if (task.scriptOffsetNs > 0) startNs = Math.max(startNs, this.scriptStartNs + task.scriptOffsetNs);
    if (startNs > now) {
      this.timer.armAt(startNs);
      this.phase = 'waiting';
    } else this.begin();
  }

  private begin(): void {
    const task = this.tasks[this.nextTask++]!;
    this.options.onStepStart?.(task);
    if (task.kind === 'command') this.beginCommand(task);
    else if (task.kind === 'expect') this.evaluate(task);
    else if (task.kind === 'fault') this.happen(task);
    else {
      this.timer.arm(task.waitNs);
      this.phase = 'pausing';
    }
  }

  private beginCommand(task: CommandTask): void {
    const setup = this.setups.find((other) => other.host.name === task.on)!;
    const now = this.lab.sched.now;
    const result: StepResult = {
      line: task.line,
      atNs: now,
      endNs: -1,
      on: task.on,
      run: task.command,
      exit: null,
      stdout: '',
      stderr: '',
      ok: true,
    };
    this.steps.push(result);
    if (this.faults.isOff(task.on)) {
      result.endNs = now;
      result.ok = false;
      result.problem = `${task.on} is switched off`;
      this.stepEnded(task, result);
      return;
    }
    const proc = setup.shell.start(task.command, {
      stdin: 'eof',
      stdout: (text) => {
        result.stdout += text;
        this.options.onOutput?.(text);
      },
      stderr: (text) => {
        result.stderr += text;
        this.options.onOutput?.(text);
      },
    });
    const step: RunningStep = { task, proc, result };
    if (task.background && proc.exitCode === null) {
      this.background.push(step);
      this.phase = 'next';
      return;
    }
    this.current = step;
    this.phase = 'running';
    if (proc.exitCode !== null) return;
    this.guard.arm(task.timeoutNs);
    proc.addWaiter({
      wake: () => {
        this.lab.sched.stop();
      },
    });
  }

  private checkCurrent(): boolean {
    const step = this.current;
    assert(step !== null, 'a step is running');
    if (step.proc.exitCode !== null) {
      this.guard.cancel();
      this.finish(step);
      return true;
    }
    if (this.interrupted.length > 0 && this.interrupted.every((child) => child.exitCode !== null)) {
      step.proc.kill('SIGKILL');
      return true;
    }
    if (this.guard.isArmed) return false;
    step.proc.kill('SIGKILL');
    this.finish(step, `did not end within ${step.task.timeoutNs / 1e9} s of virtual time`);
    return true;
  }

  private finish(step: RunningStep, problem?: string): void {
    const { task, result } = step;
    settle(step, this.lab.sched.now, problem);
    this.current = null;
    this.interrupted = [];
    if (task.save !== undefined) {
      const value = result.stdout.replace(/\n+$/, '');
      this.saved.set(task.save, value);
      for (const setup of this.setups) setup.shell.env.set(task.save, value);
    }
    this.stepEnded(task, result);
  }

  private evaluate(task: ExpectTask): void {
    const counter = this.counters[task.counterIndex]!;
    const { step } = counter;
    const count = counter.evaluate((name) => this.resolve(name));
    const now = this.lab.sched.now;
    const what = `${step.capture} "${step.filter}" ${step.count.op} ${step.count.value}`;
    const result: StepResult = {
      line: task.line,
      atNs: now,
      endNs: now,
      on: '',
      run: `expect capture ${what}`,
      exit: null,
      stdout: '',
      stderr: '',
      ok: typeof count === 'number' && isCountMet(step, count),
    };
    if (!result.ok) result.problem = typeof count === 'string' ? count : `expected ${what}, counted ${count}`;
    this.steps.push(result);
    this.stepEnded(task, result);
  }

  /** What steps have saved is in the environment of every shell, also of one that starts later. */
  private withSaved(setup: HostSetup): HostSetup {
    for (const [name, value] of this.saved) setup.shell.env.set(name, value);
    return setup;
  }

  private happen(task: FaultTask): void {
    const problem = this.faults.apply(task.fault);
    const now = this.lab.sched.now;
    const result: StepResult = {
      line: task.line,
      atNs: now,
      endNs: now,
      on: '',
      run: `fault ${faultText(task.fault)}`,
      exit: null,
      stdout: '',
      stderr: '',
      ok: problem === undefined,
    };
    if (problem !== undefined) result.problem = problem;
    this.steps.push(result);
    this.stepEnded(task, result);
  }

  private stepEnded(task: Task, result: StepResult): void {
    this.wireshark.look();
    this.options.onStepEnd?.(task, result);
    this.phase = 'next';
    if (result.ok || (task.kind === 'command' && task.isTyped === true)) return;
    this.hasFailed = true;
    if (this.options.keepGoing) return;
    // Whoever may type wants to look at what went wrong.
    if (this.options.isInteractive === true) this.nextTask = this.tasks.length;
    else this.end('step failed');
  }

  private reachLimit(): void {
    this.problems.push(`the run did not end within its limit of ${this.plan.limitNs / 1e9} s of virtual time`);
    this.end('limit');
  }

  private end(ending: Ending): void {
    this.ending = ending;
    this.phase = 'ended';
    this.options.onEnding?.(this.lab, this.setups);
    this.wireshark.look();
    for (const step of [...this.background, ...(this.current === null ? [] : [this.current])]) {
      this.endStep(step, ending);
    }
    for (const setup of this.setups) {
      for (const proc of [...setup.host.processes.all]) proc.kill('SIGTERM');
      // Time stands still now: who would end in a moment ends at once, with what it writes complete.
      for (const proc of [...setup.host.processes.all]) proc.kill('SIGKILL');
    }
    this.watch.close(this.lab.sched.now);
  }

  private endStep(step: RunningStep, ending: Ending): void {
    const isWaitedFor = step === this.current;
    const isCutOff = isWaitedFor && ending !== 'until';
    settle(step, this.lab.sched.now, isCutOff ? `the run ended before the step (${ending})` : undefined);
    if (step.proc.exitCode === null) step.proc.kill('SIGTERM');
    this.options.onStepEnd?.(step.task, step.result);
    if (!step.result.ok) this.hasFailed = true;
  }

  private exitCode(): number {
    if (this.ending === 'interrupted') return 130;
    if ([...this.lab.hosts, ...this.lab.retired].some((host) => host.processes.sawUnsupported)) return 2;
    const isBadEnd = this.ending === 'limit' || this.ending === 'layer-2 loop';
    return this.hasFailed || isBadEnd ? 1 : 0;
  }

  private explain(explain: NonNullable<RunOptions['explain']>): void {
    const sink = new Explainer(explain.filter, this.lab.sched, explain.print);
    for (const stats of this.lab.stats) stats.trace = sink;
  }

  /** The address of a host, for filters compiled before the run. */
  private resolvePlanned(name: string): Ip4 | undefined {
    const host = this.plan.hosts.find((other) => other.name === name);
    return host === undefined ? undefined : addressOf(host);
  }

  /** The address of a host or, by now, of a container. */
  private resolve(name: string): Ip4 | undefined {
    const planned = this.resolvePlanned(name);
    if (planned !== undefined) return planned;
    for (const setup of this.setups) {
      const ns = namespaceOf(setup, name);
      if (ns !== undefined) return firstAddressOf(ns);
    }
    return undefined;
  }
}

function namesOf(ip4: Ip4 | undefined, name: string): { ip4: Ip4; names: string[] }[] {
  return ip4 === undefined ? [] : [{ ip4, names: [name] }];
}

/** A command that nobody expects anything of. */
function typedTask(on: string, command: string): CommandTask {
  return {
    ...{ kind: 'command', line: 0, atNs: 0, note: undefined, scriptOffsetNs: -1, isScriptStart: false, isTyped: true },
    ...{ on, command, background: false, save: undefined, expect: { exit: 'any' }, timeoutNs: TYPED_TIMEOUT_NS },
  };
}

/** Fills in what has become of a step. */
function settle(step: RunningStep, nowNs: number, problem: string | undefined): void {
  const { task, proc, result } = step;
  result.endNs = proc.endedNs >= 0 ? proc.endedNs : nowNs;
  result.exit = proc.exitCode;
  const found = problem ?? mismatch(task, result);
  if (found === undefined) return;
  result.ok = false;
  result.problem = found;
}

/** Why a step's outcome is not what it expects. */
function mismatch(task: CommandTask, result: StepResult): string | undefined {
  const { exit, stdout, stderr } = task.expect;
  // A program that still runs when the run ends, at its time or in the background, is no failure.
  const isStillRunning = result.exit === null;
  if (exit !== 'any' && result.exit !== exit && !isStillRunning) {
    return `expected exit ${exit}, got ${result.exit ?? 'none'}`;
  }
  if (stdout !== undefined && !isMatch(stdout, result.stdout)) return `expected ${matcherText(stdout)} in its output`;
  if (stderr !== undefined && !isMatch(stderr, result.stderr)) return `expected ${matcherText(stderr)} in its errors`;
  return undefined;
}
