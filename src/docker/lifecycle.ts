/**
 * The life of a container: created, started, ended, removed. Twin of moby's daemon/{create,start,monitor,delete}.go,
 * with the order of libnetwork's verbs: endpoints and their links first, then the namespace, then the process.
 */
import { assert } from '../base/assert.ts';
import type { Process } from '../kernel/proc/process.ts';
import type { Stdin } from '../kernel/proc/process-table.ts';
import type { ContainerConfig } from './container.ts';
import { Container, DISCARD } from './container.ts';
import { createEndpoint, deleteEndpoint } from './endpoint.ts';
import type { Engine, NetnsHandle } from './engine.ts';
import { DaemonError } from './errors.ts';
import { hostnameText, hostsText, resolvConfText } from './etc-files.ts';
import { shortId } from './ids.ts';
import type { ImageReference } from './images.ts';
import { findProgram } from './images.ts';
import type { Sandbox } from './sandbox.ts';
import { closeSandbox, createSandbox, openSandbox } from './sandbox.ts';

/** What `docker run` asks for; an empty `name`, `command` or `hostname` is chosen by the engine. */
export interface CreateRequest {
  readonly name: string;
  readonly reference: ImageReference;
  readonly config: ContainerConfig;
}

const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
/** Exit codes of a container that could not be started (daemon/errors.go, daemon/start.go). */
const EXIT_NOT_FOUND = 127;
const EXIT_START_FAILED = 128;

/** Makes a container that does not run yet. Throws a DaemonError: no such image, a bad or a taken name. */
export function createContainer(engine: Engine, request: CreateRequest): Container {
  const image = engine.host.images.find(request.reference);
  if (image === undefined) throw new DaemonError(`No such image: ${request.reference.tagged}`, true);
  const containerId = engine.ids.next();
  const name = chooseName(engine, containerId, request.name);
  const { command, hostname, networkMode } = request.config;
  const ownHostname = networkMode === 'host' ? engine.host.hostName : shortId(containerId);
  const container = new Container(containerId, name, engine.now, image, {
    ...request.config,
    command: command.length > 0 ? command : image.command,
    hostname: hostname === '' ? ownHostname : hostname,
  });
  const networkName = networkMode === 'default' ? 'bridge' : (engine.findNetwork(networkMode)?.name ?? networkMode);
  container.networks.set(networkName, { networkId: '', endpoint: null });
  engine.containers.set(containerId, container);
  return container;
}

function chooseName(engine: Engine, containerId: string, wanted: string): string {
  if (wanted === '') return engine.ids.containerName(containerId, (name) => engine.containerByName(name) !== undefined);
  const name = wanted.replace(/^\//, '');
  if (!CONTAINER_NAME.test(name)) {
    throw new DaemonError(`Invalid container name (${wanted}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
  }
  const holder = engine.containerByName(name);
  if (holder === undefined) return name;
  const taken = `The container name "/${name}" is already in use by container "${holder.id}"`;
  throw new DaemonError(
    `Conflict. ${taken}. You have to remove (or rename) that container to be able to reuse that name.`,
  );
}

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
    if (container.config.isAutoRemove) removeContainer(engine, container);
    throw error;
  }
}

/** Whether a failure of the runtime means that the command does not exist. */
export function isCommandMissing(message: string): boolean {
  return message.includes('executable file not found') || message.includes('no such file or directory');
}

/** Forgets a container that does not run. */
export function removeContainer(engine: Engine, container: Container): void {
  assert(!container.isRunning, 'a running container is stopped before it is removed');
  engine.containers.delete(container.id);
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

/** The network namespace that the container's processes live in. */
export function namespaceOf(engine: Engine, container: Container): NetnsHandle {
  const name = container.sandbox?.netnsName ?? null;
  const ns = name === null ? engine.host.rootNs : engine.host.namespaces.get(name);
  assert(ns !== undefined, 'the namespace of a sandbox is there while the container runs');
  return ns;
}

function allocateNetwork(engine: Engine, container: Container): void {
  let sandbox: Sandbox | null = null;
  for (const [name, settings] of container.networks) {
    const network = engine.getNetwork(name);
    const driver = engine.driverOf(network);
    const owner = { id: engine.ids.next(), name: container.name, containerId: container.id };
    const endpoint = createEndpoint(network, driver, owner);
    settings.networkId = network.id;
    settings.endpoint = endpoint;
    // Only with the first endpoint, so that a start that fails before it leaves the last sandbox's id as it was.
    container.sandbox = sandbox ??= createSandbox(engine.ids.next(), container.isHostNetwork);
    driver.join(network, endpoint);
    sandbox.endpoints.push(endpoint);
  }
  assert(sandbox !== null, 'a container is on at least one network');
  openSandbox(engine.host.door, sandbox, container.name);
}

/** Gives back addresses, links and the namespace; the names of the networks stay for the next start. */
function releaseNetwork(engine: Engine, container: Container): void {
  const sandbox = container.sandbox;
  if (sandbox === null) return;
  for (const endpoint of sandbox.endpoints.splice(0)) {
    const driver = engine.driverOf(endpoint.network);
    driver.leave(endpoint.network, endpoint);
    deleteEndpoint(endpoint, driver);
  }
  for (const settings of container.networks.values()) settings.endpoint = null;
  closeSandbox(engine.host.door, sandbox);
}

function startProcess(engine: Engine, container: Container, stdin: Stdin): Process {
  writeFiles(engine, container);
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
  releaseNetwork(engine, container);
  if (container.config.isAutoRemove) removeContainer(engine, container);
}

function writeFiles(engine: Engine, container: Container): void {
  const { files, config, sandbox } = container;
  const host = engine.host.files;
  const hostResolvConf = host.read('/etc/resolv.conf') ?? '';
  const addresses = (sandbox?.endpoints ?? [])
    .map((endpoint) => endpoint.address)
    .filter((address) => address !== null);
  const ownHosts = hostsText(addresses, config.hostname);
  files.write('/etc/hosts', container.isHostNetwork ? (host.read('/etc/hosts') ?? '') : ownHosts);
  files.write('/etc/hostname', hostnameText(config.hostname));
  files.write('/etc/resolv.conf', container.isHostNetwork ? hostResolvConf : resolvConfText(hostResolvConf));
}
