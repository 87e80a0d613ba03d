import { parseBytes, parseCpus, parseSwapBytes } from '../../../../src/docker/cli/values/size.ts';
import { assertVectors } from './vectors.ts';

describe('sizes', () => {
  it('are bytes, with units of 1024', () => {
    assertVectors(parseBytes, [
      ['1', 1],
      ['1b', 1],
      ['1k', 1024],
      ['1Kb', 1024],
      ['1kib', 1024],
      ['6m', 6 * 1024 * 1024],
      ['1.5g', 1.5 * 1024 ** 3],
      ['1 g', 1024 ** 3],
      ['1p', 1024 ** 5],
      ['1.2.3', '! strconv.ParseFloat: parsing "1.2.3": invalid syntax'],
    ]);
    for (const text of ['', 'x', '-1', '.5m', '1e3', '0x10', '1gx', '1_000']) {
      assertVectors(parseBytes, [[text, `! invalid size: '${text}'`]]);
    }
    assertVectors(parseSwapBytes, [
      ['-1', -1],
      ['1k', 1024],
      ['-2', "! invalid size: '-2'"],
    ]);
  });
});

describe('numbers of processors', () => {
  it('are rational numbers of billionths', () => {
    assertVectors(parseCpus, [
      ['1', 1e9],
      ['0.5', 5e8],
      ['.5', 5e8],
      ['+.5', 5e8],
      ['1/2', 5e8],
      ['1e-3', 1e6],
      ['-1', -1e9],
      ['1_0', 1e10],
      ['0x10', 16e9],
      ['0.000000001', 1],
      ['1.0000000001', '! value is too precise'],
      ['1/3', '! value is too precise'],
    ]);
    for (const text of ['', 'x', '1/0', '.', '1.2.3', '--1']) {
      assertVectors(parseCpus, [[text, `! failed to parse ${text} as a rational number`]]);
    }
  });
});
