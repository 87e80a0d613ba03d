/**
 * Ports of the host for the ports of one endpoint, as engines from 28 on give them: all addresses of a request get the
 * same number, which somebody holds before there is a rule for it; and a network that is routed to gives none. Twin of
 * moby's drivers/bridge/port_mapping_linux.go and portmappers/.
 */
import { compareIp4, ip4, parseIp4 } from '../../base/addr.ts';
import { DaemonError } from '../errors.ts';
import type { RequestedBinding } from './external-connectivity.ts';
import { isIp4Text } from './ip-text.ts';
import type { PublishedProtocol } from './port-allocator.ts';
import type { MappedNetwork, PortMapping, PortTarget, PortTools, PublishedPorts } from './port-mapper.ts';
import { ATTEMPTS_MAX, isPublished } from './port-mapper.ts';

const ANY_IP4 = '0.0.0.0';
const ANY_IP6 = '::';
/** As IP has them: ports of one number come in this order. */
const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, sctp: 132 };

/** A request for one address, and who answers it. */
interface Request extends RequestedBinding {
  readonly mapper: 'nat' | 'routed';
}

export class PortMapper29 implements PublishedPorts {
  private readonly tools: PortTools;

  constructor(tools: PortTools) {
    this.tools = tools;
  }

  map(target: PortTarget, requests: readonly RequestedBinding[]): PortMapping[] {
    const mappings: PortMapping[] = [];
    try {
      for (const group of grouped(this.normalized(target, requests))) mappings.push(...this.mapGroup(target, group));
    } catch (error) {
      this.unmap(target, mappings);
      throw error;
    }
    return mappings;
  }

  unmap(network: MappedNetwork, mappings: readonly PortMapping[]): void {
    for (const mapping of mappings) this.letGo(mapping);
    for (const mapping of mappings) this.changeRules(network, mapping, 'unpublishPort');
  }

  /** Each request for each address that it means, in the order in which they are served. */
  private normalized(target: PortTarget, requests: readonly RequestedBinding[]): Request[] {
    return requests
      .flatMap((request) => [...ip4Request(target, request), ...this.ip6Request(target, request)])
      .sort(compare);
  }

  /** The container has no IPv6: the proxy carries it over, if there is one and the container has its way out here. */
  private ip6Request(target: PortTarget, request: RequestedBinding): Request[] {
    if (!this.tools.hasUserlandProxy || !target.isWayOut) return [];
    if (request.hostIp !== '') return isIp4Text(request.hostIp) ? [] : [{ ...request, mapper: 'nat' }];
    if (target.defaultHostIp === ANY_IP4) return [{ ...request, hostIp: ANY_IP6, mapper: 'nat' }];
    return isIp4Text(target.defaultHostIp) ? [] : [{ ...request, hostIp: target.defaultHostIp, mapper: 'nat' }];
  }

  /** Maps requests that differ in their address alone: all or none. */
  private mapGroup(target: PortTarget, group: readonly Request[]): PortMapping[] {
    const { port, protocol } = group[0]!;
    if (!isPublished(protocol)) throw new DaemonError(`invalid transport protocol: ${protocol}`);
    const common = { port, protocol, containerIp: target.containerIp };
    const isRouted = group[0]!.mapper === 'routed';
    const mappings = isRouted
      ? group.map(({ hostIp }): PortMapping => ({ ...common, hostIp, hostPort: 0 }))
      : this.holdGroup(common, group);
    for (const mapping of mappings) this.changeRules(target, mapping, 'publishPort');
    return mappings;
  }

