import assert from 'node:assert/strict';
import { canRemoveMember } from '../../../../src/docker/swarm/manager/role-manager.ts';
import type { NodeObject } from '../../../../src/docker/swarm/objects.ts';
import type { LogMember } from '../../../../src/docker/swarm/store-log.ts';
import { ManagerLab, MANAGER_ID } from '../lab.ts';

const INTERVAL_NS = 5_000_000_000;

describe('docker/swarm/manager/role-manager', () => {
  it('makes a node what it is to be at once, where it has no voice in the log', () => {
    const lab = new ManagerLab();
    const id = lab.join('worker');
    const node = (): NodeObject => lab.context.store.get('node', id)!;
    const want = (role: 'worker' | 'manager'): void => {
      lab.operate('UpdateNode', { id, versionIndex: node().versionIndex, spec: { ...node().spec, role } });
    };
    want('manager');
    assert.equal(node().role, 'manager');
    assert.throws(() => {
      want('worker');
    }, /can't find manager in raft memberlist/);
  });

  it('keeps the voice of a leader for which there is no heir', () => {
    const lab = new ManagerLab();
    const self = lab.context.store.get('node', MANAGER_ID)!;
    const object: NodeObject = { ...self, spec: { ...self.spec, role: 'worker' } };
    lab.context.writer.update(() => [{ kind: 'update', table: 'node', object }]);
    lab.time.advance(INTERVAL_NS);
    assert.equal(lab.context.store.get('node', MANAGER_ID)!.role, 'manager');
    assert.equal(lab.log.members().length, 1);
  });

  it('counts who is left when a member goes', () => {
    const reachable = (states: readonly boolean[]): boolean => {
      const members = states.map((isReachable, i): LogMember => {
        return { nodeId: String(i), addr: '', isLeader: i === 0, isReachable };
      });
      const { context } = new ManagerLab();
      return canRemoveMember({ ...context, log: { ...context.log, members: () => members } }, '1');
    };
    assert.ok(reachable([true, true]));
    assert.ok(reachable([true, true, true]));
    assert.ok(reachable([true, false, true]));
    assert.ok(!reachable([true, true, false]));
    assert.ok(!reachable([true, true, true, false, false]));
  });
});
