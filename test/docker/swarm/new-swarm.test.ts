import assert from 'node:assert/strict';
import { ManagerLab, MANAGER_ID } from './lab.ts';

describe('docker/swarm/new-swarm', () => {
  it('begins with itself, its first manager and the ingress network', () => {
    const { store } = new ManagerLab().context;
    assert.deepEqual(store.cluster!.defaultAddressPool, ['10.0.0.0/8']);
    assert.equal(store.cluster!.dataPathPort, 4789);
    assert.equal(store.get('node', MANAGER_ID)!.role, 'manager');
    const [ingress] = store.all('network');
    assert.deepEqual(ingress!.subnets, [{ subnet: '10.0.0.0/24', range: '', gateway: '10.0.0.1', vni: 4096 }]);
    assert.ok(ingress!.spec.isIngress);
  });

  it('takes the pools and sizes that were asked for', () => {
    const asked = { addressPool: ['20.0.0.0/8'], subnetSize: 26, dataPathPort: 7789 };
    const { store } = new ManagerLab(asked).context;
    assert.equal(store.all('network')[0]!.subnets![0]!.subnet, '20.0.0.0/26');
    assert.equal(store.cluster!.dataPathPort, 7789);
  });
});
