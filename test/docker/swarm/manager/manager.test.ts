import assert from 'node:assert/strict';
import { ManagerLab, MANAGER_ID } from '../lab.ts';

const STRANGER = { nodeId: '', address: '192.168.50.12' };

describe('docker/swarm/manager/manager', () => {
  it('lets in who has a token, as what the token says', () => {
    const lab = new ManagerLab();
    const worker = lab.context.store.get('node', lab.join('worker'))!;
    assert.equal(lab.context.store.get('node', lab.join('manager'))!.role, 'manager');
    assert.equal(worker.role, 'worker');
    assert.equal(worker.status.state, 'unknown');
    const wrong = { token: 'SWMTKN-1-foo', availability: 'active' };
    const refused = lab.manager.call(STRANGER, 'NodeCA/IssueNodeCertificate', wrong);
    assert.throws(() => refused.get(), /A valid join token is necessary to join this cluster/);
  });

  it('answers nobody without a certificate, and operators only who are managers', () => {
    const lab = new ManagerLab();
    const ask = (nodeId: string): unknown =>
      lab.manager.call({ nodeId, address: '' }, 'Control/RemoveNetwork', 'x').get();
    assert.throws(() => ask(''), /PermissionDenied/);
    assert.throws(() => ask(lab.join('worker')), /PermissionDenied/);
    assert.throws(() => ask(MANAGER_ID), /NotFound/);
    const unknown = lab.manager.call({ nodeId: MANAGER_ID, address: '' }, 'Control/Foo', null);
    assert.throws(() => unknown.get(), /Unimplemented/);
  });

  it('answers nothing while it does not lead', () => {
    const lab = new ManagerLab();
    lab.manager.follow();
    const asked = lab.manager.call({ nodeId: MANAGER_ID, address: '' }, 'Control/RemoveNetwork', 'x');
    assert.throws(() => asked.get(), /The swarm does not have a leader/);
  });
});
