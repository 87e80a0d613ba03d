import assert from 'node:assert/strict';
import { HostDriver } from '../../../src/docker/drivers/host.ts';
import { DaemonError } from '../../../src/docker/errors.ts';

describe('the host driver', () => {
  it('has one network, which stays', () => {
    const driver = new HostDriver();
    assert.equal(driver.name, 'host');
    assert.throws(() => {
      driver.deleteNetwork();
    }, new DaemonError('network of type "host" cannot be deleted'));
  });
});
