import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatIp4 } from '../../../src/base/addr.ts';
import { inetAton } from '../../../src/userland/dns/inet-aton.ts';

describe('userland/dns/inet-aton', () => {
  const addresses: [string, string | undefined][] = [
    ['10.77.0.2', '10.77.0.2'],
    ['10.77.2', '10.77.0.2'],
    ['10.65538', '10.1.0.2'],
    ['0', '0.0.0.0'],
    ['4294967295', '255.255.255.255'],
    ['010.077.0.2', '8.63.0.2'],
    ['0x7f.1', '127.0.0.1'],
    ['256.1.1.1', undefined],
    ['1.2.3.256', undefined],
    ['1.2.65536', undefined],
    ['4294967296', undefined],
    ['1.2.3.4.5', undefined],
    ['08.1.1.1', undefined],
    ['1..2', undefined],
    ['', undefined],
    ['1.2.3.4 ', undefined],
    ['a', undefined],
  ];
  for (const [text, expected] of addresses) {
    it(`inet_aton reads "${text}"`, () => {
      const address = inetAton(text);
      assert.equal(address === undefined ? undefined : formatIp4(address), expected);
    });
  }

  it('inet_aton reads every dotted quad as itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (address) => {
        assert.equal(inetAton(formatIp4(address)), address);
      }),
    );
  });
});
