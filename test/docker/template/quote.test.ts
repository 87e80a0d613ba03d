import fc from 'fast-check';
import assert from 'node:assert/strict';
import { goString } from '../../../src/docker/template/go-string.ts';
import { canBackquote, quote, quoteRune, unquote, unquoteChar } from '../../../src/docker/template/quote.ts';

describe('quoted strings', () => {
  it('have escapes for what cannot be printed', () => {
    assert.equal(quote(goString('a"\\\n\x01é\u200b')), goString('"a\\"\\\\\\n\\x01é\\u200b"'));
    assert.equal(quote(goString('é\u{1f600}'), true), '"\\u00e9\\U0001f600"');
    assert.equal(quote('\xff'), '"\\xff"');
    assert.equal(quoteRune(0x27), "'\\''");
    assert.deepEqual([canBackquote('a\t'), canBackquote('a`'), canBackquote('\n')], [true, false, false]);
  });

  it('come back whatever their bytes', () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(bytes, fc.boolean(), (text, isAsciiOnly) => {
        assert.equal(unquote(quote(text, isAsciiOnly)), text);
      }),
    );
  });

  it('are refused with escapes that Go does not have', () => {
    for (const bad of ['"\\q"', '"\\x4"', '"\\400"', '"\\ud800"', '"\\U00110000"', '"\\\'"', '"a"b"']) {
      assert.equal(unquote(bad), undefined, bad);
    }
    assert.equal(unquote('`a\\n\r`'), 'a\\n');
    assert.equal(unquoteChar("'", "'"), undefined);
    assert.deepEqual(unquoteChar('\\377', "'"), { code: 255, bytes: '\xff', size: 4 });
  });
});
