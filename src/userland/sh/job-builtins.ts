/** Builtins for jobs and signals: `wait`, `jobs`, `kill`, `trap`. */
import type { Process } from '../../kernel/proc/process.ts';
import { SIGNAL_EXIT_BASE, parseSignal, signalNumber, signalText } from '../../kernel/proc/signal.ts';
import type { Signal } from '../../kernel/proc/signal.ts';
import { immediate } from './builtin.ts';
import type { Builtin } from './builtin.ts';
import { ShellRefusal } from './control-flow.ts';
import { EXIT_MISUSE } from './exit-codes.ts';
import type { Interpreter, Run } from './interpreter.ts';
import type { Job } from './shell-state.ts';

const EXIT_NO_SUCH_JOB = 127;

function* waitForJobs(shell: Interpreter, args: readonly string[], offset: number): Run {
  const { state } = shell;
  if (args.length === 0) {
    for (const job of state.jobs) {
      if (yield* isInterrupted(shell, job.proc)) return interruptedCode(shell);
      job.isWaited = true;
    }
    return 0;
  }
  let code = 0;
  for (const arg of args) {
    const job = findJob(shell, arg);
    if (job === undefined) {
      if (arg.startsWith('%')) shell.refuse(`wait: No such job: ${arg}`, offset);
      if (!/^\d+$/.test(arg)) shell.refuse(`wait: Illegal number: ${arg}`, offset);
      code = EXIT_NO_SUCH_JOB;
      continue;
    }
    if (yield* isInterrupted(shell, job.proc)) return interruptedCode(shell);
    if (job.proc.endedNs === shell.proc.now) shell.tellSignal(job.proc);
    code = job.proc.exitCode!;
    job.isWaited = true;
  }
  return code;
}

/** Waits for a job's end; a signal with a trap ends the waiting. */
function* isInterrupted(
  shell: Interpreter,
  proc: Process,
): Generator<ReturnType<Process['waitFor']>, boolean, unknown> {
  while (!proc.isReady()) {
    yield shell.proc.waitFor(proc);
    if (shell.pendingTrap !== undefined) return true;
  }
  return false;
}

function interruptedCode(shell: Interpreter): number {
  return SIGNAL_EXIT_BASE + signalNumber(shell.pendingTrap!);
}

/** `%1`, `%%`, `%+`, `%ping`, or a process number. */
function findJob(shell: Interpreter, operand: string): Job | undefined {
  const { jobs } = shell.state;
  if (!operand.startsWith('%')) return jobs.find((job) => String(job.proc.ownPid) === operand);
  const name = operand.slice(1);
  if (name === '' || name === '%' || name === '+') return jobs[jobs.length - 1];
  if (name === '-') return jobs[jobs.length - 2];
  if (/^\d+$/.test(name)) return jobs.find((job) => job.number === Number(name));
  return jobs.find((job) => job.text.startsWith(name));
}

const STATE_WIDTH = 27;

function listJobs(shell: Interpreter, args: readonly string[]): number {
  const { state, proc } = shell;
  const jobs = state.jobs.filter((job) => !job.isWaited);
  const running = jobs.filter((job) => !job.proc.isReady());
  for (const job of jobs.reverse()) {
    if (args.includes('-p')) {
      proc.write(`${job.proc.ownPid}\n`);
      continue;
    }
    const mark = job === running[running.length - 1] ? '+' : job === running[running.length - 2] ? '-' : ' ';
    const pid = args.includes('-l') ? `${job.proc.ownPid} ` : '';
    proc.write(`[${job.number}] ${mark} ${pid}${stateOf(job.proc).padEnd(STATE_WIDTH)}${job.text}\n`);
    if (job.proc.isReady()) job.isWaited = true;
  }
  return 0;
}

function stateOf(proc: Process): string {
  if (proc.exitCode === null) return 'Running';
  if (proc.endedBySignal !== null) return signalText(proc.endedBySignal);
  return proc.exitCode === 0 ? 'Done' : `Done(${proc.exitCode})`;
}

function killProcesses(shell: Interpreter, args: readonly string[], offset: number): number {
  const first = args[0];
  if (first === undefined) return killUsage(shell, offset);
  if (first === '-l') return listSignals(shell, args[1]);
  const option = first.startsWith('-') && first !== '--' ? first.slice(1) : undefined;
  const isSpelledOut = option === 's' || option === 'n';
  const text = isSpelledOut ? (args[1] ?? '') : (option ?? 'TERM');
  const signal = text === '0' || text === 'EXIT' ? 0 : parseSignal(text);
  if (signal === undefined) {
    const what = isSpelledOut ? `invalid signal number or name: ${text}` : `Illegal option -${text.charAt(0)}`;
    shell.complainPlainly(`kill: ${what}`, offset, `bad signal name '${text}'`);
    return misuseCode(shell);
  }
  const operands = args.slice((option === undefined ? 0 : isSpelledOut ? 2 : 1) + (first === '--' ? 1 : 0));
  if (operands.length === 0) return killUsage(shell, offset);
  let code = 0;
  for (const operand of operands) {
    if (!send(shell, operand, signal, offset)) code = 1;
  }
  return code;
}

