import assert from 'node:assert/strict';
import { FEATURES, Offload } from '../../../src/kernel/dev/offload.ts';

describe('kernel: offload features', () => {
  it('are listed once each', () => {
    assert.equal(new Set(FEATURES).size, FEATURES.length);
  });

  it('go with what they need, and come back with it', () => {
    const offload = new Offload('veth');
    offload.request(new Map([['tx-checksum-ip-generic', false]]));
    assert.equal(offload.active(false).has('tx-tcp-segmentation'), false);
    assert.equal(offload.isWanted('tx-tcp-segmentation'), true);
    offload.request(new Map([['tx-checksum-ip-generic', true]]));
    assert.equal(offload.active(false).has('tx-tcp-segmentation'), true);
  });

  it('stay where they are fixed', () => {
    const offload = new Offload('loopback');
    offload.request(new Map([['rx-checksum', false]]));
    assert.deepEqual([offload.isFixed('rx-checksum'), offload.active(false).has('rx-checksum')], [true, true]);
  });

  it('of a bridge are what its ports have, too', () => {
    const offload = new Offload('bridge');
    assert.deepEqual(
      [true, false].map((hasPorts) => offload.active(hasPorts).has('tx-gso-robust')),
      [false, true],
    );
  });
});
