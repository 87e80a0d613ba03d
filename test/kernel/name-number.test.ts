import assert from 'node:assert/strict';
import { nameNumber } from '../../src/kernel/name-number.ts';

describe('numbers of names', () => {
  it('are the same for the same name and differ for others', () => {
    assert.equal(nameNumber(''), 0);
    const [first, second] = [nameNumber('first'), nameNumber('second')];
    assert.notEqual(first, second);
    assert.equal(nameNumber('first'), first);
  });
});
