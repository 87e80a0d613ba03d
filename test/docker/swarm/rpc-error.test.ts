import assert from 'node:assert/strict';
import { DaemonError } from '../../../src/docker/errors.ts';
import { RpcError } from '../../../src/docker/swarm/rpc-error.ts';

describe('docker/swarm/rpc-error', () => {
  it('words a refusal as gRPC does, for the client to put its own words before', () => {
    const error = new RpcError('NotFound', 'network x not found');
    assert.equal(error.message, 'rpc error: code = NotFound desc = network x not found');
    assert.ok(error instanceof DaemonError);
    assert.equal(error.code, 'NotFound');
  });
});
