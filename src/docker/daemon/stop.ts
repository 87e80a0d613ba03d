/** `docker stop` and `docker restart`. Twin of moby's daemon/{stop,restart}.go. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { containerAttributes } from './create.ts';
import { endByForce, sendSignal, stopSignalOf } from './kill.ts';
import { startOnNetworks } from './start.ts';

const STOP_SECONDS_DEFAULT = 10;
const NANOSECONDS_PER_SECOND = 1_000_000_000;

/** Asks the container to end, and after a while makes it. `seconds` below 0 is for ever; undefined its own time. */
export function* stopContainer(
  engine: Engine,
  container: Container,
  seconds: number | undefined,
  waiting: Process,
): Generator<Wait, void, WakeReason> {
  if (!container.isActive) return;
  const time = seconds ?? container.config.stopTimeoutSeconds ?? STOP_SECONDS_DEFAULT;
  const untilNs = time < 0 ? Infinity : engine.now + time * NANOSECONDS_PER_SECOND;
  const exit = container.nextExit();
  sendSignal(engine, container, stopSignalOf(container));
  while (!exit.isReady() && engine.now < untilNs) yield waiting.waitFor(exit, untilNs);
  if (!exit.isReady()) yield* endByForce(engine, container, waiting);
  engine.events.log('container', 'stop', container.id, containerAttributes(container));
}

/** Throws a DaemonError when it cannot be started again. */
export function* restartContainer(
  engine: Engine,
  container: Container,
  seconds: number | undefined,
  waiting: Process,
): Generator<Wait, void, WakeReason> {
  container.isManuallyRestarted = container.isActive;
  try {
    yield* stopContainer(engine, container, seconds, waiting);
  } finally {
    container.isManuallyRestarted = false;
  }
  yield* startOnNetworks(engine, container, waiting);
  engine.events.log('container', 'restart', container.id, containerAttributes(container));
}
