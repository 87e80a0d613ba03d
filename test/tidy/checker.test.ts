import assert from 'node:assert/strict';
import { report, TIDY_RULES } from './checker.ts';
import { ignoredBy } from './read-tree.ts';
import { treeOf, word } from './tree-of.ts';
import { UNTESTED } from './untested.ts';

/** Breaks every rule at least once. */
const UNTIDY = treeOf({
  'ARCHITECTURE.md':
    '[gone](gone.md)\n\n' +
    '| folder | may import | must never contain |\n|---|---|---|\n| src/a | – | `docker` |\n| src/b | – | |',
  'package-lock.json': '"resolved": "https://example.org/a.tgz"',
  'src/b/b.ts': 'export const b = 1;',
  'src/a/a.ts': [
    `import { b } from '../b/b.ts';`,
    `import x from 'left-pad';`,
    `// ${word('TO', 'DO')}: docker, see ${word('/ho', 'me')}/me`,
    'export default Math.random() + Date.now() + [].sort()[0];',
    `const wide = '${'x'.repeat(120)}';`,
  ].join('\n'),
});

describe('the tidy rules', () => {
  for (const { sentence, check } of TIDY_RULES) {
    it(`can fail: ${sentence}`, () => {
      const findings = check(UNTIDY.tree, UNTIDY.sources);
      // The reasons given for this project's files do not count here.
      assert.ok(findings.some(({ path }) => !Object.hasOwn(UNTESTED, path)));
    });
  }

  it('report a place a line', () => {
    const findings = [
      { path: 'a.ts', line: 3, problem: 'x' },
      { path: 'b.ts', line: 4, problem: 'y' },
    ];
    assert.equal(report(findings), 'a.ts:3: x\nb.ts:4: y');
    assert.equal(report([]), '');
  });
});

describe('the reader of the tree', () => {
  it('leaves out what git ignores', () => {
    const isIgnored = ignoredBy('# built\nnode_modules/\nout/\n*.tgz\n');
    assert.deepEqual(['.git', 'node_modules', 'out', 'a.tgz', 'outer', 'src', '.ci'].map(isIgnored), [
      ...[true, true, true, true],
      ...[false, false, false],
    ]);
  });
});
