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

  /**
   * Takes the same port of several addresses, as engines from 28 on do: it must be free on 0.0.0.0 or ::, too, and for
   * one of these on all addresses of the family. A range goes on after what it gave last on the first address.
   */
  requestForAll(hostIps: readonly string[], protocol: PublishedProtocol, first: number, last: number): number {
    const wanted = hostIps.map((hostIp) => ({ hostIp, ports: this.portsOf(hostIp, protocol) }));
    const related = [...new Set(hostIps.flatMap((hostIp) => this.overlapping(hostIp, protocol)))];
    const all = [...wanted, ...related.map((hostIp) => ({ hostIp, ports: this.portsOf(hostIp, protocol) }))];
    if (first === last && first !== 0) {
      const taken = all.find(({ ports }) => ports.taken.has(first));
      if (taken !== undefined)
        throw new DaemonError(`Bind for ${taken.hostIp}:${first} failed: port is already allocated`);
      for (const { ports } of wanted) ports.taken.add(first);
      return first;
    }
    const [begin, end] = first === 0 && last === 0 ? [this.ephemeral.first, this.ephemeral.last] : [first, last];
    const port = nextFree(rangeOf(wanted[0]!.ports, begin, end), (each) =>
      all.some(({ ports }) => ports.taken.has(each)),
    );
    for (const { ports } of wanted) {
      ports.taken.add(port);
      rangeOf(ports, begin, end).latest = port;
    }
    return port;
  }

  /** The other addresses on which a port of this one must be free. */
  private overlapping(hostIp: string, protocol: PublishedProtocol): string[] {
    const any = hostIp.includes(':') ? '::' : '0.0.0.0';
    if (hostIp !== any) return [any];
    const known = [...this.byAddress.keys()].map((key) => key.split(' ') as [string, string]);
    const ofFamily = known.filter(([each, ip]) => each === protocol && ip.includes(':') === hostIp.includes(':'));
    return ofFamily.map(([, ip]) => ip);
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

/** The next free port of one address. */
function take(ports: Ports, first: number, last: number): number {
  const range = rangeOf(ports, first, last);
  const port = nextFree(range, (each) => ports.taken.has(each));
  ports.taken.add(port);
  range.latest = port;
  return port;
}

function rangeOf(ports: Ports, first: number, last: number): SearchRange {
  const key = `${first}-${last}`;
  if (first === 0 || last < first) throw new DaemonError(`invalid port range: ${key}`);
  let range = ports.ranges.get(key);
  if (range === undefined) ports.ranges.set(key, (range = { first, last, latest: last }));
  return range;
}

/** The next free port behind the one that the range gave last, once around. */
function nextFree({ first, last, latest }: SearchRange, isTaken: (port: number) => boolean): number {
  let port = latest;
  for (let tried = first; tried <= last; tried++) {
    port = port >= last ? first : port + 1;
    if (!isTaken(port)) return port;
  }
  throw new DaemonError('all ports are allocated');
}
