import assert from 'node:assert/strict';
import {
  amountText,
  decimalText,
  etaText,
  rateText,
  rowRateText,
  spanText,
} from '../../../src/userland/wget/figures.ts';

const MS = 1_000_000;
const SECOND = 1000 * MS;

describe('userland/wget/figures', () => {
  it('words rates', () => {
    assert.deepEqual(
      [rateText(6, 42 * MS), rateText(22, 85 * MS), rateText(200_000, SECOND), rateText(0, 0), rateText(6, 0)],
      ['143 B/s', '259 B/s', '195 KB/s', '0.00 B/s', '11.2 GB/s'],
    );
    assert.deepEqual(
      [rowRateText(6, 42 * MS), rowRateText(0, 0), rowRateText(51_200, 5 * SECOND), rowRateText(6, 3272)],
      [' 143 ', '0.00 ', '10.0K', '1.75M'],
    );
  });

  it('words amounts', () => {
    assert.deepEqual([0, 1023, 1024, 200_000, 1_500_000, 20_000_000, 5_000_000_000].map(amountText), [
      '0',
      '1023',
      '1.0K',
      '195K',
      '1.4M',
      '19M',
      '4.7G',
    ]);
  });

  it('words times', () => {
    assert.deepEqual([0.0001, 0.0006, 0.04, 0.949, 0.96, 9.94, 9.96, 12].map(decimalText), [
      '0',
      '0.001',
      '0.04',
      '0.9',
      '1.0',
      '9.9',
      '10',
      '12',
    ]);
    assert.deepEqual([0, 99, 100, 6000, 200_000, 9_000_000].map(etaText), [
      '0s',
      '99s',
      '1m40s',
      '1h40m',
      '2d7h',
      '104d',
    ]);
    assert.deepEqual([90 * MS, 5 * SECOND, 65 * SECOND, 3725 * SECOND, 90_061 * SECOND].map(spanText), [
      '0.09s',
      '5.0s',
      '1m 5s',
      '1h 2m 5s',
      '1d 1h 1m 1s',
    ]);
  });
});
