import assert from 'node:assert/strict';
import { KERN_WARNING } from '../../src/kernel/kernel-log.ts';
import { SECOND, World } from './kit.ts';

describe('the kernel log', () => {
  it('keeps lines with their time and level', () => {
    const world = new World();
    const host = world.host('h');
    world.run(2 * SECOND);
    host.log.write(KERN_WARNING, 'all is well');
    assert.deepEqual(host.log.lines, [{ timeNs: 2 * SECOND, level: KERN_WARNING, text: 'all is well' }]);
  });

  it('forgets the oldest', () => {
    const { log } = new World().host('h');
    for (let i = 0; i < 5000; i++) log.write(KERN_WARNING, String(i));
    assert.equal(log.lines.length, 4096);
    assert.equal(log.lines[0]!.text, '904');
  });
});
