/**
 * `--link` on the default bridge: lines in `/etc/hosts` and variables that name another container. Twin of moby's
 * daemon/links.go, links/links.go and what container_operations.go does about them.
 */
import { formatIp4 } from '../../base/addr.ts';
import type { Container, ContainerLink } from '../container.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { Sandbox } from '../sandbox.ts';
import { CONFLICT, DEFAULT_NETWORK, connectedContainer, isContainerMode, isUserDefined } from './network-mode.ts';

/** Notes the links that a new container is to have. Throws a DaemonError. */
export function registerLinks(engine: Engine, container: Container): void {
  // There they are names for the embedded DNS server, and belong to the endpoint.
  if (isUserDefined(container.hostConfig.networkMode)) return;
  for (const text of container.hostConfig.links ?? []) {
    const [term, alias] = parseLink(text);
    const child = linkedContainer(engine, term);
    if (container.links.some((link) => link.alias === alias)) continue;
    container.links.push({ child, alias });
  }
}

/** `name`, `name:alias`, or as the engine shows it: `/name:/parent/alias`. */
export function parseLink(text: string): [term: string, alias: string] {
  const [name, alias] = text.split(':') as [string, string | undefined];
  return [name, (alias ?? name).slice((alias ?? name).lastIndexOf('/') + 1)];
}

/** Behind `--network container:…` it is the other one. */
function linkedContainer(engine: Engine, term: string): Container {
  let child = getContainer(engine, term, 'could');
  while (isContainerMode(child.hostConfig.networkMode)) {
    child = getContainer(engine, connectedContainer(child.hostConfig.networkMode), 'Could');
  }
  if (child.isHostNetwork) throw new DaemonError(CONFLICT.hostNetworkAndLinks);
  return child;
}

function getContainer(engine: Engine, term: string, could: string): Container {
  try {
    return engine.getContainer(term);
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    throw new DaemonError(`${could} not get container for ${term}: ${error.message}`);
  }
}

/** The lines of a container that has just got its address on the default bridge. Throws a DaemonError. */
export function linkedHosts(container: Container): [address: string, names: string][] {
  if (bridgeAddress(container) === '') return [];
  return container.links.map(({ child, alias }) => {
    if (!child.networks.has(DEFAULT_NETWORK)) {
      throw new DaemonError(`Cannot link to /${child.name}, as it does not belong to the default network`);
    }
    const names = [alias, child.config.hostname, ...(alias === child.name ? [] : [child.name])];
    return [bridgeAddress(child), names.join(' ')];
  });
}

/** The endpoints on the default network that a container on it is linked to. */
export function linkedEndpoints(container: Container): Endpoint[] {
  if (bridgeAddress(container) === '') return [];
  const endpoints = container.links.map(({ child }) => child.networks.get(DEFAULT_NETWORK)?.endpoint ?? null);
  return endpoints.filter((endpoint) => endpoint !== null);
}

/** The same for a sandbox that is there already: its lines, and those of others about it. Throws a DaemonError. */
export function addLinks(engine: Engine, container: Container, sandbox: Sandbox): void {
  for (const [address, names] of linkedHosts(container)) sandbox.files.addLine(address, names);
  sandbox.children = linkedEndpoints(container);
  updateParents(engine, container);
}

/** Tells those who link to a container its address, which may be another one than before. */
export function updateParents(engine: Engine, container: Container): void {
  const address = bridgeAddress(container);
  if (address === '') return;
  for (const parent of engine.containers.values()) {
    if (parent.sandbox?.isLive !== true) continue;
    for (const { child, alias } of parent.links) {
      if (child === container) parent.sandbox.files.updateAlias(address, alias);
    }
  }
}

/** `HostConfig.Links` of `docker inspect`; null for none. */
export function linksDocument(container: Container): string[] | null {
  if (container.links.length === 0) return null;
  return container.links.map(({ child, alias }) => `/${child.name}:/${container.name}/${alias}`);
}

/** The variables of all links. Throws a DaemonError when a linked container does not run. */
export function linkedEnvironment(container: Container): string[] {
  if (!container.networks.has(DEFAULT_NETWORK)) return [];
  return container.links.flatMap((link) => {
    const { child, alias } = link;
    if (!child.isRunning) {
      const what = `/${child.name} AS /${container.name}/${alias}`;
      throw new DaemonError(`Cannot link to a non running container: ${what}`);
    }
    if (!child.networks.has(DEFAULT_NETWORK)) {
      throw new DaemonError(`container ${child.id} not attached to default bridge network`);
    }
    return linkVariables(container, link);
  });
}

function bridgeAddress(container: Container): string {
  const address = container.networks.get(DEFAULT_NETWORK)?.endpoint?.address ?? null;
  return address === null ? '' : formatIp4(address);
}

interface Port {
  readonly number: number;
  readonly protocol: string;
}

/** Twin of links.ToEnv. */
function linkVariables(container: Container, { child, alias }: ContainerLink): string[] {
  const prefix = alias.toUpperCase().replaceAll('-', '_');
  const address = bridgeAddress(child);
  const ports = child.config.exposedPorts.map(parsePort).sort(comparePorts);
  const url = ({ number, protocol }: Port): string => `${protocol}://${address}:${number}`;
  const name = ({ number, protocol }: Port): string => `${prefix}_PORT_${number}_${protocol.toUpperCase()}`;
  return [
    ...ports.slice(0, 1).map((port) => `${prefix}_PORT=${url(port)}`),
    ...rangesOf(ports).flatMap(([first, last]) => [
      `${name(first)}_START=${url(first)}`,
      `${name(first)}_ADDR=${address}`,
      `${name(first)}_PROTO=${first.protocol}`,
      `${name(first)}_PORT_START=${first.number}`,
      `${name(first)}_END=${url(last)}`,
      `${name(first)}_PORT_END=${last.number}`,
    ]),
    ...ports.flatMap((port) => [
      `${name(port)}=${url(port)}`,
      `${name(port)}_ADDR=${address}`,
      `${name(port)}_PORT=${port.number}`,
      `${name(port)}_PROTO=${port.protocol}`,
    ]),
    `${prefix}_NAME=/${container.name}/${alias}`,
    ...[...child.image.env, ...child.config.env]
      .filter((entry) => entry.includes('=') && !/^(?:HOME|PATH)=/.test(entry))
      .map((entry) => `${prefix}_ENV_${entry}`),
  ];
}

function parsePort(text: string): Port {
  const [number, protocol] = text.split('/') as [string, string | undefined];
  return { number: Number(number), protocol: protocol ?? 'tcp' };
}

/** By number, and of one number TCP first. */
function comparePorts(left: Port, right: Port): number {
  if (left.number !== right.number) return left.number - right.number;
  return left.protocol === 'tcp' ? -1 : 1;
}

/**
 * Runs of at least three ports: the first and the last of each. As in links.go's nextContiguous a port belongs to a
 * run when it is not above what a run without gaps would have reached, whatever its protocol.
 */
function rangesOf(ports: readonly Port[]): [first: Port, last: Port][] {
  const ranges: [Port, Port][] = [];
  for (let i = 0; i < ports.length;) {
    const first = ports[i]!;
    let end = i + 1;
    while (end < ports.length && ports[end]!.number <= first.number + (end - i)) end++;
    if (end - i >= 3) ranges.push([first, ports[end - 1]!]);
    i = end - i >= 3 ? end : i + 1;
  }
  return ranges;
}
