import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  HOUR,
  MICROSECOND,
  MILLISECOND,
  MINUTE,
  SECOND,
  formatDuration,
  formatSeconds,
  parseDuration,
  parseRate,
  parseSize,
} from '../../src/sim/units.ts';

describe('sim/units', () => {
  it('reads durations in all units, with fractions that are whole nanoseconds', () => {
    const cases: [string, number][] = [
      ['0', 0],
      ['0s', 0],
      ['7ns', 7],
      ['50us', 50 * MICROSECOND],
      ['1.5ms', 1_500 * MICROSECOND],
      ['1.50ms', 1_500 * MICROSECOND],
      ['1.1us', 1_100],
      ['0.3us', 300],
      ['1.000000001s', SECOND + 1],
      ['2m', 2 * MINUTE],
      ['1h', HOUR],
      ['100 ms', 100 * MILLISECOND],
      ['2501.999h', 9_007_196_400_000_000],
    ];
    for (const [text, ns] of cases) assert.equal(parseDuration(text), ns, text);
  });

  for (const text of [
    ...['', '1', '10', '1.5', 's', '1.ms', '.5s', '-1s', '+1s', '1sec', '1S', '1 d', '1e3s', '0.5ns', '1.0000000001s'],
    ...['3000h', '1s ', ' 1s', '1s1ms', '1us/s', 'Infinityns', '1\u00b5s', '1  s'],
  ]) {
    it(`refuses the duration ${JSON.stringify(text)}`, () => {
      assert.equal(parseDuration(text), undefined);
    });
  }

  it('reads rates in bits per second, whatever the case', () => {
    const cases: [string, number][] = [
      ['1Gbit', 1e9],
      ['1gbit', 1e9],
      ['100kbit', 1e5],
      ['2.5Gbit', 2.5e9],
      ['10Mbit/s', 1e7],
      ['10Mbps', 1e7],
      ['10Mbitps', 1e7],
      ['9600bit', 9600],
      ['100 Mbit', 1e8],
    ];
    for (const [text, rate] of cases) assert.equal(parseRate(text), rate, text);
    for (const text of ['', '10', '1Tbit', '10MB', '1.5bit', '10M', '-1Mbit', '10Mbit/h', 'ps', '/s']) {
      assert.equal(parseRate(text), undefined, text);
    }
  });

  it('reads sizes in bytes', () => {
    assert.equal(parseSize('64B'), 64);
    assert.equal(parseSize('1.5kB'), 1500);
    assert.equal(parseSize('200MB'), 200_000_000);
    for (const text of ['', '64', '64b', '1KB', '0.5B', '1GiB']) assert.equal(parseSize(text), undefined, text);
  });

  it('writes durations that it reads back', () => {
    const cases: [number, string][] = [
      [0, '0'],
      [999, '999ns'],
      [1_500, '1.5us'],
      [20_000, '20us'],
      [1_234_567, '1.234567ms'],
      [10 * SECOND, '10s'],
      [90 * SECOND, '90s'],
      [2 * MINUTE, '2m'],
      [3 * HOUR, '3h'],
      [SECOND + 1, '1.000000001s'],
    ];
    for (const [ns, text] of cases) assert.equal(formatDuration(ns), text);
    assert.equal(formatDuration(-1_500), '-1.5us');
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 0, max: 53 }), (large, bits) => {
        const ns = Math.floor(large / 2 ** bits);
        assert.equal(parseDuration(formatDuration(ns)), ns);
      }),
    );
  });

  it('writes seconds as a clock does, cutting what is too fine', () => {
    assert.equal(formatSeconds(0, 9), '0.000000000');
    assert.equal(formatSeconds(1_999_999_999, 6), '1.999999');
    assert.equal(formatSeconds(1_999_999_999, 0), '1');
    assert.equal(formatSeconds(61 * SECOND + 5 * MILLISECOND, 3), '61.005');
    assert.equal(formatSeconds(-5 * MILLISECOND, 3), '-0.005');
  });
});
