/**
 * `docker start`: network, namespace, process. Twin of moby's daemon/start.go, with the order of libnetwork's verbs:
 * endpoints and their links first, then the namespace, then the process. What happens when it ends is in exit.ts.
 */
import { assert } from '../../base/assert.ts';
import { Pipe } from '../../kernel/proc/pipe.ts';
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Stdin } from '../../kernel/proc/process-table.ts';
import type { Program } from '../../kernel/proc/program-registry.ts';
import type { Container } from '../container.ts';
import { commandLine } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { findProgram } from '../images.ts';
import { awaitAnswer } from '../swarm/answer.ts';
import { attachNetworks } from './attach.ts';
import { allocateNetwork, namespaceOf, releaseNetwork } from './container-network.ts';
import { linkedEnvironment } from './links.ts';
import { writeSysctls } from './sysctls.ts';
import { containerAttributes } from './create.ts';
import { watchEnd } from './exit.ts';
import { withInit } from './init.ts';
import { isContainerMode } from './network-mode.ts';
import { removeContainer } from './remove.ts';
import { userFailure } from './user.ts';

/** Exit codes of a container that could not be started (daemon/errors.go, daemon/start.go). */
const EXIT_NOT_EXECUTABLE = 126;
const EXIT_NOT_FOUND = 127;
const EXIT_START_FAILED = 128;
/** Directories of every image, whatever lies in them. */
const IMAGE_DIRECTORIES = ['/', '/bin', '/dev', '/etc', '/proc', '/root', '/sys', '/tmp', '/usr', '/var'];
const OCI_FAILURE = 'failed to create shim task: OCI runtime create failed: runc create failed';

/**
 * Starts a container because somebody said so; one that runs already is left alone. `stdin` is what the container
 * reads, unless it is to be what clients attach to later. Throws a DaemonError; the container is then as if never
 * started, and removed if it was to be.
 */
export function startContainer(
  engine: Engine,
  container: Container,
  stdin: Stdin | null = null,
  refusal: DaemonError | null = null,
): Process | null {
  if (container.status === 'paused') {
    throw new DaemonError('cannot start a paused container, try unpause instead');
  }
  if (container.isActive) return null;
  return bringUp(engine, container, stdin, true, refusal);
}

/**
 * How long a start on a swarm's network holds the command up before and after the container's process begins, where a
 * real runtime needs 0.9 s in all: the tables of a network that is new here come, and the other nodes hear of the
 * container, before anybody can ask for it.
 */
const TABLES_NS = 200_000_000;
const ANNOUNCED_NS = 600_000_000;

/** The same after the managers of the host's swarm have been asked for the networks that are theirs. */
export function* startOnNetworks(
  engine: Engine,
  container: Container,
  waiting: Process,
  stdin: Stdin | null = null,
): Generator<Wait, Process | null, WakeReason> {
  if (container.isActive) return startContainer(engine, container, stdin);
  let refusal: DaemonError | null = null;
  try {
    yield* awaitAnswer(waiting, attachNetworks(engine, container));
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    refusal = error;
  }
  const isGossiped = refusal === null && engine.agent !== null && isOnSwarm(container);
  if (isGossiped) yield* passTime(waiting, TABLES_NS);
  if (!engine.containers.has(container.id)) throw new DaemonError(`No such container: ${container.id}`, true);
  const started = startContainer(engine, container, stdin, refusal);
  if (isGossiped) yield* passTime(waiting, ANNOUNCED_NS);
  return started;
}

/** Whether managers have given it an address. */
function isOnSwarm(container: Container): boolean {
  return [...container.networks.values()].some(({ assigned }) => assigned !== null);
}

function* passTime(waiting: Process, delayNs: number): Generator<Wait, void, WakeReason> {
  const untilNs = waiting.now + delayNs;
  while (waiting.now < untilNs) yield waiting.sleep(untilNs - waiting.now);
}

/**
 * Starts a container that does not run; `isAsked` unless the restart policy does it, `refusal` if a swarm has refused
 * one of its networks. Throws a DaemonError.
 */
export function bringUp(
  engine: Engine,
  container: Container,
  stdin: Stdin | null,
  isAsked: boolean,
  refusal: DaemonError | null = null,
): Process {
  assert(!container.isRunning, 'a running container is not started again');
  try {
    if (refusal !== null) throw refusal;
    // Newer engines have the runtime's answer before the container gets to its networks.
    const isAskedFirst = engine.version.opensSandboxFirst && !isContainerMode(container.hostConfig.networkMode);
    if (isAskedFirst) prepareProcess(engine, container);
    allocateNetwork(engine, container);
    if (!isAskedFirst) prepareProcess(engine, container);
    return startProcess(engine, container, stdin ?? idleStdin(container), isAsked);
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    container.errorText = error.message;
    container.exitCode = exitCodeOf(container, error.message);
    container.stdin = null;
    if (container.status === 'restarting') container.status = 'exited';
    releaseNetwork(engine, container);
    if (container.hostConfig.isAutoRemove) removeContainer(engine, container);
    throw error;
  }
}

