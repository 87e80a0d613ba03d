import assert from 'node:assert/strict';
import { VxlanIds } from '../../../../src/docker/swarm/allocator/vxlan-ids.ts';

describe('docker/swarm/allocator/vxlan-ids', () => {
  it('begins at 4096 and gives none out again while there are others', () => {
    const ids = new VxlanIds();
    assert.equal(ids.next(), 4096);
    ids.release(4096);
    assert.equal(ids.next(), 4097);
    assert.equal(ids.take(4098), 4098);
    assert.equal(ids.next(), 4099);
  });

  it('refuses what is in use and what there is not', () => {
    const ids = new VxlanIds();
    ids.take(7);
    assert.throws(() => ids.take(7), /requested bit is already allocated/);
    assert.throws(() => ids.take(0x100_0000), /requested bit is out of range/);
  });

  it('goes round when the last one is used', () => {
    const ids = new VxlanIds();
    ids.next();
    ids.release(4096);
    for (let vni = 4097; vni < 4200; vni++) ids.take(vni);
    assert.equal(ids.next(), 4200);
  });
});
