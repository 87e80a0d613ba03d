import assert from 'node:assert/strict';
import { checkNginx, readNginx } from '../../../src/userland/nginx/options.ts';

describe('userland/nginx/options', () => {
  it('are read as nginx reads them', () => {
    const plain = { showsVersion: false, showsHelp: false, tests: false, signal: '', isForeground: false };
    assert.deepEqual(readNginx([]), plain);
    assert.deepEqual(readNginx(['-g', 'daemon off;']), { ...plain, isForeground: true });
    assert.deepEqual(readNginx(['-gdaemon  off;', '-t']), { ...plain, isForeground: true, tests: true });
    assert.deepEqual(readNginx(['-vh']), { ...plain, showsVersion: true, showsHelp: true });
    assert.deepEqual(readNginx(['-squit']), { ...plain, signal: 'quit' });
    const faults: [string[], string][] = [
      [['-z'], 'invalid option: "z"'],
      [['x'], 'invalid option: "x"'],
      [['-s'], 'option "-s" requires signal name'],
      [['-g'], 'option "-g" requires parameter'],
      [['-s', 'foo'], 'invalid option: "-s foo"'],
    ];
    for (const [args, fault] of faults) assert.deepEqual(readNginx(args), { fault });
  });

  it('lack other configurations', () => {
    for (const args of [['-c', 'x'], ['-V'], ['-T'], ['-s', 'reload'], ['-g', 'user root;'], ['-p/x'], ['-e', 'x']]) {
      assert.equal(checkNginx(args)?.argIndex, 0, args.join(' '));
    }
    for (const args of [[], ['-t'], ['-g', 'daemon off;'], ['-s', 'quit'], ['-z']]) {
      assert.equal(checkNginx(args), undefined, args.join(' '));
    }
  });
});
