/**
 * `docker run`: creates a container, starts it, and stays with it unless `-d`. Twin of docker/cli's container/run.go.
 */
import type { Process } from '../../kernel/proc/process.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container } from '../container.ts';
import type { CreateRequest } from '../daemon/create.ts';
import { startOnNetworks } from '../daemon/start.ts';
import { DaemonError } from '../errors.ts';
import { rfc3339 } from '../inspect/time.ts';
import { EXIT_REFUSED, askedContainer, report } from './asked-container.ts';
import { attachOutput, handOnSignals, isTerminal, stayAttached } from './attached.ts';
import type { Client, Command, CommandResult } from './command.ts';
import { daemonText, orLaterRefusal, orRefusal, reportLack } from './command.ts';
import { containerLack } from './container-lack.ts';
import { commandLack, create } from './create.ts';
import { complain } from './each-container.ts';
import type { Flags } from './flags.ts';
import { RUN_FORM } from './options/run.ts';

/** Exit codes of the client itself (docker/cli's runStartContainerErr). */
const EXIT_NOT_EXECUTABLE = 126;
const EXIT_COMMAND_MISSING = 127;

export const RUN: Command = {
  ...RUN_FORM,
  run,
  lack: (flags) => containerLack('run', flags),
};

function run(client: Client, flags: Flags): CommandResult {
  const { proc } = client;
  const asked = askedContainer(proc, flags);
  const refusal = 'fault' in asked ? undefined : terminalFault(proc, flags, asked.request);
  if (refusal !== undefined) return complain(client, refusal);
  for (const warning of asked.warnings) proc.writeError(`${warning}\n`);
  if ('fault' in asked) return report(client, 'run', asked.fault);
  const { request } = asked;
  const missing = commandLack(client, request);
  if (missing !== undefined) return reportLack(proc, missing);
  const container = orRefusal(() => create(client, flags, request));
  if (container instanceof DaemonError) return report(client, 'run', daemonText(container));
  const { attachStdout, attachStderr } = container.config;
  if (!attachStdout && !attachStderr) proc.write(`${container.id}\n`);
  if (flags.isSet('detach')) return startDetached(client, container);
  return startAttached(client, flags, container);
}

function terminalFault(proc: Process, flags: Flags, { config }: CreateRequest): string | undefined {
  if (flags.isSet('detach')) return flags.texts('attach').length > 0 ? 'Conflicting options: -a and -d' : undefined;
  return config.attachStdin && config.isTty && !isTerminal(proc) ? 'the input device is not a TTY' : undefined;
}

function* startDetached(client: Client, container: Container): Generator<Wait, number, WakeReason> {
  const started = yield* orLaterRefusal(startOnNetworks(client.engine, container, client.proc));
  return started instanceof DaemonError ? reportStart(client, started) : 0;
}

function* startAttached(client: Client, flags: Flags, container: Container): Generator<Wait, number, WakeReason> {
  const { proc, engine } = client;
  const { attachStdin, attachStdout, attachStderr, isStdinOpen } = container.config;
  const detach = attachOutput(client, container, { stdout: attachStdout, stderr: attachStderr });
  const exit = container.nextExit(true);
  try {
    const stdin = attachStdin && isStdinOpen ? proc.stdin : null;
    const started = yield* orLaterRefusal(startOnNetworks(engine, container, proc, stdin));
    if (started instanceof DaemonError) return reportAttachedStart(client, flags, started);
    if (!attachStdout && !attachStderr) return 0;
    if (flags.isSet('sig-proxy', true)) handOnSignals(proc, engine, container);
    return yield* stayAttached(client, container, exit, false);
  } finally {
    detach();
  }
}

/**
 * An older client gives up waiting for the container and says so, unless the container has removed itself by then: a
 * race, which it loses only against the quickest failure.
 */
function reportAttachedStart(client: Client, flags: Flags, error: DaemonError): number {
  const { proc, engine } = client;
  const exit = reportStart(client, error);
  if (engine.version.hasDocuments29) return exit;
  if (!flags.isSet('rm') || /^network .* not found$/.test(error.message)) {
    const time = rfc3339(proc.epochSeconds, proc.now);
    proc.writeError(`time="${time}" level=error msg="error waiting for container: context canceled"\n`);
  }
  return exit;
}

/** Twin of runStartContainerErr. */
function reportStart(client: Client, error: DaemonError): number {
  report(client, 'run', daemonText(error), false);
  const { message } = error;
  if (message.includes('executable file not found') || message.includes('no such file or directory')) {
    return EXIT_COMMAND_MISSING;
  }
  return message.includes('permission denied') ? EXIT_NOT_EXECUTABLE : EXIT_REFUSED;
}
