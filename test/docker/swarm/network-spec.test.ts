import assert from 'node:assert/strict';
import { formatCidr, formatIp4 } from '../../../src/base/addr.ts';
import { PLAIN_NETWORK } from '../../../src/docker/network.ts';
import type { NetworkRequest } from '../../../src/docker/network.ts';
import { requestOfSpec, specOfRequest, swarmNetworkOf } from '../../../src/docker/swarm/network-spec.ts';
import { NEW_OBJECT } from '../../../src/docker/swarm/store.ts';

const request: NetworkRequest = {
  scope: '',
  isIngress: false,
  config: {
    ...PLAIN_NETWORK,
    name: 'ov1',
    driver: 'overlay',
    isAttachable: true,
    ipamOptions: new Map(),
    ipamConfigs: [
      { subnet: '10.9.0.0/16', range: '', gateway: '10.9.0.5', auxAddresses: new Map([['a', '10.9.0.7']]) },
    ],
    options: new Map([['encrypted', '']]),
    labels: new Map([['x', 'y']]),
  },
};

describe('docker/swarm/network-spec', () => {
  it('survives the way over the network', () => {
    const spec = specOfRequest(request);
    assert.deepEqual(requestOfSpec(JSON.parse(JSON.stringify(spec)) as typeof spec), request);
  });

  it('takes overlay for a driver that nobody named', () => {
    assert.equal(specOfRequest({ ...request, config: { ...request.config, driver: '' } }).driver, 'overlay');
  });

  it('hands the engine what the allocator wrote', () => {
    const subnets = [{ subnet: '10.9.0.0/16', range: '', gateway: '10.9.0.5', vni: 4101 }];
    const network = swarmNetworkOf({ ...NEW_OBJECT, id: 'n', spec: specOfRequest(request), subnets });
    const [subnet] = network.subnets;
    assert.equal(formatCidr(subnet!.subnet), '10.9.0.0/16');
    assert.equal(formatIp4(subnet!.gateway), '10.9.0.5');
    assert.equal(subnet!.vni, 4101);
    assert.deepEqual(
      swarmNetworkOf({ ...NEW_OBJECT, id: 'n', spec: specOfRequest(request), subnets: null }).subnets,
      [],
    );
  });
});
