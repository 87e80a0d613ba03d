import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lex, tokenTexts } from './words.ts';

describe('userland/sh/lexer:', () => {
  const cases: [string, string[]][] = [
    ['', []],
    ['  \t\r ', []],
    ['ping -c 3 10.0.0.1', ['ping', '-c', '3', '10.0.0.1']],
    ['a;b&&c||d&e\n', ['a', ';', 'b', '&&', 'c', '||', 'd', '&', 'e', '⏎']],
    ['a\\\n b\\\nc', ['a', 'b|c']],
    ["'a b'c", ["'a b'|c"]],
    ['"a b"c', ["'a b'|c"]],
    ['""', ["''"]],
    ["''", ["''"]],
    ['a\\ b', ["a|' '|b"]],
    ['\\$A \\\\', ["'$'|A", "'\\'"]],
    ['a # comment', ['a']],
    ['a#b #c\nd', ['a#b', '⏎', 'd']],
    ["# '\na", ['⏎', 'a']],
    ["'#' \\#", ["'#'", "'#'"]],
    ['a>b 2>&1 <<-E 12>c', ['a', '>', 'b', '2#', '>&', '1', '<<-', 'E', '12', '>', 'c']],
    ['é“x”', ['é“x”']],
    ['a\\', ["a|'\\'"]],
  ];
  for (const [text, expected] of cases) {
    it(`takes ${JSON.stringify(text)} apart`, () => {
      assert.deepEqual(tokenTexts(text), expected);
      assert.equal(lex(text).mistake, null);
    });
  }

  it('knows where words begin and end, and what comments say', () => {
    const { tokens, comments } = lex("ab  'c d'\n#@ 1.5\ne");
    assert.deepEqual(
      tokens.map(({ offset, end }) => [offset, end]),
      [
        [0, 2],
        [4, 9],
        [9, 10],
        [16, 17],
        [17, 18],
        [18, 18],
      ],
    );
    assert.deepEqual(comments, [{ text: '#@ 1.5', offset: 10 }]);
  });

  for (const text of ["a 'b", 'a "b', 'a "b\\"', "a $'b", "a $'b\\'"]) {
    it(`finds the quote that ${JSON.stringify(text)} does not end`, () => {
      const message = 'Syntax error: Unterminated quoted string';
      assert.deepEqual(lex(text).mistake, { offset: 2, message, readOffset: text.length });
    });
  }

  it('reads any text to its end, and every mistake lies in it', () => {
    const pieces = fc.constantFrom(
      ...Array.from('\'"\\$`(){}#&|;<>\n abc=*?!~é\0'),
      '$(',
      '${',
      "$'",
      '&&',
      '<<',
      '#@ 1',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((list) => list.join('')),
        ),
        (text) => {
          const { tokens, mistake, comments } = lex(text);
          assert.equal(mistake === null, tokens.at(-1)?.kind === 'end');
          let before = 0;
          for (const { offset, end } of tokens) {
            assert.ok(offset >= before && end >= offset && end <= text.length);
            before = end;
          }
          for (const { offset } of [...(mistake === null ? [] : [mistake]), ...comments])
            assert.ok(offset >= 0 && offset <= text.length);
        },
      ),
      { numRuns: 2000 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1) },
    );
  });

  it('reads a text of a megabyte in one pass, however it is made', () => {
    const size = 1 << 18;
    for (const piece of ['a ', "'", '"', '$(', '${', '`', '\\', '#', '(', ';', "$'x"]) {
      const started = performance.now();
      lex(piece.repeat(size / piece.length));
      assert.ok(performance.now() - started < 2000, piece);
    }
  });
});
