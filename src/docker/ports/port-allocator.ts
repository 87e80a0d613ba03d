/**
 * Which host ports are taken by published ports: twin of libnetwork's portallocator. It knows of Docker's own ports
 * only; whether somebody else holds one shows when it is listened on.
 */
import { DaemonError } from '../errors.ts';

export type PublishedProtocol = 'tcp' | 'udp' | 'sctp';

/** Where the search in a range goes on. */
interface SearchRange {
  readonly first: number;
  readonly last: number;
  /** The port given out last; at first the range's end, so that the search begins at its beginning. */
  latest: number;
}

/** The ports of one address and protocol. */
interface Ports {
  readonly taken: Set<number>;
  /** By `first-last`: each range that was asked for remembers where it is. */
  readonly ranges: Map<string, SearchRange>;
}

export class PortAllocator {
  /** Where a port comes from that nobody chose: the host's net.ipv4.ip_local_port_range when the engine started. */
  private readonly ephemeral: { readonly first: number; readonly last: number };
  private readonly byAddress = new Map<string, Ports>();

  constructor(firstEphemeral: number, lastEphemeral: number) {
    this.ephemeral = { first: firstEphemeral, last: lastEphemeral };
  }

  /**
   * Takes a port of an address: this one if both ends are equal, any of the ephemeral range if they are 0, or one of
   * the range. Throws a DaemonError.
   */
  request(hostIp: string, protocol: PublishedProtocol, first: number, last: number): number {
    const ports = this.portsOf(hostIp, protocol);
    if (first === 0 && last === 0) return take(ports, this.ephemeral.first, this.ephemeral.last);
    if (first !== last) return take(ports, first, last);
    if (ports.taken.has(first)) {
      throw new DaemonError(`Bind for ${hostIp}:${first} failed: port is already allocated`);
    }
    ports.taken.add(first);
    return first;
  }

  release(hostIp: string, protocol: PublishedProtocol, port: number): void {
    this.portsOf(hostIp, protocol).taken.delete(port);
  }

  private portsOf(hostIp: string, protocol: PublishedProtocol): Ports {
    const key = `${protocol} ${hostIp}`;
    let ports = this.byAddress.get(key);
    if (ports === undefined) this.byAddress.set(key, (ports = { taken: new Set(), ranges: new Map() }));
    return ports;
  }
}

/** The next free port behind the one that the range gave last, once around. */
function take(ports: Ports, first: number, last: number): number {
  const key = `${first}-${last}`;
  if (first === 0 || last < first) throw new DaemonError(`invalid port range: ${key}`);
  let range = ports.ranges.get(key);
  if (range === undefined) ports.ranges.set(key, (range = { first, last, latest: last }));
  let port = range.latest;
  for (let tried = first; tried <= last; tried++) {
    port = port >= last ? first : port + 1;
    if (ports.taken.has(port)) continue;
    ports.taken.add(port);
    range.latest = port;
    return port;
  }
  throw new DaemonError('all ports are allocated');
}
