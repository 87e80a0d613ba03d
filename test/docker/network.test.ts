import assert from 'node:assert/strict';
import { PLAIN_NETWORK, isPredefinedNetwork } from '../../src/docker/network.ts';

describe('a network', () => {
  it('is predefined by its name', () => {
    assert.deepEqual(['bridge', 'host', 'none', 'default', 'net1', 'Bridge', ''].map(isPredefinedNetwork), [
      ...[true, true, true, true],
      ...[false, false, false],
    ]);
  });

  it('is plain when nobody has said anything', () => {
    const { isInternal, isConfigOnly, isIpv6Enabled, ipamDriver } = PLAIN_NETWORK;
    assert.deepEqual([isInternal, isConfigOnly, isIpv6Enabled, ipamDriver], [false, false, false, 'default']);
  });
});
