/**
 * The addresses of a network: a pool for each subnet, its gateway, its auxiliary addresses. Twin of libnetwork's
 * ipamAllocate, ipamAllocateVersion and ipamReleaseVersion (network.go of 20.10).
 */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { formatCidr, formatIp4, networkOf } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import { DaemonError } from '../errors.ts';
import { goIp4, invalidCidrText, ip4Cidr, parseGoCidr, parseGoIp } from '../go-net.ts';
import type { IpamConfig } from '../network.ts';
import type { AddressPool, Ipam } from './ipam.ts';
import { NoAvailableAddressError } from './ipam.ts';

/** The auxiliary address to which the bridge driver leads its containers' default routes, instead of the gateway. */
const DEFAULT_GATEWAY_AUX_KEY = 'DefaultGatewayIPv4';

/** What is wanted for one network. */
export interface AddressRequest {
  readonly networkName: string;
  /** Empty or `default`, or `null`, which gives no addresses; there are no others. */
  readonly ipamDriver: string;
  /** Of IPv4; none for a default pool. */
  readonly configs: readonly IpamConfig[];
  /** What a default pool must not overlap. */
  readonly avoid: readonly Cidr[];
  /** A gateway that nobody asked for is left out: the network has no way out. */
  readonly isGatewaySkipped?: boolean;
}

/** What a network has of one pool. */
export interface PoolAddresses {
  readonly pool: AddressPool;
  /** Null where nobody wants one. */
  readonly gateway: Ip4 | null;
  readonly auxAddresses: ReadonlyMap<string, Ip4>;
}

/** What was asked for, by IP version. Throws a DaemonError for what is no subnet: the daemon looks at that first. */
export function splitIpamConfigs(configs: readonly IpamConfig[]): {
  readonly ip4: readonly IpamConfig[];
  /** Shown by `docker network inspect`, and without effect on a network that is not made with `--ipv6`. */
  readonly ip6: readonly IpamConfig[];
} {
  const ip4: IpamConfig[] = [];
  const ip6: IpamConfig[] = [];
  for (const config of configs) {
    const subnet = parseGoCidr(config.subnet);
    if (subnet === undefined) {
      throw new DaemonError(`Invalid subnet ${config.subnet} : ${invalidCidrText(config.subnet)}`);
    }
    (ip4Cidr(subnet) === undefined ? ip6 : ip4).push(config);
  }
  return { ip4, ip6 };
}

/**
 * Takes pools, gateways and auxiliary addresses. Without a config that is one default pool; the driver `null` gives
 * nothing. Throws a DaemonError and gives the pools back, but for two mistakes after which the real engine keeps them.
 */
export function allocateNetworkAddresses(ipam: Ipam, request: AddressRequest): readonly PoolAddresses[] {
  if (request.ipamDriver === 'null') return allocateNothing(request);
  if (request.ipamDriver !== '' && request.ipamDriver !== 'default') {
    throw new DaemonError(`plugin ${JSON.stringify(request.ipamDriver)} not found`);
  }
  const configs = request.configs.length === 0 ? [null] : request.configs;
  const pools: AddressPool[] = [];
  try {
    return configs.map((config) => {
      if (config !== null) checkGateway(config);
      const pool = requestPool(ipam, config, request.avoid);
      pools.push(pool);
      const wantedGateway = config?.gateway ?? '';
      const isSkipped = request.isGatewaySkipped === true && wantedGateway === '';
      const gateway = isSkipped ? null : requestGateway(pool, wantedGateway);
      const auxAddresses = requestAuxAddresses(pool, config?.auxAddresses ?? new Map(), request.networkName);
      return { pool, gateway, auxAddresses };
    });
  } catch (error) {
    if (!(error instanceof KeptPoolError)) for (const pool of pools) ipam.releasePool(pool);
    throw error;
  }
}

/** Gives back all that a network had. */
export function releaseNetworkAddresses(ipam: Ipam, addresses: readonly PoolAddresses[]): void {
  for (const { pool, gateway, auxAddresses } of addresses) {
    if (gateway !== null) pool.releaseAddress(gateway);
    for (const address of auxAddresses.values()) pool.releaseAddress(address);
    ipam.releasePool(pool);
  }
}

/** Where the default routes of a bridge network's containers lead (setupGatewayIPv4). */
export function defaultGatewayOf(addresses: PoolAddresses): Ip4 | null {
  return addresses.auxAddresses.get(DEFAULT_GATEWAY_AUX_KEY) ?? addresses.gateway;
}

