import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from '../../../src/userland/sh/parser.ts';
import { listTexts, mistakeTexts } from './words.ts';

describe('userland/sh/parser:', () => {
  const cases: [string, string[]][] = [
    ['', []],
    ['\n\n# nothing\n', []],
    ['a b', ['a b']],
    ['a; b;', ['a', 'b']],
    ['a && b || c; d', ['a && b || c', 'd']],
    ['a &&\n\n b', ['a && b']],
    ['sleep 5 & ping h', ['sleep 5 &', 'ping h']],
    ['a & b &', ['a &', 'b &']],
    ['a && b &', ['a && b &']],
    ['A=1', ['A:=1']],
    ["A=1 B='x y'$C cmd D=2", ["A:=1 B:=|'x y'|$C cmd D=2"]],
    ['A= cmd', ['A:= cmd']],
    ["'A'=1 \\A=1 1A=2", ["'A'|=1 'A'|=1 1A=2"]],
    ['"if" fi', ["'if' fi"]],
    ['echo if then', ['echo if then']],
    ['a\nb', ['a', 'b']],
  ];
  for (const [text, expected] of cases) {
    it(`parses ${JSON.stringify(text)}`, () => {
      assert.deepEqual(listTexts(text), expected);
      assert.deepEqual(mistakeTexts(text), []);
    });
  }

  const wrong: [string, string[]][] = [
    [';', ['0 Syntax error: ";" unexpected']],
    ['a ;; b', ['2 Syntax error: ";;" unexpected']],
    ['&& a', ['0 Syntax error: "&&" unexpected']],
    ['a &&', ['4 Syntax error: end of file unexpected']],
    ['a && ; b', ['5 Syntax error: ";" unexpected']],
    ['a & && b', ['4 Syntax error: "&&" unexpected']],
    [')', ['0 Syntax error: ")" unexpected']],
    ['fi', ['0 Syntax error: "fi" unexpected']],
    ['a; done', ['3 Syntax error: "done" unexpected']],
    ["a 'b; c &&", ['2 Syntax error: Unterminated quoted string']],
    ['a >', ['2 > is not supported yet *', '3 Syntax error: end of file unexpected']],
  ];
  for (const [text, expected] of wrong) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      assert.deepEqual(mistakeTexts(text), expected);
    });
  }

  const lacks: [string, string[]][] = [
    ['a | b | c', ['2 |', '6 |']],
    ['a |\n b', ['2 |']],
    ['a > f b', ['2 >']],
    ['a 2>&1', ['3 >&']],
    ['a >> f < g', ['2 >>', '7 <']],
    ['cat <<E\nx y | z\nE', ['4 <<']],
    ['cat 0<<E\nx', ['5 <<']],
    ['if a; then b; fi', ['0 if']],
    ['a; while b; do c; done', ['3 while']],
    ['for i in 1 2; do :; done; nosuch |', ['0 for']],
    ['case a in b) ;; esac', ['0 case']],
    ['until a; do b; done', ['0 until']],
    ['{ a; }', ['0 {']],
    ['(a)', ['0 (']],
    ['f() { a; }', ['1 (']],
    ['! a && b', ['0 !']],
    ['> f', ['0 >']],
  ];
  for (const [text, expected] of lacks) {
    it(`reports what ${JSON.stringify(text)} asks for`, () => {
      assert.deepEqual(
        mistakeTexts(text),
        expected.map((each) => `${each} is not supported yet *`),
      );
    });
  }

  it('goes on behind a pipe and a redirection, so that all commands are seen', () => {
    assert.deepEqual(listTexts('a > f b | c; d'), ['c', 'd']);
    assert.deepEqual(listTexts('3 >f'), ['3']);
    assert.deepEqual(listTexts('a 3>f b'), ['a b']);
  });

  it('parses any text without throwing, and every mistake lies in it, in order', () => {
    const words = ['a', 'A=1', "'x", '"y"', '$A', ';', '&', '&&', '||', '|', '>', '<<', '(', ')', '\n', ' ', '#', 'if'];
    const texts = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words, 'fi', '{', '}', '!', '2')).map((list) => list.join(' ')),
      fc.array(fc.constantFrom(...words)).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        let before = 0;
        for (const { offset } of parse(text).mistakes) {
          assert.ok(offset >= before && offset <= text.length);
          before = offset;
        }
      }),
      { numRuns: 2000 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1) },
    );
  });

  it('what has no mistake keeps its words when it is written again', () => {
    const word = fc.stringMatching(/^[a-z0-9./:-]{1,8}$/).filter((text) => !['if', 'do', 'fi', 'for'].includes(text));
    const command = fc.array(word, { minLength: 1, maxLength: 4 });
    const texts = fc.array(fc.tuple(command, fc.constantFrom(';', '\n')), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.map(([words, end]) => words.join(' ') + end).join('');
        const { lists, mistakes } = parse(text);
        fc.pre(mistakes.length === 0);
        assert.deepEqual(
          listTexts(text),
          parts.map(([words]) => words.join(' ')),
        );
        assert.equal(lists.length, parts.length);
      }),
    );
  });
});
