import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compareGeneral, compareHuman, compareNumeric, compareText } from '../../../src/userland/text/order.ts';

describe('userland/text/order:', () => {
  it('texts come in the order of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (left, right) => {
        const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
        assert.equal(Math.sign(compareText(left, right)), expected);
      }),
    );
  });

  it('numbers come by value, of any length', () => {
    const numbers = [
      '-99999999999999999999',
      '-1.5',
      '-1',
      '',
      '0',
      '0.1',
      '0.25',
      '1',
      '1.5',
      '10',
      '99999999999999999999',
    ];
    numbers.slice(1).forEach((number, i) => {
      const isEqual = number === '0';
      assert.equal(Math.sign(compareNumeric(numbers[i]!, number)), isEqual ? 0 : -1, number);
    });
  });

  it('units count first, what is no number comes first', () => {
    assert.ok(compareHuman('1023K', '1M') < 0);
    assert.ok(compareHuman('-1M', '-1K') < 0);
    assert.ok(compareHuman('2k', '10K') < 0);
    assert.ok(compareGeneral('x', 'nan') < 0 && compareGeneral('nan', '-inf') < 0 && compareGeneral('1e2', '99') > 0);
  });
});
