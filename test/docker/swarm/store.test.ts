import assert from 'node:assert/strict';
import { newNode } from '../../../src/docker/swarm/manager/manager.ts';
import { MemoryStore } from '../../../src/docker/swarm/store.ts';
import type { StoreAction } from '../../../src/docker/swarm/store.ts';

const node = newNode('a', { labels: {}, role: 'worker', availability: 'active' });
const create: StoreAction = { kind: 'create', table: 'node', object: node };

describe('docker/swarm/store', () => {
  it('puts version and times on what is written', () => {
    const store = new MemoryStore();
    store.apply({ actions: [create], timeNs: 5 }, 3);
    store.apply({ actions: [{ kind: 'update', table: 'node', object: node }], timeNs: 7 }, 4);
    const { versionIndex, createdNs, updatedNs } = store.get('node', 'a')!;
    assert.deepEqual([versionIndex, createdNs, updatedNs], [4, 5, 7]);
  });

  it('tells listeners when all of a change is in, and not of what changed nothing', () => {
    const store = new MemoryStore();
    const heard: string[] = [];
    const stop = store.watch(({ kind, object }) => {
      heard.push(`${kind} ${object.id} of ${store.all('node').length}`);
    });
    const other: StoreAction = { ...create, object: { ...node, id: 'b' } };
    store.apply({ actions: [create, other], timeNs: 1 }, 1);
    store.apply({ actions: [{ kind: 'update', table: 'node', object: { ...node, id: 'c' } }], timeNs: 2 }, 2);
    store.apply({ actions: [{ kind: 'remove', table: 'node', object: node }], timeNs: 3 }, 3);
    store.apply({ actions: [{ kind: 'remove', table: 'node', object: node }], timeNs: 4 }, 4);
    stop();
    store.apply({ actions: [create], timeNs: 5 }, 5);
    assert.deepEqual(heard, ['create a of 2', 'create b of 2', 'remove a of 1']);
  });

  it('gives everything as one piece, from which another store becomes the same', () => {
    const store = new MemoryStore();
    store.apply({ actions: [create], timeNs: 1 }, 1);
    const other = new MemoryStore();
    other.restore(JSON.parse(JSON.stringify(store.snapshot())) as ReturnType<MemoryStore['snapshot']>);
    assert.deepEqual(other.snapshot(), store.snapshot());
    assert.equal(other.cluster, undefined);
  });
});
