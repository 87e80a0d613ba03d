/** Which addresses a node of a swarm listens on and tells others. Twin of moby's daemon/cluster/listen_addr.go. */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { cidrContains, formatIp4, isLoopbackIp4, networkOf, parseCidr, parseIp4 } from '../../base/addr.ts';
import type { HostLinks } from '../drivers/host-links.ts';
import { DaemonError } from '../errors.ts';
import type { Engine } from '../engine.ts';

const BAD_LISTEN = 'listen address must be an IP address or network interface (with optional port number)';
const BAD_ADVERTISE =
  'advertise address must be a non-zero IP address or network interface (with optional port number)';
const BAD_DATA_PATH = 'data path address must be a non-zero IP address or network interface (without a port number)';
const MUST_SPECIFY_LISTEN =
  'must specify a listening address because the address to advertise is not recognized as a system address, ' +
  "and a system's IP address to use could not be uniquely identified";
export const DEFAULT_SWARM_PORT = 2377;
export const DEFAULT_DATA_PATH_PORT = 4789;
const DATA_PATH_PORT_MIN = 1024;
const DATA_PATH_PORT_MAX = 49_151;
const DEFAULT_SUBNET_SIZE = 24;
const SUBNET_SIZE_MAX = 29;

/** An address with a port. */
export interface HostPort {
  readonly host: Ip4;
  readonly port: number;
}

/** As people write it. */
export function formatHostPort({ host, port }: HostPort): string {
  return `${formatIp4(host)}:${port}`;
}

/** Reads `192.168.50.11:2377`; undefined for anything else. */
export function parseHostPort(text: string): HostPort | undefined {
  const parts = splitHostPort(text);
  const host = parts === undefined ? undefined : parseIp4(parts.host);
  return host === undefined || parts === undefined ? undefined : { host, port: Number(parts.port) };
}

/** What a host knows of its addresses. */
export class ListenAddresses {
  private readonly links: HostLinks;
  /** Subnets that Docker itself manages. */
  private readonly ownSubnets: () => readonly Cidr[];

  constructor(links: HostLinks, ownSubnets: () => readonly Cidr[]) {
    this.links = links;
    this.ownSubnets = ownSubnets;
  }

  /** Twin of resolveListenAddr. Throws a DaemonError. */
  listen(specified: string): HostPort {
    const { host, port } = splitHostPort(withPort(specified)) ?? { host: specified, port: String(DEFAULT_SWARM_PORT) };
    return { host: this.input(host, true, BAD_LISTEN), port: Number(port) };
  }

  /** Twin of resolveAdvertiseAddr. Throws a DaemonError. */
  advertise(specified: string, listenPort: number): HostPort {
    if (specified === '') return { host: this.systemAddress(), port: listenPort };
    const parts = splitHostPort(specified) ?? { host: specified, port: String(listenPort) };
    return { host: this.input(parts.host, false, BAD_ADVERTISE), port: Number(parts.port) };
  }

  /** Twin of resolveDataPathAddr; null for none. Throws a DaemonError. */
  dataPath(specified: string): Ip4 | null {
    return specified === '' ? null : this.input(specified, false, BAD_DATA_PATH);
  }

  /** Where the node talks from: the listening address, or else the advertised one if it is the system's. */
  local(listen: Ip4, advertise: Ip4): Ip4 {
    if (listen !== 0) return listen;
    const isOwn = this.links
      .all()
      .some(({ name }) => this.links.addresses(name).some((each) => each.address === advertise));
    if (isOwn) return advertise;
    try {
      return this.systemAddress();
    } catch (error) {
      if (error instanceof DaemonError) throw new DaemonError(MUST_SPECIFY_LISTEN);
      throw error;
    }
  }

  /** Twin of resolveInputIPAddr: the address of an interface, or an address. */
  private input(text: string, isUnspecifiedValid: boolean, refusal: string): Ip4 {
    if (this.links.byName(text) !== undefined) return this.interfaceAddress(text);
    const address = parseIp4(text);
    if (address === undefined || (address === 0 && !isUnspecifiedValid)) throw new DaemonError(refusal);
    return address;
  }

