/** The parser and the matcher against grep: hand-picked expressions, then random ones. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { GREP } from '../../../src/userland/text/grep.ts';
import { literalRegex, parseRegex, sourceOf } from '../../../src/userland/text/posix-regex.ts';
import { compareWithGnu } from './real-text-tools.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);
const LINES = { lines: 'a\nb\naaa\n*a\na{\na{1\n^a\na|b\nab\nabab\n a\tb\n[x]\n(a)\na+b\nA1_\n\\d\na]\n-\n' };
const EXPRESSIONS = [
  ...[
    'a\\{',
    'a{',
    'a{1',
    '(',
    ')',
    '\\(',
    '\\)',
    '*a',
    'a**',
    '+a',
    'a|*b',
    '[z-a]',
    'a{2,1}',
    'a\\{2,1\\}',
    '[:space:]',
    '[[:foo:]]',
  ],
  ...[
    'a\\',
    '\\1',
    '(a)\\2',
    '(a)\\1',
    '\\(a\\)\\1',
    '[[.space.]]',
    '[[=a=]]',
    '[[.-.]]',
    'a{,3}',
    '()',
    'a||b',
    '|',
    '\\d',
    'a{x}',
    '^*',
  ],
  ...[
    '(*a)',
    '(+a)',
    '[a',
    '[]a]',
    '[^]a]',
    '\\{1\\}',
    'a\\{1',
    'a\\{x\\}',
    '{1}',
    'a{99999}',
    'a{1}{2}',
    'a+?',
    '[[:alpha:]',
    '[a-]',
    '[--a]',
  ],
  ...[
    '\\<a\\>',
    '\\w\\W',
    '\\s',
    '\\S\\s',
    '\\ba\\b',
    '\\Ba',
    '\\`a',
    "a\\'",
    '[\\d]',
    'a\\|b',
    'a\\+',
    'a\\?b',
    '\\*',
    'x\\{0,\\}',
    '^^',
    'a^',
  ],
  ...[
    '$a',
    'a$b',
    '(^a)',
    '(a|^b)',
    'a\\(^b\\)',
    '[[:upper:]][[:digit:]]',
    '[^[:alnum:]]',
    '(ab)+',
    '(ab){2}',
    '\\(ab\\)\\{2\\}',
    '^.$',
    '.*b$',
  ],
].filter((text) => !text.includes("'"));

/** Expressions of few letters and all operators; anchors stand outside only, where the C library gets them right. */
const EXTENDED = fc.letrec<{ node: string; item: string }>((tie) => ({
  item: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'b', 'ab', '.', '[ab]', '[^a]'),
    tie('node').map((text) => `(${text})`),
  ),
  node: fc
    .array(fc.tuple(tie('item'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{0,2}')), {
      minLength: 1,
      maxLength: 3,
    })
    .chain((parts) => {
      const text = parts.map(([item, repeat]) => item + repeat).join('');
      return fc.constantFrom(text, text, `${text}|b`, `a|${text}`);
    }),
})).node;

const ANCHORED = fc.constantFrom(['', ''], ['^', ''], ['', '$'], ['\\<', '']);

describe('userland/text/posix-regex:', () => {
  it('takes and refuses what grep does', function () {
    const tests = EXPRESSIONS.flatMap((text) => [`grep -e '${text}' lines`, `grep -E -e '${text}' lines`]);
    compareWithGnu(this, GREP, tests, LINES);
  });

  it('random expressions match the same texts', function () {
    this.timeout(20_000 * EFFORT);
    const words = fc.sample(fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 7 }), {
      numRuns: 25,
      seed: 1,
    });
    const options = fc.constantFrom('', '-o', '-o', '-x', '-i', '-v');
    const samples = fc.sample(fc.tuple(EXTENDED, options, ANCHORED), { numRuns: 100 * EFFORT, seed: 2 });
    const tests = samples.map(([text, option, [before, after]]) => {
      const whole = `${before}(${text})${after}`;
      return `grep -E ${option} -e '${whole}' words`;
    });
    compareWithGnu(this, GREP, tests, { words: `${words.join('\n')}\n` });
  });

  it('takes texts as they are', () => {
    const regex = new RegExp(`^(?:${sourceOf(literalRegex('a.b*[x]\\😀-^$').root)})$`, 'u');
    assert.ok(regex.test('a.b*[x]\\😀-^$'));
    assert.ok(!regex.test('aXb*[x]\\😀-^$'));
    assert.deepEqual(parseRegex('*a', true).warnings, ['* at start of expression']);
  });
});
