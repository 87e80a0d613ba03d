import assert from 'node:assert/strict';
import { NO_ENDPOINT_REQUEST } from '../../../src/docker/container.ts';
import type { EndpointRequest } from '../../../src/docker/container.ts';
import { networkingFault } from '../../../src/docker/daemon/verify-networking.ts';

function at(ipv4Address: string, ipv6Address = ''): EndpointRequest {
  return { ...NO_ENDPOINT_REQUEST, ipam: { ipv4Address, ipv6Address, linkLocalAddresses: [] } };
}

describe('the networks of a new container', () => {
  it('are one, with an address of the right kind', () => {
    const fault = (...endpoints: [string, EndpointRequest][]): string | undefined =>
      networkingFault(new Map(endpoints));
    assert.equal(fault(), undefined);
    assert.equal(fault(['n1', NO_ENDPOINT_REQUEST]), undefined);
    assert.equal(fault(['n1', at('1.2.3.4', '::1')]), undefined);
    assert.equal(fault(['n1', at('x')]), 'invalid IPv4 address: x');
    assert.equal(fault(['n1', at('::1')]), 'invalid IPv4 address: ::1');
    assert.equal(fault(['n1', at('', '1.2.3.4')]), 'invalid IPv6 address: 1.2.3.4');
    const two = 'Container cannot be connected to network endpoints: n1, n2';
    assert.equal(fault(['n1', at('x')], ['n2', NO_ENDPOINT_REQUEST]), two);
  });
});
