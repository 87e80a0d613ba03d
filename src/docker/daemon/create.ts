/** `docker create`: a container that does not run yet. Twin of moby's daemon/create.go and names.go. */
import type { ContainerConfig, EndpointRequest, HostConfig } from '../container.ts';
import { Container } from '../container.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import { shortId } from '../ids.ts';
import type { Image, ImageReference } from '../images.ts';
import type { RestartPolicy } from '../restart-manager.ts';
import { setInitialNetworks } from './container-network.ts';
import { registerLinks } from './links.ts';
import { connectedContainer, isContainerMode, validateNetworkMode } from './network-mode.ts';
import { hostConfigFault, hostConfigWarnings, lateHostConfigFault, settledHostConfig } from './verify-host-config.ts';
import { networkingFault } from './verify-networking.ts';
import { signalNumberOf } from './signals.ts';

/** What `docker run` asks for; an empty `name`, `command` or `hostname` is chosen by the engine. */
export interface CreateRequest {
  readonly name: string;
  readonly reference: ImageReference;
  readonly config: ContainerConfig;
  readonly hostConfig: HostConfig;
  /** What is asked for on networks, by the name that was typed; none for a plain `docker run`. */
  readonly endpoints: ReadonlyMap<string, EndpointRequest>;
}

const CONTAINER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Makes a container that does not run yet. Throws a DaemonError: no such image, a bad or a taken name. */
export function createContainer(engine: Engine, request: CreateRequest): Container {
  validateNetworkMode(request.config, request.hostConfig);
  verifyConfig(request.config);
  verifyRestartPolicy(request.hostConfig.restartPolicy);
  const wrong = hostConfigFault(request.hostConfig.others) ?? networkingFault(request.endpoints);
  if (wrong !== undefined) throw new DaemonError(wrong);
  const image = engine.host.images.find(request.reference);
  if (image === undefined) throw new DaemonError(`No such image: ${request.reference.tagged}`, true);
  const merged = mergedConfig(request.config, image);
  const { command, entrypoint } = merged;
  if (command.length === 0 && entrypoint === null) throw new DaemonError('No command specified');
  const lateFault = lateHostConfigFault(request.hostConfig.others);
  if (lateFault !== undefined) throw new DaemonError(lateFault);
  const containerId = engine.ids.next();
  const name = chooseName(engine, containerId, request.name);
  const { hostname } = request.config;
  const others = settledHostConfig(request.hostConfig.others);
  const hostConfig = { ...withContainerId(engine, request.hostConfig), others };
  const ownHostname = hostConfig.networkMode === 'host' ? engine.host.hostName : shortId(containerId);
  const config: ContainerConfig = {
    ...merged,
    hostname: hostname === '' ? ownHostname : hostname,
  };
  const container = new Container({ id: containerId, name, createdNs: engine.now, image, config, hostConfig });
  container.isAnonymous = request.name === '';
  for (const { path, text, modifiedSeconds } of image.files ?? []) {
    container.files.write(path, text);
    container.files.setModified(path, modifiedSeconds);
  }
  registerLinks(engine, container);
  setInitialNetworks(engine, container, request.endpoints);
  engine.containers.set(containerId, container);
  engine.events.log('container', 'create', containerId, containerAttributes(container));
  return container;
}

/** The API keeps `container:NAME` by the id, if there is such a container. */
function withContainerId(engine: Engine, hostConfig: HostConfig): HostConfig {
  if (!isContainerMode(hostConfig.networkMode)) return hostConfig;
  const other = engine.findContainer(connectedContainer(hostConfig.networkMode));
  return other === undefined ? hostConfig : { ...hostConfig, networkMode: `container:${other.id}` };
}

/** What the engine remarks about a container that it has made nevertheless. */
export function createWarnings(container: Container): string[] {
  const isDiscarded = container.isHostNetwork && container.hostConfig.portBindings.size > 0;
  const warnings = hostConfigWarnings(container.hostConfig.others);
  return isDiscarded ? [...warnings, 'Published ports are discarded when using host network mode'] : warnings;
}

/** Twin of merge in daemon/commit.go: what nobody asked for is the image's. */
function mergedConfig(config: ContainerConfig, image: Image): ContainerConfig {
  const { exposedPorts = [], workingDir = '', stopSignal = '', labels = new Map<string, string>() } = image;
  return {
    ...config,
    ...commandOf(config, image),
    exposedPorts: [...new Set([...exposedPorts, ...config.exposedPorts])].sort((left, right) =>
      left < right ? -1 : 1,
    ),
    workingDir: config.workingDir === '' ? workingDir : config.workingDir,
    stopSignal: config.stopSignal === '' ? stopSignal : config.stopSignal,
    labels: new Map([...labels, ...config.labels]),
  };
}

/** Twin of mergeAndVerifyConfig: `--entrypoint ''` takes away the image's entry point and command. */
export function commandOf(config: ContainerConfig, image: Image): Pick<ContainerConfig, 'command' | 'entrypoint'> {
  const { command, entrypoint } = config;
  if (entrypoint?.length === 1 && entrypoint[0] === '') return { command, entrypoint: null };
  if (entrypoint !== null) return { command, entrypoint };
  return { command: command.length === 0 ? image.command : command, entrypoint: image.entrypoint ?? null };
}

/** Twin of validateContainerConfig. */
function verifyConfig({ workingDir, stopSignal }: ContainerConfig): void {
  if (workingDir !== '' && !workingDir.startsWith('/')) {
    throw new DaemonError(`the working directory '${workingDir}' is invalid, it needs to be an absolute path`);
  }
  if (stopSignal !== '') signalNumberOf(stopSignal);
}

/** Twin of validateRestartPolicy. */
function verifyRestartPolicy({ name, maximumRetryCount }: RestartPolicy): void {
  if (name === '') return;
  if (name === 'on-failure') {
    if (maximumRetryCount < 0) throw new DaemonError('maximum retry count cannot be negative');
  } else if (!['always', 'unless-stopped', 'no'].includes(name)) {
    throw new DaemonError(`invalid restart policy '${name}'`);
  } else if (maximumRetryCount !== 0) {
    throw new DaemonError(`maximum retry count cannot be used with restart policy '${name}'`);
  }
}

function chooseName(engine: Engine, containerId: string, wanted: string): string {
  if (wanted === '') return engine.ids.containerName(containerId, (name) => engine.containerByName(name) !== undefined);
  return checkName(engine, wanted);
}

/** A name that a container may have, without its slash. Throws a DaemonError for one that is none or is taken. */
export function checkName(engine: Engine, wanted: string): string {
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

/** What the events of a container tell about it (daemon/events.go). */
export function containerAttributes(container: Container): Record<string, string> {
  return { ...Object.fromEntries(container.config.labels), image: container.config.image, name: container.name };
}
