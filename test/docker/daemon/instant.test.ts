import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseInstant } from '../../../src/docker/daemon/instant.ts';

const EPOCH = 1_735_689_600;
const NOW_NS = 3_600_000_000_000;
const SECOND = 1_000_000_000;

function secondsOf(text: string): number {
  return parseInstant(text, 0, 0) / SECOND;
}

describe('an instant', () => {
  it('is so long ago', () => {
    const ago = (text: string): number => (NOW_NS - parseInstant(text, EPOCH, NOW_NS)) / SECOND;
    assert.deepEqual(['10m', '1h30m', '1.5h', '-10m', '500ms'].map(ago), [600, 5400, 5400, -600, 0.5]);
  });

  it('is a date, with as much of the time as was typed', () => {
    const dates = ['2026-01-01', '2026-01-01T10', '2026-01-01T10:20', '2026-01-01T10:20:30.5', '2026-01-01T10:20:30Z'];
    const zoned = ['2026-01-01T10:20:30+02:00', '2026-01-01Z', '2026-01-01T10:20Z', '1970-01-01T00:00:00-01:00'];
    const wanted = [1767225600, 1767261600, 1767262800, 1767262830.5, 1767262830, 1767255630, 1767225600, 1767262800];
    assert.deepEqual([...dates, ...zoned].map(secondsOf), [...wanted, 3600]);
  });

  it('is a number of seconds since 1970', () => {
    assert.deepEqual(['10', '1700000000', '5.25'].map(secondsOf), [10, 1700000000, 5.25]);
    assert.equal(parseInstant(String(EPOCH + 7), EPOCH, NOW_NS), 7 * SECOND);
  });

  it('is refused in the words of the real engine', () => {
    const parsing = (text: string): string => `parsing time "${text}"`;
    const cases: readonly (readonly [string, string])[] = [
      ['2026-13-01', `${parsing('2026-13-01')}: month out of range`],
      ['2026-02-29', `${parsing('2026-02-29')}: day out of range`],
      ['abc-def', `${parsing('abc-def')} as "2006-01-02": cannot parse "abc-def" as "2006"`],
      ['2026-01-01T', `${parsing('2026-01-01T')} as "2006-01-02T15": cannot parse "" as "15"`],
      ['-5', `${parsing('-5')} as "2006-01-02": cannot parse "-5" as "2006"`],
      ['2026-1-1', `${parsing('2026-1-1')} as "2006-01-02": cannot parse "1-1" as "01"`],
      ['2026-01-01 10:20:30', `${parsing('2026-01-01 10:20:30')}: extra text: " 10:20:30"`],
      ['2026-01-01T25:00:00', `${parsing('2026-01-01T25:00:00')}: hour out of range`],
      ['2026-01-01T10:20:30Zfoo', `${parsing('2026-01-01T10:20:30Zfoo')}: extra text: "foo"`],
    ];
    const numbers = ['1.2.3', '1.', '.5', '1e3', '10x', '10m5', '', 'bogus', '99999999999999999999', '99999999999999h'];
    for (const text of numbers) assert.throws(() => secondsOf(text), failure(valueFault(text)), text);
    for (const [text, fault] of cases) assert.throws(() => secondsOf(text), failure(fault), text);
  });

  it('property: comes back from the text of a date', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), (seconds) => {
        const text = new Date(seconds * 1000).toISOString().replace('.000Z', '');
        assert.equal(parseInstant(text, seconds, 0), 0);
        assert.equal(parseInstant(`${text}Z`, seconds - 5, 0), 5 * SECOND);
      }),
    );
  });
});

function valueFault(text: string): string {
  return `failed to parse value as time or duration: "${text}"`;
}

function failure(message: string): { readonly name: string; readonly message: string } {
  return { name: 'DaemonError', message };
}
