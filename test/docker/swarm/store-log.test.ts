import assert from 'node:assert/strict';
import { newNode } from '../../../src/docker/swarm/manager/manager.ts';
import { RaftStoreLog } from '../../../src/docker/swarm/store-log.ts';
import { MemoryStore } from '../../../src/docker/swarm/store.ts';
import { Rng } from '../../../src/sim/rng.ts';
import { TestClock } from './lab.ts';

describe('docker/swarm/store-log', () => {
  it('agrees with itself at once, and counts its entries', () => {
    const store = new MemoryStore();
    const { clock, after } = new TestClock();
    const host = { clock, after, rng: Rng.fromSeed(1) };
    const peers = { send: () => assert.fail('nobody else is there'), isReachable: () => true };
    const log = new RaftStoreLog({ host, store, self: { nodeId: 'a', addr: '192.168.50.11:2377' }, peers }, true);
    const object = newNode('a', { labels: {}, role: 'manager', availability: 'active' });
    const before = log.index;
    assert.ok(log.propose({ actions: [{ kind: 'create', table: 'node', object }], timeNs: 0 }).isReady());
    assert.equal(store.get('node', 'a')!.versionIndex, before + 1);
    assert.deepEqual(log.members(), [{ nodeId: 'a', addr: '192.168.50.11:2377', isLeader: true, isReachable: true }]);
  });
});
