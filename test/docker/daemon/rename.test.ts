import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';

describe('renaming a container', () => {
  it('changes its name on its networks, and is told of', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox sleep 1000');
    lab.ok('rename c1 /c2');
    assert.equal(lab.engine.getContainer('c2').networks.get('bridge')?.endpoint?.name, 'c2');
    assert.deepEqual(lab.engine.events.past.at(-1)?.attributes, { image: 'busybox', name: 'c2', oldName: '/c1' });
    lab.ok('run -d --name c1 busybox sleep 1000');
  });
});
