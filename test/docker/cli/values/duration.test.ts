import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDuration } from '../../../../src/docker/cli/values/duration.ts';
import { assertVectors, outcome } from './vectors.ts';

const SECOND = 1_000_000_000;

describe('durations as Go reads them', () => {
  it('are sums of numbers with units', () => {
    assertVectors(parseDuration, [
      ['0', 0],
      ['-0', 0],
      ['1s', SECOND],
      ['1h30m', 5400 * SECOND],
      ['1.5s', 1.5 * SECOND],
      ['1.s', SECOND],
      ['.5s', 0.5 * SECOND],
      ['+1s', SECOND],
      ['-1s', -SECOND],
      ['1ms', 1_000_000],
      ['5us', 5_000],
      ['1µs', 1_000],
      ['1μs', 1_000],
      ['3ns', 3],
      ['0.1234567899s', 123_456_789],
    ]);
  });

  it('have no other units, and no number without one', () => {
    const cases: [text: string, why: string][] = [
      ['', 'invalid duration ""'],
      ['x', 'invalid duration "x"'],
      ['.s', 'invalid duration ".s"'],
      ['1', 'missing unit in duration "1"'],
      ['1h2', 'missing unit in duration "1h2"'],
      ['1d', 'unknown unit "d" in duration "1d"'],
      ['1S', 'unknown unit "S" in duration "1S"'],
      ['1s ', 'unknown unit "s " in duration "1s "'],
      ['1"', String.raw`unknown unit "\"" in duration "1\""`],
      ['1é', String.raw`unknown unit "\xc3\xa9" in duration "1\xc3\xa9"`],
      ['99999999999h', 'invalid duration "99999999999h"'],
    ];
    assertVectors(
      parseDuration,
      cases.map(([text, why]): [string, string] => [text, `! time: ${why}`]),
    );
  });

  it('never stop the reader', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), (text) => {
        const read = outcome(parseDuration(text));
        assert.ok(typeof read === 'number' || read.startsWith('! time: '));
      }),
    );
  });
});
