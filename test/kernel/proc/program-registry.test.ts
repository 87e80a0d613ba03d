import assert from 'node:assert/strict';
import type { Program } from '../../../src/kernel/proc/program-registry.ts';
import { ProgramRegistry } from '../../../src/kernel/proc/program-registry.ts';

describe('kernel/proc/program-registry:', () => {
  const program: Program = function* nothing() {
    return 0;
  };

  it('a program is found by its name and by a path that ends in it', () => {
    const registry = new ProgramRegistry();
    registry.add({ name: 'sh', run: program });
    for (const name of ['sh', '/bin/sh', './sh']) assert.equal(registry.get(name)?.run, program, name);
    for (const name of ['', 'bash', '/bin/', 'sh/']) assert.equal(registry.get(name), undefined, name);
  });

  it('the later of two programs of one name counts, and names are sorted', () => {
    const registry = new ProgramRegistry();
    registry.add({ name: 'sleep', run: program });
    registry.add({ name: 'ping', run: program });
    const other: Program = function* other() {
      return 1;
    };
    registry.add({ name: 'sleep', run: other });
    assert.equal(registry.get('sleep')?.run, other);
    assert.deepEqual(registry.names(), ['ping', 'sleep']);
  });
});
