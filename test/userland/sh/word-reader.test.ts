import assert from 'node:assert/strict';
import { lex, tokenTexts } from './words.ts';

describe('userland/sh/word-reader:', () => {
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
    ['"$\'a\'"', ["''|'$'a''"]],
  ];
  for (const [text, expected] of cases) {
    it(`takes ${JSON.stringify(text)} apart`, () => {
      assert.deepEqual(tokenTexts(text), expected);
      assert.equal(lex(text).mistake, null);
    });
  }

  const expansions: [string, string[]][] = [
    ['$(date -u) x', ['$(date -u)', 'x']],
    ["$(a ')' $(b)) x", ["$(a ')' $(b))", 'x']],
    ['"$(date)"', ['\'\'|"$(date)"']],
    ['$(case a in a) b;; esac)c', ['$(case a a{b})|c']],
    ['$( # comment )\n a)', ['$(a)']],
    ['$()', ['$()']],
    ['$((1+(2)))', ["$(('1+(2)'))"]],
    ['$(($A))', ['$(("$A"))']],
    ['`a b`c', ['$(a b)|c']],
    ['`a \\`b\\` \\$C`', ['$(a $(b) $C)']],
    ['"`a \\"b\\"`"', ["''|\"$(a 'b')\""]],
    ['${A:-b c}', ['${A:-b c}']],
    ['${A:-$B"c}"}', ["${A:-$B|'c}'}"]],
    ['"${A-\'b\'}"', ["''|\"${A-'\'b\''}\""]],
    ['"${A%\'*\'}"', ["''|\"${A%'*'}\""]],
    ['${#A}${#}${##x}', ['${#A}|$#|${##x}']],
    ['${A%%.*}${A##*/}', ['${A%%.*}|${A##*/}']],
    ['${A/b/c}', ['${Abad/b/c}']],
    ['$@"$*"$-', ['$@|\'\'|"$*"|$-']],
  ];
  for (const [text, expected] of expansions) {
    it(`takes ${JSON.stringify(text)} apart`, () => {
      assert.deepEqual(tokenTexts(text), expected);
      assert.equal(lex(text).mistake, null);
    });
  }

  const wrong: [string, string][] = [
    ['echo ${A', "5 Syntax error: Missing '}'"],
    ['echo $(a', '8 Syntax error: end of file unexpected (expecting ")")'],
    ['echo $((1)', "5 Syntax error: Missing '))'"],
    ['echo `a', '5 Syntax error: EOF in backquote substitution'],
    ['echo $(a; fi)', '10 Syntax error: "fi" unexpected (expecting ")")'],
    ['echo `a \\` fi', '5 Syntax error: EOF in backquote substitution'],
    ['echo $('.repeat(300), '1405 Syntax error: nested too deeply'],
  ];
  for (const [text, expected] of wrong) {
    it(`says what is wrong with ${JSON.stringify(text.slice(0, 20))}`, () => {
      const { mistake } = lex(text);
      assert.equal(`${mistake!.offset} ${mistake!.message}`, expected);
    });
  }

  it('a mistake in backquotes has its place in the whole text', () => {
    assert.equal(lex('echo `a \\`b; )\\``').mistake!.offset, 13);
  });
});
