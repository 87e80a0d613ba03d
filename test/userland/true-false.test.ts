import assert from 'node:assert/strict';
import { FALSE, TRUE } from '../../src/userland/true-false.ts';
import { TableKit } from '../kernel/proc/table-kit.ts';

describe('userland/true-false:', () => {
  it('are exit codes, whatever their arguments', () => {
    const codes = [TRUE, FALSE].map(({ run }) => new TableKit().run(run, { argv: ['x', '--help'] }).exit);
    assert.deepEqual(codes, [0, 1]);
  });
});
