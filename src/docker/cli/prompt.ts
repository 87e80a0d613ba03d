/** A question that is answered by the first line of standard input. Twin of docker/cli's command/utils.go. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import { readInput } from '../../userland/input.ts';

/** Asks, and waits for a line or the end of input; whether it was a yes. */
export function* promptForConfirmation(proc: Process, message: string): Generator<Wait, boolean, WakeReason> {
  proc.write(`${message} [y/N] `);
  let answer = '';
  while (!answer.includes('\n')) {
    const piece = yield* readInput(proc);
    if (piece === null) break;
    answer += piece;
  }
  return answer.split('\n')[0]!.toLowerCase() === 'y';
}
