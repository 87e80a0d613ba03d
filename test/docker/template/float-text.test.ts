import fc from 'fast-check';
import assert from 'node:assert/strict';
import { formatFloat } from '../../../src/docker/template/float-text.ts';

const FINITE = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('floats as text', () => {
  it('have the shortest digits that name them', () => {
    fc.assert(
      fc.property(FINITE, (value) => {
        for (const form of ['e', 'f', 'g'] as const) assert.equal(Number(formatFloat(value, form, -1)), value);
      }),
    );
    const numbers = [0, -0, 1, 100000, 1e6, 1e21, 123456789, 1e-4, 1e-5, 1.5e-7, 5e-324];
    assert.deepEqual(
      numbers.map((value) => formatFloat(value, 'g', -1)),
      ['0', '-0', '1', '100000', '1e+06', '1e+21', '1.23456789e+08', '0.0001', '1e-05', '1.5e-07', '5e-324'],
    );
  });

  it('are rounded half to even from their exact value', () => {
    assert.deepEqual(
      [0.5, 1.5, 2.5, 2.675, 1e23, -0.04].map((value) => formatFloat(value, 'f', value === 2.675 ? 2 : 0)),
      ['0', '2', '2', '2.67', '99999999999999991611392', '-0'],
    );
    assert.deepEqual(
      [9.995, 0, 1234.5].map((value) => formatFloat(value, 'e', 2)),
      ['9.99e+00', '0.00e+00', '1.23e+03'],
    );
    assert.deepEqual(
      [1234.5, 99999, 0.00001234].map((value) => formatFloat(value, 'g', 3)),
      ['1.23e+03', '1e+05', '1.23e-05'],
    );
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), fc.integer({ min: 0, max: 20 }), (value, digits) => {
        // JavaScript rounds ties up, which random numbers do not meet.
        assert.equal(formatFloat(value, 'e', digits).replace(/e([-+])0?/, 'e$1'), value.toExponential(digits));
      }),
    );
  });

  it('are written by powers of two', () => {
    assert.deepEqual(
      ([1, 3.5, 0, -0.1] as const).map((value) => formatFloat(value, 'x', -1)),
      ['0x1p+00', '0x1.cp+01', '0x0p+00', '-0x1.999999999999ap-04'],
    );
    assert.equal(formatFloat(0.1, 'X', 2), '0X1.9AP-04');
    assert.equal(formatFloat(1.999, 'x', 1), '0x1.0p+01');
    assert.equal(formatFloat(1, 'b', -1), '4503599627370496p-52');
  });
});
