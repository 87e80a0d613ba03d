/** A network of the container network model: plain state. What it means in the kernel is its driver's business. */
import type { Ip4 } from '../base/addr.ts';
import type { Endpoint } from './endpoint.ts';
import { shortId } from './ids.ts';
import type { AddressPool } from './ipam/ipam.ts';

/** Options of the bridge driver (libnetwork drivers/bridge/labels.go, netlabel/labels.go). */
export const NETWORK_OPTION = {
  bridgeName: 'com.docker.network.bridge.name',
  isDefaultBridge: 'com.docker.network.bridge.default_bridge',
  isIccEnabled: 'com.docker.network.bridge.enable_icc',
  isIpMasqueradeEnabled: 'com.docker.network.bridge.enable_ip_masquerade',
  hostBindingIpv4: 'com.docker.network.bridge.host_binding_ipv4',
  mtu: 'com.docker.network.driver.mtu',
  hostIpv4: 'com.docker.network.host_ipv4',
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
  /** The driver's name: `bridge`, `host`, `null`. */
  readonly driver: string;
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

export interface Network extends NetworkConfig {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly scope: 'local';
  readonly createdNs: number;
  /** Null where endpoints have no addresses. */
  readonly pool: AddressPool | null;
  /** The address of the network's own end, and the containers' default gateway. */
  readonly gateway: Ip4 | null;
  readonly endpoints: Set<Endpoint>;
}

/** What a network has about which nobody said anything. */
export const PLAIN_NETWORK: Omit<NetworkConfig, 'name' | 'driver'> = {
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

/** The name of the Linux bridge: as asked, or `br-` and the short id. */
export function bridgeNameOf(network: Network): string {
  return network.options.get(NETWORK_OPTION.bridgeName) ?? `br-${shortId(network.id)}`;
}

/** The MTU of the network's links, undefined to leave the kernel's. */
export function mtuOf(network: Network): number | undefined {
  const mtu = network.options.get(NETWORK_OPTION.mtu);
  return mtu === undefined ? undefined : Number(mtu);
}
