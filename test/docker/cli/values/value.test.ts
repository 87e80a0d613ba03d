import assert from 'node:assert/strict';
import { fault, good, isFault, splitAtEquals } from '../../../../src/docker/cli/values/value.ts';

describe('a value that was read', () => {
  it('is good or has a fault', () => {
    assert.equal(isFault(fault('no')), true);
    assert.equal(isFault(good(undefined)), false);
  });

  it('is split at its first equals sign', () => {
    assert.deepEqual(splitAtEquals('a=b=c'), ['a', 'b=c']);
    assert.deepEqual(splitAtEquals('a'), ['a', undefined]);
    assert.deepEqual(splitAtEquals('='), ['', '']);
  });
});
