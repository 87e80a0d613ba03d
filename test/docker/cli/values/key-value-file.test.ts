import assert from 'node:assert/strict';
import { readKeyValueFiles } from '../../../../src/docker/cli/values/key-value-file.ts';
import { outcome } from './vectors.ts';

const FILES = new Map([
  ['a', 'A=1\n# no\n\n  B=2\r\nHOME\nNOSUCH\nC=x=y\n'],
  ['b', '\uFEFFA=3'],
  ['blank', 'a b=1\n'],
  ['nameless', '=1\n'],
]);

function read(...paths: string[]): unknown {
  const lookup = (name: string): string | undefined => (name === 'HOME' ? '/root' : undefined);
  return outcome(readKeyValueFiles(paths, { readFile: (path) => FILES.get(path) }, lookup));
}

describe('a file of names with values', () => {
  it('has one a line, and may follow another', () => {
    assert.deepEqual(read('a', 'b'), ['A=1', 'B=2', 'HOME=/root', 'C=x=y', 'A=3']);
    assert.deepEqual(read(), []);
  });

  it('may be wrong or not there', () => {
    assert.equal(read('a', 'nosuch'), '! open nosuch: no such file or directory');
    assert.equal(read('blank'), "! poorly formatted environment: variable 'a b' contains whitespaces");
    assert.equal(read('nameless'), "! poorly formatted environment: no variable name on line '=1'");
  });
});