  private interfaceAddress(name: string): Ip4 {
    const [first, second] = this.links.addresses(name);
    if (first === undefined) throw new DaemonError(`interface ${name} has no usable IPv4 or IPv6 address`);
    if (second === undefined) return first.address;
    const both = `(${formatIp4(first.address)} and ${formatIp4(second.address)})`;
    throw new DaemonError(`interface ${name} has more than one IPv4 address ${both}`);
  }

  /** Twin of resolveSystemAddrViaSubnetCheck: the only address of the system that is not Docker's own. */
  private systemAddress(): Ip4 {
    let found: { readonly name: string; readonly address: Ip4 } | null = null;
    const own = this.ownSubnets();
    for (const { name, isUp } of this.links.all()) {
      const addresses = this.links.addresses(name).filter(({ address }) => !isLoopbackIp4(address));
      if (!isUp || addresses.some(({ address }) => own.some((subnet) => cidrContains(subnet, address)))) continue;
      for (const { address } of addresses) {
        if (found !== null) throw severalAddresses(found, { name, address });
        found = { name, address };
      }
    }
    if (found === null) throw new DaemonError("could not find the system's IP address");
    return found.address;
  }
}

/** Twin of errMultipleIPs. */
function severalAddresses(
  first: { readonly name: string; readonly address: Ip4 },
  second: { readonly name: string; readonly address: Ip4 },
): DaemonError {
  const [one, two] = [formatIp4(first.address), formatIp4(second.address)];
  const where =
    first.name === second.name
      ? `multiple addresses on interface ${first.name} (${one} and ${two})`
      : `multiple addresses on different interfaces (${one} on ${first.name} and ${two} on ${second.name})`;
  const advice = 'specify one with --advertise-addr';
  return new DaemonError(`could not choose an IP address to advertise since this system has ${where} - ${advice}`);
}

/** Twin of validateDefaultAddrPool. Throws a DaemonError. */
export function validateAddressPool(pools: readonly string[], subnetSize: number): void {
  if (pools.length === 0) return;
  const size = subnetSize === 0 ? DEFAULT_SUBNET_SIZE : subnetSize;
  if (size > SUBNET_SIZE_MAX) throw new DaemonError(`subnet size is out of range: ${size}`);
  for (const text of pools) {
    const pool = parseCidr(text);
    if (pool === undefined) throw new DaemonError(`invalid base pool ${text}: invalid CIDR address: ${text}`);
    if (size < pool.prefixLen) {
      throw new DaemonError(`invalid CIDR: ${JSON.stringify(text)}. Subnet size is too small for pool: ${size}`);
    }
  }
}

/** Twin of getDataPathPort; 0 is the default. Throws a DaemonError. */
export function dataPathPort(port: number): number {
  if (port === 0) return DEFAULT_DATA_PATH_PORT;
  if (port >= DATA_PATH_PORT_MIN && port <= DATA_PATH_PORT_MAX) return port;
  throw new DaemonError(
    `Datapath port number is not in valid range (${DATA_PATH_PORT_MIN}-${DATA_PATH_PORT_MAX}) : ${port}`,
  );
}

/** The subnets of the engine's own networks. */
export function managedSubnets(engine: Engine): readonly Cidr[] {
  const subnets = [...engine.networks.values()].flatMap(({ addresses }) => addresses.map(({ pool }) => pool.subnet));
  return subnets.map((subnet) => ({ ...subnet, address: networkOf(subnet) }));
}

/** Twin of validateAddr: the default port where there is none. */
function withPort(address: string): string {
  return splitHostPort(address) === undefined ? `${address}:${DEFAULT_SWARM_PORT}` : address;
}

/** Twin of net.SplitHostPort, for what has exactly one colon. */
export function splitHostPort(text: string): { readonly host: string; readonly port: string } | undefined {
  const parts = /^([^:]*):(\d*)$/.exec(text);
  return parts === null ? undefined : { host: parts[1]!, port: parts[2]! };
}
