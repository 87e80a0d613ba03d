import assert from 'node:assert/strict';
import { parseFloat64, parseInteger, readNumber } from '../../../src/docker/template/number.ts';

describe('number literals', () => {
  it('are integers in every base, with underscores between digits', () => {
    const texts = [
      '0',
      '42',
      '-42',
      '+7',
      '0x1F',
      '0b101',
      '0o17',
      '017',
      '1_000',
      '0x_ff',
      '-0',
      '18446744073709551616',
    ];
    assert.deepEqual(texts.map(parseInteger), [0n, 42n, -42n, 7n, 31n, 5n, 15n, 15n, 1000n, 255n, 0n, 1n << 64n]);
    for (const bad of ['', '-', '08', '1__0', '_1', '1_', '0x', '0b2', '1e3', '1.0']) {
      assert.equal(parseInteger(bad), undefined, bad);
    }
  });

  it('are floats', () => {
    const texts = ['1.5', '.5', '5.', '1e3', '-1E-2', '0x1p4', '0x1.8p1', '0x.8p0', '1_0.5'];
    assert.deepEqual(texts.map(parseFloat64), [1.5, 0.5, 5, 1000, -0.01, 16, 3, 0.5, 10.5]);
    for (const bad of ['.', '1e', 'e1', '0x1', '0xp1', '1e999', '1.2.3'])
      assert.equal(parseFloat64(bad), undefined, bad);
  });

  it('are all that they can be', () => {
    assert.deepEqual(readNumber('1.0', 'number'), { float: 1, int: 1n, uint: 1n });
    assert.deepEqual(readNumber('-1', 'number'), { float: -1, int: -1n });
    assert.deepEqual(readNumber('9223372036854775808', 'number'), { float: 2 ** 63, uint: 1n << 63n });
    assert.deepEqual(readNumber("'a'", 'charConstant'), { int: 97n, uint: 97n, float: 97 });
    assert.deepEqual(readNumber('1+2i', 'complex'), { complex: { re: 1, im: 2 } });
    assert.deepEqual(readNumber('1e+2-3e-1i', 'complex'), { complex: { re: 100, im: -0.3 } });
    assert.deepEqual(readNumber('0i', 'number'), { complex: { re: 0, im: 0 }, float: 0, int: 0n, uint: 0n });
  });

  it('are refused in the words of Go', () => {
    const refusals: readonly [string, 'number' | 'charConstant' | 'complex', RegExp][] = [
      ['99999999999999999999', 'number', /^integer overflow: "99999999999999999999"$/],
      ['0x', 'number', /^illegal number syntax: "0x"$/],
      ["'ab'", 'charConstant', /^malformed character constant: 'ab'$/],
      ['1+i', 'complex', /^syntax error scanning complex number$/],
      ['1+1e999i', 'complex', /^strconv\.ParseFloat: parsing "\+1e999": value out of range$/],
      ['0x1+1i', 'complex', /^strconv\.ParseFloat: parsing "0x1": invalid syntax$/],
      ["''", 'charConstant', /^invalid syntax$/],
    ];
    for (const [text, type, message] of refusals) assert.throws(() => readNumber(text, type), { message });
  });
});
