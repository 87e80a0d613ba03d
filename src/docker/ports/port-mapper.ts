/**
 * Ports of the host for the ports of one endpoint: each gets a number, its rules and somebody who holds it. Twin of
 * libnetwork's drivers/bridge/port_mapping.go and portmapper/mapper.go.
 */
import type { Ip4 } from '../../base/addr.ts';
import { ip4 } from '../../base/addr.ts';
import { DaemonError } from '../errors.ts';
import type { Firewall, GatewayMode } from '../firewall/firewall.ts';
import type { RequestedBinding, TransportPort } from './external-connectivity.ts';
import { isIp4Text } from './ip-text.ts';
import type { PortAllocator, PublishedProtocol } from './port-allocator.ts';

/** A port of the host that leads to a port of a container. */
export interface PortMapping extends TransportPort {
  readonly protocol: PublishedProtocol;
  readonly containerIp: Ip4;
  /** Canonical, of either family. */
  readonly hostIp: string;
  readonly hostPort: number;
}

/** On which network. */
export interface MappedNetwork {
  readonly bridge: string;
  readonly gatewayMode: GatewayMode;
  /** Then no rule leads to its containers, and the holder alone may. */
  readonly isInternal: boolean;
}

/** Whose ports are to be mapped. */
export interface PortTarget extends MappedNetwork {
  readonly containerIp: Ip4;
  /** Where bindings without an address go: an IPv4 address; 0.0.0.0 stands for `::`, too. */
  readonly defaultHostIp: string;
  /** Whether the endpoint is the one that gives its container the way out. */
  readonly isWayOut: boolean;
}

/** Maps ports and takes them back. */
export interface PublishedPorts {
  /** Maps all or none, in order. Throws a DaemonError. */
  map(target: PortTarget, requests: readonly RequestedBinding[]): PortMapping[];
  unmap(network: MappedNetwork, mappings: readonly PortMapping[]): void;
}

/** Keeps host ports from everybody else: docker-proxy, or the daemon itself without it. */
export interface PortHolder {
  /** Throws a DaemonError if the host has no such address or somebody else has the port. */
  hold(mapping: PortMapping): void;
  release(mapping: PortMapping): void;
}

/** What a mapper works with. */
export interface PortTools {
  readonly allocator: PortAllocator;
  readonly firewall: Firewall;
  readonly holder: PortHolder;
  /** Without the proxy nothing brings IPv6 to a container that has no IPv6. */
  readonly hasUserlandProxy: boolean;
}

const ANY_IP4 = '0.0.0.0';
const ANY_IP6 = '::';
/** An ephemeral port that somebody else holds is left for the next one, so often. */
export const ATTEMPTS_MAX = 10;

export class PortMapper implements PublishedPorts {
  private readonly tools: PortTools;

  constructor(tools: PortTools) {
    this.tools = tools;
  }

  map(target: PortTarget, requests: readonly RequestedBinding[]): PortMapping[] {
    const mappings: PortMapping[] = [];
    try {
      for (const request of requests) {
        for (const hostIp of this.hostIps(target, request)) mappings.push(this.mapOne(target, request, hostIp));
      }
    } catch (error) {
      this.unmap(target, mappings);
      throw error;
    }
    return mappings;
  }

  unmap(network: MappedNetwork, mappings: readonly PortMapping[]): void {
    for (const mapping of mappings) {
      this.tools.holder.release(mapping);
      this.changeRules(network, mapping, 'unpublishPort');
      this.tools.allocator.release(mapping.hostIp, mapping.protocol, mapping.hostPort);
    }
  }

  /** The addresses that a binding means; IPv6 needs the proxy, since the container has IPv4 only. */
  private hostIps(target: PortTarget, request: RequestedBinding): string[] {
    const { hasUserlandProxy } = this.tools;
    if (request.hostIp !== '') return isIp4Text(request.hostIp) || hasUserlandProxy ? [request.hostIp] : [];
    if (target.defaultHostIp !== ANY_IP4 || !hasUserlandProxy) return [target.defaultHostIp];
    return [ANY_IP4, ANY_IP6];
  }

  private mapOne(target: PortTarget, request: RequestedBinding, hostIp: string): PortMapping {
    const { protocol, port, firstHostPort } = request;
    if (!isPublished(protocol)) throw new DaemonError(`invalid transport protocol: ${protocol}`);
    const { containerIp } = target;
    for (let attempt = 1; ; attempt++) {
      const hostPort = this.tools.allocator.request(hostIp, protocol, firstHostPort, request.lastHostPort);
      const mapping = { protocol, port, containerIp, hostIp, hostPort };
      try {
        this.start(target, mapping);
        return mapping;
      } catch (error) {
        // Trying again would not help with a port that somebody chose.
        if (firstHostPort !== 0 || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  private start(network: MappedNetwork, mapping: PortMapping): void {
    try {
      this.changeRules(network, mapping, 'publishPort');
      this.hold(network, mapping);
    } catch (error) {
      this.tools.allocator.release(mapping.hostIp, mapping.protocol, mapping.hostPort);
      throw error;
    }
  }

  private hold(network: MappedNetwork, mapping: PortMapping): void {
    try {
      this.tools.holder.hold(mapping);
    } catch (error) {
      this.changeRules(network, mapping, 'unpublishPort');
      throw error;
    }
  }

  /** IPv6 has no rules in 20.10 unless somebody asks for ip6tables. */
  private changeRules(network: MappedNetwork, mapping: PortMapping, change: 'publishPort' | 'unpublishPort'): void {
    if (network.isInternal || !isIp4Text(mapping.hostIp)) return;
    const { protocol, hostPort, containerIp, port } = mapping;
    const { bridge, gatewayMode } = network;
    const hostIp = ip4(mapping.hostIp);
    this.tools.firewall[change]({ bridge, gatewayMode, protocol, hostIp, hostPort, containerIp, containerPort: port });
  }
}

/** Whether it is a protocol whose ports can be published. */
export function isPublished(protocol: string): protocol is PublishedProtocol {
  return protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
}
