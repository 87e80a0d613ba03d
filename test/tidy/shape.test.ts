import assert from 'node:assert/strict';
import { checkLengths, checkModules } from './shape.ts';
import { briefly, treeOf } from './tree-of.ts';

function lengthFindings(text: string, path = 'src/a.ts'): string[] {
  return briefly(checkLengths(treeOf({ [path]: text }).sources));
}

/** `head`, lines, `tail`: `lines` lines in all. */
function ofLines(lines: number, head: string, tail: string): string {
  return [head, ...Array.from({ length: lines - 2 }, () => '  step();'), tail].join('\n');
}

describe('the limits of length', () => {
  it('hold for functions of every kind, not counting the comment before', () => {
    const kinds: [head: string, tail: string][] = [
      ['/** Why. */ function f() {', '}'],
      ['function* f() {', '}'],
      ['const f = () => {', '};'],
      ['class C { method() {', '} }'],
      ['class C { constructor() {', '} }'],
      ['class C { get x() {', '} }'],
      [`it('does', () => {`, '});'],
    ];
    for (const [head, tail] of kinds) {
      assert.deepEqual(lengthFindings(`/**\n * Long comment.\n */\n${ofLines(70, head, tail)}`), [], head);
      const [finding, ...others] = lengthFindings(`\n${ofLines(71, head, tail)}`);
      assert.equal(finding, 'src/a.ts:2 function of 71 lines; at most 70', head);
      assert.deepEqual(others, []);
    }
  });

  it('leave out suites, which hold tests', () => {
    assert.deepEqual(lengthFindings(ofLines(200, `describe('a', () => {`, '});')), []);
    assert.equal(lengthFindings(ofLines(200, `run('a', () => {`, '});')).length, 1);
  });

  it('hold for files', () => {
    assert.deepEqual(lengthFindings('x();\n'.repeat(600)), []);
    assert.deepEqual(lengthFindings('x();\n'.repeat(601)), ['src/a.ts:1 file of 601 lines; at most 600']);
    assert.deepEqual(lengthFindings('x();\n'.repeat(600) + 'x();'), ['src/a.ts:1 file of 601 lines; at most 600']);
  });

  it('hold for lines, counted in characters', () => {
    assert.deepEqual(lengthFindings(`// ${'x'.repeat(117)}\n// ${'─'.repeat(117)}\n// ${'😀'.repeat(117)}`), []);
    assert.deepEqual(lengthFindings(`\n// ${'x'.repeat(118)}`), ['src/a.ts:2 line of 121 columns; at most 120']);
  });

  it("do not hold for declarations of others' packages", () => {
    assert.deepEqual(lengthFindings('x();\n'.repeat(601), 'src/wire/package.d.ts'), []);
  });
});

describe('the rules for modules', () => {
  const moduleFindings = (text: string, path = 'src/a.ts'): string[] =>
    briefly(checkModules(treeOf({ [path]: text }).sources));

  it('find default exports in every form', () => {
    const texts = [
      'export default 1;',
      'export default function f() {}',
      'export default class C {}',
      'const a = 1; export { a as default };',
    ];
    for (const text of texts) assert.deepEqual(moduleFindings(text), ['src/a.ts:1 default export'], text);
    assert.deepEqual(
      moduleFindings('export function f(x) { switch (x) { default: return 1; } } export { f as g };'),
      [],
    );
  });

  it('find barrels, but for the index that is exported to others', () => {
    assert.deepEqual(moduleFindings(`\nexport { b } from './b.ts';`), ['src/a.ts:2 re-export']);
    assert.deepEqual(moduleFindings(`export * from './b.ts';`, 'test/a.ts'), ['test/a.ts:1 re-export']);
    assert.equal(moduleFindings('', 'src/link/index.ts').length, 1);
    assert.deepEqual(moduleFindings(`export { b } from './b.ts';`, 'src/pcap-writer/index.ts'), []);
  });
});
