import assert from 'node:assert/strict';
import { containerAttributes } from '../../../src/docker/daemon/create.ts';
import { Lab } from '../lab.ts';

describe('a created container', () => {
  it('is told about with its image and name', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const container = lab.engine.getContainer('c1');
    assert.deepEqual(containerAttributes(container), { image: 'busybox', name: 'c1' });
    const actions = lab.engine.events.past.filter((event) => event.actorId === container.id).map((each) => each.action);
    assert.deepEqual(actions, ['create', 'start', 'die']);
  });
});
