/** `docker start`, `docker stop`, `docker rm`. Twin of docker/cli's container/{start,stop,rm}.go. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { removeContainer } from '../daemon/remove.ts';
import { startContainer } from '../daemon/start.ts';
import type { Client, Command } from './command.ts';
import { daemonText, daemonTextFor, orRefusal, waitForEnd } from './command.ts';
import type { Flags } from './flags.ts';
import { RM_FORM, START_FORM, STOP_FORM } from './options/container.ts';
import { idleStdin } from './run.ts';

/** How long `docker stop` waits for SIGTERM to do before it sends SIGKILL. */
const STOP_SECONDS_DEFAULT = 10;
const NANOSECONDS_PER_SECOND = 1_000_000_000;

export const START: Command = { ...START_FORM, run: start };

export const STOP: Command = { ...STOP_FORM, run: stop };

export const RM: Command = { ...RM_FORM, run: remove };

function start(client: Client, flags: Flags): number {
  const failed: string[] = [];
  for (const term of flags.operands) {
    const refusal = orRefusal(() => {
      startUnlessRunning(client.engine, client.engine.getContainer(term));
    });
    if (refusal instanceof DaemonError) {
      client.proc.writeError(`${daemonText(refusal)}\n`);
      failed.push(term);
    } else client.proc.write(`${term}\n`);
  }
  if (failed.length === 0) return 0;
  client.proc.writeError(`Error: failed to start containers: ${failed.join(', ')}\n`);
  return 1;
}

function startUnlessRunning(engine: Engine, container: Container): void {
  if (!container.isRunning) startContainer(engine, container, idleStdin(container));
}

/** All get SIGTERM at once; those that are still there when the time is over get SIGKILL. */
function* stop(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const { proc, engine } = client;
  const seconds = flags.int('time') ?? STOP_SECONDS_DEFAULT;
  const untilNs = seconds < 0 ? Infinity : proc.now + seconds * NANOSECONDS_PER_SECOND;
  const found = flags.operands.map((term) => orRefusal(() => engine.getContainer(term)));
  const ending = found.map((each) => (each instanceof DaemonError ? null : each.process));
  for (const process of ending) process?.kill('SIGTERM');
  const errors: string[] = [];
  for (const [index, term] of flags.operands.entries()) {
    const container = found[index]!;
    yield* endProcess(proc, ending[index] ?? null, untilNs);
    if (container instanceof DaemonError) errors.push(daemonText(container));
    else proc.write(`${term}\n`);
  }
  return finish(client, errors);
}

function* endProcess(proc: Process, ending: Process | null, untilNs: number): Generator<Wait, void, WakeReason> {
  if (ending === null) return;
  yield* waitForEnd(proc, ending, untilNs);
  if (ending.exitCode === null) ending.kill('SIGKILL');
  yield* waitForEnd(proc, ending);
}

function* remove(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const { proc, engine } = client;
  const errors: string[] = [];
  for (const operand of flags.operands) {
    const term = operand.replace(/^\/+|\/+$/g, '');
    const refusal = term === '' ? 'Container name cannot be empty' : yield* removeOne(proc, engine, term, flags);
    if (refusal === undefined) proc.write(`${operand}\n`);
    // Forced, a container that is not there is no failure.
    else if (flags.isSet('force') && refusal === noSuchContainer(term)) proc.writeError(`${refusal}\n`);
    else errors.push(refusal);
  }
  return finish(client, errors);
}

/** Undefined when it is gone, otherwise what is to be said. */
function* removeOne(
  proc: Process,
  engine: Engine,
  term: string,
  flags: Flags,
): Generator<Wait, string | undefined, WakeReason> {
  const container = orRefusal(() => engine.getContainer(term));
  if (container instanceof DaemonError) return daemonTextFor(container, 'container', term);
  const process = container.process;
  if (process !== null && !flags.isSet('force')) {
    const advice = 'Stop the container before attempting removal or force remove';
    return daemonText(new DaemonError(`You cannot remove a running container ${container.id}. ${advice}`));
  }
  process?.kill('SIGKILL');
  if (process !== null) yield* waitForEnd(proc, process);
  // One that removes itself is gone by now.
  if (engine.containers.has(container.id)) removeContainer(engine, container);
  return undefined;
}

function noSuchContainer(term: string): string {
  return `Error: No such container: ${term}`;
}

function finish(client: Client, errors: readonly string[]): number {
  if (errors.length === 0) return 0;
  client.proc.writeError(`${errors.join('\n')}\n`);
  return 1;
}
