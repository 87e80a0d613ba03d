import assert from 'node:assert/strict';
import { ManagerLab, MANAGER_ID, networkSpec } from '../lab.ts';

describe('docker/swarm/manager/control-api', () => {
  it('refuses networks in the words of a real manager', () => {
    const lab = new ManagerLab();
    const ingress = lab.context.store.all('network')[0]!.id;
    const refusals: [Parameters<typeof networkSpec>, string][] = [
      [['a b'], 'InvalidArgument desc = name must be valid as a DNS name component'],
      [['a_b-.'], 'InvalidArgument desc = name must be valid as a DNS name component'],
      [[''], 'InvalidArgument desc = meta: name must be provided'],
      [['x', { isIngress: true }], 'InvalidArgument desc = ingress network cannot be attachable'],
      [
        ['x', { isIngress: true, isAttachable: false }],
        `AlreadyExists desc = ingress network (${ingress}) is already present`,
      ],
      [
        ['x', { ipamConfigs: [{ subnet: 'foo', range: '', gateway: '', auxAddresses: {} }] }],
        'InvalidArgument desc = ipam configuration: invalid subnet foo',
      ],
    ];
    for (const [asked, text] of refusals) {
      assert.throws(() => lab.operate('CreateNetwork', networkSpec(...asked)), {
        message: `rpc error: code = ${text}`,
      });
    }
    assert.equal(lab.context.store.all('network').length, 1);
    assert.throws(() => lab.operate('RemoveNetwork', 'x'), /code = NotFound desc = network x not found/);
  });

  it('removes nodes that are down, and others only by force', () => {
    const lab = new ManagerLab();
    const id = lab.join();
    const { store, writer } = lab.context;
    const node = { ...store.get('node', id)!, status: { state: 'ready', message: '', addr: '' } } as const;
    writer.update(() => [{ kind: 'update', table: 'node', object: node }]);
    const refusal = `rpc error: code = FailedPrecondition desc = node ${id} is not down and can't be removed`;
    assert.throws(() => lab.operate('RemoveNode', { id, isForced: false }), { message: refusal });
    lab.operate('RemoveNode', { id, isForced: true });
    assert.equal(store.get('node', id), undefined);
    assert.deepEqual(store.cluster!.removedNodes, [id]);
    assert.throws(() => lab.operate('RemoveNode', { id, isForced: true }), /NotFound/);
    const self = { id: MANAGER_ID, isForced: true };
    assert.throws(() => lab.operate('RemoveNode', self), /It must be demoted to worker before removal/);
  });

  it('does not demote the last manager', () => {
    const lab = new ManagerLab();
    const { versionIndex, spec } = lab.context.store.get('node', MANAGER_ID)!;
    const update = { id: MANAGER_ID, versionIndex, spec: { ...spec, role: 'worker' } };
    assert.throws(() => lab.operate('UpdateNode', update), /attempting to demote the last manager of the swarm/);
    const old = { ...update, spec, versionIndex: versionIndex - 1 };
    assert.throws(() => lab.operate('UpdateNode', old), /Unknown desc = update out of sequence/);
  });

  it('rotates a token and leaves the other one', () => {
    const lab = new ManagerLab();
    const { joinTokens, versionIndex, spec } = lab.context.store.cluster!;
    lab.operate('UpdateCluster', { versionIndex, spec, rotatedToken: 'worker', rotatesUnlockKey: false });
    const { joinTokens: rotated } = lab.context.store.cluster!;
    assert.notEqual(rotated.worker, joinTokens.worker);
    assert.equal(rotated.manager, joinTokens.manager);
    assert.equal(rotated.worker.slice(0, 59), joinTokens.worker.slice(0, 59));
  });
});