/**
 * Takes the address of an endpoint: the preferred one, or the lowest of the first pool that has one left. Twin of
 * assignAddressVersion. Throws a DaemonError, in which `networkLabel` is the network's `NAME (ID)`.
 */
export function requestEndpointAddress(
  pools: readonly AddressPool[],
  preferred: Ip4 | null,
  networkLabel: string,
): { readonly pool: AddressPool; readonly address: Ip4 } {
  const wanted = preferred ?? undefined;
  for (const pool of pools) {
    if (wanted !== undefined && !pool.contains(wanted)) continue;
    try {
      return { pool, address: pool.requestAddress(wanted) };
    } catch (error) {
      if (!(error instanceof NoAvailableAddressError) || wanted !== undefined) throw error;
    }
  }
  if (wanted === undefined) {
    throw new DaemonError(`no available IPv4 addresses on this network's address pools: ${networkLabel}`);
  }
  throw new DaemonError(`Invalid address ${formatIp4(wanted)}: It does not belong to any of this network's subnets`);
}

/**
 * A mistake in an auxiliary address that is found after the pool was taken, and after which ipamAllocateVersion forgets
 * to give it back: nobody can have the subnet any more.
 */
class KeptPoolError extends DaemonError {}

/** The driver `null` (ipams/null): it wants no subnet, and gives a pool without addresses. */
function allocateNothing(request: AddressRequest): readonly PoolAddresses[] {
  if (request.configs.length === 0) return [];
  checkGateway(request.configs[0]!);
  throw new DaemonError('null ipam driver does not handle specific address pool requests');
}

/** Twin of IpamConf.Validate. */
function checkGateway(config: IpamConfig): void {
  if (config.gateway === '' || parseGoIp(config.gateway) !== undefined) return;
  throw new DaemonError(`invalid gateway address ${config.gateway} in Ipam configuration`);
}

function requestPool(ipam: Ipam, config: IpamConfig | null, avoid: readonly Cidr[]): AddressPool {
  if (config === null) return ipam.requestPool({ avoid });
  const subnet = cidrOf(config.subnet);
  assert(subnet !== undefined, 'splitIpamConfigs has seen the subnet');
  if (config.range === '') return ipam.requestPool({ subnet, avoid });
  const range = cidrOf(config.range);
  if (range === undefined) {
    const what = `address space "LocalDefault" pool "${config.subnet}" subpool "${config.range}"`;
    throw new DaemonError(`failed to parse pool request for ${what}: Invalid Address SubPool`);
  }
  return ipam.requestPool({ subnet, range, avoid });
}

function requestGateway(pool: AddressPool, preferred: string): Ip4 {
  try {
    return pool.requestAddress(preferred === '' ? undefined : ip4Of(preferred));
  } catch (error) {
    if (!(error instanceof DaemonError)) throw error;
    throw new DaemonError(`failed to allocate gateway (${preferred}): ${error.message}`);
  }
}

function requestAuxAddresses(
  pool: AddressPool,
  wanted: ReadonlyMap<string, string>,
  networkName: string,
): Map<string, Ip4> {
  const taken = new Map<string, Ip4>();
  for (const [name, text] of wanted) {
    const address = ip4Of(text);
    if (parseGoIp(text) === undefined) {
      const which = `non parsable secondary ip address (${name}:${text})`;
      throw new KeptPoolError(`${which} passed for network ${networkName}`);
    }
    if (address === undefined || !pool.contains(address)) {
      const master = formatCidr({ ...pool.subnet, address: networkOf(pool.subnet) });
      throw new KeptPoolError(`auxiliary address: (${name}:${text}) must belong to the master pool: ${master}`);
    }
    try {
      taken.set(name, pool.requestAddress(address));
    } catch (error) {
      if (!(error instanceof DaemonError)) throw error;
      throw new DaemonError(`failed to allocate secondary ip address (${name}:${text}): ${error.message}`);
    }
  }
  return taken;
}

function cidrOf(text: string): Cidr | undefined {
  const cidr = parseGoCidr(text);
  return cidr === undefined ? undefined : ip4Cidr(cidr);
}

function ip4Of(text: string): Ip4 | undefined {
  const ip = parseGoIp(text);
  return ip === undefined ? undefined : goIp4(ip);
}
