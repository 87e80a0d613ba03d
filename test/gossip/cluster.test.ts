import assert from 'node:assert/strict';
import { NODE_STATE } from '../../src/gossip/messages.ts';
import { SECOND } from '../../src/sim/units.ts';
import { GossipCluster } from './cluster.ts';

describe('gossip/cluster', () => {
  it('starts members that find each other', () => {
    const cluster = new GossipCluster({ size: 5, seed: 1 });
    cluster.startAll(SECOND);
    cluster.run(5 * SECOND);
    assert.ok(cluster.agrees());
    assert.deepEqual(cluster.view(3), ['n0', 'n1', 'n2', 'n3', 'n4']);
  });

  it('gives the same events for the same seed, others for another', () => {
    const play = (seed: number): string => {
      const cluster = new GossipCluster({ size: 6, seed });
      cluster.startAll(SECOND);
      cluster.network.faults.loss = 0.2;
      cluster.run(20 * SECOND);
      cluster.crash(2);
      cluster.run(60 * SECOND);
      return JSON.stringify(cluster.events);
    };
    assert.equal(play(7), play(7));
    assert.notEqual(play(7), play(8));
  });

  it('kills a member, silently or not, and the others find it dead', () => {
    for (const silently of [true, false]) {
      const cluster = new GossipCluster({ size: 3, seed: 3 });
      cluster.startAll(SECOND);
      cluster.run(5 * SECOND);
      cluster.crash(1, silently);
      cluster.run(10 * SECOND);
      assert.deepEqual(cluster.view(0), ['n0', 'n2']);
      cluster.start(1);
      cluster.join(1, 0);
      cluster.run(5 * SECOND);
      assert.ok(cluster.agrees());
    }
  });

  it('stops a process for a while, which then refutes what was said of it', () => {
    const cluster = new GossipCluster({ size: 3, seed: 5 });
    cluster.startAll(SECOND);
    cluster.run(5 * SECOND);
    cluster.nodes[1]!.freezer.freeze();
    const before = cluster.member(1).counters.packetsSent;
    cluster.run(3 * SECOND);
    assert.equal(cluster.member(1).counters.packetsSent, before);
    assert.equal(cluster.member(0).findNode('n1')!.state, NODE_STATE.suspect);
    cluster.nodes[1]!.freezer.thaw();
    cluster.run(3 * SECOND);
    assert.ok(cluster.agrees());
    assert.ok(cluster.member(1).counters.refutations > 0);
  });

  it('splits the network and heals it', () => {
    const cluster = new GossipCluster({ size: 4, seed: 4 });
    cluster.startAll(SECOND);
    cluster.run(5 * SECOND);
    cluster.partition([
      [0, 1],
      [2, 3],
    ]);
    cluster.run(20 * SECOND);
    assert.deepEqual(cluster.view(0), ['n0', 'n1']);
    cluster.heal();
    // Nobody asks the dead of his own accord: that is for those above.
    cluster.run(30 * SECOND);
    assert.ok(!cluster.agrees());
    cluster.join(0, 2);
    assert.ok(cluster.runUntil(() => cluster.agrees(), 60 * SECOND, SECOND));
  });
});
