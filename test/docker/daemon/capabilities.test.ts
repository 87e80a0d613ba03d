import assert from 'node:assert/strict';
import { capabilityFault, isForNetworks } from '../../../src/docker/daemon/capabilities.ts';

describe('names of capabilities', () => {
  it('may have a prefix, in any case', () => {
    assert.equal(capabilityFault('CapAdd', ['NET_ADMIN', 'cap_chown', 'all']), undefined);
    assert.equal(capabilityFault('CapAdd', ['CHOWN', 'bogus']), 'invalid CapAdd: unknown capability: "CAP_BOGUS"');
    assert.equal(capabilityFault('CapDrop', ['cap_x']), 'invalid CapDrop: unknown capability: "CAP_X"');
  });

  it('may be missed on a network', () => {
    assert.deepEqual(['ALL', 'Net_Raw', 'CAP_NET_ADMIN', 'CHOWN', 'SYS_ADMIN'].map(isForNetworks), [
      ...[true, true, true, false, false],
    ]);
  });
});
