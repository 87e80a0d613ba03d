import { strict as assert } from 'node:assert';
import { ScenarioError } from '../../src/scenario/diagnostics.ts';
import { FILE_BYTES_MAX, readSource } from '../../src/scenario/source.ts';
import { plainValue } from '../../src/scenario/source-node.ts';
import { mistakesOf } from './plan-helper.ts';

const HOSTS = 'hosts: { a: , b: }\n';

function valueOf(text: string): unknown {
  return plainValue(readSource('t.yaml', new TextEncoder().encode(text)).root);
}

describe('the text of a scenario', () => {
  it('is refused when it is bigger than 8 MiB', () => {
    const message = '1:1: the file has 10000000 bytes; expected at most 8388608 (8 MiB)';
    assert.deepEqual(mistakesOf(new Uint8Array(10_000_000)), [message]);
    assert.deepEqual(mistakesOf(new Uint8Array(FILE_BYTES_MAX + 1)).length, 1);
  });

  it('is refused when there is nothing in it', () => {
    const message = '1:1: the file is empty; expected a scenario, which begins with `hosts:`';
    for (const text of ['', '\n\n', '# a comment\n', '---\n', '~\n']) assert.deepEqual(mistakesOf(text), [message]);
  });

  it('is refused when it is binary, at the first byte that is no text', () => {
    assert.deepEqual(mistakesOf('a: 1\nb: \0\n'), [
      '2:4: the file holds the control character U+0000; expected YAML as text',
    ]);
    assert.deepEqual(mistakesOf('a: \x1b[31m\n'), [
      '1:4: the file holds the control character U+001B; expected YAML as text',
    ]);
    const latin1 = Uint8Array.from('a: é\nb: ü\n', (char) => char.charCodeAt(0));
    assert.deepEqual(mistakesOf(latin1), ['1:4: the file is not UTF-8; expected YAML as text']);
    const utf16 = Uint8Array.from([0xff, 0xfe, 0x61, 0, 0x3a, 0]);
    assert.deepEqual(mistakesOf(utf16), ['1:1: the file is not UTF-8; expected YAML as text']);
  });

  it('may hold a replacement character that is written as such, and is searched behind it', () => {
    assert.deepEqual(valueOf('a: \ufffd\n'), { a: '\ufffd' });
    const bytes = new Uint8Array([...new TextEncoder().encode('\ufeffa: \ufffd'), 0x80]);
    assert.deepEqual(mistakesOf(bytes), ['1:5: the file is not UTF-8; expected YAML as text']);
  });

  it('may begin with a byte order mark and may have Windows line ends', () => {
    assert.deepEqual(valueOf('\ufeffa: 1\r\nb: |\r\n  x\r\n  y\r\n'), { a: 1, b: 'x\ny\n' });
  });

  it('is one document with a mapping', () => {
    assert.deepEqual(mistakesOf('a: 1\n---\nb: 2\n'), [
      '2:1: a second document begins here; expected one scenario in a file',
    ]);
    assert.deepEqual(mistakesOf('- a\n'), ['1:1: the file is a list; expected a mapping with `hosts:`']);
    assert.deepEqual(mistakesOf('hello\n'), ['1:1: the file is a plain text; expected a mapping with `hosts:`']);
    assert.deepEqual(valueOf('---\na: 1\n...\n'), { a: 1 });
  });

  it('names every key that is there twice', () => {
    const text = `${HOSTS}seed: 1\nname: x\nseed: 2\nname: y\n`;
    assert.deepEqual(mistakesOf(text), [
      '4:1: duplicate key "seed"; expected each key once, and line 2 has it',
      '5:1: duplicate key "name"; expected each key once, and line 3 has it',
    ]);
  });

  it('has plain keys only', () => {
    assert.deepEqual(mistakesOf(`${HOSTS}? [a]\n: b\n`), ['2:3: a key is not a plain text; expected `key: value`']);
    assert.deepEqual(mistakesOf(`${HOSTS}: b\n`), ['2:1: a key is not a plain text; expected `key: value`']);
  });

  it('takes numbers and true as names', () => {
    assert.deepEqual(valueOf('1: a\ntrue: b\n'), { '1': 'a', true: 'b' });
  });

  it('keeps keys that JavaScript knows, too', () => {
    const source = readSource('t.yaml', new TextEncoder().encode('__proto__: 1\nconstructor: 2\n'));
    assert.deepEqual([...source.root.entries.keys()], ['__proto__', 'constructor']);
  });

  it('throws an error whose text has one line for each mistake', () => {
    const error = new ScenarioError([
      { file: 'a.yaml', line: 1, col: 2, message: 'x; y' },
      { file: 'a.yaml', line: 3, col: 4, message: 'z; w' },
    ]);
    assert.equal(error.message, 'a.yaml:1:2: x; y\na.yaml:3:4: z; w');
  });
});

describe('aliases of YAML', () => {
  it('stand for their anchor', () => {
    assert.deepEqual(valueOf('a: &x { b: [1] }\nc: *x\n'), { a: { b: [1] }, c: { b: [1] } });
  });

  it('cannot blow a file up', () => {
    const levels = 'bcdefghij'.split('').map((name, i) => {
      const before = 'abcdefghi'[i]!;
      return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`;
    });
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${levels.join('\n')}\n`;
    assert.deepEqual(mistakesOf(bomb), [
      '6:8: aliases blow the file up; expected at most 100000 values by way of aliases',
    ]);
  });

  it('cannot be a part of themselves', () => {
    const message = "*x is part of what it stands for; expected an alias after its anchor's end";
    assert.deepEqual(mistakesOf('a: &x\n  b: [*x]\n'), [`2:7: ${message}`]);
  });

  it('need their anchor before them', () => {
    assert.deepEqual(mistakesOf('a: *x\nb: &x 1\n'), ['1:4: *x stands for nothing; expected an anchor &x before it']);
  });

  it('cannot nest a file deeper than braces may', () => {
    const message = 'the file is nested too deeply; expected at most 64 levels';
    const chain = Array.from({ length: 200 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`).join('');
    assert.deepEqual(mistakesOf(`a0: &a0 [1]\n${chain}`), [`64:11: ${message}`]);
    assert.deepEqual(mistakesOf(`a: ${'['.repeat(100)}${']'.repeat(100)}\n`), [`1:39: ${message}`]);
    for (const endless of ['[', '- ', '? ', '{a: ', '[a, ']) {
      const [mistake, ...others] = mistakesOf(endless.repeat(100_000));
      assert.ok(mistake?.endsWith(message), `${endless} ends with ${mistake}`);
      assert.deepEqual(others, []);
    }
  });
});

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
