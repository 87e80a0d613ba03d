import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fillPayload, isTimed, readStamp, writeStamp } from '../../../src/userland/ping/payload.ts';

describe('userland/ping/payload:', () => {
  it('counts up, round and round, or repeats a pattern', () => {
    assert.deepEqual([...fillPayload(4, [])], [0, 1, 2, 3]);
    assert.equal(fillPayload(300, [])[256], 0);
    assert.deepEqual([...fillPayload(5, [7, 8])], [7, 8, 7, 8, 7]);
  });

  it('has room for a time from 16 bytes on', () => {
    assert.equal(isTimed(fillPayload(15, [])), false);
    assert.equal(isTimed(fillPayload(16, [])), true);
  });

  it('a time is a little-endian struct timeval of 64 bits each', () => {
    const payload = fillPayload(18, []);
    writeStamp(payload, 1_735_689_600_250_001);
    assert.equal(Buffer.from(payload).toString('hex'), '8085746700000000' + '91d0030000000000' + '1011');
  });

  it('a time is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (us) => {
        const payload = fillPayload(16, []);
        writeStamp(payload, us);
        assert.equal(readStamp(payload), us);
      }),
    );
  });
});
