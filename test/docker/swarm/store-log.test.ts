import assert from 'node:assert/strict';
import { newNode } from '../../../src/docker/swarm/manager/manager.ts';
import { LocalLog } from '../../../src/docker/swarm/store-log.ts';
import { MemoryStore } from '../../../src/docker/swarm/store.ts';

describe('docker/swarm/store-log', () => {
  it('agrees with itself at once, and counts its entries', () => {
    const store = new MemoryStore();
    const log = new LocalLog(store, { nodeId: 'a', addr: '192.168.50.11:2377' });
    const object = newNode('a', { labels: {}, role: 'manager', availability: 'active' });
    const before = log.index;
    assert.ok(log.propose({ actions: [{ kind: 'create', table: 'node', object }], timeNs: 0 }).isReady());
    assert.equal(store.get('node', 'a')!.versionIndex, before + 1);
    assert.deepEqual(log.members(), [{ nodeId: 'a', addr: '192.168.50.11:2377', isLeader: true, isReachable: true }]);
  });
});
