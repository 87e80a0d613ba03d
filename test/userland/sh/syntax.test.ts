import assert from 'node:assert/strict';
import { LineCounter, bareText, literalText } from '../../../src/userland/sh/syntax.ts';
import type { Word } from '../../../src/userland/sh/syntax.ts';
import { lex } from './words.ts';

describe('userland/sh/syntax:', () => {
  function firstWord(text: string): Word {
    const token = lex(text).tokens[0]!;
    assert.ok(token.kind === 'word');
    return token.word;
  }

  it('a word is literal if it depends on nothing, and bare if nothing is quoted either', () => {
    assert.equal(literalText(firstWord(`a'b'"c"\\d`)), 'abcd');
    assert.equal(literalText(firstWord('a$B')), undefined);
    assert.equal(literalText(firstWord('$(a)')), undefined);
    assert.equal(bareText(firstWord('if')), 'if');
    assert.equal(bareText(firstWord("i'f'")), undefined);
  });

  it('offsets that ascend become lines and columns from 0', () => {
    const text = 'ab\n\ncd\n';
    const lines = new LineCounter(text);
    const places = [0, 2, 3, 4, 6, 7].map((offset) => {
      const { line, col } = lines.placeOf(offset);
      return [line, col];
    });
    assert.deepEqual(places, [
      [0, 0],
      [0, 2],
      [1, 0],
      [2, 0],
      [2, 2],
      [3, 0],
    ]);
  });
});
