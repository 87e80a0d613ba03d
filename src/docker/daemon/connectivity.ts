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
  if (container.sandbox === null) return;
  const hasMoved = gatewayEndpoint(container.sandbox) !== previous;
  if (hasMoved && previous !== undefined) revoke(engine, previous);
  if (engine.version.programsAllEndpoints) {
    // What is routed to the old way out stays open.
    if (hasMoved && previous !== undefined) programOrLeave(engine, container, previous);
  } else if (!hasMoved || joined.network.isInternal) {
    // Nothing comes into an internal network as long as another one has been the way out.
    return;
  }
  try {
    program(engine, container, joined);
  } catch (error) {
    if (previous !== undefined) {
      container.sandbox.endpoints.splice(container.sandbox.endpoints.indexOf(joined), 1);
      programOrLeave(engine, container, previous);
    }
    if (!(error instanceof DaemonError)) throw error;
    const failed = `driver failed programming external connectivity on endpoint ${joined.name} (${joined.id})`;
    throw new DaemonError(`${failed}: ${error.message}`);
  }
}

/** Before `leaving` leaves the sandbox; whether `connectivityLeft` has to find another way out afterwards. */
export function connectivityLeaving(engine: Engine, container: Container, leaving: Endpoint): boolean {
  const isWayOut = isGateway(container, leaving);
  if (isWayOut || engine.version.programsAllEndpoints) revoke(engine, leaving);
  return isWayOut;
}

/** After the endpoint that gave the way out has left. What fails now is written to the daemon's log only. */
export function connectivityLeft(engine: Engine, container: Container): void {
  const next = container.sandbox === null ? undefined : gatewayEndpoint(container.sandbox);
  if (next === undefined) return;
  if (engine.version.programsAllEndpoints) revoke(engine, next);
  programOrLeave(engine, container, next);
}

/**
 * `NetworkSettings.Ports`: of the first endpoint that has any, or of all that have, where not the way out alone lets in
 * (moby's getPortMapInfo).
 */
export function publishedPorts(container: Container): PortMap {
  const endpoints = container.sandbox?.endpoints ?? [];
  const gateway = container.sandbox === null ? undefined : gatewayEndpoint(container.sandbox);
  const first = gateway === undefined ? endpoints : [gateway, ...endpoints];
  const found = first.find((endpoint) => endpointPorts(endpoint).size > 0);
  if (found === undefined) return new Map();
  const ports = endpointPorts(found);
  for (const other of endpoints.filter((endpoint) => endpoint !== found)) {
    for (const [key, bindings] of mappedPorts(other)) ports.set(key, [...(ports.get(key) ?? []), ...bindings]);
  }
  return ports;
}

interface HostBinding {
  readonly hostIp: string;
  /** Empty where the container is reached under its own address. */
  readonly hostPort: string;
}

/** What an endpoint was asked to let in, and what leads to it. */
function endpointPorts(endpoint: Endpoint): Map<string, HostBinding[]> {
  const exposed = (endpoint.connectivity?.exposed ?? []).map((transport) => portKey(transport));
  const mapped = mappedPorts(endpoint);
  return new Map(exposed.map((key) => [key, mapped.get(key) ?? []]));
}

function mappedPorts({ portMapping }: Endpoint): Map<string, HostBinding[]> {
  const ports = new Map<string, HostBinding[]>();
  for (const mapping of portMapping) {
    const hostPort = mapping.hostPort === 0 ? '' : String(mapping.hostPort);
    const key = portKey(mapping);
    ports.set(key, [...(ports.get(key) ?? []), { hostIp: mapping.hostIp, hostPort }]);
  }
  return ports;
}

function isGateway({ sandbox }: Container, endpoint: Endpoint): boolean {
  return sandbox !== null && gatewayEndpoint(sandbox) === endpoint;
}

function program(engine: Engine, container: Container, endpoint: Endpoint): void {
  const { network } = endpoint;
  const [wanted, isWayOut] = [connectivityOf(container), isGateway(container, endpoint)];
  engine.driverOf(network).programExternalConnectivity?.(network, endpoint, wanted, isWayOut);
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
