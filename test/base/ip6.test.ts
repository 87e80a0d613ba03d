import { strict as assert } from 'node:assert';
import { isIPv6, SocketAddress } from 'node:net';
import fc from 'fast-check';
import { formatIp6, parseIp6 } from '../../src/base/ip6.ts';

const word = fc.oneof(fc.constantFrom(0, 0, 0xffff), fc.nat(0xffff));
const address = fc
  .array(word, { minLength: 8, maxLength: 8 })
  .map((words) => Uint8Array.from(words.flatMap((each) => [each >>> 8, each & 0xff])));

describe('base/ip6', () => {
  it('writes addresses as inet_ntop does', () => {
    fc.assert(
      fc.property(address, (bytes) => {
        const text = formatIp6(bytes);
        assert.equal(text, new SocketAddress({ address: text, family: 'ipv6' }).address);
        assert.deepEqual(parseIp6(text), bytes);
      }),
    );
    for (const text of ['::', '::1', '1::', '::ffff:1.2.3.4', '2001:db8::1:0:0:1', '1:0:0:2::3', '::1.2.3.4']) {
      assert.equal(formatIp6(parseIp6(text)!), text);
    }
  });

  it('refuses what inet_pton refuses', () => {
    const char = fc.constantFrom(':', '::', '0', 'f', '12345', '1', '.', '1.2.3.4', 'g', '1.2');
    fc.assert(
      fc.property(fc.array(char, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        assert.equal(parseIp6(text) !== undefined, isIPv6(text), text);
      }),
      { numRuns: 2000 },
    );
  });
});
