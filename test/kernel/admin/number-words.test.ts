import assert from 'node:assert/strict';
import { parseUnsigned, U16_MAX, U8_MAX } from '../../../src/kernel/admin/number-words.ts';

describe('admin: numbers', () => {
  it('are decimal, hexadecimal or octal', () => {
    const texts = ['0', '7', '07', '010', '0x1F', '255'];
    assert.deepEqual(
      texts.map((text) => parseUnsigned(text, U8_MAX)),
      [0, 7, 7, 8, 31, 255],
    );
  });

  it('are refused where they are none or too large', () => {
    for (const text of ['', 'x', '-1', '08', '0x', '1.5', '256', '1 ']) {
      assert.equal(parseUnsigned(text, U8_MAX), undefined, text);
    }
    assert.equal(parseUnsigned('256', U16_MAX), 256);
  });
});
