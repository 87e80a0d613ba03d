/**
 * An endpoint: what joins one sandbox to one network. It is made before the sandbox has a namespace, gets an address
 * from the network's pool and links from the driver, and gives both back when it goes.
 */
import type { Ip4, Mac } from '../base/addr.ts';
import type { Driver } from './drivers/driver.ts';
import { DaemonError } from './errors.ts';
import { macOfAddress } from './ids.ts';
import { requestEndpointAddress } from './ipam/network-addresses.ts';
import type { Network } from './network.ts';
import type { ExternalConnectivity } from './ports/external-connectivity.ts';
import type { PortMapping } from './ports/port-mapper.ts';

export interface Endpoint {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** The container's name. */
  readonly name: string;
  readonly containerId: string;
  readonly network: Network;
  /** Null on networks without addresses. */
  readonly address: Ip4 | null;
  readonly mac: Mac | null;
  /** The link that stays on the host; empty when the driver makes none. */
  hostLink: string;
  /** The link that goes into the sandbox, by its name on the host; empty when the driver makes none. */
  sandboxLink: string;
  /** Set by the driver's join: where the sandbox's default route may lead. */
  gateway: Ip4 | null;
  /** What its sandbox wanted from outside when this endpoint was last the one that gave the way out; null for never. */
  connectivity: ExternalConnectivity | null;
  /** The ports of the host that lead to it now. */
  portMapping: readonly PortMapping[];
}

/** What was asked for an endpoint; null for any. */
export interface EndpointWishes {
  readonly address: Ip4 | null;
  readonly mac: Mac | null;
}

const NO_WISHES: EndpointWishes = { address: null, mac: null };

/** Makes an endpoint with its address and its links. Throws a DaemonError and leaves nothing behind if that fails. */
export function createEndpoint(
  network: Network,
  driver: Driver,
  owner: { readonly id: string; readonly name: string; readonly containerId: string },
  wishes: EndpointWishes = NO_WISHES,
): Endpoint {
  const address = network.pool === null ? null : requestAddress(network, wishes.address);
  const mac = address === null ? null : (wishes.mac ?? macOfAddress(address));
  const unjoined = { hostLink: '', sandboxLink: '', gateway: null, connectivity: null, portMapping: [] };
  const endpoint: Endpoint = { ...owner, network, address, mac, ...unjoined };
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

function requestAddress(network: Network, preferred: Ip4 | null): Ip4 {
  const pools = network.pool === null ? [] : [network.pool];
  return requestEndpointAddress(pools, preferred, `${network.name} (${network.id})`).address;
}

function releaseAddress(endpoint: Endpoint): void {
  if (endpoint.address !== null) endpoint.network.pool?.releaseAddress(endpoint.address);
}
