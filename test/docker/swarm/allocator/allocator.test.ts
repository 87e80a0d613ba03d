import assert from 'node:assert/strict';
import { Allocator } from '../../../../src/docker/swarm/allocator/allocator.ts';
import { ManagerLab, MANAGER_ID, networkSpec } from '../lab.ts';

function attach(lab: ManagerLab, nodeId: string, containerId: string, wantedAddress = ''): string {
  const body = { term: 'ov1', containerId, wantedAddress };
  const peer = { nodeId, address: '192.168.50.12' };
  const answer = lab.manager.call(peer, 'ResourceAllocator/AttachNetwork', body);
  return (answer.get() as { attachmentId: string }).attachmentId;
}

describe('docker/swarm/allocator/allocator', () => {
  it('gives a container its address and then its node one, as recorded', () => {
    const lab = new ManagerLab();
    const { store } = lab.context;
    const nodes = [MANAGER_ID, lab.join(), lab.join()];
    const ingress = nodes.map((id) => store.get('node', id)!.attachments[0]!.address);
    assert.deepEqual(ingress, ['10.0.0.2/24', '10.0.0.3/24', '10.0.0.4/24']);
    const networkId = lab.operate('CreateNetwork', networkSpec('ov1')) as string;
    const given = nodes.map((nodeId, i) => {
      const task = store.get('task', attach(lab, nodeId, `c${i}`))!;
      const balancer = store.get('node', nodeId)!.attachments.find((each) => each.networkId === networkId)!;
      return `${task.address} ${balancer.address}`;
    });
    assert.deepEqual(given, ['10.0.1.2/24 10.0.1.3/24', '10.0.1.4/24 10.0.1.5/24', '10.0.1.6/24 10.0.1.7/24']);
  });

  it('takes a balancer away with the last container of its node, and all with the network', () => {
    const lab = new ManagerLab();
    const { store } = lab.context;
    const networkId = lab.operate('CreateNetwork', networkSpec('ov1')) as string;
    const taskId = attach(lab, MANAGER_ID, 'c1');
    assert.equal(store.get('node', MANAGER_ID)!.attachments.length, 2);
    assert.throws(() => lab.operate('RemoveNetwork', networkId), new RegExp(`is in use by task ${taskId}`));
    lab.manager
      .call({ nodeId: MANAGER_ID, address: '' }, 'ResourceAllocator/DetachNetwork', { attachmentId: taskId })
      .get();
    assert.equal(store.get('node', MANAGER_ID)!.attachments.length, 1);
    lab.operate('RemoveNetwork', networkId);
    lab.operate('CreateNetwork', networkSpec('ov2'));
    assert.equal(store.all('network').at(-1)!.subnets![0]!.vni, 4098);
  });

  it('tries again when something was given back', () => {
    const lab = new ManagerLab();
    const { store } = lab.context;
    lab.operate('CreateNetwork', networkSpec('ov1'));
    const first = attach(lab, MANAGER_ID, 'c1', '10.0.1.9');
    const second = attach(lab, MANAGER_ID, 'c2', '10.0.1.9');
    assert.equal(store.get('task', second)!.address, null);
    lab.manager
      .call({ nodeId: MANAGER_ID, address: '' }, 'ResourceAllocator/DetachNetwork', { attachmentId: first })
      .get();
    assert.equal(store.get('task', second)!.address, '10.0.1.9/24');
  });

  it('takes over from another leader without giving anything out twice', () => {
    const lab = new ManagerLab();
    const { store, writer } = lab.context;
    lab.operate('CreateNetwork', networkSpec('ov1'));
    attach(lab, MANAGER_ID, 'c1');
    lab.manager.follow();
    const before = JSON.stringify(store.snapshot());
    const next = new Allocator(store, writer);
    assert.equal(JSON.stringify(store.snapshot()), before);
    next.stop();
    lab.manager.lead();
    const task = store.get('task', attach(lab, MANAGER_ID, 'c2'))!;
    assert.equal(task.address, '10.0.1.4/24');
  });
});
