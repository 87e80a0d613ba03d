import assert from 'node:assert/strict';
import { formatCidr } from '../../../../src/base/addr.ts';
import { splitPools } from '../../../../src/docker/swarm/allocator/address-pools.ts';

describe('docker/swarm/allocator/address-pools', () => {
  it('cuts the pools into pieces, one pool after the other', () => {
    const pools = splitPools(['10.0.0.0/8', '20.1.0.0/16'], 24);
    assert.equal(pools.count, 65_536 + 256);
    const asked = [0, 1, 65_535, 65_536, 65_791].map((index) => formatCidr(pools.at(index)));
    assert.deepEqual(asked, ['10.0.0.0/24', '10.0.1.0/24', '10.255.255.0/24', '20.1.0.0/24', '20.1.255.0/24']);
  });

  it('has no piece behind the last', () => {
    assert.throws(() => splitPools(['10.0.0.0/24'], 26).at(4));
  });
});
