/** Commands that do the same to several containers: names of those that it went well with, then what went wrong. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container } from '../container.ts';
import { DaemonError } from '../errors.ts';
import type { Client, CommandResult } from './command.ts';
import { daemonText, daemonTextFor, orRefusal } from './command.ts';
import { inParallel } from './parallel.ts';

/** What is done to one container, at once or in steps; throws a DaemonError. */
export type Operation = (container: Container, term: string) => Generator<Wait, void, WakeReason> | undefined;

/** All at the same time; twin of docker/cli's parallelOperation. */
export function* forAllContainers(
  client: Client,
  terms: readonly string[],
  operation: Operation,
): Generator<Wait, number, WakeReason> {
  const answers = yield* inParallel(
    client.proc,
    terms.map((term) => attempt(client, term, operation)),
  );
  const errors: string[] = [];
  for (const [index, term] of terms.entries()) {
    const error = answers[index];
    if (error === undefined) client.proc.write(`${term}\n`);
    else errors.push(error);
  }
  return finish(client, errors);
}

/** One after the other. */
export function* forEachContainer(
  client: Client,
  terms: readonly string[],
  operation: Operation,
): Generator<Wait, number, WakeReason> {
  const errors: string[] = [];
  for (const term of terms) {
    const error = yield* attempt(client, term, operation);
    if (error === undefined) client.proc.write(`${term}\n`);
    else errors.push(error);
  }
  return finish(client, errors);
}

/** What is to be said; undefined when it went well. */
function* attempt(client: Client, term: string, operation: Operation): Generator<Wait, string | undefined, WakeReason> {
  try {
    const steps = operation(client.engine.getContainer(term), term);
    if (steps !== undefined) yield* steps;
    return undefined;
  } catch (error) {
    if (error instanceof DaemonError) return daemonText(error);
    throw error;
  }
}

/** Says at the end what went wrong; the exit code. */
export function finish(client: Client, errors: readonly string[]): number {
  if (errors.length === 0) return 0;
  client.proc.writeError(`${errors.join('\n')}\n`);
  return 1;
}

/** The container, or what the client says when there is none. */
export function findOrText(client: Client, term: string): Container | string {
  const container = orRefusal(() => client.engine.getContainer(term));
  if (!(container instanceof DaemonError)) return container;
  return daemonTextFor(client, container, 'container', term);
}

/** Says one thing; the exit code. */
export function complain(client: Client, text: string): CommandResult {
  client.proc.writeError(`${text}\n`);
  return 1;
}
