import assert from 'node:assert/strict';
import { errorText } from '../../src/kernel/errno.ts';

describe('kernel: error numbers', () => {
  it('are told in the words of strerror(3)', () => {
    assert.equal(errorText(''), 'Success');
    assert.equal(errorText('ENETUNREACH'), 'Network is unreachable');
    assert.equal(errorText('EHOSTUNREACH'), 'No route to host');
    assert.equal(errorText('ECONNREFUSED'), 'Connection refused');
    assert.equal(errorText('EADDRINUSE'), 'Address already in use');
    assert.equal(errorText('EEXIST'), 'File exists');
  });
});
