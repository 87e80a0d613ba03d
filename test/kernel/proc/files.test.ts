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

  it('holds files of bytes, which whoever may also gets as they grow', () => {
    const outside = new Map<string, number[]>();
    const files = new Files((path) => {
      const bytes: number[] = [];
      outside.set(path, bytes);
      return { write: (chunk) => bytes.push(...chunk) };
    });
    files.write('/a/x', 'text');
    const sink = files.openSink('/a/../a/x');
    const chunk = Uint8Array.from([1, 2]);
    sink.write(chunk);
    chunk[0] = 9;
    sink.write(chunk.subarray(0, 1));
    assert.deepEqual([...files.readBytes('/a/x')!], [1, 2, 9]);
    assert.deepEqual(outside.get('/a/x'), [1, 2, 9]);
    assert.deepEqual([files.read('/a/x'), files.list('/a')], [undefined, ['x']]);
    files.write('/a/x', 'text again');
    assert.equal(files.readBytes('/a/x'), undefined);
    new Files().openSink('/y').write(chunk);
  });
});

describe('kernel/proc/files: directories', () => {
  it('one that was made is there without files, and goes with all that is in it', () => {
    const files = new Files();
    files.makeDirectory('/srv/a/b');
    assert.deepEqual([files.isDirectory('/srv/a'), files.list('/srv/a'), files.list('/srv/a/b')], [true, ['b'], []]);
    files.write('/srv/a/b/f', 'x');
    files.removeDirectory('/srv/a');
    assert.deepEqual([files.isDirectory('/srv/a'), files.read('/srv/a/b/f')], [false, undefined]);
    assert.equal(files.isDirectory('/srv'), true);
  });
});
