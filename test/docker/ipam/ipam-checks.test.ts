import assert from 'node:assert/strict';
import { checkIpamConfigs } from '../../../src/docker/ipam/ipam-checks.ts';
import type { IpamConfig } from '../../../src/docker/network.ts';
import { Lab } from '../lab.ts';

function faultOf(config: Partial<IpamConfig>): string {
  try {
    checkIpamConfigs([{ subnet: '10.1.0.0/16', range: '', gateway: '', auxAddresses: new Map(), ...config }]);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('docker/ipam/ipam-checks', () => {
  it('finds nothing wrong with what fits together', () => {
    assert.equal(faultOf({}), '');
    const auxAddresses = new Map([['router', '10.1.0.7']]);
    assert.equal(faultOf({ range: '10.1.2.0/24', gateway: '10.1.0.1', auxAddresses }), '');
    assert.equal(faultOf({ subnet: 'fd00::/64', gateway: '10.9.0.1' }), '');
  });

  it('says what is wrong, one thing alone and several in a list', () => {
    const prefix = 'invalid network config:\n';
    assert.equal(faultOf({ subnet: '10.1.2.3/16' }), `${prefix}invalid subnet 10.1.2.3/16: it should be 10.1.0.0/16`);
    const outside = "invalid gateway 10.9.0.1: parent subnet 10.1.0.0/16 doesn't contain this address";
    assert.equal(faultOf({ gateway: '10.9.0.1' }), prefix + outside);
    const all = faultOf({ range: '10.9.2.1/8', gateway: 'fd00::1', auxAddresses: new Map([['a', '1.2.3.4']]) });
    assert.deepEqual(all.split('\n'), [
      'invalid network config:',
      '* invalid ip-range 10.9.2.1/8: CIDR block is bigger than its parent subnet 10.1.0.0/16',
      '* invalid ip-range 10.9.2.1/8: it should be 10.0.0.0/8',
      '* invalid gateway fd00::1: parent subnet is an IPv4 block',
      "* invalid auxiliary address a: parent subnet 10.1.0.0/16 doesn't contain this address",
    ]);
    const far = "invalid ip-range 10.9.2.0/24: parent subnet 10.1.0.0/16 doesn't contain ip-range";
    assert.equal(faultOf({ range: '10.9.2.0/24' }), prefix + far);
    assert.match(faultOf({ range: 'fd00::/64' }), /ip-range fd00::\/64: parent subnet is an IPv4 block$/);
  });

  it('is asked by newer engines alone', () => {
    const line = 'network create --subnet 10.1.2.3/24 net1';
    assert.equal(new Lab().docker(line).exit, 0);
    const { stderr } = new Lab({ version: '29' }).docker(line);
    const fault = 'invalid subnet 10.1.2.3/24: it should be 10.1.2.0/24';
    assert.equal(stderr, `Error response from daemon: invalid network config:\n${fault}\n`);
  });
});
