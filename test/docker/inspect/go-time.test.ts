import assert from 'node:assert/strict';
import { DURATION, TIME, secondsText, timeValue } from '../../../src/docker/inspect/go-time.ts';
import { textOf } from '../../../src/docker/template/go-string.ts';
import { intValue, stringValue } from '../../../src/docker/template/go-value.ts';

describe('time.Time', () => {
  it('is printed and written in JSON with the digits that it has', () => {
    assert.equal(TIME.stringer!(timeValue('2024-01-02T03:04:05.67Z')), '2024-01-02 03:04:05.67 +0000 UTC');
    assert.equal(TIME.marshaler!(timeValue('2024-01-02T03:04:05.000000001Z')), '"2024-01-02T03:04:05.000000001Z"');
    assert.equal(TIME.stringer!(timeValue('0001-01-01T00:00:00Z')), '0001-01-01 00:00:00 +0000 UTC');
    assert.equal(secondsText(0), '1970-01-01 00:00:00 +0000 UTC');
  });

  it('answers by its methods', () => {
    const time = timeValue('1969-12-31T23:59:58.5Z');
    const ask = (name: string): unknown => TIME.methods[name]!.call(time, [])?.data;
    assert.deepEqual(['Unix', 'UnixMilli', 'YearDay', 'Hour', 'IsZero'].map(ask), [-2n, -1500n, 365n, 23n, false]);
    assert.equal(TIME.methods['Format']!.call(time, [stringValue('Jan _2 15h')])?.data, 'Dec 31 23h');
    assert.deepEqual(
      TIME.methods['Add']!.call(time, [intValue(1_500_000_000, DURATION)]),
      timeValue('1970-01-01T00:00:00Z'),
    );
  });
});

describe('time.Duration', () => {
  it('is printed in the units that fit', () => {
    const text = (value: bigint): string => textOf(DURATION.stringer!(intValue(value, DURATION)));
    assert.deepEqual(
      [0n, 1n, 1500n, 20_000_000n, 1_500_000_000n, 90_000_000_000n, -3_600_000_000_000n, 86_400_000_000_001n].map(text),
      ['0s', '1ns', '1.5µs', '20ms', '1.5s', '1m30s', '-1h0m0s', '24h0m0.000000001s'],
    );
  });
});
