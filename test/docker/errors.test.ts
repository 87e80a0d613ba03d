import assert from 'node:assert/strict';
import { DaemonError } from '../../src/docker/errors.ts';

describe('a refusal of the daemon', () => {
  it('has its words, and says whether it is that something is not there', () => {
    const conflict = new DaemonError('Conflict.');
    assert.deepEqual([conflict.message, conflict.isNotFound, conflict.name], ['Conflict.', false, 'DaemonError']);
    assert.equal(new DaemonError('network nosuch not found', true).isNotFound, true);
  });
});
