import fc from 'fast-check';
import assert from 'node:assert/strict';
import {
  decodeRune,
  encodeRune,
  goString,
  runeCount,
  runesOf,
  textOf,
} from '../../../src/docker/template/go-string.ts';

describe("Go's strings", () => {
  it('are bytes that come back as the same text', () => {
    assert.equal(goString('é€'), '\xc3\xa9\xe2\x82\xac');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(textOf(goString(text)), text);
        assert.deepEqual(
          runesOf(goString(text)).map(({ code }) => code),
          Array.from(text, (char) => char.codePointAt(0)),
        );
      }),
    );
  });

  it('may be no UTF-8, byte by byte', () => {
    for (const bytes of ['\x80', '\xc3', '\xc0\x80', '\xe0\x80\x80', '\xed\xa0\x80', '\xf4\x90\x80\x80', '\xff']) {
      assert.deepEqual(decodeRune(bytes, 0), { code: 0xfffd, size: 1 });
      assert.equal(runeCount(bytes), bytes.length);
    }
    assert.deepEqual(decodeRune('', 0), { code: 0xfffd, size: 0 });
    assert.equal(textOf('a\xc3'), 'a\ufffd');
    assert.equal(encodeRune(0xd800), goString('\ufffd'));
  });
});
