import assert from 'node:assert/strict';
import { rpcErrorText } from '../../../../src/docker/swarm/control/rpc.ts';

describe('errors of calls', () => {
  it('are worded as Go prints a status', () => {
    const text = 'rpc error: code = Unavailable desc = transport is closing';
    assert.equal(rpcErrorText('Unavailable', 'transport is closing'), text);
  });
});