function killUsage(shell: Interpreter, offset: number): number {
  const usage = 'kill: Usage: kill [-s sigspec | -signum | -sigspec] [pid | job]... or\nkill -l [exitstatus]';
  shell.complainPlainly(usage, offset, 'you need to specify whom to kill');
  return misuseCode(shell);
}

function misuseCode(shell: Interpreter): number {
  return shell.isBusybox ? 1 : EXIT_MISUSE;
}

/** False, with a complaint, if there is nobody to send to; signal 0 only asks. */
function send(shell: Interpreter, operand: string, signal: Signal | 0, offset: number): boolean {
  if (!operand.startsWith('%') && !/^-?\d+$/.test(operand)) {
    shell.complainPlainly(`kill: Illegal number: ${operand}`, offset, `invalid number '${operand}'`);
    throw new ShellRefusal(misuseCode(shell));
  }
  if (operand.startsWith('%') && findJob(shell, operand) === undefined) {
    shell.refuse(`kill: No such job: ${operand}`, offset, `${operand}: no such job`);
  }
  const targets = targetsOf(shell, operand);
  if (targets.length === 0) {
    // dash ends this one line with two newlines.
    shell.complainPlainly('kill: No such process\n', offset, `can't kill pid ${operand}: No such process`);
    return false;
  }
  if (signal !== 0) for (const target of targets) target.kill(signal, shell.proc);
  return true;
}

/** A job's process, the process of a number, or with a minus the processes of a group. */
function targetsOf(shell: Interpreter, operand: string): readonly Process[] {
  if (operand.startsWith('%')) return [findJob(shell, operand)!.proc].filter((proc) => !proc.isReady());
  const number = Number(operand);
  if (number > 0) return [shell.proc.peer(number)].filter((proc) => proc !== undefined);
  const group = number === 0 ? shell.proc.group : (shell.proc.peer(-number)?.group ?? -1);
  return shell.proc.peers.filter((peer) => peer.group === group);
}

function listSignals(shell: Interpreter, operand: string | undefined): number {
  if (operand === undefined) {
    shell.proc.write(`${SIGNAL_LIST.join('\n')}\n`);
    return 0;
  }
  const number = Number(operand) > SIGNAL_EXIT_BASE ? Number(operand) - SIGNAL_EXIT_BASE : Number(operand);
  const name = SIGNAL_LIST.find((each) => signalNumber(`SIG${each}` as Signal) === number);
  shell.proc.write(`${name ?? operand}\n`);
  return 0;
}

const SIGNAL_LIST = 'HUP INT QUIT KILL USR1 USR2 PIPE ALRM TERM CHLD CONT URG WINCH'.split(' ');

function setTrap(shell: Interpreter, args: readonly string[], offset: number): number {
  const { state } = shell;
  const operands = args[0] === '--' ? args.slice(1) : args;
  const [action, ...conditions] = operands;
  if (action === undefined) {
    for (const [condition, text] of state.traps) {
      shell.proc.write(`trap -- '${text.replaceAll("'", `'"'"'`)}' ${condition.replace(/^SIG/, '')}\n`);
    }
    return 0;
  }
  const isReset = conditions.length === 0 || action === '-' || /^\d+$/.test(action);
  const isOnlyCondition = conditions.length === 0 || /^\d+$/.test(action);
  for (const text of isOnlyCondition ? operands : conditions) {
    const condition = text === '0' || text === 'EXIT' ? 'EXIT' : parseSignal(text);
    if (condition === undefined) {
      shell.complain(`trap: ${text}: bad trap`, offset, `trap: ${text}: invalid signal specification`);
      return 1;
    }
    trapOne(shell, condition, isReset ? undefined : action);
  }
  return 0;
}

function trapOne(shell: Interpreter, condition: Signal | 'EXIT', action: string | undefined): void {
  const { state } = shell;
  if (action === undefined) state.traps.delete(condition);
  else state.traps.set(condition, action);
  armTrap(shell, condition, action);
}

/** A login shell is a process anew for each step: its traps are set again. */
export function rearmTraps(shell: Interpreter): void {
  for (const [condition, action] of shell.state.traps) armTrap(shell, condition, action);
}

function armTrap({ proc, noteTrap }: Interpreter, condition: Signal | 'EXIT', action: string | undefined): void {
  if (condition === 'EXIT' || condition === 'SIGKILL') return;
  if (action === undefined) proc.defaultSignal(condition);
  else if (action === '') proc.ignoreSignal(condition);
  else {
    proc.onSignal(condition, () => {
      noteTrap(condition);
    });
  }
}

/** By name. */
export const JOB_BUILTINS: readonly (readonly [string, Builtin])[] = [
  ['wait', { run: waitForJobs }],
  ['jobs', { run: immediate(listJobs) }],
  ['kill', { run: immediate(killProcesses) }],
  ['trap', { run: immediate(setTrap), isSpecial: true }],
];
