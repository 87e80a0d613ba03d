import { strict as assert } from 'node:assert';
import { ip4 } from '../../../src/base/addr.ts';
import type { MemberNode } from '../../../src/gossip/delegate.ts';
import { NODE_STATE } from '../../../src/gossip/messages.ts';
import { DbNodes } from '../../../src/gossip/networkdb/nodes.ts';

function member(name: string, address: string, port = 7946): MemberNode {
  return { name, address: ip4(address), port, meta: new Uint8Array(), state: NODE_STATE.alive };
}

describe('DbNodes', () => {
  it('finds nodes in one of three states, and who was at an address before', () => {
    const nodes = new DbNodes();
    for (const [name, address] of [
      ['a', '10.0.0.1'],
      ['b', '10.0.0.2'],
    ] as const) {
      nodes.active.set(name, { member: member(name, address), lTime: 0, reapTimeNs: 10, replacedBy: '' });
    }
    nodes.move('b', 'active', 'failed');
    assert.equal(nodes.find('a')!.state, 'active');
    assert.equal(nodes.find('b')!.state, 'failed');
    assert.equal(nodes.find('c'), undefined);
    assert.equal(nodes.earlierIncarnation(member('c', '10.0.0.2')), 'b');
    assert.equal(nodes.earlierIncarnation(member('b', '10.0.0.2')), undefined);
    assert.equal(nodes.earlierIncarnation(member('c', '10.0.0.2', 7947)), undefined);
  });

  it('forgets those that have gone when their time is over', () => {
    const nodes = new DbNodes();
    nodes.failed.set('a', { member: member('a', '10.0.0.1'), lTime: 0, reapTimeNs: 25, replacedBy: '' });
    nodes.left.set('b', { member: member('b', '10.0.0.2'), lTime: 0, reapTimeNs: 10, replacedBy: 'c' });
    assert.deepEqual(nodes.replaced('c'), ['b']);
    assert.equal(nodes.reap(10), 1);
    assert.equal(nodes.reap(10), 0);
    assert.equal(nodes.reap(10), 1);
    assert.equal(nodes.failed.size + nodes.left.size, 0);
  });
});
