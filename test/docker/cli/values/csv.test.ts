import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseCsv } from '../../../../src/docker/cli/values/csv.ts';
import { assertVectors, outcome } from './vectors.ts';

const parseFault = (column: number, what: string): string => `! parse error on line 1, column ${column}: ${what}`;
const BARE = 'bare " in non-quoted-field';
const LOOSE = 'extraneous or missing " in quoted-field';

describe('fields separated by commas', () => {
  it('may be quoted', () => {
    assertVectors(parseCsv, [
      ['a', ['a']],
      ['a,b', ['a', 'b']],
      ['a,', ['a', '']],
      [',', ['', '']],
      ['"a,b",c', ['a,b', 'c']],
      ['"a""b"', ['a"b']],
      ['a b , c', ['a b ', ' c']],
      ['\na,b\nc', ['a', 'b']],
      ['"a\nb",c', ['a\nb', 'c']],
      ['""', ['']],
      ['', '! EOF'],
      ['\n', '! EOF'],
    ]);
  });

  it('have quotes in the right places only', () => {
    assertVectors(parseCsv, [
      ['na"me=x', parseFault(3, BARE)],
      ['"name=x', parseFault(8, LOOSE)],
      ['"', parseFault(2, LOOSE)],
      ['a,"b', parseFault(5, LOOSE)],
      ['a,"b"c', parseFault(5, LOOSE)],
      ['é"', parseFault(3, BARE)],
      ['\n"a\nb', '! record on line 2; parse error on line 3, column 2: extraneous or missing " in quoted-field'],
    ]);
  });

  it('come back as they were written', () => {
    const field = fc.stringMatching(/^[ -~]{0,6}$/);
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 5 }), (fields) => {
        const text = fields.map((each) => `"${each.replaceAll('"', '""')}"`).join(',');
        assert.deepEqual(outcome(parseCsv(text)), fields);
      }),
    );
  });
});
