import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { parseIp6 } from '../../../src/base/ip6.ts';
import { baseName } from '../../../src/userland/dns/base-name.ts';
import { reverseName, reverseName6, withoutDot } from '../../../src/userland/dns/names.ts';

describe('userland/dns/names', () => {
  it('addresses are names from their end on', () => {
    assert.equal(reverseName(ip4('192.0.2.10')), '10.2.0.192.in-addr.arpa');
    // The example of RFC 3596 2.5.
    assert.equal(
      reverseName6(parseIp6('4321:0:1:2:3:4:567:89ab')!),
      'b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa',
    );
  });

  it('programs show names without the dot, and call themselves by their last part', () => {
    assert.deepEqual(['a.example.', 'a', '.'].map(withoutDot), ['a.example', 'a', '.']);
    assert.deepEqual(['/usr/bin/dig', 'dig', './x.py'].map(baseName), ['dig', 'dig', 'x.py']);
  });
});
