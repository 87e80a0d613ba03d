/** `docker kill`: a signal for the first process of a container. Twin of moby's daemon/kill.go. */
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { containerAttributes } from './create.ts';
import { cancelRestart } from './exit.ts';
import { unpauseContainer } from './pause.ts';
import { SIGNAL, isLinuxSignal, machineSignal, signalNumberOf } from './signals.ts';

/** What a container is asked with to end: its own stop signal, or SIGTERM. */
export function stopSignalOf(container: Container): number {
  const { stopSignal } = container.config;
  return stopSignal === '' ? SIGNAL.terminate : signalNumberOf(stopSignal);
}

/** Sends a signal as `docker kill -s` does; SIGKILL is waited for. Throws a DaemonError. */
export function* killContainer(
  engine: Engine,
  container: Container,
  signal: number,
  waiting: Process,
): Generator<Wait, void, WakeReason> {
  if (!isLinuxSignal(signal)) throw new DaemonError(`The linux daemon does not support signal ${signal}`);
  if (signal === SIGNAL.kill) yield* endByForce(engine, container, waiting);
  else sendSignal(engine, container, signal);
}

/** SIGKILL, and its effect. Throws a DaemonError for a container that does not run. */
export function* endByForce(engine: Engine, container: Container, waiting: Process): Generator<Wait, void, WakeReason> {
  const exit = container.nextExit();
  sendSignal(engine, container, SIGNAL.kill);
  while (!exit.isReady()) yield waiting.waitFor(exit);
}

/**
 * Sends a signal and notes that somebody did. A paused container goes on, so that it can do something about it. Throws
 * a DaemonError. Twin of killWithSignal.
 */
export function sendSignal(engine: Engine, container: Container, signal: number): void {
  if (!container.isActive) throw new DaemonError(`Container ${container.id} is not running`);
  const isLast = container.config.stopSignal === '' || signal === SIGNAL.kill || signal === stopSignalOf(container);
  if (isLast) container.restarts.cancel();
  container.isManuallyStopped = true;
  if (container.status === 'restarting') {
    if (isLast) cancelRestart(engine, container);
    return;
  }
  const attributes = { ...containerAttributes(container), signal: String(signal) };
  engine.events.log('container', 'kill', container.id, attributes);
  const { process } = container;
  const wasPaused = container.status === 'paused';
  deliver(process, signal);
  if (wasPaused && isLast && container.process === process) unpauseContainer(engine, container);
}

function deliver(process: Process | null, signal: number): void {
  if (signal === SIGNAL.stop) process?.freeze();
  else if (signal === SIGNAL.continue) process?.thaw();
  const known = machineSignal(signal);
  if (known !== undefined) process?.kill(known);
}
