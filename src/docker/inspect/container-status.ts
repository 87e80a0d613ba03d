/** The state of a container in words, with how long it has lasted. Twin of moby's State.String(). */
import { humanDuration } from '../cli/human-duration.ts';
import type { Container } from '../container.ts';

/** `Up 2 minutes`, `Exited (0) 3 seconds ago`, `Created`. */
export function containerStatus(container: Container, now: number): string {
  if (container.isRunning) return `Up ${humanDuration(now - container.startedNs)}`;
  if (container.status === 'created') return 'Created';
  return `Exited (${container.exitCode}) ${humanDuration(now - container.finishedNs)} ago`;
}
