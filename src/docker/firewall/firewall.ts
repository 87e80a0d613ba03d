/**
 * The seam between the engine and netfilter. The bridge driver calls it where libnetwork's (20.10) programs iptables,
 * in the same order, with plain facts: names of interfaces, addresses, ports. What rules come of it is up to whoever
 * stands behind it, and so is where they go.
 *
 *   daemon starts             setUp, dropForwarded
 *   network made              addNetwork, isolateNetwork … arrangeUserRules
 *   endpoint made             addEndpoint
 *   endpoint gives gateway    publishPort …, linkContainers …
 *   endpoint gives it no more unpublishPort …, forgetConnections, unlinkContainers …
 *   endpoint removed          removeEndpoint
 *   network removed           removeNetwork, unisolateNetwork
 */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import type { PublishedProtocol } from '../ports/port-allocator.ts';

/** How the daemon is configured. */
export interface FirewallSetup {
  /** False: `--userland-proxy=false`, so that rules must bring a host's own traffic to its containers, too. */
  readonly hasUserlandProxy: boolean;
}

/**
 * How a network's containers are reached from outside: through ports of the host, or under their own addresses. Engines
 * before 27 know `nat` only.
 */
export type GatewayMode = 'nat' | 'nat-unprotected' | 'routed' | 'isolated';

/** A bridge network. */
export interface FirewalledNetwork {
  readonly bridge: string;
  readonly subnet: Cidr;
  /** Whether containers on it may talk to each other. */
  readonly isIccEnabled: boolean;
  /** Nothing in, nothing out. */
  readonly isInternal: boolean;
  readonly isMasqueraded: boolean;
  readonly gatewayMode: GatewayMode;
  /** The address that outgoing traffic gets; null for that of the interface it leaves by. */
  readonly hostIp: Ip4 | null;
  /** Interfaces of the host over which others may come to a container's own address. Engines before 28 know none. */
  readonly trustedHostInterfaces: readonly string[];
}

/** A way from a port of the host to a port of a container. */
export interface PublishedPort {
  readonly bridge: string;
  readonly gatewayMode: GatewayMode;
  readonly protocol: PublishedProtocol;
  /** 0.0.0.0 for all of the host's. */
  readonly hostIp: Ip4;
  /** 0 where the container is reached under its own address only. */
  readonly hostPort: number;
  readonly containerIp: Ip4;
  readonly containerPort: number;
}

/** Two linked containers of a network on which containers may not talk to each other otherwise (`--link`). */
export interface ContainerLink {
  readonly bridge: string;
  /** The one that was told of the other. */
  readonly parentIp: Ip4;
  readonly childIp: Ip4;
  /** What the other exposes. */
  readonly ports: readonly { readonly port: number; readonly protocol: string }[];
}

export interface Firewall {
  /** Makes the chains; those of an earlier run of the daemon are replaced. */
  setUp(setup: FirewallSetup): void;
  /** The daemon has switched forwarding on, and so answers for what is forwarded: FORWARD's policy is DROP. */
  dropForwarded(): void;
  /** Before its bridge is up: forwarding, masquerading, traffic between containers. */
  addNetwork(network: FirewalledNetwork): void;
  removeNetwork(network: FirewalledNetwork): void;
  /** Against all other bridges; internal networks are isolated already. */
  isolateNetwork(network: FirewalledNetwork): void;
  unisolateNetwork(network: FirewalledNetwork): void;
  /** After each network made: the user's own chain stays the first that is asked. */
  arrangeUserRules(): void;
  /** A container's own address on a network, before anything can reach it; engines before 28 guard none. */
  addEndpoint(network: FirewalledNetwork, containerIp: Ip4): void;
  removeEndpoint(network: FirewalledNetwork, containerIp: Ip4): void;
  publishPort(port: PublishedPort): void;
  unpublishPort(port: PublishedPort): void;
  /** The connections that the kernel remembers of a container that loses its way out. */
  forgetConnections(containerIp: Ip4): void;
  /** UDP connections to a port of a host's address, 0 for all; engines from 23 on name the container's port. */
  forgetPort(hostIp: Ip4, port: number): void;
  linkContainers(link: ContainerLink): void;
  unlinkContainers(link: ContainerLink): void;
}
