/**
 * What `-p` and `--expose` say, as Docker's client reads them: twin of go-connections' nat.ParsePortSpecs and of the
 * part of docker/cli's container.parse that merges the two, with its order of checks.
 */
import type { PortBinding } from '../container.ts';
import { canonicalIp, unbracketed } from './ip-text.ts';
import { PortSyntaxError, parsePortRange } from './port-range.ts';

/** By port and protocol, `80/tcp`. */
export type PortMap = ReadonlyMap<string, readonly PortBinding[]>;

/** The ports of a container as its creator asked for them. */
export interface ContainerPorts {
  /** `80/tcp`; the published ones are among them. */
  readonly exposed: ReadonlySet<string>;
  readonly bindings: PortMap;
}

export const NO_PORTS: ContainerPorts = { exposed: new Set(), bindings: new Map() };

const PROTOCOLS = ['tcp', 'udp', 'sctp'];

/** Reads the values of `--publish` and `--expose`. A string is what the client finds wrong. */
export function readPorts(publish: readonly string[], expose: readonly string[]): ContainerPorts | string {
  const exposed = new Set<string>();
  const bindings = new Map<string, PortBinding[]>();
  try {
    // The long form is spelled out for all of them before the first is looked at.
    for (const spec of publish.map(standardNotation)) {
      for (const [port, binding] of parsePortSpec(spec)) {
        exposed.add(port);
        const those = bindings.get(port);
        if (those === undefined) bindings.set(port, [binding]);
        else those.push(binding);
      }
    }
    for (const text of expose) addExposed(exposed, text);
  } catch (error) {
    if (error instanceof PortSyntaxError) return error.message;
    throw error;
  }
  return { exposed, bindings };
}

/** `published=8080,target=80,protocol=udp` is `8080:80/udp`; other names are read over (convertToStandardNotation). */
function standardNotation(text: string): string {
  if (!text.includes('=')) return text;
  const params = new Map([['protocol', 'tcp']]);
  for (const param of text.split(',')) {
    const [name, value] = param.split('=');
    if (value === undefined) {
      throw new PortSyntaxError(`invalid publish opts format (should be name=value but got '${param}')`);
    }
    params.set(name!, value);
  }
  return `${params.get('published') ?? ''}:${params.get('target') ?? ''}/${params.get('protocol')!}`;
}

/** `[[ip:]hostPort:]containerPort[/protocol]`, each port also a range. */
function parsePortSpec(spec: string): [port: string, binding: PortBinding][] {
  const parts = spec.split(':');
  const [protocol, containerText] = splitProtoPort(parts.at(-1)!);
  const hostText = parts.length > 1 ? parts.at(-2)! : '';
  const hostIp = readHostIp(parts.slice(0, -2).join(':'));
  if (containerText === '') throw new PortSyntaxError(`No port specified: ${spec}<empty>`);
  const container = rangeOr(`Invalid containerPort: ${containerText}`, containerText);
  const host = hostText === '' ? undefined : rangeOr(`Invalid hostPort: ${hostText}`, hostText);
  const count = container.last - container.first + 1;
  // A range of host ports for one container port leaves the choice to the engine.
  if (host !== undefined && count > 1 && host.last - host.first + 1 !== count) {
    const ranges = `${containerText} and ${hostText}`;
    throw new PortSyntaxError(`Invalid ranges specified for container and host Ports: ${ranges}`);
  }
  const protocolName = protocol.toLowerCase();
  if (!PROTOCOLS.includes(protocolName)) throw new PortSyntaxError(`Invalid proto: ${protocol}`);
  return Array.from({ length: count }, (_, i) => {
    const isChoice = host !== undefined && count === 1 && host.last > host.first;
    const first = host === undefined ? '' : String(host.first + i);
    const hostPort = isChoice ? `${first}-${host.last}` : first;
    return [`${container.first + i}/${protocolName}`, { hostIp, hostPort }];
  });
}

function readHostIp(text: string): string {
  let ip: string;
  try {
    ip = unbracketed(text);
  } catch (error) {
    if (!(error instanceof PortSyntaxError)) throw error;
    throw new PortSyntaxError(`Invalid ip address ${text}: ${error.message}`);
  }
  if (ip !== '' && canonicalIp(ip) === undefined) throw new PortSyntaxError(`Invalid ip address: ${ip}`);
  return ip;
}

function rangeOr(message: string, text: string): { first: number; last: number } {
  try {
    return parsePortRange(text);
  } catch (error) {
    if (error instanceof PortSyntaxError) throw new PortSyntaxError(message);
    throw error;
  }
}

/** `--expose 80`, `80-82/udp`; nobody asks what the protocol is. */
function addExposed(exposed: Set<string>, text: string): void {
  if (text.includes(':')) throw new PortSyntaxError(`invalid port format for --expose: ${text}`);
  const [protocol, portText] = splitProtoPort(text);
  let range;
  try {
    range = parsePortRange(portText);
  } catch (error) {
    if (!(error instanceof PortSyntaxError)) throw error;
    throw new PortSyntaxError(`invalid range format for --expose: ${text}, error: ${error.message}`);
  }
  for (let port = range.first; port <= range.last; port++) exposed.add(`${port}/${protocol}`);
}

/** nat.SplitProtoPort: the protocol, tcp unless said otherwise, and the rest; both empty where no port is. */
export function splitProtoPort(text: string): [protocol: string, port: string] {
  const [port, protocol] = text.split('/');
  if (port === '') return ['', ''];
  return [protocol === undefined || protocol === '' ? 'tcp' : protocol, port!];
}
