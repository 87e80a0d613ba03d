/** Networks between the engine's words and the managers' store. Twin of moby's daemon/cluster/convert/network.go. */
import { parseCidr, parseIp4 } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import type { NetworkRequest } from '../network.ts';
import type { SwarmNetwork, SwarmSubnet } from './cluster.ts';
import type { AllocatedSubnet, NetworkObject, NetworkSpecObject } from './objects.ts';

export const OVERLAY_DRIVER = 'overlay';

/** What `docker network create` asks for, as the store keeps it. */
export function specOfRequest(request: NetworkRequest): NetworkSpecObject {
  const { config } = request;
  return {
    name: config.name,
    driver: config.driver === '' ? OVERLAY_DRIVER : config.driver,
    isIpv6Enabled: config.isIpv6Enabled,
    isInternal: config.isInternal,
    isAttachable: config.isAttachable,
    isIngress: request.isIngress,
    configFrom: config.configFrom,
    scope: request.scope,
    ipamDriver: config.ipamDriver,
    ipamOptions: Object.fromEntries(config.ipamOptions ?? new Map<string, string>()),
    ipamConfigs: config.ipamConfigs.map(({ auxAddresses, ...asked }) => ({
      ...asked,
      auxAddresses: Object.fromEntries(auxAddresses),
    })),
    options: Object.fromEntries(config.options),
    labels: Object.fromEntries(config.labels),
  };
}

/** The other way round. */
export function requestOfSpec(spec: NetworkSpecObject): NetworkRequest {
  const { scope, isIngress } = spec;
  const config = {
    name: spec.name,
    driver: spec.driver,
    isIpv6Enabled: spec.isIpv6Enabled,
    isInternal: spec.isInternal,
    isAttachable: spec.isAttachable,
    isConfigOnly: false,
    configFrom: spec.configFrom,
    ipamDriver: spec.ipamDriver,
    ipamOptions: mapOf(spec.ipamOptions),
    ipamConfigs: spec.ipamConfigs.map((config) => ({ ...config, auxAddresses: mapOf(config.auxAddresses) })),
    options: mapOf(spec.options),
    labels: mapOf(spec.labels),
  };
  return { config, scope, isIngress };
}

/** A network of the store as the engine gets it. */
export function swarmNetworkOf(network: NetworkObject): SwarmNetwork {
  return {
    id: network.id,
    request: requestOfSpec(network.spec),
    createdNs: network.createdNs,
    updatedNs: network.updatedNs,
    versionIndex: network.versionIndex,
    subnets: (network.subnets ?? []).map(subnetOf),
  };
}

function subnetOf({ subnet, range, gateway, vni }: AllocatedSubnet): SwarmSubnet {
  const cidr = parseCidr(subnet);
  const address = parseIp4(gateway);
  assert(cidr !== undefined && address !== undefined, 'the allocator writes addresses that can be read');
  return { subnet: cidr, range, gateway: address, vni };
}

function mapOf(record: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(record));
}
