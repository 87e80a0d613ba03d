import { strict as assert } from 'node:assert';
import { readSource } from '../../src/scenario/source.ts';
import { plainValue } from '../../src/scenario/source-node.ts';
import { mistakesOf } from './plan-helper.ts';

function valueOf(text: string): unknown {
  return plainValue(readSource('t.yaml', new TextEncoder().encode(text)).root);
}

describe('mistakes of YAML', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a: b: c\n', '1:4: a second colon on one line; expected quotes around a text that holds ": "'],
    ['x: 1\na: "b\nc: d\n', '2:4: a text in double quotes does not end; expected a closing "'],
    ["x: 1\na: 'b\nc: d\n", "2:4: a text in single quotes does not end; expected a closing '"],
    ['a: [1, 2\nb: 3\n', '2:1: a [ is not closed; expected ]'],
    ['a: {b: 1\nc: 2\n', '2:1: a { is not closed; expected }'],
    ['a:\n\t- 1\n', '2:1: a tab in the indentation; expected blanks'],
    [
      'a:\n  - b\n c: d\n',
      '3:1: the indentation does not fit; expected the entries of one list or mapping to begin in the same column',
    ],
    ['a: @x\n', '1:4: a text begins with a character that YAML keeps for itself; expected quotes around the text'],
    ['a: `x`\n', '1:4: a text begins with a character that YAML keeps for itself; expected quotes around the text'],
    ['a: !foo x\n', '1:4: an unknown tag; expected plain YAML, and quotes around a text that begins with !'],
    ['a: "\\q"\n', '1:5: an unknown escape in double quotes; expected \\\\ for a backslash, or single quotes'],
    ['a\nb: c\n', '1:1: a key goes over several lines; expected `key: value`, and quotes around longer texts'],
    ['a: 1\nb:- c\n', '2:1: a key without a colon; expected `key: value`'],
    ['a: - b\n', '1:4: something that does not belong here; expected `key: value`, or quotes around the text'],
    [
      '%FOO\n---\na: 1\n',
      '1:1: an unknown directive; expected plain YAML, and quotes around a text that begins with %',
    ],
    ['a: &b &c d\n', '1:7: two anchors on one value; expected one'],
  ];
  for (const [text, mistake] of cases) {
    it(`are told in plain words: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(mistakesOf(text), [mistake], 'only the first of them');
    });
  }

  it('leave a closing bracket in the column of its key alone', () => {
    assert.deepEqual(valueOf('a: [\n  1,\n]\nb: {\n}\n'), { a: [1], b: {} });
  });
});
