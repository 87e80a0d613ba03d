/** `docker start`, `docker stop`, `docker rm`. Twin of docker/cli's container/{start,stop,rm}.go. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container } from '../container.ts';
import { DaemonError } from '../errors.ts';
import { removeWhenStopped } from '../daemon/remove.ts';
import { startOnNetworks } from '../daemon/start.ts';
import { stopContainer } from '../daemon/stop.ts';
import { attachOutput, handOnSignals, isTerminal, stayAttached } from './attached.ts';
import type { Client, Command, CommandResult } from './command.ts';
import { daemonText, daemonTextFor, orLaterRefusal, orRefusal } from './command.ts';
import { complain, findOrText, finish, forAllContainers } from './each-container.ts';
import type { Flags } from './flags.ts';
import { RM_FORM, START_FORM, STOP_FORM } from './options/container.ts';
import { inParallel } from './parallel.ts';

export const START: Command = { ...START_FORM, run: start };

export const STOP: Command = { ...STOP_FORM, run: stop };

export const RM: Command = { ...RM_FORM, run: remove };

function start(client: Client, flags: Flags): CommandResult {
  if (flags.isSet('attach') || flags.isSet('interactive')) return startAndStay(client, flags);
  return startAll(client, flags);
}

function* startAll(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const { proc, engine } = client;
  const failed: string[] = [];
  for (const term of flags.operands) {
    const container = orRefusal(() => engine.getContainer(term));
    const refusal =
      container instanceof DaemonError ? container : yield* orLaterRefusal(startOnNetworks(engine, container, proc));
    if (refusal instanceof DaemonError) {
      client.proc.writeError(`${daemonText(refusal)}\n`);
      failed.push(term);
    } else client.proc.write(`${term}\n`);
  }
  if (failed.length === 0) return 0;
  client.proc.writeError(`Error: failed to start containers: ${failed.join(', ')}\n`);
  return 1;
}

function startAndStay(client: Client, flags: Flags): CommandResult {
  if (flags.operands.length > 1) return complain(client, 'you cannot start and attach multiple containers at once');
  const container = findOrText(client, flags.operands[0]!);
  if (typeof container === 'string') return complain(client, container);
  const isInput = flags.isSet('interactive') && container.config.isStdinOpen;
  if (isInput && container.config.isTty && !isTerminal(client.proc)) {
    return complain(client, 'the input device is not a TTY');
  }
  return startAttached(client, container, isInput);
}

function* startAttached(client: Client, container: Container, isInput: boolean): Generator<Wait, number, WakeReason> {
  const { proc, engine } = client;
  const detach = attachOutput(client, container, { stdout: true, stderr: true });
  const wasActive = container.isActive;
  const exit = container.nextExit(!wasActive);
  try {
    const started = yield* orLaterRefusal(startOnNetworks(engine, container, proc, isInput ? proc.stdin : null));
    if (started instanceof DaemonError) {
      proc.writeError(`${daemonText(started)}\n`);
      return 1;
    }
    if (!container.config.isTty) handOnSignals(proc, engine, container);
    return yield* stayAttached(client, container, exit, isInput && wasActive);
  } finally {
    detach();
  }
}

function stop(client: Client, flags: Flags): CommandResult {
  const seconds = flags.int('time');
  return forAllContainers(client, flags.operands, (container) =>
    stopContainer(client.engine, container, seconds, client.proc),
  );
}

/** All at the same time. */
function* remove(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const terms = flags.operands.map((operand) => operand.replace(/^\/+|\/+$/g, ''));
  const answers = yield* inParallel(
    client.proc,
    terms.map((term) => removeOne(client, term, flags)),
  );
  const errors: string[] = [];
  for (const [index, operand] of flags.operands.entries()) {
    const refusal = answers[index];
    if (refusal === undefined) client.proc.write(`${operand}\n`);
    // Forced, a container that is not there is no failure.
    else if (flags.isSet('force') && refusal.endsWith(`: No such container: ${terms[index]!}`)) {
      client.proc.writeError(`${refusal}\n`);
    } else errors.push(refusal);
  }
  return finish(client, errors);
}

/** Undefined when it is gone, otherwise what is to be said. */
function* removeOne(client: Client, term: string, flags: Flags): Generator<Wait, string | undefined, WakeReason> {
  if (term === '') return 'Container name cannot be empty';
  try {
    const container = client.engine.getContainer(term);
    if (flags.isSet('link')) throw new DaemonError('Conflict, cannot remove the default link name of the container');
    yield* removeWhenStopped(client.engine, container, flags.isSet('force'), client.proc);
    return undefined;
  } catch (error) {
    if (error instanceof DaemonError) return daemonTextFor(client, error, 'container', term);
    throw error;
  }
}
