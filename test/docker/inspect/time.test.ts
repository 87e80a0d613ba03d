import assert from 'node:assert/strict';
import { rfc3339Nano } from '../../../src/docker/inspect/time.ts';

const EPOCH = 1_735_689_600;

describe('instants in documents', () => {
  it('have nanoseconds without trailing zeros, and no fraction at a whole second', () => {
    assert.equal(rfc3339Nano(EPOCH, 0), '2025-01-01T00:00:00Z');
    assert.equal(rfc3339Nano(EPOCH, 118_482_670), '2025-01-01T00:00:00.11848267Z');
    assert.equal(rfc3339Nano(EPOCH, 1), '2025-01-01T00:00:00.000000001Z');
    assert.equal(rfc3339Nano(EPOCH, 90_061_000_000_007), '2025-01-02T01:01:01.000000007Z');
  });

  it('that never were are the zero time', () => {
    assert.equal(rfc3339Nano(EPOCH, -1), '0001-01-01T00:00:00Z');
  });
});
