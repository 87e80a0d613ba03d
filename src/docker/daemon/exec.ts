/** `docker exec`: a further process in a running container. Twin of moby's daemon/exec.go. */
import type { Process } from '../../kernel/proc/process.ts';
import type { Stdin } from '../../kernel/proc/process-table.ts';
import type { Container, OutputSink } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { findProgram } from '../images.ts';
import { namespaceOf } from './container-network.ts';
import { startFailure } from './start.ts';

export interface ExecRequest {
  /** At least the command's name. */
  readonly command: readonly string[];
  readonly isTty: boolean;
  readonly stdin: Stdin;
  readonly output: OutputSink;
}

/** Throws a DaemonError unless the container runs. */
export function requireRunning(container: Container): void {
  if (!container.isRunning) throw new DaemonError(`Container ${container.id} is not running`);
}

/**
 * Starts a process beside the container's first one, with the same network, files and host name; it ends with the
 * container at the latest. Throws a DaemonError when the command cannot be started.
 */
export function startExec(engine: Engine, container: Container, request: ExecRequest): Process {
  requireRunning(container);
  const word = request.command[0] ?? '';
  const failure = startFailure(engine, container, word);
  if (failure !== undefined) throw new DaemonError(`OCI runtime exec failed: exec failed: ${failure}`);
  const { stdout, stderr } = request.output;
  return engine.host.processes.spawn({
    argv: request.command,
    program: findProgram(container.image, word)!.run,
    ns: namespaceOf(engine, container),
    hostname: container.config.hostname,
    files: container.files,
    env: container.environment(request.isTty),
    registry: container.image.programs,
    stdin: request.stdin,
    stdout,
    stderr: request.isTty ? stdout : stderr,
    // As a child it belongs to the container's pid namespace.
    parent: container.process!,
  });
}
