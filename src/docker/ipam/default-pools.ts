/** The pools that networks get when nobody asked for a subnet (libnetwork: ipamutils/utils.go, netutils). */
import type { Cidr } from '../../base/addr.ts';
import { cidrsOverlap, formatCidr, ip4 } from '../../base/addr.ts';
import { DaemonError } from '../errors.ts';

/** What they are cut from, and to which prefix length: 15 of /16, then 16 of /20. */
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

/** The first default pool that overlaps none of `avoid`. Twin of FindAvailableNetwork. */
export function findDefaultPool(avoid: readonly Cidr[]): Cidr | undefined {
  return DEFAULT_POOLS.find((pool) => !avoid.some((other) => cidrsOverlap(pool, other)));
}

/** The subnet of a default bridge that the host does not have yet. Without one the daemon does not start. */
export function electDefaultBridgeSubnet(avoid: readonly Cidr[]): Cidr {
  const found = findDefaultPool(avoid);
  if (found !== undefined) return found;
  const list = `PredefinedLocalScopeDefaultNetworks List: [${DEFAULT_POOLS.map(formatCidr).join(' ')}]`;
  throw new DaemonError(
    `Error initializing network controller: list bridge addresses failed: ${list}: no available network`,
  );
}
