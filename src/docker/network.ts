/** A network of the container network model: plain state. What it means in the kernel is its driver's business. */
import type { Cidr, Ip4 } from '../base/addr.ts';
import type { Endpoint } from './endpoint.ts';
import { shortId } from './ids.ts';
import type { AddressPool } from './ipam.ts';

/** Options of the bridge driver (libnetwork drivers/bridge/labels.go, netlabel/labels.go). */
export const NETWORK_OPTION = {
  bridgeName: 'com.docker.network.bridge.name',
  isDefaultBridge: 'com.docker.network.bridge.default_bridge',
  isIccEnabled: 'com.docker.network.bridge.enable_icc',
  isIpMasqueradeEnabled: 'com.docker.network.bridge.enable_ip_masquerade',
  hostBindingIpv4: 'com.docker.network.bridge.host_binding_ipv4',
  mtu: 'com.docker.network.driver.mtu',
} as const;

/** What was asked of the address management, as `docker network inspect` shows it. */
export interface IpamConfig {
  readonly subnet: Cidr;
  readonly gateway?: Ip4;
}

export interface Network {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** The driver's name: `bridge`, `host`, `null`. */
  readonly driver: string;
  readonly scope: 'local';
  readonly createdNs: number;
  readonly ipamConfigs: readonly IpamConfig[];
  readonly options: ReadonlyMap<string, string>;
  /** Null where endpoints have no addresses. */
  readonly pool: AddressPool | null;
  /** The address of the network's own end, and the containers' default gateway. */
  readonly gateway: Ip4 | null;
  readonly endpoints: Set<Endpoint>;
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
