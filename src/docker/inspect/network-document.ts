/** `docker network inspect`: types.NetworkResource of API 1.41. */
import { formatCidr, formatIp4, formatMac } from '../../base/addr.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import type { IpamConfig, Network } from '../network.ts';
import type { JsonObject } from './json.ts';
import { sortedObject } from './json.ts';
import { rfc3339Nano } from './time.ts';

export function networkDocument(engine: Engine, network: Network): JsonObject {
  const endpoints = [...network.endpoints].map(
    (endpoint) => [endpoint.containerId, endpointDocument(endpoint)] as const,
  );
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339Nano(engine.host.epochSeconds, network.createdNs),
    Scope: network.scope,
    Driver: network.driver,
    EnableIPv6: false,
    IPAM: { Driver: 'default', Options: null, Config: network.ipamConfigs.map(ipamDocument) },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: sortedObject(endpoints),
    Options: sortedObject(network.options),
    Labels: {},
  };
}

function ipamDocument(config: IpamConfig): JsonObject {
  const gateway = config.gateway === undefined ? {} : { Gateway: formatIp4(config.gateway) };
  return { Subnet: formatCidr(config.subnet), ...gateway };
}

function endpointDocument(endpoint: Endpoint): JsonObject {
  const { address, mac, network } = endpoint;
  const cidr = address === null || network.pool === null ? null : { address, prefixLen: network.pool.subnet.prefixLen };
  return {
    Name: endpoint.name,
    EndpointID: endpoint.id,
    MacAddress: mac === null ? '' : formatMac(mac),
    IPv4Address: cidr === null ? '' : formatCidr(cidr),
    IPv6Address: '',
  };
}
