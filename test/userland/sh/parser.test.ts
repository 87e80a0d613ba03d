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
    ['a >', ['3 Syntax error: end of file unexpected']],
    ['a > > b', ['4 Syntax error: redirection unexpected']],
    ['a |', ['3 Syntax error: end of file unexpected']],
    ['! ! a', ['2 Syntax error: "!" unexpected']],
    ['if a; b; fi', ['9 Syntax error: "fi" unexpected (expecting "then")']],
    ['if a; then b', ['12 Syntax error: end of file unexpected (expecting "fi")']],
    ['if then', ['3 Syntax error: "then" unexpected']],
    ['while a; do b; fi', ['15 Syntax error: "fi" unexpected (expecting "done")']],
    ['for 1 in a', ['4 Syntax error: Bad for loop variable']],
    ['for i in a & do', ['11 Syntax error: "&" unexpected']],
    ['for i a', ['6 Syntax error: word unexpected (expecting "do")']],
    ['case a b', ['7 Syntax error: word unexpected (expecting "in")']],
    ['case a in b c', ['12 Syntax error: word unexpected (expecting ")")']],
    ['(a', ['2 Syntax error: end of file unexpected (expecting ")")']],
    ['{ a; )', ['5 Syntax error: ")" unexpected (expecting "}")']],
    ['f(a', ['2 Syntax error: word unexpected (expecting ")")']],
    ['1f() { a; }', ['0 Syntax error: Bad function name']],
    ['a b (c)', ['4 Syntax error: "(" unexpected']],
    ['fi\na )\nb', ['0 Syntax error: "fi" unexpected', '5 Syntax error: ")" unexpected']],
  ];
  for (const [text, expected] of wrong) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      assert.deepEqual(mistakeTexts(text), expected);
    });
  }

  const grammar: [string, string[]][] = [
    ['a | b |\n c', ['a | b | c']],
    ['! a | b && c', ['! a | b && c']],
    ['a > f b', ['a b 1>f']],
    ['a 2>&1 >>f <g >|h <>i', ['a 2>&1 1>>f 0<g 1>|h 0<>i']],
    ['3 >f; a 3>f b', ['3 1>f', 'a b 3>f']],
    ['> f', ['1>f']],
    ['cat <<E\nx $Y|z\nE\nb', ["cat 0<<'x '|\"$Y\"|'|z\n'", 'b']],
    ["cat <<'E' | b\nx $Y\nE", ["cat 0<<'x $Y\n' | b"]],
    ['cat 3<<-E <<F\n\tx\n\t\tE\ny\nF', ["cat 3<<'x\n' 0<<'y\n'"]],
    ['cat <<E\nx', ["cat 0<<'x'"]],
    ['if a; then b; elif c\nthen d; else e; fi > f', ['if {a}{b} {c}{d} {e} 1>f']],
    ['while a; do b; done; c', ['while {a} {b}', 'c']],
    ['until a\ndo\nb\ndone', ['until {a} {b}']],
    ['for i in 1 $A "$@"; do b; done', ['for i [1 $A \'\'|"$@"] {b}']],
    ['for i\ndo b; done; for i; do c; done', ['for i [@] {b}', 'for i [@] {c}']],
    ['case $a in x|y) b;; (*) c; esac', ['case $a x/y{b} *{c}']],
    ['case a in\nesac', ['case a ']],
    ['case a in b) ;; c) esac', ['case a b{} c{}']],
    ['{ a; b & } | (c; d)', ['group {a; b &} | subshell {c; d}']],
    ['f() { a; } 2>&1; f', ['function f group {a} 2>&1', 'f']],
    ['f ()\n(a)', ['function f subshell {a}']],
    ['echo }; echo {a,b}', ['echo }', 'echo {a,b}']],
  ];
  for (const [text, expected] of grammar) {
    it(`parses ${JSON.stringify(text)}`, () => {
      assert.deepEqual(listTexts(text), expected);
      assert.deepEqual(mistakeTexts(text), []);
    });
  }

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
        const { commands, mistakes } = parse(text);
        fc.pre(mistakes.length === 0);
        assert.deepEqual(
          listTexts(text),
          parts.map(([words]) => words.join(' ')),
        );
        assert.equal(commands.flatMap(({ lists }) => lists).length, parts.length);
      }),
    );
  });
});
