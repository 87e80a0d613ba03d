import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { fileLinesOf } from '../../src/scenario/scalar-position.ts';
import { readSource } from '../../src/scenario/source.ts';
import type { SourceScalar } from '../../src/scenario/source-node.ts';

const EFFORT = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

interface Keyed {
  readonly fileText: string;
  readonly scalar: SourceScalar;
  readonly at: (line: number, col: number) => string;
}

/** The value of the key `k` in a file. */
function keyed(fileText: string): Keyed {
  const source = readSource('t.yaml', new TextEncoder().encode(fileText));
  const scalar = source.root.entries.get('k')?.value;
  assert.ok(scalar?.kind === 'scalar');
  const at = (line: number, col: number): string => {
    const position = source.positionInScalar(scalar, line, col);
    return `${position.line}:${position.col}`;
  };
  return { fileText, scalar, at };
}

/** What the file has at a place. */
function charAt(fileText: string, place: string): string | undefined {
  const [line, col] = place.split(':').map(Number);
  return fileText.split('\n')[line! - 1]?.[col! - 1];
}

describe('positions inside a scalar', () => {
  it('are those of the file in a plain scalar on one line', () => {
    const { at } = keyed('a: 1\nk: echo hi\n');
    assert.deepEqual([at(0, 0), at(0, 5), at(0, 7), at(0, 99)], ['2:4', '2:9', '2:11', '2:11']);
  });

  it('are behind the quote in a quoted scalar, and know its escapes', () => {
    const double = keyed('k: "a\\tb\\u0041 c"\n');
    assert.deepEqual(
      [double.at(0, 0), double.at(0, 1), double.at(0, 2), double.at(0, 3), double.at(0, 4)],
      ['1:5', '1:6', '1:8', '1:9', '1:15'],
    );
    const single = keyed("k: 'it''s b'\n");
    assert.deepEqual([single.at(0, 2), single.at(0, 3), single.at(0, 5)], ['1:7', '1:9', '1:11']);
  });

  it('know the lines and the indentation of a literal block', () => {
    const { at, fileText, scalar } = keyed('a: 1\nk: |   # commands\n    ab c\n      de\n\n    f\nb: 2\n');
    assert.deepEqual(
      [at(0, 0), at(0, 3), at(1, 0), at(1, 2), at(2, 0), at(3, 0)],
      ['3:5', '3:8', '4:5', '4:7', '5:1', '6:5'],
    );
    assert.equal(at(0, 99), '3:9', 'a column past the end is right behind it');
    assert.equal(at(3, 1), '6:6');
    assert.deepEqual(fileLinesOf(fileText, scalar), [3, 4, 5, 6]);
  });

  it('know a block with an explicit indentation, and Windows line ends', () => {
    assert.deepEqual(
      [keyed('k: |2-\n    ab\n   x\n').at(0, 2), keyed('k: |2-\n    ab\n   x\n').at(1, 1)],
      ['2:5', '3:4'],
    );
    const windows = keyed('k: |\r\n  ab\r\n  c\r\n');
    assert.deepEqual([windows.at(0, 1), windows.at(1, 0)], ['2:4', '3:3']);
  });

  it('follow a folded block and a text over several lines', () => {
    const folded = keyed('k: >\n  ab\n  cd\n\n  ef\n');
    assert.deepEqual([folded.at(0, 0), folded.at(0, 3), folded.at(1, 1)], ['2:3', '3:3', '5:4']);
    assert.deepEqual(fileLinesOf(folded.fileText, folded.scalar), [2, 5]);
    const plain = keyed('k: a b\n  c d\n');
    assert.deepEqual([plain.at(0, 2), plain.at(0, 4), plain.at(0, 6)], ['1:6', '2:3', '2:5']);
    const quoted = keyed('k: "a\\\n   b\n  c"\n');
    assert.deepEqual([quoted.at(0, 0), quoted.at(0, 1), quoted.at(0, 3)], ['1:5', '2:4', '3:3']);
  });

  it('take a line past the last for the end of the last', () => {
    assert.equal(keyed('k: |\n  a\n  b\n').at(9, 0), '3:4');
    assert.equal(keyed('k: |\n  a\n  b\n').at(2, 0), '3:4');
    assert.equal(keyed('k: a\n').at(1, 0), '1:5');
  });

  it('name a place that holds that very character, however the text is written', () => {
    const word = fc.constantFrom('ip', 'a', '$x', '"', "'", '\\', '#', ': ', ' ', '  ', '\n', '\n\n', '\t', 'é', '😀');
    const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => `x${words.join('')}y`);
    const style = fc.constantFrom('BLOCK_LITERAL', 'BLOCK_FOLDED', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN');
    const property = fc.property(text, style, (drawn, defaultStringType) => {
      // the writer would fold between the halves of a surrogate pair, which is no text
      const lineWidth = drawn.includes('😀') ? 0 : 20;
      const { at, fileText, scalar } = keyed(stringify({ k: drawn }, { defaultStringType, lineWidth }));
      const value = String(scalar.value);
      value.split('\n').forEach((line, i) => {
        for (const { index, 0: char } of line.matchAll(/[a-z$#é]/g)) {
          const found = charAt(fileText, at(i, index));
          assert.ok(found === char || found === '\\', `${char} of ${JSON.stringify(fileText)}`);
        }
      });
      const lines = fileLinesOf(fileText, scalar);
      assert.equal(lines.length, value.split('\n').length);
      assert.ok(
        lines.every((line, i) => i === 0 || line >= lines[i - 1]!),
        'lines do not go back',
      );
    });
    fc.assert(property, { numRuns: 500 * EFFORT });
  });
});