  /** Finds a number that is free on all the addresses, trying another one unless one was asked for. */
  private holdGroup(
    common: { readonly port: number; readonly protocol: PublishedProtocol; readonly containerIp: number },
    group: readonly Request[],
  ): PortMapping[] {
    const { firstHostPort, lastHostPort } = group[0]!;
    const hostIps = group.map(({ hostIp }) => hostIp);
    const isChosen = firstHostPort !== 0 && firstHostPort === lastHostPort;
    for (let attempt = 1; ; attempt++) {
      const hostPort = this.tools.allocator.requestForAll(hostIps, common.protocol, firstHostPort, lastHostPort);
      const mappings = hostIps.map((hostIp) => ({ ...common, hostIp, hostPort }));
      try {
        this.holdAll(mappings);
        return mappings;
      } catch (error) {
        if (isChosen || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  private holdAll(mappings: readonly PortMapping[]): void {
    const { allocator, holder } = this.tools;
    const held: PortMapping[] = [];
    try {
      for (const mapping of mappings) {
        holder.hold(mapping);
        held.push(mapping);
      }
    } catch (error) {
      for (const mapping of held) holder.release(mapping);
      for (const { hostIp, protocol, hostPort } of mappings) allocator.release(hostIp, protocol, hostPort);
      throw error;
    }
  }

  private letGo(mapping: PortMapping): void {
    if (mapping.hostPort === 0) return;
    this.tools.holder.release(mapping);
    this.tools.allocator.release(mapping.hostIp, mapping.protocol, mapping.hostPort);
  }

  /** What comes by IPv6 has no rules: it is the proxy's. */
  private changeRules(network: MappedNetwork, mapping: PortMapping, change: 'publishPort' | 'unpublishPort'): void {
    if (!isIp4Text(mapping.hostIp)) return;
    const { protocol, hostPort, containerIp, port: containerPort } = mapping;
    const { bridge, gatewayMode } = network;
    const facts = { bridge, gatewayMode, protocol, hostPort, containerIp, containerPort };
    this.tools.firewall[change]({ ...facts, hostIp: ip4(mapping.hostIp) });
  }
}

/** A routed network lets in whichever endpoint gives the way out, and has no addresses of the host to choose from. */
function ip4Request(target: PortTarget, request: RequestedBinding): Request[] {
  const isRouted = target.gatewayMode === 'routed';
  if (!target.isWayOut && !isRouted) return [];
  const hostIp = request.hostIp === '' ? target.defaultHostIp : request.hostIp;
  if (!isIp4Text(hostIp)) return [];
  return [{ ...request, hostIp: isRouted ? ANY_IP4 : hostIp, mapper: isRouted ? 'routed' : 'nat' }];
}

/** Requests that follow each other and differ in the host's address alone. */
function grouped(requests: readonly Request[]): Request[][] {
  const groups: Request[][] = [];
  for (const request of requests) {
    const last = groups.at(-1);
    if (last !== undefined && isAlike(last[0]!, request)) last.push(request);
    else groups.push([request]);
  }
  return groups;
}

function isAlike(left: Request, right: Request): boolean {
  return left.mapper === right.mapper && compareWishes(left, right) === 0;
}

/** Twin of PortBindingReq.Compare: those that want one number first. */
function compare(left: Request, right: Request): number {
  const byMapper = Number(left.mapper === 'routed') - Number(right.mapper === 'routed');
  const byChoice = Number(isRange(left)) - Number(isRange(right));
  return byMapper || byChoice || compareWishes(left, right) || compareAddresses(left.hostIp, right.hostIp);
}

function isRange({ firstHostPort, lastHostPort }: Request): boolean {
  return firstHostPort === 0 || firstHostPort !== lastHostPort;
}

function compareWishes(left: Request, right: Request): number {
  const protocolOf = ({ protocol }: Request): number => PROTOCOL_NUMBERS[protocol] ?? 0;
  return (
    left.port - right.port ||
    protocolOf(left) - protocolOf(right) ||
    left.firstHostPort - right.firstHostPort ||
    left.lastHostPort - right.lastHostPort
  );
}

/** IPv4 first; of IPv6 there are so few that their texts will do. */
function compareAddresses(left: string, right: string): number {
  const [left4, right4] = [parseIp4(left), parseIp4(right)];
  if (left4 !== undefined && right4 !== undefined) return compareIp4(left4, right4);
  if (left4 !== undefined || right4 !== undefined) return left4 === undefined ? 1 : -1;
  return left < right ? -1 : Number(left > right);
}
