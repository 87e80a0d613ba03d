import assert from 'node:assert/strict';
import type { Network } from '../../src/docker/network.ts';
import { NETWORK_OPTION, PLAIN_NETWORK, bridgeNameOf, mtuOf } from '../../src/docker/network.ts';

function networkWith(options: [string, string][]): Network {
  const networkId = '302dc7bc3c79312dcaede98eee33b22cbd5bfc3915817562b07a24aa47012384';
  const addresses = { pool: null, gateway: null, endpoints: new Set<never>() };
  const names = { ...PLAIN_NETWORK, id: networkId, name: 'net1', driver: 'bridge', scope: 'local' } as const;
  return { ...names, createdNs: 0, options: new Map(options), ...addresses };
}

describe('the options of a network', () => {
  it('name its bridge, which is called after the id otherwise', () => {
    assert.equal(bridgeNameOf(networkWith([])), 'br-302dc7bc3c79');
    assert.equal(bridgeNameOf(networkWith([[NETWORK_OPTION.bridgeName, 'mybr0']])), 'mybr0');
  });

  it("set the links' MTU, which is the kernel's otherwise", () => {
    assert.equal(mtuOf(networkWith([])), undefined);
    assert.equal(mtuOf(networkWith([[NETWORK_OPTION.mtu, '1400']])), 1400);
  });
});
