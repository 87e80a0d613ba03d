import assert from 'node:assert/strict';
import { ip4 } from '../../../src/base/addr.ts';
import { NodeList } from '../../../src/gossip/memberlist/node-list.ts';
import { MemberState } from '../../../src/gossip/memberlist/node-state.ts';
import { NODE_STATE } from '../../../src/gossip/messages.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { SECOND } from '../../../src/sim/units.ts';

function listOf(count: number): NodeList {
  const list = new NodeList(Rng.fromSeed(1));
  for (let i = 0; i < count; i++) {
    const node = new MemberState(`n${i}`, i, 7946, 0);
    node.setState(NODE_STATE.alive, 0);
    list.add(node);
  }
  return list;
}

describe('gossip/memberlist/node-list', () => {
  it('puts new nodes anywhere, each once', () => {
    const list = listOf(50);
    assert.equal(list.size, 50);
    assert.equal(new Set(list.nodes).size, 50);
    assert.notDeepEqual(
      list.nodes.map(({ name }) => name),
      Array.from({ length: 50 }, (_, i) => `n${i}`),
    );
    assert.equal(list.find('n7')!.name, 'n7');
    assert.equal(list.find('n50'), undefined);
  });

  it('chooses different nodes, none that is excluded, and all where there are few', () => {
    const list = listOf(20);
    const counts = new Map<string, number>();
    for (let i = 0; i < 2000; i++) {
      const chosen = list.random(3, ({ name }) => name === 'n0');
      assert.equal(new Set(chosen).size, 3);
      for (const { name } of chosen) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    assert.equal(counts.get('n0'), undefined);
    // 316 each, with a deviation of 16.
    for (const count of counts.values()) assert.ok(count > 230 && count < 400, `${count}`);
    assert.deepEqual(
      list.random(3, () => true),
      [],
    );
    assert.deepEqual(
      new NodeList(Rng.fromSeed(1)).random(3, () => false),
      [],
    );
  });

  it('forgets who has been dead for long enough, and shuffles the others', () => {
    const list = listOf(30);
    const before = list.nodes.map(({ name }) => name);
    list.find('n1')!.setState(NODE_STATE.dead, 5 * SECOND);
    list.find('n2')!.setState(NODE_STATE.left, 20 * SECOND);
    list.find('n3')!.setState(NODE_STATE.suspect, 0);
    assert.equal(list.livingCount(), 28);
    assert.equal(list.living().length, 28);
    list.reset(35 * SECOND, 30 * SECOND);
    assert.equal(list.size, 30);
    list.reset(35 * SECOND + 1, 30 * SECOND);
    assert.deepEqual([list.size, list.find('n1')], [29, undefined]);
    assert.ok(list.find('n2') !== undefined && list.find('n3') !== undefined);
    assert.notDeepEqual(
      list.nodes.map(({ name }) => name),
      before.filter((name) => name !== 'n1'),
    );
  });

  it('finds a node by its address where that is its name', () => {
    const list = listOf(3);
    assert.equal(list.findByAddressName(ip4('10.0.0.9')), undefined);
    const node = new MemberState('10.0.0.9', ip4('10.0.0.9'), 7946, 0);
    list.add(node);
    assert.equal(list.findByAddressName(ip4('10.0.0.9')), node);
    list.reset(60 * SECOND, 30 * SECOND);
    assert.equal(list.findByAddressName(ip4('10.0.0.9')), undefined);
  });

  it('knows whether there is anybody else', () => {
    const list = listOf(2);
    assert.ok(list.hasOthers('n0'));
    list.find('n1')!.setState(NODE_STATE.left, 0);
    assert.ok(!list.hasOthers('n0') && list.hasOthers('n1'));
  });
});
