import assert from 'node:assert/strict';
import { parseInteger, strtod } from '../../src/userland/number-text.ts';

describe('userland/number-text:', () => {
  const cases: [string, number, string][] = [
    ['1', 1, ''],
    ['1.5s', 1.5, 's'],
    ['.25', 0.25, ''],
    ['2.', 2, ''],
    ['-1e-2x', -0.01, 'x'],
    ['1e', 1, 'e'],
    [' +3', 3, ''],
    ['0x10', 16, ''],
    ['0x1p-6', 1 / 64, ''],
    ['-0x2p3s', -16, 's'],
    ['inf', Infinity, ''],
    ['-Infinity!', -Infinity, '!'],
    ['infin', Infinity, 'in'],
  ];
  for (const [text, value, rest] of cases) {
    it(`strtod reads "${text}"`, () => {
      assert.deepEqual(strtod(text), { value, rest });
    });
  }

  it('strtod finds no number where there is none', () => {
    for (const text of ['', 'abc', '.', '-', 'e5']) assert.deepEqual(strtod(text), { value: NaN, rest: text });
    assert.deepEqual(strtod('nan'), { value: NaN, rest: '' });
  });

  it('whole numbers are decimal and nothing else', () => {
    assert.deepEqual(['5', '-5', '+5', ' 7', '010'].map(parseInteger), [5, -5, 5, 7, 10]);
    for (const text of ['', '1x', '0x1', '1.0', '1e3', '5 ', '--5']) assert.equal(parseInteger(text), undefined, text);
  });
});
