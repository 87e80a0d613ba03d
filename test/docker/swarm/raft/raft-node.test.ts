import assert from 'node:assert/strict';
import { RaftNode } from '../../../../src/docker/swarm/raft/raft-node.ts';
import { RaftStorage } from '../../../../src/docker/swarm/raft/raft-log.ts';
import { Rng } from '../../../../src/sim/rng.ts';
import { RaftGroup } from './group.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

function storesOf(group: RaftGroup): Set<string> {
  return new Set([...group.members.values()].filter(({ node }) => node !== null).map(({ store }) => store.join()));
}

describe('docker/swarm/raft/raft-node', () => {
  it('elects one of three, and agrees on what that one proposes', () => {
    const group = new RaftGroup(Rng.fromSeed(1), 3);
    group.ticks(60);
    const leader = group.leader();
    assert.ok(leader !== undefined);
    assert.ok(leader.propose({ kind: 'change', change: 'a' }) > 0);
    group.tick();
    assert.deepEqual([...storesOf(group)], ['a']);
    for (const { node } of group.members.values()) assert.equal(node!.leader, leader.id);
  });

  it('lets the first manager of a swarm decide alone, at once', () => {
    const applied: string[] = [];
    const node = new RaftNode('n1', new RaftStorage(['n1'], null), Rng.fromSeed(1), {
      send: () => assert.fail('there is nobody else'),
      apply: ({ data }) => applied.push(JSON.stringify(data)),
      state: () => null,
      restore: () => assert.fail('nobody knows more'),
      leaderChanged: () => undefined,
    });
    node.campaign();
    assert.equal(node.role, 'leader');
    node.propose({ kind: 'change', change: 'a' });
    assert.deepEqual(applied, ['null', '{"kind":"change","change":"a"}']);
  });

  it('lets another lead at once when the leader wants it so', () => {
    const group = new RaftGroup(Rng.fromSeed(1), 3);
    group.ticks(60);
    const leader = group.leader()!;
    leader.transferLeadership();
    group.ticks(3);
    const heir = group.leader();
    assert.ok(heir !== undefined && heir !== leader);
    assert.equal(leader.role, 'follower');
    assert.equal(heir.term, leader.term);
  });

  it('stops without most of its members, and steps down', () => {
    const group = new RaftGroup(Rng.fromSeed(2), 3);
    group.ticks(60);
    const leader = group.leader()!;
    for (const id of group.members.keys()) if (id !== leader.id) group.crash(id);
    leader.propose({ kind: 'change', change: 'lost' });
    group.ticks(20);
    assert.equal(group.leader(), undefined);
    assert.deepEqual(group.members.get(leader.id)!.store, []);
    assert.equal(leader.propose({ kind: 'change', change: 'refused' }), 0);
    for (const id of group.members.keys()) if (id !== leader.id) group.start(id);
    group.ticks(60);
    assert.ok(group.leader() !== undefined, 'it goes on with them');
  });

  it('takes in whoever joins, by a snapshot, and lets others go', () => {
    const group = new RaftGroup(Rng.fromSeed(3), 1);
    group.members.get('n1')!.node!.campaign();
    const leader = group.leader()!;
    for (let i = 0; i < 30; i++) leader.propose({ kind: 'change', change: `c${i}` });
    for (const id of ['n2', 'n3']) {
      group.enter(id);
      assert.ok(leader.propose({ kind: 'add', member: id }) > 0);
      group.ticks(5);
    }
    assert.equal(storesOf(group).size, 1);
    assert.deepEqual([...group.members.get('n3')!.node!.members], ['n1', 'n2', 'n3']);
    assert.ok(leader.propose({ kind: 'remove', member: 'n1' }) > 0);
    group.ticks(3);
    group.crash('n1');
    group.ticks(40);
    const next = group.leader()!;
    assert.notEqual(next.id, 'n1');
    assert.deepEqual([...next.members], ['n2', 'n3']);
  });

  it('changes one member at a time', () => {
    const group = new RaftGroup(Rng.fromSeed(4), 3);
    group.ticks(60);
    const leader = group.leader()!;
    assert.ok(leader.propose({ kind: 'add', member: 'n4' }) > 0);
    assert.equal(leader.propose({ kind: 'add', member: 'n5' }), 0);
  });

  it('does not let go of what it has confirmed when an old snapshot comes late', () => {
    playStory(195);
  });

  it(`never contradicts itself, and agrees in the end, over ${20 * EFFORT} stories`, () => {
    for (let seed = 1; seed <= 20 * EFFORT; seed++) playStory(seed);
  });
});

/** Losses, copies, delays, splits, crashes and proposals by chance; then all is well, and all agree. */
function playStory(seed: number): void {
  const rng = Rng.fromSeed(seed).fork('story');
  const size = rng.between(1, 5);
  const group = new RaftGroup(rng.fork('group'), size);
  const ids = [...group.members.keys()];
  const confirmed: string[] = [];
  group.lossChance = rng.below(30) / 100;
  group.copyChance = rng.below(30) / 100;
  group.delayTicksMax = rng.below(4);
  for (let tick = 0; tick < 300; tick++) {
    const id = ids[rng.below(ids.length)]!;
    const isOff = group.members.get(id)!.node === null;
    if (rng.chance(0.02)) group.side = new Set(ids.filter(() => rng.chance(0.5)));
    if (rng.chance(0.03)) group.side = new Set();
    if (isOff && rng.chance(0.1)) group.start(id);
    else if (!isOff && rng.chance(0.01)) group.crash(id);
    if (rng.chance(0.3)) group.leader()?.propose({ kind: 'change', change: `${tick}` });
    group.tick();
    for (const { node, store } of group.members.values()) {
      if (node !== null && store.length > confirmed.length) confirmed.push(...store.slice(confirmed.length));
    }
  }
  group.side = new Set();
  group.lossChance = 0;
  for (const id of ids) if (group.members.get(id)!.node === null) group.start(id);
  // Candidates may get into each other's way a few times.
  group.ticks(400);
  assert.ok(group.leader() !== undefined, `seed ${seed}: somebody leads`);
  const stores = storesOf(group);
  assert.equal(stores.size, 1, `seed ${seed}: all agree`);
  assert.ok([...stores][0]!.startsWith(confirmed.join()), `seed ${seed}: nothing that was applied is lost`);
}
