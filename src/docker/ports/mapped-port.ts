/** A container's port as lists of containers have it: types.Port of API 1.41. */
import type { PortBinding } from '../container.ts';
import type { Json, JsonObject } from '../inspect/json.ts';
import { sortedObject } from '../inspect/json.ts';
import { bracketed } from './ip-text.ts';
import type { PortMap } from './port-spec.ts';
import { splitProtoPort } from './port-spec.ts';

export interface MappedPort {
  readonly privatePort: number;
  /** 0 when it is not published. */
  readonly publicPort: number;
  readonly protocol: string;
  /** The host's address; empty when the port is not published. */
  readonly ip: string;
}

/** The entries of a list of containers: one for each binding, and one for a port that has none. */
export function mappedPorts(ports: PortMap): MappedPort[] {
  return [...ports].flatMap(([key, bindings]) => {
    const [protocol, port] = splitProtoPort(key);
    const privatePort = Number(port);
    if (bindings.length === 0) return [{ privatePort, publicPort: 0, protocol, ip: '' }];
    // Who is reached under the container's own address has no port of the host.
    const published = bindings.filter(({ hostPort }) => hostPort !== '');
    return published.map(({ hostIp, hostPort }) => ({
      privatePort,
      publicPort: Number(hostPort),
      protocol,
      ip: hostIp,
    }));
  });
}

/**
 * The lines of `docker port`: the bindings of each port as the engine made them. The ports come in order of the
 * alphabet; Docker begins with any of them and goes round (a Go map of one bucket).
 */
export function portLines(ports: PortMap, hasBrackets = false): string[] {
  return [...ports]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([port, bindings]) => bindings.map((binding) => `${port} -> ${addressText(binding, hasBrackets)}`));
}

/** `0.0.0.0:8585`, and `:::8585` or, of newer clients, `[::]:8585`. */
export function addressText({ hostIp, hostPort }: PortBinding, hasBrackets = false): string {
  return `${hasBrackets ? bracketed(hostIp) : hostIp}:${hostPort}`;
}

/** HostConfig.PortBindings and NetworkSettings.Ports; a port without bindings is null in the latter. */
export function portMapDocument(ports: PortMap): JsonObject {
  const entries = [...ports].map(([port, bindings]): [string, Json] => [port, bindingsDocument(bindings)]);
  return sortedObject(entries);
}

/** Config.ExposedPorts; undefined where the API leaves the key out. */
export function exposedPortsDocument(exposed: ReadonlySet<string>): JsonObject | undefined {
  return exposed.size === 0 ? undefined : sortedObject([...exposed].map((port) => [port, {}] as const));
}

function bindingsDocument(bindings: readonly PortBinding[]): Json {
  if (bindings.length === 0) return null;
  return bindings.map(({ hostIp, hostPort }) => ({ HostIp: hostIp, HostPort: hostPort }));
}
