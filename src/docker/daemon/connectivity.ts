/**
 * Which of a container's endpoints lets in what it publishes: the one that gives the default route, and the rules move
 * with it. Twin of what libnetwork's endpoint.go does about external connectivity in sbJoin and sbLeave.
 */
import type { Container } from '../container.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import { DaemonError } from '../errors.ts';
import type { ExternalConnectivity } from '../ports/external-connectivity.ts';
import { externalConnectivity, portKey } from '../ports/external-connectivity.ts';
import type { PortMap } from '../ports/port-spec.ts';
import { gatewayEndpoint } from '../sandbox.ts';

/** What a container wants from outside, wherever it gets it. */
export function connectivityOf(container: Container): ExternalConnectivity {
  const { portBindings, isPublishAll } = container.hostConfig;
  return externalConnectivity(
    { exposed: new Set(container.config.exposedPorts), bindings: portBindings },
    isPublishAll,
  );
}

/**
 * After `joined` has come to the sandbox, where `previous` gave the way out until then. Throws a DaemonError; the way
 * out is then the old one again, and `joined` is to be taken away.
 */
export function connectivityJoined(
  engine: Engine,
  container: Container,
  joined: Endpoint,
  previous: Endpoint | undefined,
): void {
  if (container.sandbox === null || gatewayEndpoint(container.sandbox) === previous) return;
  if (previous !== undefined) revoke(engine, previous);
  // Nothing comes into an internal network as long as another one has been the way out.
  if (joined.network.isInternal) return;
  try {
    program(engine, container, joined);
  } catch (error) {
    if (previous !== undefined) programOrLeave(engine, container, previous);
    if (!(error instanceof DaemonError)) throw error;
    const failed = `driver failed programming external connectivity on endpoint ${joined.name} (${joined.id})`;
    throw new DaemonError(`${failed}: ${error.message}`);
  }
}

/** Before `leaving` leaves the sandbox; whether `connectivityLeft` has to find another way out afterwards. */
export function connectivityLeaving(engine: Engine, container: Container, leaving: Endpoint): boolean {
  if (container.sandbox === null || gatewayEndpoint(container.sandbox) !== leaving) return false;
  revoke(engine, leaving);
  return true;
}

/** After the endpoint that gave the way out has left. What fails now is written to the daemon's log only. */
export function connectivityLeft(engine: Engine, container: Container): void {
  const next = container.sandbox === null ? undefined : gatewayEndpoint(container.sandbox);
  if (next !== undefined) programOrLeave(engine, container, next);
}

/** `NetworkSettings.Ports`: of the first endpoint that has any (moby's getPortMapInfo). */
export function publishedPorts(container: Container): PortMap {
  const endpoints = container.sandbox?.endpoints ?? [];
  const gateway = container.sandbox === null ? undefined : gatewayEndpoint(container.sandbox);
  const inOrder = gateway === undefined ? endpoints : [gateway, ...endpoints];
  return inOrder.map(endpointPorts).find((ports) => ports.size > 0) ?? new Map();
}

function endpointPorts(endpoint: Endpoint): PortMap {
  const ports = new Map<string, { hostIp: string; hostPort: string }[]>();
  for (const transport of endpoint.connectivity?.exposed ?? []) ports.set(portKey(transport), []);
  for (const mapping of endpoint.portMapping) {
    ports.get(portKey(mapping))?.push({ hostIp: mapping.hostIp, hostPort: String(mapping.hostPort) });
  }
  return ports;
}

function program(engine: Engine, container: Container, endpoint: Endpoint): void {
  const { network } = endpoint;
  engine.driverOf(network).programExternalConnectivity?.(network, endpoint, connectivityOf(container));
}

function programOrLeave(engine: Engine, container: Container, endpoint: Endpoint): void {
  try {
    program(engine, container, endpoint);
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
  }
}

function revoke(engine: Engine, endpoint: Endpoint): void {
  engine.driverOf(endpoint.network).revokeExternalConnectivity?.(endpoint.network, endpoint);
}
