/** A network of the container network model: plain state. What it means in the kernel is its driver's business. */
import type { Ip4 } from '../base/addr.ts';
import { cidrContains } from '../base/addr.ts';
import type { Endpoint } from './endpoint.ts';
import type { AddressPool } from './ipam/ipam.ts';
import type { PoolAddresses } from './ipam/network-addresses.ts';

/** Options of the bridge driver (libnetwork drivers/bridge/labels.go, netlabel/labels.go). */
export const NETWORK_OPTION = {
  bridgeName: 'com.docker.network.bridge.name',
  isDefaultBridge: 'com.docker.network.bridge.default_bridge',
  isIccEnabled: 'com.docker.network.bridge.enable_icc',
  isIpMasqueradeEnabled: 'com.docker.network.bridge.enable_ip_masquerade',
  isIpv4Inhibited: 'com.docker.network.bridge.inhibit_ipv4',
  hostBindingIpv4: 'com.docker.network.bridge.host_binding_ipv4',
  hostIpv4: 'com.docker.network.host_ipv4',
  gatewayModeIpv4: 'com.docker.network.bridge.gateway_mode_ipv4',
  gatewayModeIpv6: 'com.docker.network.bridge.gateway_mode_ipv6',
  trustedHostInterfaces: 'com.docker.network.bridge.trusted_host_interfaces',
  mtu: 'com.docker.network.driver.mtu',
  isIpv4Enabled: 'com.docker.network.enable_ipv4',
  isIpv6Enabled: 'com.docker.network.enable_ipv6',
  announcementCount: 'com.docker.network.advertise_addr_nmsgs',
  announcementIntervalMs: 'com.docker.network.advertise_addr_ms',
  containerInterfacePrefix: 'com.docker.network.container_iface_prefix',
} as const;

/** What was asked of the address management for one subnet, as typed; empty texts for what was not. */
export interface IpamConfig {
  /** May have host bits, `10.1.2.3/24`: `docker network inspect` shows them. */
  readonly subnet: string;
  /** `--ip-range`. */
  readonly range: string;
  readonly gateway: string;
  /** By name: addresses that are never given out. */
  readonly auxAddresses: ReadonlyMap<string, string>;
}

/** What `docker network create` asks for (types.NetworkCreate). */
export interface NetworkConfig {
  readonly name: string;
  /** The driver's name: `bridge`, `host`, `null`. Empty in a request for whatever is usual. */
  readonly driver: string;
  readonly isIpv6Enabled: boolean;
  readonly isInternal: boolean;
  readonly isAttachable: boolean;
  readonly isConfigOnly: boolean;
  /** The network whose configuration this one takes; empty for none. */
  readonly configFrom: string;
  readonly ipamDriver: string;
  /** Null for the networks that the engine makes itself: `docker network inspect` shows the difference. */
  readonly ipamOptions: ReadonlyMap<string, string> | null;
  /** Empty when no subnet was asked for. */
  readonly ipamConfigs: readonly IpamConfig[];
  readonly options: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
}

/** The same with what no network keeps. */
export interface NetworkRequest {
  readonly config: NetworkConfig;
  /** Empty for whatever the driver's is. */
  readonly scope: string;
  readonly isIngress: boolean;
}

export interface Network extends NetworkConfig {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly scope: 'local' | 'swarm';
  /** Made on this host, made here because the swarm's managers said so, or known to them and not in use here. */
  readonly origin: 'host' | 'swarm' | 'store';
  /** The network by which a swarm publishes ports. */
  readonly isIngress: boolean;
  readonly createdNs: number;
  /** What the address management gave to it; empty where endpoints have no addresses. */
  readonly addresses: readonly PoolAddresses[];
  /** The first of them, null for none. */
  readonly pool: AddressPool | null;
  /** The address of the network's own end. */
  readonly gateway: Ip4 | null;
  readonly endpoints: Set<Endpoint>;
}

/** A network's addresses, as they stand in it. */
export function networkAddresses(addresses: readonly PoolAddresses[]): Pick<Network, 'addresses' | 'pool' | 'gateway'> {
  const first = addresses[0];
  return { addresses, pool: first?.pool ?? null, gateway: first?.gateway ?? null };
}

/** The pool of the network that an address of it is from. */
export function poolOf(network: Network, address: Ip4): AddressPool | null {
  return network.addresses.find(({ pool }) => cidrContains(pool.subnet, address))?.pool ?? network.pool;
}

/** What a network has about which nobody said anything. */
export const PLAIN_NETWORK: Omit<NetworkConfig, 'name' | 'driver'> = {
  isIpv6Enabled: false,
  isInternal: false,
  isAttachable: false,
  isConfigOnly: false,
  configFrom: '',
  ipamDriver: 'default',
  ipamOptions: null,
  ipamConfigs: [],
  options: new Map(),
  labels: new Map(),
};

/** The networks that every engine has; they are not made or removed by anybody (runconfig.IsPreDefinedNetwork). */
export function isPredefinedNetwork(name: string): boolean {
  return name === 'bridge' || name === 'host' || name === 'none' || name === 'default';
}
