/**
 * An endpoint: what joins one sandbox to one network. It gets an address from the network's pool and links from the
 * driver, and gives both back when it goes. Twin of libnetwork's endpoint.go.
 */
import type { Cidr, Ip4, Mac } from '../base/addr.ts';
import { formatIp4, networkOf } from '../base/addr.ts';
import type { Driver } from './drivers/driver.ts';
import { DaemonError } from './errors.ts';
import { macOfAddress } from './ids.ts';
import { requestEndpointAddress } from './ipam/network-addresses.ts';
import type { Network } from './network.ts';
import { poolOf } from './network.ts';
import type { ExternalConnectivity } from './ports/external-connectivity.ts';
import type { PortMapping } from './ports/port-mapper.ts';

/** Link-local addresses have this prefix length, whatever was typed (libnetwork: linkLocalMask). */
const LINK_LOCAL_PREFIX_LEN = 16;
const LINK_LOCAL: Cidr = { address: (169 << 24) | (254 << 16), prefixLen: LINK_LOCAL_PREFIX_LEN };

export interface Endpoint {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** The container's name; `docker rename` changes it. */
  name: string;
  readonly containerId: string;
  readonly network: Network;
  /** Null on networks without addresses. */
  readonly address: Ip4 | null;
  readonly mac: Mac | null;
  /** The namespace in which its link is made; null for the host's, from where it is moved. */
  readonly netnsName: string | null;
  /** A balancer's, which is not anybody's container. */
  readonly isBalancer: boolean;
  /** Further addresses of its interface. */
  readonly linkLocalAddresses: readonly Cidr[];
  /** Not known by its name: it was drawn by lot, or the network has no names. */
  isAnonymous: boolean;
  /** Further names under which others on the network know it. */
  readonly aliases: readonly string[];
  /** What its own container alone calls others on the network (`--link`): the names that those have. */
  readonly linkAliases: ReadonlyMap<string, string>;
  /** The link that stays on the host; empty when the driver makes none. */
  hostLink: string;
  /** The link that goes into the sandbox, by its name on the host; empty when the driver makes none. */
  sandboxLink: string;
  /** Its name inside; empty while it is not there. */
  interfaceName: string;
  /** Set by the driver's join: where the sandbox's default route may lead. */
  gateway: Ip4 | null;
  /** Set by the driver's join: what else its sandbox reaches by it. */
  staticRoutes: readonly StaticRoute[];
  /** Set when it joins: those that its sandbox's container is linked to, on the default network. */
  children: readonly Endpoint[];
  /** What its sandbox wanted from outside when this endpoint was last the one that gave the way out; null for never. */
  connectivity: ExternalConnectivity | null;
  /** The ports of the host that lead to it now. */
  portMapping: readonly PortMapping[];
}

/** A subnet behind a gateway. */
export interface StaticRoute {
  readonly destination: Cidr;
  readonly gateway: Ip4;
}

/** Whose endpoint it is, and under which id. */
export interface EndpointOwner {
  readonly id: string;
  readonly name: string;
  readonly containerId: string;
}

/** What was asked for an endpoint; null for any. */
export interface EndpointWishes {
  readonly isBalancer?: boolean;
  readonly address: Ip4 | null;
  readonly mac: Mac | null;
  readonly linkLocalAddresses: readonly Ip4[];
  readonly isAnonymous: boolean;
  readonly aliases: readonly string[];
  readonly linkAliases: ReadonlyMap<string, string>;
}

export const NO_WISHES: EndpointWishes = {
  address: null,
  mac: null,
  linkLocalAddresses: [],
  isAnonymous: true,
  aliases: [],
  linkAliases: new Map(),
};

/** Makes an endpoint with its address and its links. Throws a DaemonError and leaves nothing behind if that fails. */
export function createEndpoint(
  network: Network,
  driver: Driver,
  owner: EndpointOwner,
  wishes: EndpointWishes = NO_WISHES,
  netnsName: string | null = null,
): Endpoint {
  refuseEndpoint(network, owner.name);
  const linkLocalAddresses = wishes.linkLocalAddresses.map(linkLocalAddress);
  const address = network.pool === null ? null : requestAddress(network, wishes.address);
  const mac = address === null ? null : (wishes.mac ?? driver.endpointMac?.() ?? macOfAddress(address));
  const { isAnonymous, aliases, linkAliases, isBalancer = false } = wishes;
  const links = { hostLink: '', sandboxLink: '', interfaceName: '' };
  const unjoined = { gateway: null, staticRoutes: [], children: [], connectivity: null, portMapping: [] };
  const endpoint: Endpoint = {
    ...owner,
    network,
    address,
    mac,
    netnsName,
    isBalancer,
    linkLocalAddresses,
    isAnonymous,
    aliases,
    linkAliases,
    ...links,
    ...unjoined,
  };
  try {
    driver.createEndpoint(network, endpoint);
  } catch (error) {
    releaseAddress(endpoint);
    if (!(error instanceof DaemonError)) throw error;
    throw new DaemonError(`failed to create endpoint ${owner.name} on network ${network.name}: ${error.message}`);
  }
  network.endpoints.add(endpoint);
  return endpoint;
}

/** Removes the endpoint's links and frees its address. */
export function deleteEndpoint(endpoint: Endpoint, driver: Driver): void {
  driver.deleteEndpoint(endpoint.network, endpoint);
  endpoint.network.endpoints.delete(endpoint);
  releaseAddress(endpoint);
}

function refuseEndpoint(network: Network, name: string): void {
  if (network.isConfigOnly) throw new DaemonError('cannot create endpoint on configuration-only network');
  if ([...network.endpoints].some((other) => other.name === name)) {
    throw new DaemonError(`endpoint with name ${name} already exists in network ${network.name}`);
  }
}

function linkLocalAddress(address: Ip4): Cidr {
  const own = { address, prefixLen: LINK_LOCAL_PREFIX_LEN };
  if (networkOf(own) === LINK_LOCAL.address) return own;
  throw new DaemonError(`invalid link local IP address: ${formatIp4(address)}`);
}

function requestAddress(network: Network, preferred: Ip4 | null): Ip4 {
  const pools = network.addresses.map(({ pool }) => pool);
  return requestEndpointAddress(pools, preferred, `${network.name} (${network.id})`).address;
}

function releaseAddress(endpoint: Endpoint): void {
  const { address, network } = endpoint;
  if (address !== null) poolOf(network, address)?.releaseAddress(address);
}
