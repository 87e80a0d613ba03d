import assert from 'node:assert/strict';
import { checkLinks, checkLockFile, checkMachinePaths, checkPackages, checkTests } from './repository.ts';
import { briefly, treeOf, word } from './tree-of.ts';

describe('packages', () => {
  const packageFindings = (specifier: string): string[] => {
    const manifest = { dependencies: { yaml: '1', '@scope/name': '1' }, devDependencies: { mocha: '1' } };
    const { tree, sources } = treeOf({
      'package.json': JSON.stringify(manifest),
      'src/a.ts': `import x from '${specifier}';`,
      'test/a.test.ts': `import x from 'mocha';`,
    });
    return briefly(checkPackages(tree, sources));
  };

  it('that src imports are dependencies', () => {
    for (const specifier of ['yaml', 'yaml/util', '@scope/name', './b.ts', 'node:fs']) {
      assert.deepEqual(packageFindings(specifier), [], specifier);
    }
  });

  it('of development, and modules of Node by their bare names, are found', () => {
    for (const specifier of ['mocha', 'fs', 'yaml-loader', '@scope/other']) {
      assert.deepEqual(packageFindings(specifier), [`src/a.ts:1 ${specifier} is no dependency in package.json`]);
    }
  });
});

describe('the lock file', () => {
  const lockFindings = (text: string): string[] => briefly(checkLockFile(treeOf({ 'package-lock.json': text }).tree));

  it('holds no addresses', () => {
    assert.deepEqual(lockFindings('{\n "a": { "version": "1", "integrity": "sha512-x" }\n}'), []);
    for (const address of ['https://registry.example/a.tgz', 'http://x/a.tgz', 'git+ssh://x']) {
      assert.deepEqual(lockFindings(`{\n  "resolved": "${address}"\n}`), ['package-lock.json:2 address of a registry']);
    }
  });

  it('is there', () => {
    assert.deepEqual(briefly(checkLockFile(new Map())), ['package-lock.json:1 there is no lock file']);
  });
});

describe('paths of a machine', () => {
  const pathFindings = (text: string): string[] => briefly(checkMachinePaths(treeOf({ 'notes.md': text }).tree));

  it('are found wherever they stand', () => {
    for (const folder of [word('/wo', 'rk'), word('/ro', 'ot'), word('/ho', 'me'), word('/Us', 'ers')]) {
      for (const text of [`${folder}/x`, ` ${folder}/x`, `'${folder}/x'`, `(${folder}/x)`, `file://${folder}/x`]) {
        assert.deepEqual(pathFindings(`\n${text}`), ["notes.md:2 a path of someone's machine"], text);
      }
    }
  });

  it('are not parts of other paths, nor folders named by themselves', () => {
    const [work, root] = [word('/wo', 'rk'), word('/ro', 'ot')];
    for (const text of [`net${work}/x`, `..${work}/x`, `~${root}/x`, `example.org${root}/x`, `HOME=${root}`]) {
      assert.deepEqual(pathFindings(text), [], text);
    }
  });
});

describe('links', () => {
  const linkFindings = (text: string, path = 'README.md'): string[] => {
    const files = { 'src/a.ts': '', 'docs/b.md': '', 'a b.md': '', LICENSE: '' };
    return briefly(checkLinks(treeOf({ ...files, [path]: text }).tree));
  };

  it('to files and folders, with or without a place in them, and to elsewhere are sound', () => {
    const links = '[a](src/a.ts) [b](docs/b.md#c) [c](src) [c](src/) [d](./LICENSE) ![e](<a%20b.md>) [f](#here)';
    assert.deepEqual(linkFindings(`${links} [g](https://example.org/x) [h](mailto:a@example.org) [i](.)`), []);
    assert.deepEqual(linkFindings('[a](../src/a.ts)', 'docs/c.md'), []);
  });

  it('to what is not there are found', () => {
    assert.deepEqual(linkFindings('\n[a](src/b.ts), [b](docs/b.md)'), [
      'README.md:2 link to src/b.ts, which is not there',
    ]);
    assert.equal(linkFindings('[a](sr)').length, 1);
    assert.equal(linkFindings('[a](src/a.ts)', 'docs/c.md').length, 1);
    assert.equal(linkFindings('![a](picture.png "title")').length, 1);
  });
});

describe('tests', () => {
  const code = 'export const a = 1;';
  const testFindings = (files: Record<string, string>, untested: Record<string, string> = {}): string[] => {
    const { tree, sources } = treeOf(files);
    return briefly(checkTests(tree, sources, untested));
  };

  it('stand at the same place under the same name, perhaps with a suffix', () => {
    assert.deepEqual(testFindings({ 'src/x/a.ts': code, 'test/x/a.test.ts': '' }), []);
    assert.deepEqual(testFindings({ 'src/x/a.ts': code, 'test/x/a-fuzz.test.ts': '' }), []);
  });

  it('are missed when they stand elsewhere or are called otherwise', () => {
    for (const test of [
      'test/a.test.ts',
      'test/y/a.test.ts',
      'test/x/ab.test.ts',
      'test/x/a.ts',
      'test/x/a-b/c.test.ts',
    ]) {
      assert.deepEqual(testFindings({ 'src/x/a.ts': code, [test]: '' }), [
        'src/x/a.ts:1 no test of its name and no reason for that',
      ]);
    }
  });

  it('are not missed for types, nor where a reason is given', () => {
    const types = `import type { B } from './b.ts'; export interface A { b: B } export type C = A;`;
    assert.deepEqual(testFindings({ 'src/a.ts': types }), []);
    assert.deepEqual(testFindings({ 'src/a.ts': code }, { 'src/a.ts': 'why' }), []);
  });

  it('make a reason superfluous', () => {
    const superfluous = ['src/a.ts:1 needs no reason for having no test'];
    assert.deepEqual(testFindings({ 'src/a.ts': code, 'test/a.test.ts': '' }, { 'src/a.ts': 'why' }), superfluous);
    assert.deepEqual(testFindings({}, { 'src/a.ts': 'why' }), superfluous);
  });
});
