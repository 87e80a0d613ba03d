import assert from 'node:assert/strict';
import fc from 'fast-check';
import { splitScript } from '../../../src/userland/sh/script.ts';

describe('userland/sh/script:', () => {
  function texts(script: string): string[] {
    return splitScript(script).map(({ text }) => text);
  }

  it('a script is split at the ends of lines, each command with its place', () => {
    assert.deepEqual(splitScript('ip netns add a\n\n  # comment\n  ip link add va type veth && x; y\nz # end\n'), [
      { text: 'ip netns add a', line: 0, col: 0 },
      { text: 'ip link add va type veth && x; y', line: 3, col: 2 },
      { text: 'z', line: 4, col: 0 },
    ]);
  });

  it('quotes, lists and continued lines go over the end of a line', () => {
    assert.deepEqual(texts("a 'b\nc' d\ne"), ["a 'b\nc' d", 'e']);
    assert.deepEqual(texts('a \\\n b\nc'), ['a \\\n b', 'c']);
    assert.deepEqual(texts('a &&\n\n# why\n b ||\nc\nd'), ['a &&\n\n# why\n b ||\nc', 'd']);
    assert.deepEqual(texts('a &\nb'), ['a &', 'b']);
    assert.deepEqual(texts('a |\nb\nc'), ['a |\nb', 'c']);
  });

  it('a compound command is one command, whatever stands in it', () => {
    const compound = 'for i in 1 2\ndo\n  if a; then\n b\n  fi\ndone';
    assert.deepEqual(texts(`x\n${compound}\ny`), ['x', compound, 'y']);
    assert.deepEqual(texts('{\na\n}\nb'), ['{\na\n}', 'b']);
    assert.deepEqual(texts('(a\nb)\nc'), ['(a\nb)', 'c']);
    assert.deepEqual(texts('while a; do b\ndone && c\nd'), ['while a; do b\ndone && c', 'd']);
    assert.deepEqual(texts('echo if for {\nb'), ['echo if for {', 'b']);
  });

  it('a comment with a time holds for the next command', () => {
    const script = '#@ 0.004\na\nb\n#@ 12.3456789012\n\n# other\nc\n#@ 3\n#@ 4\nd\ne #@ 9\nf\n#@ x\ng\n#@ 7';
    assert.deepEqual(
      splitScript(script).map(({ text, notBeforeNs }) => [text, notBeforeNs]),
      [
        ['a', 4_000_000],
        ['b', undefined],
        ['c', 12_345_678_901],
        ['d', 4_000_000_000],
        ['e', undefined],
        ['f', 9_000_000_000],
        ['g', undefined],
      ],
    );
  });

  it('what is never ended is one last command', () => {
    assert.deepEqual(texts("a\nb 'c\nd"), ['a', "b 'c\nd"]);
    assert.deepEqual(texts('a\nif b\nc\n'), ['a', 'if b\nc']);
    assert.deepEqual(texts('a &&'), ['a &&']);
    assert.deepEqual(texts('\n#@ 1\n'), []);
  });

  it('the pieces of any script are what stands at their places', () => {
    const pieces = fc.constantFrom(
      'a',
      "'",
      '"',
      '\n',
      ' ',
      ';',
      '&&',
      '|',
      '{',
      '}',
      '(',
      ')',
      'if',
      'fi',
      '#@ 1',
      '\\',
    );
    fc.assert(
      fc.property(
        fc.array(pieces).map((list) => list.join('')),
        (script) => {
          const lines = script.split('\n');
          let from = 0;
          for (const { text, line, col } of splitScript(script)) {
            assert.ok(text.length > 0);
            assert.ok(lines.slice(line).join('\n').slice(col).startsWith(text));
            const at = script.indexOf(text, from);
            assert.ok(at >= from);
            from = at + text.length;
          }
        },
      ),
      { numRuns: 1000 * Number(process.env['DOCKWIRE_EFFORT'] ?? 1) },
    );
  });
});
