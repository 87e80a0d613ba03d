/**
 * Who has which subnet, VXLAN identifier and address in the networks of a swarm. Twin of swarmkit's cnmallocator over
 * libnetwork's address management, which it asks for serial addresses. It decides, and keeps nothing that could not be
 * read from the store again.
 */
import type { Cidr } from '../../../base/addr.ts';
import { formatCidr, formatIp4, networkOf, parseCidr, parseIp4 } from '../../../base/addr.ts';
import { assert } from '../../../base/assert.ts';
import { DaemonError } from '../../errors.ts';
import { Ipam, NoAvailableAddressError, noDefaultPoolText } from '../../ipam/ipam.ts';
import type { AddressPool } from '../../ipam/ipam.ts';
import type { AllocatedSubnet, NetworkObject } from '../objects.ts';
import { OVERLAY_DRIVER } from '../network-spec.ts';
import { splitPools } from './address-pools.ts';
import { VxlanIds } from './vxlan-ids.ts';

/** Identifiers that somebody wants for the subnets, in their order. */
const VXLAN_ID_OPTION = 'com.docker.network.driver.overlay.vxlanid_list';

/** What was asked for of one subnet. */
type Asked = NetworkObject['spec']['ipamConfigs'][number];

interface LocalNetwork {
  readonly pools: readonly AddressPool[];
  readonly gateways: readonly number[];
  readonly vnis: readonly number[];
}

export class NetworkAllocator {
  private readonly ipam: Ipam;
  private readonly vxlanIds = new VxlanIds();
  private readonly networks = new Map<string, LocalNetwork>();

  constructor(addressPool: readonly string[], subnetSize: number) {
    const pools = splitPools(addressPool, subnetSize);
    this.ipam = new Ipam({ pools, isLowest: false, exhaustedText: noDefaultPoolText(4) });
  }

  isAllocated(networkId: string): boolean {
    return this.networks.has(networkId);
  }

  /**
   * Gives a network its subnets; those that it had already, for a network that another leader has allocated. Throws a
   * DaemonError; then nothing is taken.
   */
  allocate(network: NetworkObject): readonly AllocatedSubnet[] {
    // Networks of other drivers belong to each node alone.
    const asked = network.spec.driver === OVERLAY_DRIVER ? askedOf(network) : [];
    const taken: { pool: AddressPool; gateway: number; range: string; subnet: string }[] = [];
    const vnis: number[] = [];
    try {
      for (const config of asked) taken.push(this.takePool(config));
      const wanted = wantedVxlanIds(network);
      for (let i = 0; i < taken.length; i++) vnis.push(this.takeVxlanId(wanted[i]));
    } catch (error) {
      for (const vni of vnis) this.vxlanIds.release(vni);
      for (const { pool } of taken) this.ipam.releasePool(pool);
      throw error;
    }
    const pools = taken.map(({ pool }) => pool);
    const gateways = taken.map(({ gateway }) => gateway);
    this.networks.set(network.id, { pools, gateways, vnis });
    return taken.map(({ subnet, range, gateway }, i) => ({
      subnet,
      range,
      gateway: formatIp4(gateway),
      vni: vnis[i]!,
    }));
  }

  /** Takes everything of a network back. */
  deallocate(networkId: string): void {
    const network = this.networks.get(networkId);
    if (network === undefined) return;
    this.networks.delete(networkId);
    for (const vni of network.vnis) this.vxlanIds.release(vni);
    for (const pool of network.pools) this.ipam.releasePool(pool);
  }

  /** An address of the first subnet that has one, or the wanted one. Throws a DaemonError. */
  allocateAddress(networkId: string, wanted = ''): string {
    const network = this.networks.get(networkId);
    if (network === undefined) {
      throw new DaemonError(`could not find network allocator state for network ${networkId}`);
    }
    const preferred = wanted === '' ? undefined : wantedAddress(wanted);
    for (const pool of network.pools) {
      if (preferred !== undefined && !pool.contains(preferred)) continue;
      const address = takeAddress(pool, preferred);
      if (address !== undefined) return formatCidr({ address, prefixLen: pool.subnet.prefixLen });
    }
    throw new DaemonError('could not find an available IP');
  }

  /** Gives an address back; a network that has gone has taken its addresses with it. */
  releaseAddress(networkId: string, address: string): void {
    const cidr = parseCidr(address);
    assert(cidr !== undefined, 'addresses of the store can be read');
    const pool = this.networks.get(networkId)?.pools.find((each) => each.contains(cidr.address));
    pool?.releaseAddress(cidr.address);
  }

  private takePool(asked: Asked): { pool: AddressPool; gateway: number; range: string; subnet: string } {
    const range = asked.range === '' ? undefined : cidrOf(asked.range);
    const subnet = asked.subnet === '' ? undefined : cidrOf(asked.subnet);
    const pool = this.ipam.requestPool({ subnet, range, avoid: [] });
    const text = asked.subnet === '' ? formatCidr({ ...pool.subnet, address: networkOf(pool.subnet) }) : asked.subnet;
    try {
      const gateway = pool.requestAddress(asked.gateway === '' ? undefined : parseIp4(asked.gateway), true);
      for (const address of Object.values(asked.auxAddresses)) pool.requestAddress(parseIp4(address));
      return { pool, gateway, range: asked.range, subnet: text };
    } catch (error) {
      this.ipam.releasePool(pool);
      throw error;
    }
  }

  private takeVxlanId(wanted: number | undefined): number {
    return wanted === undefined ? this.vxlanIds.next() : this.vxlanIds.take(wanted);
  }
}

/** What the network has, or else what was asked for it; one subnet of the pools if that is nothing. */
function askedOf({ subnets, spec }: NetworkObject): readonly Asked[] {
  if (subnets !== null) return subnets.map((subnet) => ({ ...subnet, auxAddresses: {} }));
  const nothing: Asked = { subnet: '', range: '', gateway: '', auxAddresses: {} };
  return spec.ipamConfigs.length === 0 ? [nothing] : spec.ipamConfigs;
}

function wantedVxlanIds({ subnets, spec }: NetworkObject): readonly number[] {
  if (subnets !== null) return subnets.map(({ vni }) => vni);
  const list = spec.options[VXLAN_ID_OPTION];
  if (list === undefined) return [];
  return list.split(',').map((text) => {
    if (!/^[+-]?\d+$/.test(text)) throw new DaemonError(`invalid vxlan id value ${JSON.stringify(text)} passed`);
    return Number(text);
  });
}

function cidrOf(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr === undefined) throw new DaemonError(`invalid CIDR address: ${text}`);
  return cidr;
}

function wantedAddress(text: string): number {
  const address = parseCidr(text)?.address ?? parseIp4(text);
  if (address === undefined) throw new DaemonError(`could not parse address string ${text}`);
  return address;
}

/** Undefined when the pool is full: another one may have an address. */
function takeAddress(pool: AddressPool, preferred: number | undefined): number | undefined {
  try {
    return pool.requestAddress(preferred, true);
  } catch (error) {
    if (error instanceof NoAvailableAddressError) return undefined;
    throw error;
  }
}
