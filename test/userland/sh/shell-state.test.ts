import assert from 'node:assert/strict';
import { ShellState } from '../../../src/userland/sh/shell-state.ts';

describe('userland/sh/shell-state:', () => {
  function state(): ShellState {
    return new ShellState('dash', 'sh', ['one', 'two'], new Map([['HOME', '/var']]), '/var');
  }

  it('looks up special and positional parameters', () => {
    const shell = state();
    shell.lastExit = 3;
    const values = ['?', '$', '!', '#', '0', '1', '2', '3', 'HOME', 'NONE'].map((name) => shell.lookup(name, 77));
    assert.deepEqual(values, ['3', '77', undefined, '2', 'sh', 'one', 'two', undefined, '/var', undefined]);
  });

  it('keeps a variable exported when it is assigned to, and not when it is not', () => {
    const shell = state();
    shell.assign('HOME', '/home');
    shell.assign('A', '1');
    assert.deepEqual([shell.env.get('HOME'), shell.env.has('A')], ['/home', false]);
    shell.export('A', undefined);
    shell.export('B', '2');
    shell.export('NONE', undefined);
    assert.deepEqual([shell.env.get('A'), shell.env.get('B'), shell.env.has('NONE')], ['1', '2', false]);
    shell.unset('A');
    assert.equal(shell.lookup('A', 0), undefined);
  });

  it('a copy goes its own way', () => {
    const shell = state();
    shell.assign('A', '1');
    const copy = shell.copy();
    copy.assign('A', '2');
    copy.export('HOME', '/x');
    copy.changeDirectory('sub');
    assert.deepEqual([shell.lookup('A', 0), shell.env.get('HOME'), shell.directory], ['1', '/var', '/var']);
    assert.deepEqual([copy.directory, copy.env.get('PWD'), copy.env.get('OLDPWD')], ['/var/sub', '/var/sub', '/var']);
  });
});
