import assert from 'node:assert/strict';
import { lex } from '../../../src/userland/sh/lexer.ts';
import { tokenTexts } from './words.ts';

describe('userland/sh/expansion-lexer:', () => {
  const cases: [string, string[]][] = [
    ['$A', ['$A']],
    ['$A_1-x', ['$A_1|-x']],
    ['${A}b', ['$A|b']],
    ['$?$$$!$#', ['$?|$$|$!|$#']],
    ['$1${10}$0', ['$1|$10|$0']],
    ['${?}', ['$?']],
    ['$', ['$']],
    ['$ a', ['$', 'a']],
    ['a$', ['a|$']],
    ['"$A b"', ["''|\"$A\"|' b'"]],
    ['"a\\$b\\\\\\"\\`\\x"', ["'a$b\\\"`\\x'"]],
    ['"a\\\nb"', ["'ab'"]],
    ['"a\'b"', ["'a'b'"]],
    ["'$A'", ["'$A'"]],
    ["$'a\\tb\\n'", ["'a\tb\n'"]],
    ["$'\\x41\\101\\u00e9\\e\\\\\\''", ["'AAé\x1b\\''"]],
    ["$'\\q'", ["'\\q'"]],
    ['"$\'a\'"', ["''|'$'|''a''"]],
  ];
  for (const [text, expected] of cases) {
    it(`takes ${JSON.stringify(text)} apart`, () => {
      assert.deepEqual(tokenTexts(text), expected);
      assert.deepEqual(lex(text).mistakes, []);
    });
  }

  const lacks: [string, string[]][] = [
    ['echo $(date) x', ['5 $(…) is not supported yet']],
    ["echo $(a ')' $(b)) x", ['5 $(…) is not supported yet']],
    ['echo "$(date)"', ['6 $(…) is not supported yet']],
    ['echo $((1+2))', ['5 $((…)) is not supported yet']],
    ['echo `date` "`a`"', ['5 `…` is not supported yet', '13 `…` is not supported yet']],
    ['echo ${A:-b}', ['5 ${A:…} is not supported yet']],
    ['echo ${#A}', ['5 ${…} is not supported yet']],
    ['echo $@ $*', ['5 $@ is not supported yet', '8 $* is not supported yet']],
    ['echo ${A', ["5 Syntax error: Missing '}'"]],
    ['echo $(a', ['5 $(…) is not supported yet', '5 Syntax error: end of file unexpected (expecting ")")']],
  ];
  for (const [text, expected] of lacks) {
    it(`reports what ${JSON.stringify(text)} asks for`, () => {
      assert.deepEqual(
        lex(text).mistakes.map(({ offset, message }) => `${offset} ${message}`),
        expected,
      );
    });
  }

  it('goes on behind what it skipped', () => {
    assert.deepEqual(tokenTexts("a$(b ')' c)d ${X:-y}z `q`w"), ['a|$|d', '$X|z', '$|w']);
  });
});
