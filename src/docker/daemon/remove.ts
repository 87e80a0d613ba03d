/** `docker rm`. Twin of moby's daemon/delete.go. */
import { assert } from '../../base/assert.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { containerAttributes } from './create.ts';

/** Forgets a container that does not run. */
export function removeContainer(engine: Engine, container: Container): void {
  assert(!container.isRunning, 'a running container is stopped before it is removed');
  engine.containers.delete(container.id);
  engine.events.log('container', 'destroy', container.id, containerAttributes(container));
}
