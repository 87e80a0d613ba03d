import assert from 'node:assert/strict';
import { Files, resolvePath } from '../../../src/kernel/proc/files.ts';

describe('kernel/proc/files:', () => {
  it('paths are taken relative to a directory, without dots and double slashes', () => {
    const cases: [string, string, string][] = [
      ['/srv', 'a', '/srv/a'],
      ['/srv', '/a', '/a'],
      ['/srv', '../etc//hosts', '/etc/hosts'],
      ['/', './a/./b/..', '/a'],
      ['/', '../../..', '/'],
      ['/a/', '', '/a'],
    ];
    for (const [directory, path, expected] of cases) assert.equal(resolvePath(directory, path), expected);
  });

  it('a file is written, appended to, read and removed under any spelling of its path', () => {
    const files = new Files();
    files.write('/etc/hosts', 'a\n');
    files.append('/etc/../etc/hosts', 'b\n');
    assert.equal(files.read('//etc/hosts'), 'a\nb\n');
    files.append('/new', 'c');
    assert.equal(files.read('/new'), 'c');
    assert.equal(files.remove('/etc/hosts'), true);
    assert.equal(files.remove('/etc/hosts'), false);
    assert.equal(files.read('/etc/hosts'), undefined);
  });

  it('a directory lists what lies in it, each name once, sorted', () => {
    const files = new Files();
    for (const path of ['/etc/resolv.conf', '/etc/hosts', '/etc/apt/a', '/etc/apt/b', '/etcetera', '/z']) {
      files.write(path, '');
    }
    assert.deepEqual(files.list('/etc'), ['apt', 'hosts', 'resolv.conf']);
    assert.deepEqual(files.list('/etc/apt/'), ['a', 'b']);
    assert.deepEqual(files.list('/'), ['etc', 'etcetera', 'z']);
    assert.deepEqual(files.list('/nosuch'), []);
  });

  it('a directory is what files lie in, and the root', () => {
    const files = new Files();
    assert.equal(files.isDirectory('/'), true);
    files.write('/etc/hosts', '');
    assert.equal(files.isDirectory('/etc'), true);
    assert.equal(files.isDirectory('/et'), false);
    assert.equal(files.isDirectory('/etc/hosts'), false);
  });
});
