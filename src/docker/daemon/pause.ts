/** `docker pause`, `docker unpause`: the freezer of a container's cgroup. Twin of moby's daemon/{pause,unpause}.go. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { containerAttributes } from './create.ts';

/** All its processes stand still; its network does not. Throws a DaemonError. */
export function pauseContainer(engine: Engine, container: Container): void {
  if (!container.isActive) throw new DaemonError(`Container ${container.id} is not running`);
  if (container.status === 'paused') throw new DaemonError(`Container ${container.id} is already paused`);
  if (container.status === 'restarting') {
    throw new DaemonError(`Container ${container.id} is restarting, wait until the container is running`);
  }
  for (const process of processesOf(container)) process.freeze();
  container.status = 'paused';
  engine.events.log('container', 'pause', container.id, containerAttributes(container));
}

/** Throws a DaemonError. */
export function unpauseContainer(engine: Engine, container: Container): void {
  if (container.status !== 'paused') throw new DaemonError(`Container ${container.id} is not paused`);
  container.status = 'running';
  engine.events.log('container', 'unpause', container.id, containerAttributes(container));
  for (const process of processesOf(container)) process.thaw();
}

/** All processes of its pid namespace, the first one first. */
export function processesOf(container: Container): readonly Process[] {
  return container.process?.visible() ?? [];
}
