/** How programs read their standard input, whatever it is: a terminal at its end, a pipe, a file, a here-document. */
import type { Process } from '../kernel/proc/process.ts';
import type { Wait, Waitable, WakeReason } from '../kernel/proc/wait.ts';

/** The next piece of standard input, as it comes; null at its end. Blocks while there is none. */
export function* readInput(proc: Process): Generator<Wait, string | null, WakeReason> {
  const { stdin } = proc;
  if (stdin === 'eof' || stdin === 'null') return null;
  // A terminal that never says anything.
  while (stdin === 'open') yield proc.waitFor([]);
  for (;;) {
    const text = stdin.read();
    if (text !== '') return text;
    yield proc.waitFor(stdin);
  }
}

/** All of standard input up to its end. */
export function* readAllInput(proc: Process): Generator<Wait, string, WakeReason> {
  const pieces: string[] = [];
  for (;;) {
    const piece = yield* readInput(proc);
    if (piece === null) return pieces.join('');
    pieces.push(piece);
  }
}

/** Standard input for poll(2): ready when there is something to read, or nothing ever will be. */
export function inputReady({ stdin }: Process): Waitable {
  if (typeof stdin !== 'string') return stdin;
  return stdin === 'open' ? NEVER : ALWAYS;
}

const ALWAYS: Waitable = { isReady: () => true, addWaiter: () => undefined, removeWaiter: () => undefined };
const NEVER: Waitable = { ...ALWAYS, isReady: () => false };
