/**
 * `docker run`: creates a container, starts it, and stays with it unless `-d`. Twin of docker/cli's container/run.go.
 */
import type { Process } from '../../kernel/proc/process.ts';
import type { Stdin } from '../../kernel/proc/process-table.ts';
import type { Signal } from '../../kernel/proc/signal.ts';
import type { Wait, WakeReason } from '../../kernel/proc/wait.ts';
import type { Container, EndpointRequest, OutputSink } from '../container.ts';
import { DISCARD } from '../container.ts';
import { DaemonError } from '../errors.ts';
import type { ImageReference, ImageStore } from '../images.ts';
import { BUILT_IN_IMAGES, LATER_IMAGES, parseReference } from '../images.ts';
import type { CreateRequest } from '../daemon/create.ts';
import { createContainer, createWarnings } from '../daemon/create.ts';
import { isCommandMissing, startContainer } from '../daemon/start.ts';
import type { Client, Command, Lack } from './command.ts';
import { daemonText, orRefusal, programLack, reportLack, waitForEnd } from './command.ts';
import type { Flags } from './flags.ts';
import { containerLack } from './container-lack.ts';
import type { RequestedNetwork } from './container-request.ts';
import { asksForNothing, containerRequest } from './container-request.ts';
import { RUN_FORM } from './options/run.ts';
import { publishLack } from './publish.ts';
import type { ClientSurroundings } from './values/key-value-file.ts';

/** Exit codes of the client itself (docker/cli's runStartContainerErr). */
const EXIT_REFUSED = 125;
const EXIT_COMMAND_MISSING = 127;
/** Handed on to the container while the client is attached (`--sig-proxy`, the default). */
const PROXIED_SIGNALS: readonly Signal[] = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'];

export const RUN: Command = { ...RUN_FORM, run, lack, firewallLack: publishLack };

function lack(flags: Flags, images: ImageStore | null): Lack | undefined {
  const lackingValue = containerLack('run', flags);
  if (lackingValue !== undefined) return lackingValue;
  const reference = parseReference(flags.operands[0]!);
  if (typeof reference === 'string' || images?.find(reference) !== undefined) return undefined;
  if (!LATER_IMAGES.includes(reference.name)) return undefined;
  const known = images?.names() ?? BUILT_IN_IMAGES;
  return { name: `docker run ${reference.name}`, supported: known.join(', '), argIndex: flags.operandIndexes[0]! };
}

function* run(client: Client, flags: Flags): Generator<Wait, number, WakeReason> {
  const { proc, engine } = client;
  const asked = containerRequest(flags, surroundingsOf(proc));
  if (typeof asked === 'string') return report(proc, asked, true);
  if (flags.isSet('detach') && flags.texts('attach').length > 0) {
    proc.writeError('Conflicting options: -a and -d\n');
    return 1;
  }
  for (const warning of asked.warnings) proc.writeError(`${warning}\n`);
  const reference = parseReference(asked.config.image);
  if (typeof reference === 'string') return report(proc, reference, true);
  const request = { ...asked, name: flags.text('name') ?? '', reference, endpoints: endpointsOf(asked.networks) };
  const image = engine.host.images.find(reference);
  const missing = image && programLack(image, asked.config.command[0] ?? image.command[0] ?? '');
  if (missing !== undefined) return reportLack(proc, missing);
  const container = orRefusal(() => create(client, request));
  if (container instanceof DaemonError) return report(proc, daemonText(container), true);
  for (const warning of createWarnings(container)) proc.writeError(`WARNING: ${warning}\n`);
  if (flags.isSet('detach')) return startDetached(client, container);
  return yield* startAttached(client, container);
}

function surroundingsOf(proc: Process): ClientSurroundings {
  return {
    lookup: (name) => proc.env.get(name),
    readFile: (path) => proc.files.read(path) ?? undefined,
  };
}

/** What is asked for on networks; of a single network on which nothing is asked for the client says nothing. */
function endpointsOf(networks: readonly RequestedNetwork[]): Map<string, EndpointRequest> {
  const isPlain = networks.length === 1 && asksForNothing(networks[0]!);
  const asked = isPlain ? [] : networks;
  return new Map(asked.map((network): [string, EndpointRequest] => [network.target, endpointOf(network)]));
}

/** Twin of parseNetworkAttachmentOpt: what was not asked for is null. */
function endpointOf(network: RequestedNetwork): EndpointRequest {
  const { ipv4Address, ipv6Address, linkLocalAddresses, aliases, links, driverOptions } = network;
  const hasAddress = ipv4Address !== '' || ipv6Address !== '' || linkLocalAddresses.length > 0;
  return {
    ipam: hasAddress ? { ipv4Address, ipv6Address, linkLocalAddresses } : null,
    aliases: aliases.length > 0 ? aliases : null,
    links,
    driverOptions: driverOptions.size > 0 ? driverOptions : null,
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
