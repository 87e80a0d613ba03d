/**
 * What a network driver does: the verbs of libnetwork's driverapi, in the order in which they come in an endpoint's
 * life. A driver turns them into lines for the kernel's door and into nothing else.
 */
import type { Mac } from '../../base/addr.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Network, NetworkConfig } from '../network.ts';
import type { ExternalConnectivity } from '../ports/external-connectivity.ts';

export interface Driver {
  /** As in `docker network ls`, and in a network's `driver`. */
  readonly name: string;
  /** Whether its networks have subnets. */
  readonly hasAddresses: boolean;
  /** Whether a network like this needs no gateway of its own (GwAllocChecker). */
  skipsGateway?(config: NetworkConfig): boolean;
  /** Makes what the network needs on the host. Throws a DaemonError. */
  createNetwork(network: Network): void;
  /** Takes it away again; the network has no endpoint left. Throws a DaemonError. */
  deleteNetwork(network: Network): void;
  /** Draws a MAC for an endpoint for which none was asked; without it, it is made of the endpoint's address. */
  endpointMac?(): Mac | null;
  /**
   * Makes the endpoint's links on the host, or one end of them where its sandbox is, and sets `hostLink` and
   * `sandboxLink`. Throws a DaemonError.
   */
  createEndpoint(network: Network, endpoint: Endpoint): void;
  deleteEndpoint(network: Network, endpoint: Endpoint): void;
  /** The endpoint gets its sandbox: sets `gateway`. */
  join(network: Network, endpoint: Endpoint): void;
  leave(network: Network, endpoint: Endpoint): void;
  /**
   * The endpoint has begun to give its sandbox the way out, or, of engines from 28 on, has joined one that has another
   * way out: lets in by it what was asked for, and notes so in the endpoint. Throws a DaemonError.
   */
  programExternalConnectivity?(
    network: Network,
    endpoint: Endpoint,
    wanted: ExternalConnectivity,
    isWayOut: boolean,
  ): void;
  /** It gives it no more, or leaves. */
  revokeExternalConnectivity?(network: Network, endpoint: Endpoint): void;
}
