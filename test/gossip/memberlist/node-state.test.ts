import assert from 'node:assert/strict';
import { equalBytes, keepBytes, MemberState } from '../../../src/gossip/memberlist/node-state.ts';
import { NODE_STATE } from '../../../src/gossip/messages.ts';

describe('gossip/memberlist/node-state', () => {
  it('begins dead, without versions', () => {
    const node = new MemberState('a', 1, 2, 3);
    assert.deepEqual([node.isDeadOrLeft, node.protocolMax, node.stateChangeNs], [true, 0, 3]);
  });

  it('hears gossip while it is alive or suspect, and for a while after its death', () => {
    const node = new MemberState('a', 1, 2, 0);
    const hears = Object.values(NODE_STATE).map((state) => {
      node.setState(state, 100);
      return [node.hearsGossip(100), node.hearsGossip(101)];
    });
    assert.deepEqual(hears, [
      [true, true],
      [true, true],
      [true, false],
      [false, false],
    ]);
  });

  it('compares slices, nil being one without bytes', () => {
    assert.ok(equalBytes(null, new Uint8Array(0)) && equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)));
    assert.ok(!equalBytes(Uint8Array.of(1), Uint8Array.of(2)) && !equalBytes(Uint8Array.of(1), null));
  });

  it('keeps what it has where that is the same, else a copy', () => {
    const known = Uint8Array.of(1, 2);
    assert.equal(keepBytes(Uint8Array.of(1, 2), known), known);
    const fresh = Uint8Array.of(3);
    const kept = keepBytes(fresh, known);
    fresh[0] = 4;
    assert.deepEqual([...kept], [3]);
    assert.equal(keepBytes(null, known).length, 0);
  });
});
