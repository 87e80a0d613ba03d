import { strict as assert } from 'node:assert';
import { Attachments } from '../../../src/gossip/networkdb/attachments.ts';

describe('Attachments', () => {
  it('tells the users of a network in the order in which they came', () => {
    const attachments = new Attachments();
    for (const node of ['b', 'a', 'c']) attachments.join('net', node, 1);
    attachments.join('net', 'b', 2);
    assert.deepEqual(attachments.users('net'), ['b', 'a', 'c']);
    assert.equal(attachments.get('net', 'b')!.lTime, 2);
    attachments.leave('net', 'b', 3, 100);
    assert.deepEqual(attachments.users('net'), ['a', 'c']);
    assert.equal(attachments.leaving, 1);
    assert.ok(!attachments.isUser('net', 'b'));
    attachments.leave('net', 'b', 4, 100);
    assert.equal(attachments.leaving, 1);
    // Who comes back comes last.
    attachments.join('net', 'b', 5);
    assert.deepEqual(attachments.users('net'), ['a', 'c', 'b']);
    assert.equal(attachments.leaving, 0);
  });

  it('forgets single ones and whole nodes', () => {
    const attachments = new Attachments();
    for (const networkId of ['one', 'two']) for (const node of ['a', 'b']) attachments.join(networkId, node, 1);
    attachments.leave('two', 'a', 2, 100);
    attachments.forget('one', 'b');
    attachments.forget('one', 'nobody');
    attachments.forgetNode('a');
    assert.equal(attachments.leaving, 0);
    assert.deepEqual(attachments.users('one'), []);
    assert.deepEqual(
      [...attachments.all()].map(([networkId, node]) => `${networkId}/${node}`),
      ['two/b'],
    );
  });
});
