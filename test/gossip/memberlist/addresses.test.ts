import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ip4 } from '../../../src/base/addr.ts';
import { addressBytes, addressOf, isAllowed } from '../../../src/gossip/memberlist/addresses.ts';

describe('gossip/memberlist/addresses', () => {
  it('are the same after they were bytes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (address) => {
        assert.equal(addressOf(addressBytes(address)), address);
      }),
    );
    assert.deepEqual([...addressBytes(ip4('192.168.50.11'))], [192, 168, 50, 11]);
  });

  it('are found in 16 bytes that map them, and in nothing else', () => {
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 1, 2, 3);
    assert.equal(addressOf(mapped), ip4('10.1.2.3'));
    assert.equal(addressOf(mapped.with(3, 1)), undefined);
    assert.equal(addressOf(mapped.with(11, 0)), undefined);
    for (const length of [0, 1, 3, 5, 15, 17]) assert.equal(addressOf(new Uint8Array(length)), undefined);
    assert.equal(addressOf(null), undefined);
  });

  it('are allowed where a network has them, or where none is named', () => {
    const networks = [
      { address: ip4('10.0.0.0'), prefixLen: 8 },
      { address: ip4('192.168.50.0'), prefixLen: 24 },
    ];
    assert.ok(isAllowed(ip4('10.200.0.1'), networks) && isAllowed(ip4('192.168.50.255'), networks));
    assert.ok(!isAllowed(ip4('192.168.51.1'), networks));
    assert.ok(isAllowed(ip4('1.1.1.1'), null) && isAllowed(ip4('1.1.1.1'), []));
    assert.ok(isAllowed(ip4('1.1.1.1'), [{ address: 0, prefixLen: 0 }]));
  });
});
