import assert from 'node:assert/strict';
import {
  formatBytes,
  formatClassId,
  formatG,
  formatMicroseconds,
  formatNanoseconds,
  formatPercent,
  formatTcRate,
} from '../../../src/kernel/show/tc-units.ts';

describe('kernel: units of tc', () => {
  it('writes %g as C does', () => {
    const texts = [0, 1, 0.1, 100, 1e-5, 123456, 1234567, 0.0001234567, 99.9999999].map((value) => formatG(value));
    assert.deepEqual(texts, ['0', '1', '0.1', '100', '1e-05', '123456', '1.23457e+06', '0.000123457', '100']);
    assert.deepEqual([formatG(999.9, 3), formatG(1234, 3), formatG(0.5, 3)], ['1e+03', '1.23e+03', '0.5']);
  });

  it('writes times', () => {
    assert.deepEqual([0, 99, 1000, 50_000, 1_500_000].map(formatMicroseconds), ['0us', '99us', '1ms', '50ms', '1.5s']);
    assert.deepEqual([7, 1500, 2e6, 3e9].map(formatNanoseconds), ['7ns', '1.5us', '2ms', '3s']);
  });

  it('writes sizes: whole kilobytes where they are near enough', () => {
    const texts = [0, 1023, 1024, 1540, 10_240, 10_250, 10_300, 1 << 20, (1 << 20) + 2000].map(formatBytes);
    assert.deepEqual(texts, ['0b', '1023b', '1Kb', '1540b', '10Kb', '10Kb', '10300b', '1Mb', '1050576b']);
  });

  it('writes rates in bits, in the largest unit without a loss', () => {
    const texts = [125, 125_000, 32_000, 15_432, 187_500, 125_000_000, 1].map(formatTcRate);
    assert.deepEqual(texts, ['1Kbit', '1Mbit', '256Kbit', '123456bit', '1500Kbit', '1Gbit', '8bit']);
  });

  it('writes shares and classes', () => {
    assert.deepEqual([0xffff_ffff, 42_949_673, 0].map(formatPercent), ['100%', '1%', '0%']);
    assert.deepEqual([0, 1, 0x10000, 0x10001, 0x8001_0002].map(formatClassId), ['none', ':1', '1:', '1:1', '8001:2']);
  });
});
