/**
 * Address management: the local address space of libnetwork's default driver (ipam/allocator.go, ipam/structures.go of
 * 20.10). A pool is a subnet with a bitmap of its addresses; a request with a range is a sub-pool, which takes its
 * addresses from the range but out of the bitmap that all pools of the subnet have in common.
 */
import type { Cidr, Ip4 } from '../../base/addr.ts';
import { broadcastOf, cidrContains, cidrsOverlap, networkOf, prefixMask } from '../../base/addr.ts';
import { assert } from '../../base/assert.ts';
import { DaemonError } from '../errors.ts';
import { AddressBitmap } from './address-bitmap.ts';
import { DEFAULT_POOLS } from './default-pools.ts';

/** There is nothing left to give out (ipamapi.ErrNoAvailableIPs). An endpoint then asks the network's next pool. */
export class NoAvailableAddressError extends DaemonError {
  constructor() {
    super('No available addresses on this pool');
  }
}

export interface PoolRequest {
  /** Undefined for one of the default pools. */
  readonly subnet?: Cidr | undefined;
  /** Where in the subnet addresses come from when none is asked for by name. */
  readonly range?: Cidr | undefined;
  /** What a default pool must not overlap: networks and name servers of the host. A subnet asked for may. */
  readonly avoid: readonly Cidr[];
}

/** The addresses of one subnet, for all pools in it. */
interface Master {
  /** Without host bits. */
  readonly network: Cidr;
  readonly taken: AddressBitmap;
  /** How many pools there are in it. */
  references: number;
  /** Where a serial search begins: behind what was chosen last. */
  cursor: number;
}

export class AddressPool {
  /** As asked for, host bits and all. */
  readonly subnet: Cidr;
  readonly range: Cidr | null;
  readonly master: Master;
  /** The first and the last address to choose from, counted from the subnet's own. */
  private readonly first: number;
  private readonly last: number;

  constructor(master: Master, subnet: Cidr, range: Cidr | null) {
    this.master = master;
    this.subnet = subnet;
    this.range = range;
    // A range wider than the subnet is cut to it: only the host part counts (getAddressRange).
    this.first = range === null ? 0 : this.ordinal(networkOf(range));
    this.last = range === null ? master.taken.size - 1 : this.ordinal(broadcastOf(range));
  }

  /** Addresses of the subnet that nobody can get any more, its own and the broadcast address among them. */
  get takenCount(): number {
    const { taken } = this.master;
    return taken.size - taken.clearCount;
  }

  /** What can be chosen from. */
  get freeCount(): number {
    return this.range === null ? this.master.taken.clearCount : this.master.taken.clearIn(this.first, this.last);
  }

  contains(address: Ip4): boolean {
    return cidrContains(this.subnet, address);
  }

  /**
   * Takes the lowest free address, or the preferred one, which may lie outside the range. Throws a DaemonError. A
   * serial request takes the next one behind that which was chosen last, so that none is reused at once.
   */
  requestAddress(preferred?: Ip4, isSerial = false): Ip4 {
    const { taken, network } = this.master;
    if (preferred !== undefined && !this.contains(preferred)) {
      throw new DaemonError('Requested address is out of range');
    }
    if (taken.clearCount === 0) throw new NoAvailableAddressError();
    if (preferred !== undefined) {
      if (!taken.set(this.ordinal(preferred))) throw new DaemonError('Address already in use');
      return preferred;
    }
    const chosen = this.nextClear(isSerial ? this.master.cursor : 0) ?? taken.lowestClear(this.first, this.last);
    if (chosen === undefined) throw new NoAvailableAddressError();
    taken.set(chosen);
    this.master.cursor = chosen + 1;
    return (network.address + chosen) | 0;
  }

  /** Twin of bitseq's getAvailableFromCurrent, without its second search from the start. */
  private nextClear(cursor: number): number | undefined {
    const { taken } = this.master;
    return cursor > this.first && cursor < taken.size ? taken.lowestClear(cursor, this.last) : undefined;
  }

  /** Gives back an address that `requestAddress` gave out: the next request may get it. */
  releaseAddress(address: Ip4): void {
    assert(this.contains(address), 'an address goes back to its own pool');
    const wasTaken = this.master.taken.clear(this.ordinal(address));
    assert(wasTaken, 'an address is released once, by whoever was given it');
  }

  /** The host part: the address counted from the subnet's own. */
  private ordinal(address: Ip4): number {
    return (address & ~prefixMask(this.subnet.prefixLen)) >>> 0;
  }
}

/** The pools that are tried, by number. */
export interface DefaultPools {
  readonly count: number;
  at(index: number): Cidr;
}

const LOCAL_POOLS: DefaultPools = { count: DEFAULT_POOLS.length, at: (index) => DEFAULT_POOLS[index]! };

