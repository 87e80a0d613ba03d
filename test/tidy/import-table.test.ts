import assert from 'node:assert/strict';
import { checkForbiddenWords, checkImports, importsOf, parseImportTable } from './import-table.ts';
import { parseSource } from './source.ts';
import { briefly, treeOf } from './tree-of.ts';

const TABLE = `
# Planes

| folder | may import | must never contain |
|---|---|---|
| \`src/base\` | – | \`time\` |
| \`src/sim\` | base | \`packet\`, \`node:*\` |
| \`src/kernel\` | base, sim | |
| \`src/kernel/admin\` | kernel/socket, kernel/host | \`docker\` |

| folder | files |
|---|---|
| \`src/elsewhere\` | none |
`;

/** A tree in which every folder and file that the table names is there. */
function withTable(files: Readonly<Record<string, string>>): ReturnType<typeof treeOf> {
  return treeOf({
    'ARCHITECTURE.md': TABLE,
    'src/base/assert.ts': '',
    'src/sim/queue.ts': '',
    'src/kernel/host.ts': '',
    'src/kernel/socket/udp.ts': '',
    'src/kernel/admin/ip.ts': '',
    ...files,
  });
}

function findings(files: Readonly<Record<string, string>>): string[] {
  const { tree, sources } = withTable(files);
  return briefly(checkImports(tree, sources));
}

describe('the import table', () => {
  it('is read row by row, and only where all three columns are', () => {
    assert.deepEqual(parseImportTable(TABLE), [
      { folder: 'src/base', mayImport: [], neverContains: ['time'], line: 6 },
      { folder: 'src/sim', mayImport: ['base'], neverContains: ['packet', 'node:*'], line: 7 },
      { folder: 'src/kernel', mayImport: ['base', 'sim'], neverContains: [], line: 8 },
      { folder: 'src/kernel/admin', mayImport: ['kernel/socket', 'kernel/host'], neverContains: ['docker'], line: 9 },
    ]);
  });

  it('may have further columns, in any order', () => {
    const table =
      '| must never contain | folder | knows | may import |\n|:--|--:|---|:-:|\n| – | src/a/ | x | `b`, c |';
    const [rule, ...others] = parseImportTable(table);
    assert.deepEqual(rule, { folder: 'src/a', mayImport: ['b', 'c'], neverContains: [], line: 3 });
    assert.deepEqual(others, []);
  });

  it('must be there', () => {
    const { tree, sources } = treeOf({ 'ARCHITECTURE.md': '| folder | may import |\n|---|---|\n| src/a | b |' });
    const missing = 'ARCHITECTURE.md:1 no table with the columns folder | may import | must never contain';
    assert.deepEqual(briefly(checkImports(tree, sources)), [missing]);
    assert.deepEqual(briefly(checkImports(new Map(), [])), [missing]);
  });

  it('must name every folder, and none that is not there', () => {
    assert.deepEqual(findings({ 'src/wire/arp.ts': '' }), [
      'src/wire/arp.ts:1 its folder has no row in ARCHITECTURE.md',
    ]);
    const { tree, sources } = treeOf({ 'ARCHITECTURE.md': TABLE, 'src/base/a.ts': '', 'src/sim/a.ts': '' });
    assert.deepEqual(briefly(checkImports(tree, sources)), [
      'ARCHITECTURE.md:8 there is no src/kernel',
      'ARCHITECTURE.md:9 there is no src/kernel/admin',
      'ARCHITECTURE.md:9 there is no src/kernel/socket',
      'ARCHITECTURE.md:9 there is no src/kernel/host',
    ]);
  });
});

describe('imports', () => {
  it('are found in every form', () => {
    const source = parseSource(
      'a.ts',
      `import './a.ts'; import b from './b.ts'; import type { C } from './c.ts'; export * from './d.ts';
       export type { E } from './e.ts'; type F = import('./f.ts').F; const g = () => import('./g.ts'); export { b };`,
    );
    assert.deepEqual(
      importsOf(source).map(({ specifier }) => specifier),
      ['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts', './g.ts'],
    );
  });

  it('may stay in their folder, go where the row says, and to packages', () => {
    const text = `import { a } from './a.ts';\nimport { b } from '../../base/b.ts';\nimport { z } from 'zod';`;
    assert.deepEqual(findings({ 'src/sim/deep/x.ts': text }), []);
  });

  it('may not go elsewhere, types no more than values', () => {
    assert.deepEqual(findings({ 'src/base/x.ts': `\nimport type { Queue } from '../sim/queue.ts';` }), [
      'src/base/x.ts:2 src/base may not import src/sim/queue.ts',
    ]);
    assert.deepEqual(findings({ 'src/sim/x.ts': `import { c } from '../kernel/host.ts';` }), [
      'src/sim/x.ts:1 src/sim may not import src/kernel/host.ts',
    ]);
    assert.deepEqual(findings({ 'src/sim/x.ts': `import { c } from '../../test/helper.ts';` }), [
      'src/sim/x.ts:1 src/sim may not import test/helper.ts',
    ]);
  });

  it('of a folder within a folder follow its own row, down to single files', () => {
    const text = (target: string): string => `import { x } from '${target}';`;
    assert.deepEqual(findings({ 'src/kernel/admin/a.ts': text('../host.ts') }), []);
    assert.deepEqual(findings({ 'src/kernel/admin/a.ts': text('../socket/udp.ts') }), []);
    for (const target of ['../hosts.ts', '../../base/assert.ts', '../netns.ts']) {
      assert.equal(findings({ 'src/kernel/admin/a.ts': text(target) }).length, 1, target);
    }
  });
});

describe('forbidden words', () => {
  const wordsIn = (text: string, path = 'src/sim/queue.ts'): string[] =>
    briefly(checkForbiddenWords(withTable({ [path]: text }).tree));

  it('are found in code and comments, in any case and as part of a name', () => {
    for (const text of ['packet', '// Packets', 'nextPacket()', 'PACKET_LIMIT', 'a_packet', 'packetId', "'a packet'"]) {
      assert.deepEqual(wordsIn(`\n${text}`), ['src/sim/queue.ts:2 the word packet'], text);
    }
  });

  it('are not found in the midst of other words, nor in other folders', () => {
    assert.deepEqual(wordsIn('sometimes', 'src/base/assert.ts'), []);
    assert.deepEqual(wordsIn('runtime', 'src/base/assert.ts'), []);
    assert.deepEqual(wordsIn('packet', 'src/base/assert.ts'), []);
    assert.deepEqual(wordsIn('docker', 'src/kernel/host.ts'), []);
    assert.equal(wordsIn('docker0', 'src/kernel/admin/ip.ts').length, 1);
  });

  it('that are no plain words are found as they stand', () => {
    assert.deepEqual(wordsIn(`import 'node:fs';`), ['src/sim/queue.ts:1 the word node:*']);
    assert.deepEqual(wordsIn('node'), []);
  });
});
