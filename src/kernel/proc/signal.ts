/**
 * Signals, signal(7): the numbers of x86 and arm64, and what happens to a process that has no handler.
 */

const NUMBERS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGURG: 23,
  SIGWINCH: 28,
} as const;

export type Signal = keyof typeof NUMBERS;

/** A shell reports a process ended by signal n as exit code 128 + n. */
export const SIGNAL_EXIT_BASE = 128;

const IGNORED_BY_DEFAULT: readonly Signal[] = ['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH'];

/** The signal's number. */
export function signalNumber(signal: Signal): number {
  return NUMBERS[signal];
}

/** Whether a process without a handler ends when it gets the signal. */
export function endsByDefault(signal: Signal): boolean {
  return !IGNORED_BY_DEFAULT.includes(signal);
}

/** Reads a signal as people type it: `15`, `TERM`, `SIGTERM`, in any case. */
export function parseSignal(text: string): Signal | undefined {
  const upper = text.toUpperCase();
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  for (const [signal, number] of Object.entries(NUMBERS) as [Signal, number][]) {
    if (signal === name || String(number) === text) return signal;
  }
  return undefined;
}

const TEXTS: Readonly<Partial<Record<Signal, string>>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGUSR2: 'User defined signal 2',
  SIGPIPE: 'Broken pipe',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Terminated',
};

/** strsignal(3): what is said of a process that a signal ended. */
export function signalText(signal: Signal): string {
  return TEXTS[signal] ?? signal;
}
