import assert from 'node:assert/strict';
import { report, TIDY_RULES } from './tidy/checker.ts';
import { readTree } from './tidy/read-tree.ts';
import type { Source, Tree } from './tidy/source.ts';
import { sourcesOf } from './tidy/source.ts';

describe('the tree is tidy:', () => {
  let tree: Tree;
  let sources: Source[];

  before(() => {
    // npm and mocha run at the top of the repository.
    tree = readTree(process.cwd());
    sources = sourcesOf(tree);
  });

  it('it was read whole', () => {
    assert.ok(tree.has('package.json') && tree.has('src/base/assert.ts') && tree.has('test/tidy.test.ts'));
    assert.ok(![...tree.keys()].some((path) => path.startsWith('node_modules/') || path.startsWith('out/')));
  });

  for (const { sentence, check } of TIDY_RULES) {
    it(sentence, () => {
      const findings = check(tree, sources);
      if (findings.length > 0) assert.fail(`\n${report(findings)}`);
    });
  }
});
