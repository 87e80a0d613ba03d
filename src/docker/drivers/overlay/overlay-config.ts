/** What the overlay driver is told of a network: CreateNetwork of libnetwork's drivers/overlay/ov_network.go. */
import type { Cidr, Ip4 } from '../../../base/addr.ts';
import { networkOf } from '../../../base/addr.ts';
import { assert } from '../../../base/assert.ts';
import { DaemonError } from '../../errors.ts';
import type { Network } from '../../network.ts';
import { NETWORK_OPTION } from '../../network.ts';
import { encryptedMtu } from './encryption.ts';

/** Options of overlay networks (netlabel/labels.go, drivers/overlay/overlay.go). */
export const OVERLAY_OPTION = {
  vniList: 'com.docker.network.driver.overlay.vxlanid_list',
  encrypted: 'encrypted',
} as const;

/** Of an interface, unless the network says otherwise. */
const MTU_DEFAULT = 1500;
/** Inner Ethernet header 14, outer IP 20, UDP 8, VXLAN 8. */
const VXLAN_OVERHEAD = 50;

/** One subnet, which has a bridge and a VXLAN interface of its own. */
export interface OverlaySubnet {
  readonly subnet: Cidr;
  readonly gateway: Ip4;
  readonly vni: number;
}

export interface OverlayConfig {
  readonly subnets: readonly OverlaySubnet[];
  readonly isSecure: boolean;
  /** Of the interfaces in the network. */
  readonly mtu: number;
}

/** Throws a DaemonError about what cannot be read. */
export function readOverlayConfig(network: Network): OverlayConfig {
  const { addresses, options } = network;
  if (addresses.length === 0) throw new DaemonError('ipv4 pool is empty');
  const vnis = readVnis(options.get(OVERLAY_OPTION.vniList) ?? '');
  const isSecure = options.has(OVERLAY_OPTION.encrypted);
  const askedMtu = readMtu(options.get(NETWORK_OPTION.mtu));
  if (vnis.length < addresses.length) {
    throw new DaemonError(`insufficient vnis(${vnis.length}) passed to overlay`);
  }
  const subnets = addresses.map(({ pool, gateway }, i) => {
    assert(gateway !== null, 'a subnet of an overlay network has a gateway');
    return { subnet: { ...pool.subnet, address: networkOf(pool.subnet) }, gateway, vni: vnis[i]! };
  });
  return { subnets, isSecure, mtu: maxMtu(askedMtu, isSecure) };
}

/** Twin of maxMTU. */
function maxMtu(askedMtu: number, isSecure: boolean): number {
  const mtu = (askedMtu === 0 ? MTU_DEFAULT : askedMtu) - VXLAN_OVERHEAD;
  return isSecure ? encryptedMtu(mtu) : mtu;
}

function readVnis(list: string): number[] {
  if (list === '') return [];
  return list.split(',').map((text) => {
    if (!/^[+-]?\d+$/.test(text)) throw new DaemonError(`invalid vxlan id value ${JSON.stringify(text)} passed`);
    return Number(text);
  });
}

function readMtu(text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^[+-]?\d+$/.test(text)) {
    const cause = `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
    throw new DaemonError(`failed to parse ${NETWORK_OPTION.mtu}: ${text}: ${cause}`);
  }
  const mtu = Number(text);
  if (mtu < 0) throw new DaemonError(`invalid MTU value: ${mtu}`);
  return mtu;
}
