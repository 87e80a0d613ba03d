import assert from 'node:assert/strict';
import { echoRequest } from '../../src/userland/icmp-echo.ts';
import { referenceSum } from '../wire/frames.ts';

describe('userland/icmp-echo:', () => {
  it('has id, sequence number, payload and a good checksum, of any length', () => {
    for (let length = 0; length < 40; length++) {
      const message = echoRequest(
        0x1234,
        7,
        Uint8Array.from({ length }, (_, i) => 255 - i),
      );
      assert.equal(message.length, length + 8);
      assert.deepEqual([...message.subarray(0, 2), ...message.subarray(4, 8)], [8, 0, 0x12, 0x34, 0, 7]);
      assert.equal(referenceSum(message), 0xffff);
    }
  });
});
