import assert from 'node:assert/strict';
import { goQuote } from '../../../../src/docker/cli/values/go-quote.ts';

describe('quoted text', () => {
  it('looks as Go prints it', () => {
    const cases: [text: string, quoted: string][] = [
      ['', '""'],
      ['a "b" \\c', String.raw`"a \"b\" \\c"`],
      ['\n\t\r\u0007\b\f\v', String.raw`"\n\t\r\a\b\f\v"`],
      ['\u0001\u007f', String.raw`"\x01\x7f"`],
      ['é漢😀', '"é漢😀"'],
      ['\u00a0\u200b\u0085', String.raw`"\u00a0\u200b\u0085"`],
      ['\u{e0001}', String.raw`"\U000e0001"`],
      ["it's", `"it's"`],
    ];
    for (const [text, quoted] of cases) assert.equal(goQuote(text), quoted);
  });
});
