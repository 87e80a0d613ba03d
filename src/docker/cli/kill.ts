/** `docker kill`. Twin of docker/cli's container/kill.go. */
import { killContainer } from '../daemon/kill.ts';
import { SIGNAL, signalNumberOf } from '../daemon/signals.ts';
import { DaemonError } from '../errors.ts';
import type { Client, Command } from './command.ts';
import { orRefusal } from './command.ts';
import { finish } from './each-container.ts';
import type { Flags } from './flags.ts';
import { KILL_FORM } from './options/container.ts';
import { inParallel } from './parallel.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';

export const KILL: Command = { ...KILL_FORM, run };

function* run(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const answers = yield* inParallel(
    client.proc,
    flags.operands.map((term) => killOne(client, term, flags.text('signal') ?? '')),
  );
  for (const [index, term] of flags.operands.entries()) {
    if (answers[index] === undefined) client.proc.write(`${term}\n`);
  }
  return finish(
    client,
    answers.filter((answer) => answer !== undefined),
  );
}

/** Undefined when it went well, otherwise what is to be said. */
function* killOne(client: Client, term: string, typed: string): Generator<Wait, string | undefined, WakeReason> {
  const signal = orRefusal(() => (typed === '' ? SIGNAL.kill : signalNumberOf(typed)));
  if (signal instanceof DaemonError) return `Error response from daemon: ${signal.message}`;
  try {
    yield* killContainer(client.engine, client.engine.getContainer(term), signal, client.proc);
    return undefined;
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    return `Error response from daemon: Cannot kill container: ${term}: ${error.message}`;
  }
}
