/** The subnets that networks of a swarm get when nobody asked for one: `--default-addr-pool`, cut into pieces. */
import type { Cidr } from '../../../base/addr.ts';
import { networkOf, parseCidr } from '../../../base/addr.ts';
import { assert } from '../../../base/assert.ts';
import type { DefaultPools } from '../../ipam/ipam.ts';

/** Twin of ipamutils.SplitNetworks: the pieces of each pool in turn. */
export function splitPools(bases: readonly string[], subnetSize: number): DefaultPools {
  const pools = bases.map((text) => {
    const base = parseCidr(text);
    assert(base !== undefined && base.prefixLen <= subnetSize, 'address pools are checked when the swarm is made');
    return { base, pieces: 2 ** (subnetSize - base.prefixLen) };
  });
  return {
    count: pools.reduce((sum, { pieces }) => sum + pieces, 0),
    at: (index) => {
      let piece = index;
      for (const { base, pieces } of pools) {
        if (piece < pieces) return pieceOf(base, piece, subnetSize);
        piece -= pieces;
      }
      assert(false, 'a piece is asked for by a number below their count');
    },
  };
}

function pieceOf(base: Cidr, piece: number, prefixLen: number): Cidr {
  return { address: (networkOf(base) + piece * 2 ** (32 - prefixLen)) | 0, prefixLen };
}
