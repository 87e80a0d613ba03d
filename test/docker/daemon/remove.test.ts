import assert from 'node:assert/strict';
import { Lab } from '../lab.ts';

describe('a removed container', () => {
  it('is forgotten, and its end is told', () => {
    const lab = new Lab();
    lab.ok('run -d --name c1 busybox');
    const { id } = lab.engine.getContainer('c1');
    lab.ok('rm c1');
    assert.equal(lab.engine.containers.has(id), false);
    assert.equal(lab.engine.events.past.at(-1)!.action, 'destroy');
  });
});
