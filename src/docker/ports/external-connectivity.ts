/**
 * What a container asks of the endpoint that gives it its gateway: the ports to let in, in the order in which the
 * engine goes through them. Twin of moby's buildSandboxOptions and of nat.SortPortMap.
 */
import { canonicalIp } from './ip-text.ts';
import { parsePortRange } from './port-range.ts';
import type { ContainerPorts } from './port-spec.ts';
import { splitProtoPort } from './port-spec.ts';

/** A port and its protocol by libnetwork's name; what it does not know is called `0`. */
export interface TransportPort {
  readonly port: number;
  readonly protocol: string;
}

/** A way in that was asked for. */
export interface RequestedBinding extends TransportPort {
  /** Canonical; empty for the network's own choice. */
  readonly hostIp: string;
  /** Both 0 for any port; equal for one; else one of the range is wanted. */
  readonly firstHostPort: number;
  readonly lastHostPort: number;
}

export interface ExternalConnectivity {
  readonly exposed: readonly TransportPort[];
  readonly published: readonly RequestedBinding[];
}

/** Go sorts so few by insertion, and every order that its comparison allows can come out. */
const INSERTION_SORT_MAX = 12;

interface Entry {
  readonly key: string;
  readonly transport: TransportPort;
  readonly request: RequestedBinding | undefined;
}

/** `isPublishAll` is `-P`: exposed ports that nobody published get a port, too. */
export function externalConnectivity(ports: ContainerPorts, isPublishAll: boolean): ExternalConnectivity {
  const exposed = new Map<string, TransportPort>();
  const published = new Map<string, RequestedBinding[]>();
  for (const { key, transport, request } of sortPortMap(ports)) {
    if (!exposed.has(key)) published.set(key, []);
    exposed.set(key, transport);
    if (request !== undefined) published.get(key)!.push(request);
    else if (isPublishAll) published.set(key, [{ ...transport, hostIp: '', firstHostPort: 0, lastHostPort: 0 }]);
  }
  return { exposed: [...exposed.values()], published: [...published.values()].flat() };
}

/** `80/tcp` */
export function portKey(transport: TransportPort): string {
  return `${transport.port}/${transport.protocol}`;
}

function sortPortMap(ports: ContainerPorts): Entry[] {
  const entries: Entry[] = [];
  for (const key of [...ports.exposed].reverse()) {
    const transport = transportPort(key);
    const bindings = ports.bindings.get(key) ?? [];
    if (bindings.length === 0) entries.push({ key, transport, request: undefined });
    for (const { hostIp, hostPort } of bindings) {
      const range = hostPort === '' ? { first: 0, last: 0 } : parsePortRange(hostPort);
      const address = canonicalIp(hostIp) ?? '';
      const request = { ...transport, hostIp: address, firstHostPort: range.first, lastHostPort: range.last };
      entries.push({ key, transport, request });
    }
  }
  return entries.length > INSERTION_SORT_MAX ? entries.sort(compareEntries) : insertionSorted(entries);
}

/**
 * Go's order is none: it puts 8080:80 before 80:8080 and 80:8080 before 8080:80. What comes out hangs on the algorithm
 * and on the random order in which Go walks a map; here the walk is by the order of the command line, backwards.
 */
function insertionSorted(entries: readonly Entry[]): Entry[] {
  const sorted: Entry[] = [];
  for (const entry of entries) {
    let place = sorted.length;
    while (place > 0 && isLess(entry, sorted[place - 1]!)) place--;
    sorted.splice(place, 0, entry);
  }
  return sorted;
}

/** portMapSorter.Less */
function isLess(left: Entry, right: Entry): boolean {
  if (hostPortOf(left) > hostPortOf(right) || left.transport.port > right.transport.port) return true;
  return left.transport.port === right.transport.port && left.transport.protocol === 'tcp';
}

/** The same as an order: the larger host port first, then the larger port, then TCP. */
function compareEntries(left: Entry, right: Entry): number {
  return (
    hostPortOf(right) - hostPortOf(left) ||
    right.transport.port - left.transport.port ||
    Number(right.transport.protocol === 'tcp') - Number(left.transport.protocol === 'tcp')
  );
}

function hostPortOf(entry: Entry): number {
  return entry.request?.firstHostPort ?? 0;
}

/** types.ParseProtocol and back. */
function transportPort(key: string): TransportPort {
  const [protocol, port] = splitProtoPort(key);
  const name = protocol.toLowerCase();
  return { port: parsePortRange(port).first, protocol: ['icmp', 'tcp', 'udp', 'sctp'].includes(name) ? name : '0' };
}
