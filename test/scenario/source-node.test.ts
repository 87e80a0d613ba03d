import { strict as assert } from 'node:assert';
import { readSource } from '../../src/scenario/source.ts';
import { plainValue } from '../../src/scenario/source-node.ts';
import { mistakesOf } from './plan-helper.ts';

const HOSTS = 'hosts: { a: , b: }\n';

function valueOf(text: string): unknown {
  return plainValue(readSource('t.yaml', new TextEncoder().encode(text)).root);
}

describe('the keys of a file', () => {
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
