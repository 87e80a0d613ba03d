/** `docker network inspect`: types.NetworkResource of API 1.41, network.Inspect of API 1.52. */
import { formatCidr, formatIp4, formatMac, networkOf } from '../../base/addr.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Engine } from '../engine.ts';
import { splitIpamConfigs } from '../ipam/network-addresses.ts';
import type { IpamConfig, Network } from '../network.ts';
import { poolOf } from '../network.ts';
import type { JsonObject } from './json.ts';
import { sortedObject } from './json.ts';
import { rfc3339Nano } from './time.ts';

export function networkDocument(engine: Engine, network: Network): JsonObject {
  return engine.version.hasDocuments29 ? networkDocument29(engine, network) : networkDocument20(engine, network);
}

function networkDocument20(engine: Engine, network: Network): JsonObject {
  const isStored = network.origin === 'store';
  return {
    ...identityDocument(engine, network),
    EnableIPv6: network.isIpv6Enabled,
    ...commonDocument(network, ipamDocuments(network)),
    // What only the managers know has no containers, and labels only if somebody gave it some.
    Containers: isStored ? null : containersDocument(network),
    Options: sortedObject(network.options),
    Labels: isStored && network.labels.size === 0 ? null : sortedObject(network.labels),
    ...peersDocument(engine, network),
  };
}

/** The nodes that use it, as far as gossip has come. */
function peersDocument(engine: Engine, network: Network): JsonObject {
  const peers = network.origin === 'swarm' ? (engine.agent?.peers(network.id) ?? []) : [];
  return peers.length === 0 ? {} : { Peers: peers.map(({ name, ip }) => ({ Name: name, IP: ip })) };
}

/** network.Inspect of API 1.52. */
function networkDocument29(engine: Engine, network: Network): JsonObject {
  const config = ipamDocuments29(network);
  return {
    ...identityDocument(engine, network),
    EnableIPv4: true,
    EnableIPv6: network.isIpv6Enabled,
    ...commonDocument(network, config.length === 0 ? null : config),
    Options: sortedObject(network.options),
    Labels: sortedObject(network.labels),
    Containers: containersDocument(network),
    ...peersDocument(engine, network),
    Status: { IPAM: statusDocument(network) },
  };
}

function identityDocument(engine: Engine, network: Network): JsonObject {
  return {
    Name: network.name,
    Id: network.id,
    Created: rfc3339Nano(engine.host.epochSeconds, network.createdNs),
    Scope: network.scope,
    Driver: network.driver,
  };
}

function commonDocument(network: Network, config: JsonObject[] | null): JsonObject {
  return {
    IPAM: {
      Driver: network.ipamDriver,
      Options: network.ipamOptions === null ? null : sortedObject(network.ipamOptions),
      Config: config,
    },
    Internal: network.isInternal,
    Attachable: network.isAttachable,
    Ingress: network.isIngress,
    ConfigFrom: { Network: network.configFrom },
    ConfigOnly: network.isConfigOnly,
  };
}

function containersDocument(network: Network): JsonObject {
  return sortedObject([...network.endpoints].map((endpoint) => [endpoint.containerId, endpointDocument(endpoint)]));
}

/** With what the engine has chosen where nothing was asked for. */
function ipamDocuments29(network: Network): JsonObject[] {
  const gateway = network.gateway === null ? '' : formatIp4(network.gateway);
  const { ip4, ip6 } = splitIpamConfigs(network.ipamConfigs);
  const asked = ip4.map((config) =>
    ipamDocument({ ...config, gateway: config.gateway === '' ? gateway : config.gateway }),
  );
  return [...(ip4.length > 0 ? asked : chosenDocuments(network)), ...ip6.map(ipamDocument)];
}

/** How full the subnets are (IPAMStatus). */
function statusDocument({ addresses }: Network): JsonObject {
  if (addresses.length === 0) return {};
  const subnets = addresses.map(({ pool }): [string, JsonObject] => [
    formatCidr({ ...pool.subnet, address: networkOf(pool.subnet) }),
    { IPsInUse: pool.takenCount, DynamicIPsAvailable: pool.freeCount },
  ]);
  return { Subnets: sortedObject(subnets) };
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
  const pool = address === null ? null : poolOf(network, address);
  const cidr = address === null || pool === null ? null : { address, prefixLen: pool.subnet.prefixLen };
  return {
    Name: endpoint.name,
    EndpointID: endpoint.id,
    MacAddress: mac === null ? '' : formatMac(mac),
    IPv4Address: cidr === null ? '' : formatCidr(cidr),
    IPv6Address: '',
  };
}
