import assert from 'node:assert/strict';
import { World } from '../kit.ts';

describe('kernel: ip link add type vxlan', () => {
  it('keeps what was said and refuses a second device of the same VNI and port', () => {
    const host = new World().host('h', { eth0: '10.0.0.1/24' });
    const line = 'id 7 group 239.1.1.1 dev eth0 dstport 4789 ttl 9 tos 10 srcport 40000 50000 ageing 20 maxaddress 30';
    assert.equal(host.admin.type(`ip link add vx0 type vxlan ${line} noudpcsum df set`).exit, 0);
    assert.deepEqual(host.admin.type('ip link add vx1 type vxlan id 7 dstport 4789'), {
      exit: 2,
      stdout: '',
      stderr: 'Error: A VXLAN device with the specified VNI already exists.\n',
    });
  });
});
