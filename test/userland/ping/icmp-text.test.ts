import assert from 'node:assert/strict';
import { icmpErrorText, redirectText } from '../../../src/userland/ping/icmp-text.ts';

describe('userland/ping/icmp-text:', () => {
  const cases: [number, number, number, string][] = [
    [3, 0, 0, 'Destination Net Unreachable'],
    [3, 1, 0, 'Destination Host Unreachable'],
    [3, 2, 0, 'Destination Protocol Unreachable'],
    [3, 3, 0, 'Destination Port Unreachable'],
    [3, 4, 1450, 'Frag needed and DF set (mtu = 1450)'],
    [3, 9, 0, 'Destination Net Prohibited'],
    [3, 10, 0, 'Destination Host Prohibited'],
    [3, 13, 0, 'Packet filtered'],
    [3, 99, 0, 'Dest Unreachable, Bad Code: 99'],
    [11, 0, 0, 'Time to live exceeded'],
    [11, 1, 0, 'Frag reassembly time exceeded'],
    [11, 9, 0, 'Time exceeded, Bad Code: 9'],
    [12, 0, 8, 'Parameter problem: pointer = 8'],
    [77, 0, 0, 'Bad ICMP type: 77'],
  ];
  for (const [type, code, info, text] of cases) {
    it(`${type}/${code} is "${text}"`, () => {
      assert.equal(icmpErrorText(type, code, info), text);
    });
  }

  it('redirects name what they are about and the better gateway', () => {
    assert.equal(redirectText(1, '10.0.0.254'), 'Redirect Host(New nexthop: 10.0.0.254)');
    assert.equal(redirectText(0, 'r'), 'Redirect Network(New nexthop: r)');
    assert.equal(redirectText(9, 'r'), 'Redirect, Bad Code: 9(New nexthop: r)');
  });
});
