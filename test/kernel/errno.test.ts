import assert from 'node:assert/strict';
import os from 'node:os';
import { errnoNumber, errorText } from '../../src/kernel/errno.ts';

describe('kernel: error numbers', () => {
  it('are told in the words of strerror(3)', () => {
    assert.equal(errorText(''), 'Success');
    assert.equal(errorText('ENETUNREACH'), 'Network is unreachable');
    assert.equal(errorText('EHOSTUNREACH'), 'No route to host');
    assert.equal(errorText('ECONNREFUSED'), 'Connection refused');
    assert.equal(errorText('EADDRINUSE'), 'Address already in use');
    assert.equal(errorText('EEXIST'), 'File exists');
  });

  it('have the numbers of Linux', () => {
    const { errno } = os.constants;
    const names = ['EPERM', 'EMSGSIZE', 'ECONNREFUSED', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'ENXIO', 'ELOOP'] as const;
    for (const name of names) if (os.platform() === 'linux') assert.equal(errnoNumber(name), errno[name], name);
    assert.equal(errnoNumber(''), 0);
  });
});
