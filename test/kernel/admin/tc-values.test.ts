import assert from 'node:assert/strict';
import {
  parseClassId,
  parseHandle,
  parseInteger,
  parseMicroseconds,
  parseNanoseconds,
  parsePercent,
  parseShare,
  parseSizeAndCell,
  parseTcRate,
  parseTcSize,
  ticksNs,
} from '../../../src/kernel/admin/tc-values.ts';

describe('kernel: values of tc', () => {
  it('reads times: a number alone is microseconds for the old words, nanoseconds for the new', () => {
    const texts = ['10', '1.5ms', '2s', '3usecs', '1ns', '-1ms', 'x', '1m', '10SEC'];
    assert.deepEqual(texts.map(parseMicroseconds), [10, 1500, 2e6, 3, undefined, undefined, undefined, undefined, 1e7]);
    assert.deepEqual(texts.map(parseNanoseconds), [10, 1.5e6, 2e9, 3000, 1, undefined, undefined, undefined, 1e10]);
    assert.equal(parseNanoseconds('0.3us'), 300);
  });

  it('hands the kernel ticks of 64 ns', () => {
    assert.deepEqual([100, 50_000, 1, 274_877_906.944].map(ticksNs), [99_968, 50_000_000, 960, undefined]);
  });

  it('reads percentages as shares of 2^32 - 1', () => {
    assert.deepEqual(['100%', '1', '0%', '101%', '-1%', 'x', '1x', '50%%'].map(parsePercent), [
      0xffff_ffff,
      42_949_673,
      0,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    assert.equal(parseShare('25%'), 0.25);
  });

  it('reads rates: bits, but bytes with bps', () => {
    const texts = ['1000', '1kbit', '1Mbit', '1kibit', '1bps', '2KBps', '1gbps', '1x', '-1', ''];
    assert.deepEqual(texts.map(parseTcRate), [125, 125, 125_000, 128, 1, 2000, 1e9, undefined, undefined, undefined]);
  });

  it('reads sizes in powers of 1,024', () => {
    const texts = ['10', '10b', '10k', '10kb', '1m', '8kbit', '1mbit', '5g', '1x', 'k'];
    const sizes = [10, 10, 10_240, 10_240, 1 << 20, 1024, 131_072, undefined, undefined, undefined];
    assert.deepEqual(texts.map(parseTcSize), sizes);
    assert.deepEqual(['10k/8', '10k/3', '10k', 'x/8', '10k/x'].map(parseSizeAndCell), [
      10_240,
      undefined,
      10_240,
      undefined,
      undefined,
    ]);
  });

  it('reads whole numbers in their bases and bounds', () => {
    const texts = ['10', '0x10', '010', '-5', '1.5', '', '4294967296'];
    assert.deepEqual(
      texts.map((text) => parseInteger(text, -10, 0xffff_ffff)),
      [10, 16, 8, -5, undefined, undefined, undefined],
    );
  });

  it('reads handles and classes in hexadecimal', () => {
    assert.deepEqual(['1', '1:', 'ffff:', '10000:', 'x', 'none', '1:2'].map(parseHandle), [
      0x1_0000,
      0x1_0000,
      0xffff_0000,
      undefined,
      undefined,
      0,
      0x1_0000,
    ]);
    assert.deepEqual(['root', 'none', '1:', '1:a', ':2', '1:x', '1:10000', 'x:'].map(parseClassId), [
      0xffff_ffff,
      0,
      0x1_0000,
      0x1_000a,
      2,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
