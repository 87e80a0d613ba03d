/** `docker rm`. Twin of moby's daemon/delete.go. */
import { assert } from '../../base/assert.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { containerAttributes } from './create.ts';
import { endByForce } from './kill.ts';

/** Forgets a container that does not run. */
export function removeContainer(engine: Engine, container: Container): void {
  assert(!container.isActive, 'a running container is stopped before it is removed');
  engine.containers.delete(container.id);
  engine.events.log('container', 'destroy', container.id, containerAttributes(container));
}

/** Removes a container; `isForced` ends it before. Throws a DaemonError. */
export function* removeWhenStopped(
  engine: Engine,
  container: Container,
  isForced: boolean,
  waiting: Process,
): Generator<Wait, void, WakeReason> {
  if (container.isActive && !isForced) {
    const advice = 'Stop the container before attempting removal or force remove';
    const isPaused = container.status === 'paused';
    const procedure = isPaused ? `Unpause and then ${advice.toLowerCase()}` : advice;
    throw new DaemonError(`You cannot remove a ${container.status} container ${container.id}. ${procedure}`);
  }
  if (container.isActive) yield* endByForce(engine, container, waiting);
  // One that removes itself is gone by now.
  if (engine.containers.has(container.id)) removeContainer(engine, container);
}
