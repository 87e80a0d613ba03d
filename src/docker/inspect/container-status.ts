/** The state of a container in words, with how long it has lasted. Twin of moby's State.String(). */
import { humanDuration } from '../cli/human-duration.ts';
import type { Container } from '../container.ts';

/** `Up 2 minutes`, `Exited (0) 3 seconds ago`, `Created`. */
export function containerStatus(container: Container, now: number): string {
  const { exitCode } = container;
  switch (container.status) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${humanDuration(now - container.startedNs)}`;
    case 'paused':
      return `Up ${humanDuration(now - container.startedNs)} (Paused)`;
    case 'restarting':
      return `Restarting (${exitCode}) ${humanDuration(now - container.finishedNs)} ago`;
    case 'exited':
      return `Exited (${exitCode}) ${humanDuration(now - container.finishedNs)} ago`;
  }
}
