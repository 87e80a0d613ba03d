/**
 * `docker run`: creates a container, starts it, and stays with it unless `-d`. Twin of docker/cli's container/run.go.
 */
import type { Process } from '../../kernel/proc/process.ts';
import type { Stdin } from '../../kernel/proc/process-table.ts';
import type { Signal } from '../../kernel/proc/signal.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container, ContainerConfig, OutputSink } from '../container.ts';
import { DISCARD, PLAIN_CONFIG, PLAIN_HOST_CONFIG } from '../container.ts';
import { DaemonError } from '../errors.ts';
import type { ImageReference, ImageStore } from '../images.ts';
import { BUILT_IN_IMAGES, LATER_IMAGES, parseReference } from '../images.ts';
import type { CreateRequest } from '../daemon/create.ts';
import { createContainer, createWarnings } from '../daemon/create.ts';
import { isCommandMissing, startContainer } from '../daemon/start.ts';
import type { Client, Command, Lack } from './command.ts';
import { daemonText, orRefusal, programLack, reportLack, waitForEnd } from './command.ts';
import type { Flags } from './flags.ts';
import { RUN_FORM } from './options/run.ts';
import { portsOf, publishLack } from './publish.ts';

/** Exit codes of the client itself (docker/cli's runStartContainerErr). */
const EXIT_REFUSED = 125;
const EXIT_COMMAND_MISSING = 127;
/** Handed on to the container while the client is attached (`--sig-proxy`, the default). */
const PROXIED_SIGNALS: readonly Signal[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'];

export const RUN: Command = { ...RUN_FORM, run, lack, firewallLack: publishLack };

function lack(flags: Flags, images: ImageStore | null): Lack | undefined {
  const networks = flags.texts('network');
  const supported = 'one of bridge, host, none, or the name of a network';
  const argIndex = flags.indexOf('network') ?? 0;
  if (networks.length > 1) return { name: 'docker run with several --network', supported, argIndex };
  const network = networks[0] ?? '';
  if (/[=,]|^container:/.test(network)) return { name: `docker run --network ${network}`, supported, argIndex };
  const reference = parseReference(flags.operands[0]!);
  if (typeof reference === 'string' || images?.find(reference) !== undefined) return undefined;
  if (!LATER_IMAGES.includes(reference.name)) return undefined;
  const known = images?.names() ?? BUILT_IN_IMAGES;
  return { name: `docker run ${reference.name}`, supported: known.join(', '), argIndex: flags.operandIndexes[0]! };
}

function* run(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const request = requestOf(flags);
  if (typeof request === 'string') return report(client.proc, request, true);
  const image = client.engine.host.images.find(request.reference);
  const missing = image && programLack(image, request.config.command[0] ?? image.command[0] ?? '');
  if (missing !== undefined) return reportLack(client.proc, missing);
  const container = orRefusal(() => create(client, request));
  if (container instanceof DaemonError) return report(client.proc, daemonText(container), true);
  for (const warning of createWarnings(container)) client.proc.writeError(`WARNING: ${warning}\n`);
  if (flags.isSet('detach')) return startDetached(client, container);
  return yield* startAttached(client, container);
}

/** The request, or what the client finds wrong with it. */
function requestOf(flags: Flags): CreateRequest | string {
  const [image, ...command] = flags.operands;
  const ports = portsOf(flags);
  if (typeof ports === 'string') return ports;
  const network = flags.texts('network')[0];
  if (network?.trim() === '') return 'no name set for network';
  const reference = parseReference(image!);
  if (typeof reference === 'string') return reference;
  const exposedPorts = [...ports.exposed].sort((left, right) => (left < right ? -1 : 1));
  const config = { ...configOf(flags, image!, command), exposedPorts };
  const hostConfig = {
    ...PLAIN_HOST_CONFIG,
    networkMode: network ?? 'default',
    isAutoRemove: flags.isSet('rm'),
    portBindings: ports.bindings,
    isPublishAll: flags.isSet('publish-all'),
  };
  return { name: flags.text('name') ?? '', reference, config, hostConfig, endpoints: new Map() };
}

function configOf(flags: Flags, image: string, command: readonly string[]): ContainerConfig {
  const isAttached = !flags.isSet('detach');
  return {
    ...PLAIN_CONFIG,
    image,
    command,
    hostname: flags.text('hostname') ?? '',
    isTty: flags.isSet('tty'),
    isStdinOpen: flags.isSet('interactive'),
    attachStdin: isAttached && flags.isSet('interactive'),
    attachStdout: isAttached,
    attachStderr: isAttached,
  };
}

/** Creates the container; an image that the engine lacks is pulled, which fails. Throws a DaemonError. */
function create(client: Client, request: CreateRequest): Container {
  if (client.engine.host.images.find(request.reference) === undefined) pull(client, request.reference);
  return createContainer(client.engine, request);
}

function pull(client: Client, reference: ImageReference): never {
  client.proc.writeError(`Unable to find image '${reference.tagged}' locally\n`);
  client.engine.pullImage(reference);
}

function startDetached(client: Client, container: Container): number {
  client.proc.write(`${container.id}\n`);
  const started = orRefusal(() => startContainer(client.engine, container, idleStdin(container)));
  return started instanceof DaemonError ? reportStart(client.proc, started) : 0;
}

function* startAttached(client: Client, container: Container): Generator<Wait, number, WakeReason> {
  const { proc, engine } = client;
  const sink: OutputSink = {
    stdout: (text) => {
      proc.write(text);
    },
    stderr: (text) => {
      proc.writeError(text);
    },
  };
  container.output = sink;
  try {
    const stdin = container.config.isStdinOpen ? proc.stdin : idleStdin(container);
    const started = orRefusal(() => startContainer(engine, container, stdin));
    if (started instanceof DaemonError) return reportStart(proc, started);
    for (const signal of PROXIED_SIGNALS) {
      proc.onSignal(signal, () => {
        started.kill(signal);
      });
    }
    yield* waitForEnd(proc, started);
    return started.exitCode ?? 0;
  } finally {
    if (container.output === sink) container.output = DISCARD;
  }
}

/** What a container reads when no client gives it input: nothing ever from a terminal or an open pipe, else the end. */
export function idleStdin(container: Container): Stdin {
  return container.config.isStdinOpen || container.config.isTty ? 'open' : 'null';
}

function reportStart(proc: Process, error: DaemonError): number {
  report(proc, daemonText(error), false);
  return isCommandMissing(error.message) ? EXIT_COMMAND_MISSING : EXIT_REFUSED;
}

/** Twin of docker/cli's reportError. */
function report(proc: Process, text: string, isHelpNamed: boolean): number {
  const sentence = `${text.replace(/\.$/, '')}.`;
  proc.writeError(`docker: ${sentence}\n${isHelpNamed ? "See 'docker run --help'.\n" : ''}`);
  return EXIT_REFUSED;
}
