import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import type { HostNames } from '../../../src/kernel/nf/names.ts';
import { anyName, namedAddresses, ONLY_LOCALHOST } from '../../../src/kernel/nf/names.ts';

const HOSTS: HostNames = {
  addresses: (name) => (name === 'web' || name === 'loopback' ? [ip4('10.0.0.1'), ip4('10.0.0.2')] : []),
  nameOf: (address) => (address === ip4('10.0.0.1') ? 'web' : undefined),
};

describe('kernel/nf/names', () => {
  it('are looked for among networks first, then among hosts', () => {
    assert.deepEqual(namedAddresses('web', HOSTS), [ip4('10.0.0.1'), ip4('10.0.0.2')]);
    assert.deepEqual(namedAddresses('loopback', HOSTS), [ip4('127.0.0.0')]);
    assert.deepEqual(namedAddresses('other', HOSTS), []);
    assert.deepEqual(namedAddresses('localhost', ONLY_LOCALHOST), [ip4('127.0.0.1')]);
  });

  it('are told of hosts and networks', () => {
    const names = ['10.0.0.1', '127.0.0.0', '169.254.0.0', '10.0.0.2'].map((text) => anyName(ip4(text), HOSTS));
    assert.deepEqual(names, ['web', 'loopback', 'link-local', undefined]);
    assert.equal(anyName(ip4('127.0.0.1'), ONLY_LOCALHOST), 'localhost');
  });
});
