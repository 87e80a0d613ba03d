import assert from 'node:assert/strict';
import { checkNothingLeft, checkSorts, checkVirtualOnly } from './bans.ts';
import { briefly, treeOf, word } from './tree-of.ts';

function virtualFindings(text: string, path = 'src/sim/x.ts'): string[] {
  return briefly(checkVirtualOnly(treeOf({ [path]: text }).sources));
}

describe('the ban on the real world', () => {
  const banned = [
    'Math.random()',
    'const { random } = Math',
    `Math['random']()`,
    'Date.now()',
    'new Date()',
    'new Date',
    'Date()',
    'new Date(2025, 1, 1)',
    `Date.parse('x')`,
    'const clock = Date;',
    'new Date(0).getHours()',
    'date.toLocaleString()',
    `'a'.localeCompare('b')`,
    'performance.now()',
    'const f = async () => 1',
    'async function f() {}',
    'class C { async m() {} }',
    'type T = Promise<void>',
    'Promise.resolve()',
    'setTimeout(f, 1)',
    'setInterval(f, 1)',
    'setImmediate(f)',
    'queueMicrotask(f)',
    'console.log()',
    'process.env',
    'f({ process })',
    'Buffer.from([])',
    'crypto.randomUUID()',
    `require('fs')`,
    `import { readFileSync } from 'node:fs'`,
    `import type { Readable } from 'node:stream'`,
  ];
  for (const text of banned) {
    it(`finds: ${text}`, () => {
      assert.equal(virtualFindings(`\n${text}`).length, 1);
      assert.match(virtualFindings(`\n${text}`)[0]!, /^src\/sim\/x\.ts:2 /);
    });
  }

  it('finds each function whose last bit differs between machines', () => {
    const names = ['exp', 'expm1', 'log', 'log2', 'log10', 'log1p', 'pow', 'cbrt', 'sin', 'cos', 'tan', 'sinh', 'tanh'];
    for (const name of [...names, 'atan2', 'hypot']) {
      assert.deepEqual(virtualFindings(`Math.${name}(x)`), [
        `src/sim/x.ts:1 Math.${name} differs between machines; use integers`,
      ]);
    }
  });

  it('finds await in every form', () => {
    assert.equal(virtualFindings('async function f() { await 1; for await (const x of y) {} }').length, 3);
  });

  const allowed = [
    'Math.floor(Math.sqrt(2)) + Math.imul(1, 2)',
    '2 ** 32',
    'new Date(ms).toISOString() + new Date(ms).getUTCHours() + Date.UTC(2025, 0)',
    'host.console.log(); object.process.run(); this.performance = 1',
    '({ process: 1, console: 2 })',
    'interface Proc { process: number; console(): void }',
    'function kill(process: Process) { process.exit(); }',
    `import type { Process as process } from './process.ts'; process.x`,
    '// Math.random, await and Date.now() in a comment',
    `'setTimeout in a text'`,
  ];
  for (const text of allowed) {
    it(`passes: ${text}`, () => {
      assert.deepEqual(virtualFindings(text), []);
    });
  }

  it('holds for src without the command line', () => {
    const text = `import { now } from 'node:process'; console.log(Date.now(), await f());`;
    for (const path of ['src/cli/run.ts', 'test/sim/x.test.ts', 'bench/run.ts']) {
      assert.deepEqual(virtualFindings(text, path), [], path);
    }
    assert.equal(virtualFindings(text, 'src/client/run.ts').length, 4);
  });

  it('has an exception where a package demands it, for that one name', () => {
    assert.deepEqual(virtualFindings('Buffer.from([])', 'src/wire/layout.ts'), []);
    assert.equal(virtualFindings('process.env', 'src/wire/layout.ts').length, 1);
  });
});

describe('the ban on loose ends', () => {
  const leftIn = (text: string, path = 'test/x.test.ts'): string[] => {
    const { tree, sources } = treeOf({ [path]: text });
    return briefly(checkNothingLeft(tree, sources));
  };

  it('finds work left undone and checks switched off, in all kinds of files', () => {
    const undone = [word('TO', 'DO'), word('FIX', 'ME')];
    const switchedOff = [word('eslint-dis', 'able-next-line'), word('@ts-ig', 'nore'), word('@ts-expect-', 'error')];
    for (const path of ['src/a.ts', 'setup.mjs', '.ci/run', 'README.md', 'scenarios/a.yaml']) {
      for (const mark of undone) assert.deepEqual(leftIn(`\n# ${mark}: x`, path), [`${path}:2 unfinished work`]);
      for (const mark of switchedOff) assert.deepEqual(leftIn(`// ${mark}`, path), [`${path}:1 a check switched off`]);
    }
    assert.deepEqual(leftIn('// to do, MASTODON, and a fix for me'), []);
  });

  it('finds tests that are singled out or left out', () => {
    assert.deepEqual(leftIn(`describe.only('a', () => { it.skip('b'); });\ncontext.skip('c', f);`), [
      'test/x.test.ts:1 describe.only',
      'test/x.test.ts:1 it.skip',
      'test/x.test.ts:2 context.skip',
    ]);
  });

  it('lets a test skip itself', () => {
    assert.deepEqual(leftIn(`it('a', function () { if (!has) this.skip(); });`), []);
    assert.deepEqual(leftIn('if (!has) context.skip(); cursor.skip(3);'), []);
  });
});

describe('the ban on sorts without an order', () => {
  it('finds them', () => {
    const { sources } = treeOf({ 'bench/a.ts': `list.sort();\nf().toSorted();\nlist.sort((a, b) => a - b); sort();` });
    assert.deepEqual(briefly(checkSorts(sources)), [
      'bench/a.ts:1 sort without a comparator',
      'bench/a.ts:2 toSorted without a comparator',
    ]);
  });
});
