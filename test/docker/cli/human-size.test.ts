import assert from 'node:assert/strict';
import { humanSize } from '../../../src/docker/cli/human-size.ts';

describe('sizes for people', () => {
  it('have three digits and a unit by thousands', () => {
    const sizes = [0, 1, 999, 1000, 1984162, 4261574, 123456789, 999_900_000, 1e12, 1e25];
    assert.deepEqual(
      sizes.map((size) => humanSize(size, 3)),
      ['0B', '1B', '999B', '1kB', '1.98MB', '4.26MB', '123MB', '1e+03MB', '1TB', '10YB'],
    );
    assert.equal(humanSize(1234567, 4), '1.235MB');
  });
});
