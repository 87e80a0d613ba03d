/** Signals as the engine knows them: all of Linux's by name and number. Twin of moby's pkg/signal. */
import { parseSignal } from '../../kernel/proc/signal.ts';
import type { Signal } from '../../kernel/proc/signal.ts';
import { DaemonError } from '../errors.ts';

/** From 1 on. */
const NAMES = `
  HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU
  XFSZ VTALRM PROF WINCH IO PWR SYS`
  .trim()
  .split(/\s+/);
const ALIASES = new Map([
  ['IOT', 6],
  ['CLD', 17],
  ['POLL', 29],
]);
/** What glibc leaves free of the realtime signals. */
const REALTIME_MIN = 34;
const REALTIME_MAX = 64;

export const SIGNAL = { kill: 9, terminate: 15, continue: 18, stop: 19 } as const;

/** What clients and docker-init hand on to a container (docker/cli's ForwardAllSignals without what nobody sends). */
export const HANDED_ON_SIGNALS: readonly Signal[] = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGTERM',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
];

/** Reads a signal as typed: `9`, `KILL`, `sigkill`, `RTMIN+3`. Throws a DaemonError. */
export function signalNumberOf(text: string): number {
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : numberOfName(text.toUpperCase().replace(/^SIG/, ''));
  if (number === undefined || number === 0) throw new DaemonError(`Invalid signal: ${text}`);
  return number;
}

function numberOfName(name: string): number | undefined {
  const index = NAMES.indexOf(name);
  if (index >= 0) return index + 1;
  const match = /^RT(MIN|MAX)(?:([+-])(\d+))?$/.exec(name);
  if (match === null) return ALIASES.get(name);
  const offset = Number(match[3] ?? 0);
  if ((match[1] === 'MIN') !== ((match[2] ?? (match[1] === 'MIN' ? '+' : '-')) === '+')) return undefined;
  if (offset > (match[1] === 'MIN' ? 15 : 14)) return undefined;
  return match[1] === 'MIN' ? REALTIME_MIN + offset : REALTIME_MAX - offset;
}

/** Whether there is such a signal on Linux. */
export function isLinuxSignal(number: number): boolean {
  return (number >= 1 && number <= NAMES.length) || (number >= REALTIME_MIN && number <= REALTIME_MAX);
}

/** The signal as the machine's processes know it; undefined for one that none of them handles. */
export function machineSignal(number: number): Signal | undefined {
  return parseSignal(String(number));
}
