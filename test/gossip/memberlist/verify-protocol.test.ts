import assert from 'node:assert/strict';
import { MemberState } from '../../../src/gossip/memberlist/node-state.ts';
import { verifyProtocol } from '../../../src/gossip/memberlist/verify-protocol.ts';
import type { PushNodeState } from '../../../src/gossip/messages.ts';
import { NODE_STATE } from '../../../src/gossip/messages.ts';

function local(...vsn: number[]): MemberState {
  const node = new MemberState('local', 1, 7946, 0);
  node.setState(NODE_STATE.alive, 0);
  node.vsn = Uint8Array.from(vsn);
  return node;
}

function remote(vsn: number[] | null, state: number = NODE_STATE.alive): PushNodeState {
  const bytes = vsn === null ? null : Uint8Array.from(vsn);
  return { name: 'remote', addr: null, port: 1, meta: null, incarnation: 1, state, vsn: bytes };
}

describe('gossip/memberlist/verify-protocol', () => {
  it('lets those be together who understand each other', () => {
    assert.equal(verifyProtocol([local(1, 5, 2, 0, 0, 0)], [remote([1, 5, 2, 0, 0, 0])]), null);
    assert.equal(verifyProtocol([local(1, 5, 2, 2, 5, 5)], [remote([2, 3, 2, 2, 5, 4])]), null);
    assert.equal(verifyProtocol([], []), null);
  });

  it('says who speaks what the others do not understand', () => {
    assert.equal(
      verifyProtocol([local(1, 5, 2, 0, 0, 0)], [remote([3, 5, 3, 0, 0, 0])]),
      "Node 'local' protocol version (2) is incompatible: [3, 5]",
    );
    assert.equal(
      verifyProtocol([local(1, 5, 2, 0, 0, 0)], [remote([1, 5, 7, 0, 0, 0])]),
      "Node 'remote' protocol version (7) is incompatible: [1, 5]",
    );
    assert.equal(
      verifyProtocol([local(1, 5, 2, 2, 5, 5)], [remote([1, 5, 2, 0, 0, 0])]),
      "Node 'remote' delegate protocol version (0) is incompatible: [2, 0]",
    );
  });

  it('asks the dead for what they spoke, not for what they understood', () => {
    assert.equal(verifyProtocol([local(1, 5, 2, 0, 0, 0)], [remote([3, 5, 3, 0, 0, 0], NODE_STATE.dead)]), null);
  });

  it('takes no versions for zeros, and refuses half of them', () => {
    assert.match(verifyProtocol([local(1, 5, 2, 0, 0, 0)], [remote(null)])!, /^Node 'remote' protocol version \(0\)/);
    assert.match(verifyProtocol([local(1, 5, 2, 0, 0, 0)], [remote([1, 5])])!, /malformed/);
  });
});
