/** The NetworkSettings part of `docker inspect`: types.NetworkSettings of API 1.41. */
import { formatIp4, formatMac } from '../../base/addr.ts';
import type { Container, EndpointIpamRequest, EndpointSettings } from '../container.ts';
import { publishedPorts } from '../daemon/connectivity.ts';
import { isUserDefined } from '../daemon/network-mode.ts';
import { shortId } from '../ids.ts';
import { poolOf } from '../network.ts';
import { portMapDocument } from '../ports/mapped-port.ts';
import type { Json, JsonObject } from './json.ts';
import { sortedObject } from './json.ts';

export function networkSettingsDocument(container: Container): JsonObject {
  const networks = [...container.networks].map(([name, settings]) => [name, endpointDocument(settings)] as const);
  const bridge = endpointAddresses(container.networks.get('bridge'));
  return {
    Bridge: '',
    SandboxID: container.sandbox?.id ?? '',
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    Ports: portMapDocument(publishedPorts(container)),
    SandboxKey: container.sandbox?.key ?? '',
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: bridge.endpointId,
    Gateway: bridge.gateway,
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: bridge.address,
    IPPrefixLen: bridge.prefixLen,
    IPv6Gateway: '',
    MacAddress: bridge.mac,
    Networks: sortedObject(networks),
  };
}

/** container.NetworkSettings of API 1.52: what the default network had of its own is gone. */
export function networkSettingsDocument29(container: Container): JsonObject {
  const networks = [...container.networks].map(
    ([name, settings]) => [name, endpointDocument29(container, name, settings)] as const,
  );
  return {
    SandboxID: container.sandbox?.id ?? '',
    SandboxKey: container.sandbox?.key ?? '',
    Ports: portMapDocument(publishedPorts(container)),
    Networks: sortedObject(networks),
  };
}

function endpointDocument29(container: Container, networkName: string, settings: EndpointSettings): Json {
  const addresses = endpointAddresses(settings);
  const { ipam, links, driverOptions } = settings.request;
  const aliases = settings.request.aliases ?? [];
  return {
    IPAMConfig: assignedDocument(settings) ?? (ipam === null ? null : ipamConfigDocument(ipam)),
    Links: links.length === 0 ? null : links,
    Aliases: aliases.length === 0 ? null : aliases,
    DriverOpts: driverOptions === null ? null : sortedObject(driverOptions),
    GwPriority: 0,
    NetworkID: settings.networkId,
    EndpointID: addresses.endpointId,
    Gateway: addresses.gateway,
    IPAddress: addresses.address,
    MacAddress: addresses.mac,
    IPPrefixLen: addresses.prefixLen,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: isUserDefined(networkName) && settings.networkId !== '' ? dnsNames(container, aliases) : null,
  };
}

/** The names that the embedded DNS server answers to (buildEndpointDNSNames). */
function dnsNames({ id, name, config }: Container, aliases: readonly string[]): string[] {
  return [...new Set([name, ...aliases, shortId(id), config.hostname])].filter((each) => each !== '');
}

function endpointDocument(settings: EndpointSettings): Json {
  const addresses = endpointAddresses(settings);
  const { ipam, links, driverOptions } = settings.request;
  return {
    IPAMConfig: assignedDocument(settings) ?? (ipam === null ? null : ipamConfigDocument(ipam)),
    Links: links.length === 0 ? null : links,
    Aliases: settings.aliases,
    NetworkID: settings.networkId,
    EndpointID: addresses.endpointId,
    Gateway: addresses.gateway,
    IPAddress: addresses.address,
    IPPrefixLen: addresses.prefixLen,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    MacAddress: addresses.mac,
    DriverOpts: driverOptions === null ? null : sortedObject(driverOptions),
  };
}

/** What the managers of a swarm have given takes the place of what was asked for. */
function assignedDocument({ assigned }: EndpointSettings): JsonObject | undefined {
  return assigned === null ? undefined : { IPv4Address: formatIp4(assigned) };
}

function ipamConfigDocument(ipam: EndpointIpamRequest): JsonObject {
  return {
    ...(ipam.ipv4Address === '' ? {} : { IPv4Address: ipam.ipv4Address }),
    ...(ipam.ipv6Address === '' ? {} : { IPv6Address: ipam.ipv6Address }),
    ...(ipam.linkLocalAddresses.length === 0 ? {} : { LinkLocalIPs: ipam.linkLocalAddresses }),
  };
}

interface EndpointAddresses {
  readonly endpointId: string;
  readonly gateway: string;
  readonly address: string;
  readonly prefixLen: number;
  readonly mac: string;
}

/** Empty texts and 0 for what is not there, as the API has it. */
function endpointAddresses(settings: EndpointSettings | undefined): EndpointAddresses {
  const endpoint = settings?.endpoint;
  const address = endpoint?.address ?? null;
  const pool =
    endpoint === null || endpoint === undefined || address === null ? null : poolOf(endpoint.network, address);
  const prefixLen = pool?.subnet.prefixLen ?? 0;
  return {
    endpointId: endpoint?.id ?? '',
    gateway: formatUnlessNull(endpoint?.gateway, formatIp4),
    address: formatUnlessNull(endpoint?.address, formatIp4),
    prefixLen,
    mac: formatUnlessNull(endpoint?.mac, formatMac),
  };
}

function formatUnlessNull(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '' : format(value);
}
