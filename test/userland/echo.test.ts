import assert from 'node:assert/strict';
import { ECHO, echoText } from '../../src/userland/echo.ts';
import { TableKit } from '../kernel/proc/table-kit.ts';

describe('userland/echo:', () => {
  const cases: [string[], string][] = [
    [[], '\n'],
    [['a', 'b  c', ''], 'a b  c \n'],
    [['-n', 'a'], 'a'],
    [['-e', 'a\\tb\\n'], 'a\tb\n\n'],
    [['-ne', '\\\\'], '\\'],
    [['-n', '-e', 'x'], 'x'],
    [['-e', '-E', '\\n'], '\\n\n'],
    [['a\\nb'], 'a\\nb\n'],
    [['-x', '-n'], '-x -n\n'],
    [['-', 'a'], '- a\n'],
    [['--', 'a'], '-- a\n'],
    [['-e', '\\x41\\0101\\a\\e\\q'], 'AA\x07\x1b\\q\n'],
    [['-e', 'a\\cb', 'c'], 'a'],
    [['-e', 'a\\\\cb'], 'a\\cb\n'],
    [['-e', '\\\\\\cx'], '\\'],
  ];
  for (const [args, expected] of cases) {
    it(`writes ${JSON.stringify(args)}`, () => {
      assert.equal(echoText(args), expected);
    });
  }

  it('is a program', () => {
    assert.equal(new TableKit().run(ECHO.run, { argv: ['echo', '-n', 'a'] }).stdout, 'a');
  });
});
