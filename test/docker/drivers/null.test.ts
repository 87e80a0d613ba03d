import assert from 'node:assert/strict';
import { NullDriver } from '../../../src/docker/drivers/null.ts';
import { DaemonError } from '../../../src/docker/errors.ts';

describe('the null driver', () => {
  it('has one network, which stays', () => {
    const driver = new NullDriver();
    assert.equal(driver.name, 'null');
    assert.throws(() => {
      driver.deleteNetwork();
    }, new DaemonError('network of type "null" cannot be deleted'));
  });
});
