/** The end of a container's first process, and what the restart policy makes of it. Twin of daemon/monitor.go. */
import { assert } from '../../base/assert.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Answer } from '../swarm/answer.ts';
import { attachNetworks, detachNetworks } from './attach.ts';
import { releaseNetwork } from './container-network.ts';
import { containerAttributes } from './create.ts';
import { removeContainer } from './remove.ts';
import { bringUp } from './start.ts';

/** Waits for the end of the process that is the container; it may have come already. */
export function watchEnd(engine: Engine, container: Container, process: Process): void {
  const waiter = {
    wake: (): void => {
      process.removeWaiter(waiter);
      containerExited(engine, container, process);
    },
  };
  if (process.isReady()) containerExited(engine, container, process);
  else process.addWaiter(waiter);
}

function containerExited(engine: Engine, container: Container, process: Process): void {
  assert(process.exitCode !== null && container.process === process, 'the process that was the container has ended');
  const { exitCode } = process;
  const ranForNs = process.endedNs - container.startedNs;
  const delayNs = container.restarts.delayAfter(exitCode, container.isManuallyStopped, ranForNs);
  const attributes = { exitCode: String(exitCode), ...containerAttributes(container) };
  engine.events.log('container', 'die', container.id, attributes);
  releaseNetwork(engine, container);
  container.ended(exitCode, process.endedNs);
  if (delayNs !== undefined && !engine.isOff) restartLater(engine, container, delayNs);
  else {
    container.status = 'exited';
    if (container.hostConfig.isAutoRemove && !container.isManuallyRestarted) removeContainer(engine, container);
  }
  container.wakeWaiters();
}

function restartLater(engine: Engine, container: Container, delayNs: number): void {
  container.status = 'restarting';
  container.restartCount++;
  engine.pendingRestarts.set(
    container,
    engine.host.after(delayNs, () => {
      restartOnNetworks(engine, container);
    }),
  );
}

/** Until its swarm has answered, the restart can still be called off. */
function restartOnNetworks(engine: Engine, container: Container): void {
  let isCancelled = false;
  engine.pendingRestarts.set(container, () => {
    isCancelled = true;
  });
  attachNetworks(engine, container).then((answer) => {
    if (isCancelled) {
      detachNetworks(engine, container);
      return;
    }
    engine.pendingRestarts.delete(container);
    restartNow(engine, container, answer);
  });
}

function restartNow(engine: Engine, container: Container, attached: Answer<null>): void {
  try {
    bringUp(engine, container, null, false, attached.refusal);
  } catch (error) {
    // Nobody hears of it but `docker inspect`.
    if (!(error instanceof DaemonError)) throw error;
    container.wakeWaiters();
  }
}

/** Somebody ends a container that waits to be started again: it stays as it is. */
export function cancelRestart(engine: Engine, container: Container): void {
  engine.pendingRestarts.get(container)?.();
  if (!engine.pendingRestarts.delete(container)) return;
  container.status = 'exited';
  container.wakeWaiters();
}
