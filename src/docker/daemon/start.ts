/**
 * `docker start` and the end of a container's process. Twin of moby's daemon/{start,monitor}.go, with the order of
 * libnetwork's verbs: endpoints and their links first, then the namespace, then the process.
 */
import { assert } from '../../base/assert.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Stdin } from '../../kernel/proc/process-table.ts';
import type { Container } from '../container.ts';
import { DISCARD } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { findProgram } from '../images.ts';
import { allocateNetwork, namespaceOf, releaseNetwork } from './container-network.ts';
import { writeSysctls } from './sysctls.ts';
import { containerAttributes } from './create.ts';
import { removeContainer } from './remove.ts';

/** Exit codes of a container that could not be started (daemon/errors.go, daemon/start.go). */
const EXIT_NOT_FOUND = 127;
const EXIT_START_FAILED = 128;

/**
 * Starts a container that does not run: network, namespace, files, process. The process runs at once until its first
 * wait, and may have ended when this returns. Throws a DaemonError; the container is then as if never started, and
 * removed if it was to be.
 */
export function startContainer(engine: Engine, container: Container, stdin: Stdin): Process {
  assert(!container.isRunning, 'a running container is not started again');
  try {
    allocateNetwork(engine, container);
    return startProcess(engine, container, stdin);
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    container.errorText = error.message;
    container.exitCode = isCommandMissing(error.message) ? EXIT_NOT_FOUND : EXIT_START_FAILED;
    releaseNetwork(engine, container);
    if (container.hostConfig.isAutoRemove) removeContainer(engine, container);
    throw error;
  }
}

/** Whether a failure of the runtime means that the command does not exist. */
export function isCommandMissing(message: string): boolean {
  return message.includes('executable file not found') || message.includes('no such file or directory');
}

/** Why the runtime cannot start `word` in the container, in the words of runc 1.1; undefined if it can. */
export function startFailure(engine: Engine, container: Container, word: string): string | undefined {
  const prefix = 'unable to start container process: ';
  const noRoom = 'fork/exec /proc/self/exe: resource temporarily unavailable: unknown';
  if (!engine.host.processes.hasRoom) return prefix + noRoom;
  if (findProgram(container.image, word) !== undefined) return undefined;
  const missing = word.includes('/') ? `stat ${word}: no such file or directory` : 'executable file not found in $PATH';
  return `${prefix}exec: "${word}": ${missing}: unknown`;
}

function startProcess(engine: Engine, container: Container, stdin: Stdin): Process {
  writeSysctls(engine, container);
  const { command, isTty, hostname } = container.config;
  const word = command[0] ?? '';
  const failure = startFailure(engine, container, word);
  if (failure !== undefined) {
    throw new DaemonError(`failed to create shim task: OCI runtime create failed: runc create failed: ${failure}`);
  }
  container.status = 'running';
  container.startedNs = engine.now;
  container.exitCode = 0;
  container.errorText = '';
  const process = engine.host.processes.spawn({
    argv: command,
    program: findProgram(container.image, word)!.run,
    ns: namespaceOf(engine, container),
    hostname,
    files: container.files,
    env: container.environment(isTty),
    registry: container.image.programs,
    stdin,
    stdout: (text) => {
      container.output.stdout(text);
    },
    // A terminal has one stream.
    stderr: (text) => {
      if (isTty) container.output.stdout(text);
      else container.output.stderr(text);
    },
    pid1: true,
  });
  container.process = process;
  engine.events.log('container', 'start', container.id, containerAttributes(container));
  watchEnd(engine, container, process);
  return process;
}

function watchEnd(engine: Engine, container: Container, process: Process): void {
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
  container.status = 'exited';
  container.exitCode = process.exitCode;
  container.finishedNs = process.endedNs;
  container.process = null;
  container.output = DISCARD;
  const attributes = { exitCode: String(process.exitCode), ...containerAttributes(container) };
  engine.events.log('container', 'die', container.id, attributes);
  releaseNetwork(engine, container);
  if (container.hostConfig.isAutoRemove) removeContainer(engine, container);
}
