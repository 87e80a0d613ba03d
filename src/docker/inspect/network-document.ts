/** `docker network inspect`: types.NetworkResource of API 1.41. */
import { formatCidr, formatIp4, formatMac } from '../../base/addr.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import { splitIpamConfigs } from '../ipam/network-addresses.ts';
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
    EnableIPv6: network.isIpv6Enabled,
    IPAM: {
      Driver: network.ipamDriver,
      Options: network.ipamOptions === null ? null : sortedObject(network.ipamOptions),
      Config: ipamDocuments(network),
    },
    Internal: network.isInternal,
    Attachable: network.isAttachable,
    Ingress: false,
    ConfigFrom: { Network: network.configFrom },
    ConfigOnly: network.isConfigOnly,
    Containers: sortedObject(endpoints),
    Options: sortedObject(network.options),
    Labels: sortedObject(network.labels),
  };
}

/** As asked for, IPv4 first; what the engine has chosen when no subnet of it was asked for (buildIpamResources). */
function ipamDocuments(network: Network): JsonObject[] {
  const { ip4, ip6 } = splitIpamConfigs(network.ipamConfigs);
  return [...(ip4.length > 0 ? ip4.map(ipamDocument) : chosenDocuments(network)), ...ip6.map(ipamDocument)];
}

function chosenDocuments({ pool, gateway }: Network): JsonObject[] {
  if (pool === null) return [];
  return [{ Subnet: formatCidr(pool.subnet), ...(gateway === null ? {} : { Gateway: formatIp4(gateway) }) }];
}

function ipamDocument(config: IpamConfig): JsonObject {
  return {
    Subnet: config.subnet,
    ...(config.range === '' ? {} : { IPRange: config.range }),
    ...(config.gateway === '' ? {} : { Gateway: config.gateway }),
    ...(config.auxAddresses.size === 0 ? {} : { AuxiliaryAddresses: sortedObject(config.auxAddresses) }),
  };
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
