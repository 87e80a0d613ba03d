/**
 * Address management: libnetwork's default driver, local address space. Pools never overlap; within one, always the
 * lowest free address is given out, so that a released one comes back with the next container.
 */
import type { Cidr, Ip4 } from '../base/addr.ts';
import { broadcastOf, cidrsOverlap, ip4, networkOf } from '../base/addr.ts';
import { assert } from '../base/assert.ts';
import { DaemonError } from './errors.ts';

/** The default pools and what they are cut into (libnetwork ipamutils/utils.go): 15 of /16, then 16 of /20. */
const LOCAL_SCOPE_DEFAULT_NETWORKS: readonly (readonly [string, number, number])[] = [
  ['172.17.0.0', 16, 16],
  ['172.18.0.0', 16, 16],
  ['172.19.0.0', 16, 16],
  ['172.20.0.0', 14, 16],
  ['172.24.0.0', 14, 16],
  ['172.28.0.0', 14, 16],
  ['192.168.0.0', 16, 20],
];

/** The predefined pools in the order in which they are tried. */
export const DEFAULT_POOLS: readonly Cidr[] = LOCAL_SCOPE_DEFAULT_NETWORKS.flatMap(([base, baseLen, prefixLen]) =>
  Array.from({ length: 2 ** (prefixLen - baseLen) }, (_, i) => ({
    address: (ip4(base) + i * 2 ** (32 - prefixLen)) | 0,
    prefixLen,
  })),
);

/** The addresses of one network. The network's own and the broadcast address are never given out. */
export class AddressPool {
  readonly subnet: Cidr;
  /** As unsigned numbers, so that they can be counted through. */
  private readonly first: number;
  private readonly last: number;
  private readonly taken = new Set<number>();
  /** Every address below is taken. */
  private lowestCandidate: number;

  constructor(subnet: Cidr) {
    this.subnet = subnet;
    this.first = (networkOf(subnet) >>> 0) + 1;
    this.last = (broadcastOf(subnet) >>> 0) - 1;
    this.lowestCandidate = this.first;
  }

  /** Takes the lowest free address; undefined when all are taken. */
  requestAddress(): Ip4 | undefined {
    while (this.lowestCandidate <= this.last && this.taken.has(this.lowestCandidate)) this.lowestCandidate++;
    if (this.lowestCandidate > this.last) return undefined;
    const address = this.lowestCandidate++;
    this.taken.add(address);
    return address | 0;
  }

  /** Gives back an address that `requestAddress` gave out. */
  releaseAddress(address: Ip4): void {
    const wasTaken = this.taken.delete(address >>> 0);
    assert(wasTaken, 'an address is released once, by whoever was given it');
    this.lowestCandidate = Math.min(this.lowestCandidate, address >>> 0);
  }
}

export class Ipam {
  private readonly pools: AddressPool[] = [];

  /** The first default pool that overlaps neither a pool in use nor one of `avoid`: the networks of the host. */
  requestDefaultPool(avoid: readonly Cidr[]): AddressPool {
    const busy = [...avoid, ...this.pools.map((pool) => pool.subnet)];
    const subnet = DEFAULT_POOLS.find((candidate) => !busy.some((other) => cidrsOverlap(candidate, other)));
    if (subnet === undefined) {
      throw new DaemonError(
        'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
      );
    }
    const pool = new AddressPool(subnet);
    this.pools.push(pool);
    return pool;
  }
}
