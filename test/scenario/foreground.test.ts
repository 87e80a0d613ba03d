import assert from 'node:assert/strict';
import { descendantsOf } from '../../src/scenario/foreground.ts';
import { ShellKit } from '../userland/shell-kit.ts';

describe('scenario/foreground:', () => {
  it('are the processes that a command has started, however far down, and that still run', () => {
    const kit = new ShellKit();
    const { proc: other } = kit.begin('sleep 9');
    const { proc } = kit.begin("sh -c 'sleep 5; sleep 6; true'");
    const names = (): string[] => descendantsOf(proc, kit.table).map(({ argv }) => argv.join(' '));
    assert.deepEqual(names(), ['sh -c sleep 5; sleep 6; true', 'sleep 5']);
    kit.runUntil(5_500_000_000);
    assert.deepEqual(names(), ['sh -c sleep 5; sleep 6; true', 'sleep 6']);
    assert.deepEqual(descendantsOf(other, kit.table).length, 1);
  });
});