/** Twin of translateContainerdStartErr. */
function exitCodeOf(container: Container, message: string): number {
  // What the daemon itself finds leaves a failure of before as it is.
  if (!message.startsWith(OCI_FAILURE)) return container.exitCode === 0 ? EXIT_START_FAILED : container.exitCode;
  if (isCommandMissing(message) && message.includes(commandLine(container.config)[0] ?? '')) return EXIT_NOT_FOUND;
  return message.includes('permission denied') ? EXIT_NOT_EXECUTABLE : EXIT_START_FAILED;
}

/** Whether a failure of the runtime means that the command does not exist. */
export function isCommandMissing(message: string): boolean {
  return message.includes('executable file not found') || message.includes('no such file or directory');
}

/** What a container reads that nobody gives input: a pipe that clients may write to, a terminal, or nothing. */
function idleStdin(container: Container): Stdin {
  const { isStdinOpen, isTty } = container.config;
  if (isTty) return 'open';
  if (!isStdinOpen) return 'null';
  const pipe = new Pipe();
  pipe.openWriter();
  container.stdin = pipe;
  return pipe;
}

/** Why the runtime cannot start `word` in the container, in the words of runc 1.1; undefined if it can. */
export function startFailure(engine: Engine, container: Container, word: string): string | undefined {
  const prefix = 'unable to start container process: ';
  const noRoom = 'fork/exec /proc/self/exe: resource temporarily unavailable: unknown';
  if (!engine.host.processes.hasRoom) return prefix + noRoom;
  if (findProgram(container.image, word) !== undefined) return undefined;
  return `${prefix}exec: "${word}": ${notFound(container, word)}: unknown`;
}

function notFound(container: Container, word: string): string {
  if (!word.includes('/')) return 'executable file not found in $PATH';
  const { files } = container;
  const isThere = IMAGE_DIRECTORIES.includes(word) || files.isDirectory(word) || files.read(word) !== undefined;
  return isThere ? 'permission denied' : `stat ${word}: no such file or directory`;
}

/** What has to be right before there is a process. Throws a DaemonError. */
function prepareProcess(engine: Engine, container: Container): void {
  container.linkedEnv = linkedEnvironment(container);
  const { hostname, user } = container.config;
  // sethostname(2)
  if (hostname.length > 64) {
    const init = 'error during container init: sethostname: invalid argument: unknown';
    throw new DaemonError(`${OCI_FAILURE}: unable to start container process: ${init}`);
  }
  const failedUser = userFailure(user);
  if (failedUser !== undefined) throw new DaemonError(failedUser);
  if (!engine.version.opensSandboxFirst) writeSysctls(engine, container);
  const failure = startFailure(engine, container, commandLine(container.config)[0] ?? '');
  if (failure !== undefined) throw new DaemonError(`${OCI_FAILURE}: ${failure}`);
}

function startProcess(engine: Engine, container: Container, stdin: Stdin, isAsked: boolean): Process {
  noteStart(engine, container, isAsked);
  const argv = commandLine(container.config);
  const program = findProgram(container.image, argv[0]!)!.run;
  const process = spawnFirst(engine, container, stdin, { argv, program });
  engine.events.log('container', 'start', container.id, containerAttributes(container));
  watchEnd(engine, container, process);
  return process;
}

function noteStart(engine: Engine, container: Container, isAsked: boolean): void {
  if (isAsked) {
    container.restarts.reset();
    container.restartCount = 0;
    container.isManuallyStopped = false;
  }
  container.status = 'running';
  container.startedNs = engine.now;
  container.exitCode = 0;
  container.errorText = '';
}

function spawnFirst(
  engine: Engine,
  container: Container,
  stdin: Stdin,
  command: { readonly argv: readonly string[]; readonly program: Program },
): Process {
  const { isTty, hostname, workingDir } = container.config;
  const { argv, program } = container.hostConfig.isInit === true ? withInit(command) : command;
  const process = engine.host.processes.spawn({
    argv,
    program,
    ns: namespaceOf(engine, container),
    hostname,
    files: container.files,
    env: container.environment(isTty),
    registry: container.image.programs,
    stdin,
    stdout: (text) => {
      container.written('stdout', text, engine.now);
    },
    stderr: (text) => {
      // A terminal has one stream.
      container.written(isTty ? 'stdout' : 'stderr', text, engine.now);
    },
    pid1: true,
    directory: workingDir === '' ? '/' : workingDir,
  });
  container.process = process;
  return process;
}