/** How a default pool is found, and what is said when there is none. */
export interface DefaultPoolSearch {
  readonly pools: DefaultPools;
  /** The lowest that is free; else the next one after that which was given out last. */
  readonly isLowest: boolean;
  readonly exhaustedText: string;
}

const BY_CURSOR: DefaultPoolSearch = { pools: LOCAL_POOLS, isLowest: false, exhaustedText: noDefaultPoolText(4) };
/** Of engines from 24 on (ipams/defaultipam). */
export const LOWEST_POOL: DefaultPoolSearch = {
  pools: LOCAL_POOLS,
  isLowest: true,
  exhaustedText: 'all predefined address pools have been fully subnetted',
};

export class Ipam {
  private readonly search: DefaultPoolSearch;
  private readonly masters: Master[] = [];
  private readonly subPools = new Set<AddressPool>();
  /** The default pool that is tried first: the one after that which was given out last. */
  private nextDefault = 0;

  constructor(search: DefaultPoolSearch = BY_CURSOR) {
    this.search = search;
  }

  /** Twin of RequestPool, and of the search for a pool that the host does not use. Throws a DaemonError. */
  requestPool(request: PoolRequest): AddressPool {
    if (request.subnet === undefined) return this.requestDefaultPool(request.avoid);
    return request.range === undefined ? this.addPool(request.subnet) : this.addSubPool(request.subnet, request.range);
  }

  /** Gives a pool back. What is taken of a subnet is forgotten with its last pool. */
  releasePool(pool: AddressPool): void {
    const { master } = pool;
    assert(this.masters.includes(master), 'a pool is released once');
    this.subPools.delete(pool);
    master.references--;
    if (master.references === 0) this.masters.splice(this.masters.indexOf(master), 1);
  }

  /**
   * Twin of requestPoolHelper: pools are asked for until one overlaps nothing of the host, and those that did are held
   * till then, so that none comes twice. The cursor has moved past them.
   */
  private requestDefaultPool(avoid: readonly Cidr[]): AddressPool {
    if (this.search.isLowest) this.nextDefault = 0;
    const held: AddressPool[] = [];
    try {
      for (;;) {
        const pool = this.addPool(this.nextDefaultSubnet());
        if (!avoid.some((other) => cidrsOverlap(pool.subnet, other))) return pool;
        held.push(pool);
      }
    } finally {
      for (const pool of held) this.releasePool(pool);
    }
  }

  /** Twin of getPredefinedPool and updateStartIndex: behind the end the cursor does not go round, it starts anew. */
  private nextDefaultSubnet(): Cidr {
    const { pools } = this.search;
    const start = this.nextDefault;
    for (let i = 0; i < pools.count; i++) {
      const subnet = pools.at((start + i) % pools.count);
      if (this.isOverlapping(subnet)) continue;
      this.nextDefault = start + i + 1 < pools.count ? start + i + 1 : 0;
      return subnet;
    }
    throw new DaemonError(this.search.exhaustedText);
  }

  private addPool(subnet: Cidr): AddressPool {
    if (this.isOverlapping(subnet)) throw poolOverlap();
    const pool = new AddressPool(this.addMaster(subnet), subnet, null);
    pool.master.references++;
    return pool;
  }

  /** A sub-pool may lie in a subnet that is in use, and may overlap other subnets (moby issue 46756). */
  private addSubPool(subnet: Cidr, range: Cidr): AddressPool {
    const network = networkOf(subnet);
    const known = this.masters.find(
      (master) => master.network.address === network && master.network.prefixLen === subnet.prefixLen,
    );
    for (const other of this.subPools) {
      if (other.master === known && isSameCidr(other.range!, range)) throw poolOverlap();
    }
    const pool = new AddressPool(known ?? this.addMaster(subnet), subnet, range);
    pool.master.references++;
    this.subPools.add(pool);
    return pool;
  }

  private addMaster(subnet: Cidr): Master {
    const taken = new AddressBitmap(2 ** (32 - subnet.prefixLen));
    // The network's own address and the broadcast address, those of /31 and /32 too.
    taken.set(0);
    taken.set(taken.size - 1);
    const network = { address: networkOf(subnet), prefixLen: subnet.prefixLen };
    const master = { network, taken, references: 0, cursor: 0 };
    this.masters.push(master);
    return master;
  }

  private isOverlapping(subnet: Cidr): boolean {
    return this.masters.some((master) => cidrsOverlap(master.network, subnet));
  }
}

/** No default pool is left; for IPv6 there never is one. */
export function noDefaultPoolText(ipVersion: 4 | 6): string {
  const which = `IPv${ipVersion} address pool among the defaults`;
  return `could not find an available, non-overlapping ${which} to assign to the network`;
}

function poolOverlap(): DaemonError {
  return new DaemonError('Pool overlaps with other one on this address space');
}

function isSameCidr(left: Cidr, right: Cidr): boolean {
  return left.address === right.address && left.prefixLen === right.prefixLen;
}
