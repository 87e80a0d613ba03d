import assert from 'node:assert/strict';
import { addNetwork } from '../../../src/docker/daemon/networks.ts';
import { PLAIN_NETWORK } from '../../../src/docker/network.ts';
import { Lab } from '../lab.ts';

describe('a network that is added', () => {
  it('is made by its driver, and kept by its id', () => {
    const { engine, host } = new Lab();
    const pool = engine.ipam.requestPool({ avoid: [] });
    const gateway = pool.requestAddress();
    const network = addNetwork(engine, { ...PLAIN_NETWORK, name: 'net1', driver: 'bridge' }, [
      { pool, gateway, auxAddresses: new Map() },
    ]);
    assert.equal(engine.networks.get(network.id), network);
    assert.ok(host.rootNs.deviceByName(`br-${network.id.slice(0, 12)}`)?.isUp);
  });
});
