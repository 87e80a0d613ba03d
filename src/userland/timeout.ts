/**
 * timeout, of the GNU core utilities and of busybox: a command with a time limit. GNU's waits for its child; busybox's
 * becomes the command and leaves a child behind that watches the clock.
 */
import type { Process } from '../kernel/proc/process.ts';
import { SIGNAL_EXIT_BASE, parseSignal, signalNumber } from '../kernel/proc/signal.ts';
import type { Signal } from '../kernel/proc/signal.ts';
import { SECOND } from '../sim/units.ts';
import { execCommand, findCommand, commandBehind } from './exec-program.ts';
import { parseSleepTime } from './sleep.ts';
import type { OptionTable } from './text/options.ts';
import { textTool } from './text/tool.ts';
import type { Body, ToolCall } from './text/tool.ts';

const EXIT_TIMED_OUT = 124;
/** timeout itself failed. */
const EXIT_CANCELED = 125;
/** What timeout hands on to the command when it gets it. */
const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const;

/** A command under a limit: times are absolute. */
interface Limit {
  readonly command: readonly string[];
  readonly untilNs: number;
  readonly signal: Signal;
  /** From the first signal to SIGKILL; Infinity for never. */
  readonly killAfterNs: number;
}

function readLimit(call: ToolCall): Limit {
  const { proc, operands } = call;
  const signalText = call.value('s') ?? 'TERM';
  const signal = parseSignal(signalText);
  if (signal === undefined) throw badSignal(call, signalText);
  const killAfter = call.value('k');
  const killAfterNs = killAfter === undefined ? Infinity : duration(call, killAfter);
  if (operands.length < 2) throw call.misuse('');
  const durationNs = duration(call, operands[0]!);
  // No time at all is no limit.
  const untilNs = durationNs === 0 ? Infinity : proc.now + durationNs;
  return { command: operands.slice(1), untilNs, signal, killAfterNs };
}

function badSignal(call: ToolCall, text: string): Error {
  return call.isBusybox ? call.failure(`unknown signal '${text}'`) : call.misuse(`'${text}': invalid signal`);
}

function duration(call: ToolCall, text: string): number {
  const valueNs = parseSleepTime(text);
  if (valueNs === undefined) {
    throw call.isBusybox ? call.failure(`invalid number '${text}'`) : call.misuse(`invalid time interval '${text}'`);
  }
  if (!call.isBusybox) return valueNs;
  // busybox counts whole seconds, one at least.
  return valueNs === 0 ? 0 : Math.max(SECOND, Math.floor(valueNs / SECOND) * SECOND);
}

function* run(call: ToolCall): Body {
  const { proc } = call;
  if (!call.isBusybox && call.operands.length < 2) {
    proc.writeError("Try 'timeout --help' for more information.\n");
    return EXIT_CANCELED;
  }
  const limit = readLimit(call);
  return yield* call.isBusybox ? becomeLimited(proc, limit) : runLimited(call, limit);
}

/** busybox: the child that stays behind sends the signals. */
function* becomeLimited(proc: Process, limit: Limit): Body {
  const { command, untilNs, signal, killAfterNs } = limit;
  proc.spawn({
    argv: proc.argv,
    program: function* watch(watcher) {
      while (!proc.isReady() && watcher.now < untilNs) yield watcher.waitFor(proc, untilNs);
      proc.kill(signal, watcher);
      const killNs = watcher.now + killAfterNs;
      while (!proc.isReady() && watcher.now < killNs) yield watcher.waitFor(proc, killNs);
      proc.kill('SIGKILL', watcher);
      return 0;
    },
  });
  const complaint = `timeout: can't execute '${command[0]!}': No such file or directory`;
  return yield* execCommand(proc, command, proc.env, complaint);
}

function* runLimited(call: ToolCall, limit: Limit): Body {
  const { proc } = call;
  const name = limit.command[0]!;
  const complaint = `timeout: failed to run command '${name}': No such file or directory`;
  const entry = findCommand(proc, name, complaint);
  if (typeof entry === 'number') return entry;
  // Its own group, so that what the command starts gets the signals as well.
  if (!call.has('foreground')) proc.group = proc.pid;
  const child = proc.spawn({ argv: limit.command, program: entry.run });
  const send = (signal: Signal): void => {
    if (call.has('v')) {
      proc.writeError(`timeout: sending signal ${signal.slice('SIG'.length)} to command '${name}'\n`);
    }
    child.kill(signal, proc);
    if (call.has('foreground')) return;
    for (const peer of proc.peers) if (peer !== proc && peer.group === proc.group) peer.kill(signal, proc);
  };
  for (const signal of FORWARDED) {
    proc.onSignal(signal, () => {
      send(signal);
    });
  }
  const { isTimedOut, last } = yield* enforce(proc, child, limit, send);
  if (last === 'SIGKILL' && child.endedBySignal === 'SIGKILL') return yield* endBy(proc, 'SIGKILL');
  if (isTimedOut && !call.has('preserve-status')) return EXIT_TIMED_OUT;
  if (!isTimedOut && child.endedBySignal !== null) return yield* endBy(proc, child.endedBySignal);
  return child.exitCode!;
}

function* enforce(
  proc: Process,
  child: Process,
  { untilNs, signal, killAfterNs }: Limit,
  send: (signal: Signal) => void,
): Generator<ReturnType<Process['waitFor']>, { isTimedOut: boolean; last: Signal | null }, unknown> {
  while (!child.isReady() && proc.now < untilNs) yield proc.waitFor(child, untilNs);
  if (child.isReady()) return { isTimedOut: false, last: null };
  send(signal);
  let last = signal;
  const killNs = proc.now + killAfterNs;
  while (!child.isReady() && proc.now < killNs) yield proc.waitFor(child, killNs);
  if (!child.isReady()) {
    send('SIGKILL');
    last = 'SIGKILL';
  }
  while (!child.isReady()) yield proc.waitFor(child);
  return { isTimedOut: true, last };
}

/** Ends timeout itself by the signal that ended the command, as whoever waits for it should see. */
function* endBy(proc: Process, signal: Signal): Body {
  if (signal !== 'SIGKILL') proc.defaultSignal(signal);
  proc.kill(signal, proc);
  yield proc.waitFor([], proc.now);
  return SIGNAL_EXIT_BASE + signalNumber(signal);
}

const GNU_OPTIONS: OptionTable = {
  letters: 'k:s:v',
  long: {
    foreground: 'foreground',
    'kill-after': 'k',
    'preserve-status': 'preserve-status',
    signal: 's',
    verbose: 'v',
  },
  stopsAtOperand: true,
};
const BUSYBOX_OPTIONS: OptionTable = { letters: 's:k:', hasLong: false, stopsAtOperand: true };

const TOOL = textTool({
  name: 'timeout',
  gnu: { options: GNU_OPTIONS, misuseExit: EXIT_CANCELED },
  busybox: {
    options: BUSYBOX_OPTIONS,
    usage: `Usage: timeout [-s SIG] [-k KILL_SECS] SECS PROG ARGS

Run PROG. Send SIG to it if it is not gone in SECS seconds.
Default SIG: TERM.If it still exists in KILL_SECS seconds, send KILL.
`,
  },
  run,
});

/** timeout of the GNU core utilities and of busybox. */
export const TIMEOUT = {
  gnu: { ...TOOL.gnu, commandAt: commandBehind(GNU_OPTIONS, 1) },
  busybox: { ...TOOL.busybox, commandAt: commandBehind(BUSYBOX_OPTIONS, 1) },
};
