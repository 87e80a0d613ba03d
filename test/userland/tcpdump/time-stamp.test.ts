import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDate, StampPrinter } from '../../../src/userland/tcpdump/time-stamp.ts';

const NEW_YEAR = 1_735_689_600;
const TIMES = [
  { seconds: NEW_YEAR, nanoseconds: 999_999_999 },
  { seconds: NEW_YEAR + 3661, nanoseconds: 1 },
  { seconds: NEW_YEAR + 3660, nanoseconds: 5_000 },
];

function printed(style: number, isNano = false): string[] {
  const printer = new StampPrinter(style, isNano);
  return TIMES.map((time) => printer.print(time));
}

describe('userland/tcpdump: time stamps', () => {
  it('are times of day, seconds, differences or dates', () => {
    assert.deepEqual(printed(0), ['00:00:00.999999 ', '01:01:01.000000 ', '01:01:00.000005 ']);
    assert.deepEqual(printed(1), ['', '', '']);
    assert.deepEqual(printed(2, true)[0], `${NEW_YEAR}.999999999 `);
    assert.deepEqual(printed(3), [' 00:00:00.000000 ', ' 01:01:00.000001 ', '-00:00:00.999995 ']);
    assert.deepEqual(printed(4)[1], '2025-01-01 01:01:01.000000 ');
    assert.deepEqual(printed(5), [' 00:00:00.000000 ', ' 01:01:00.000001 ', ' 01:00:59.000006 ']);
  });

  it('have the dates of the calendar', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        assert.equal(formatDate(seconds), new Date(seconds * 1000).toISOString().slice(0, 10));
      }),
    );
  });
});
