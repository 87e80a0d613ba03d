import assert from 'node:assert/strict';
import { BUILTIN_PROGRAMS } from '../../../src/userland/sh/builtin-programs.ts';
import { TableKit } from '../../kernel/proc/table-kit.ts';

describe('userland/sh/builtin-programs:', () => {
  function run(...argv: string[]): { stdout: string; stderr: string; exit: number | null } {
    const program = BUILTIN_PROGRAMS.find(({ name }) => name === argv[0])!.run;
    const { stdout, stderr, exit } = new TableKit().run(program, { argv, directory: '/tmp' });
    return { stdout, stderr, exit };
  }

  it('do without a shell what they do in one', () => {
    assert.deepEqual(run('pwd'), { stdout: '/tmp\n', stderr: '', exit: 0 });
    assert.deepEqual(run('printf', '%d-%s', '5', 'a'), { stdout: '5-a', stderr: '', exit: 0 });
    assert.deepEqual(run('test', '-d', '/tmp'), { stdout: '', stderr: '', exit: 0 });
    assert.deepEqual(run('[', '1', '-gt', '2', ']'), { stdout: '', stderr: '', exit: 1 });
    assert.deepEqual(run('kill', '77'), {
      stdout: '',
      stderr: "kill: can't kill pid 77: No such process\n",
      exit: 1,
    });
  });
});
