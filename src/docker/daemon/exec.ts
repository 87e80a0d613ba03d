/** `docker exec`: a further process in a running container. Twin of moby's daemon/exec.go. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Stdin } from '../../kernel/proc/process-table.ts';
import type { Container, OutputSink } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { findProgram } from '../images.ts';
import { namespaceOf } from './container-network.ts';
import { containerAttributes } from './create.ts';
import { linkedEnvironment } from './links.ts';
import { startFailure } from './start.ts';
import { userFailure } from './user.ts';

export interface ExecRequest {
  /** At least the command's name. */
  readonly command: readonly string[];
  readonly isTty: boolean;
  readonly stdin: Stdin;
  readonly output: OutputSink;
  /** `NAME=value`; a name alone takes the variable away. */
  readonly env: readonly string[];
  /** Empty for the container's own. */
  readonly workingDir: string;
  readonly user: string;
}

/** Throws a DaemonError unless the container and those it links to run; `term` is how the client called it. */
export function requireRunning(container: Container, term: string): void {
  if (!container.isActive) throw new DaemonError(`Container ${container.id} is not running`);
  if (container.status === 'paused') {
    throw new DaemonError(`Container ${term} is paused, unpause the container before exec`);
  }
  if (container.status === 'restarting') {
    throw new DaemonError(`Container ${container.id} is restarting, wait until the container is running`);
  }
  container.linkedEnv = linkedEnvironment(container);
}

/**
 * Starts a process beside the container's first one, with the same network, files and host name; it ends with the
 * container at the latest. Throws a DaemonError when the command cannot be started.
 */
export function startExec(engine: Engine, container: Container, request: ExecRequest): Process {
  requireRunning(container, container.id);
  const execId = engine.ids.next();
  const [word, ...args] = request.command;
  const commandText = `${word ?? ''} ${args.join(' ')}`;
  const attributes = { ...containerAttributes(container), execID: execId };
  engine.events.log('container', `exec_create: ${commandText}`, container.id, attributes);
  engine.events.log('container', `exec_start: ${commandText}`, container.id, attributes);
  const failedUser = userFailure(request.user);
  if (failedUser !== undefined) throw new DaemonError(failedUser);
  const failure = directoryFailure(container, request.workingDir) ?? startFailure(engine, container, word ?? '');
  if (failure !== undefined) throw new DaemonError(`OCI runtime exec failed: exec failed: ${failure}`);
  const process = spawnExec(engine, container, request);
  watchExec(engine, container, process, execId);
  return process;
}

function directoryFailure(container: Container, directory: string): string | undefined {
  if (directory === '') return undefined;
  if (!directory.startsWith('/')) return 'Cwd must be an absolute path: unknown';
  if (directory === '/' || container.files.isDirectory(directory)) return undefined;
  const cause = `chdir to cwd ("${directory}") set in config.json failed: no such file or directory: unknown`;
  return `unable to start container process: ${cause}`;
}

function spawnExec(engine: Engine, container: Container, request: ExecRequest): Process {
  const { stdout, stderr } = request.output;
  return engine.host.processes.spawn({
    argv: request.command,
    program: findProgram(container.image, request.command[0]!)!.run,
    ns: namespaceOf(engine, container),
    hostname: container.config.hostname,
    files: container.files,
    env: container.environment(request.isTty, request.env),
    registry: container.image.programs,
    stdin: request.stdin,
    stdout,
    stderr: request.isTty ? stdout : stderr,
    // As a child it belongs to the container's pid namespace.
    parent: container.process!,
    directory: request.workingDir === '' ? container.config.workingDir || '/' : request.workingDir,
  });
}

function watchExec(engine: Engine, container: Container, process: Process, execId: string): void {
  const ended = (): void => {
    container.execs.delete(execId);
    const exitCode = String(process.exitCode ?? 0);
    const attributes = { ...containerAttributes(container), execID: execId, exitCode };
    engine.events.log('container', 'exec_die', container.id, attributes);
  };
  if (process.isReady()) {
    ended();
    return;
  }
  container.execs.set(execId, process);
  const waiter = {
    wake: (): void => {
      process.removeWaiter(waiter);
      ended();
    },
  };
  process.addWaiter(waiter);
}
