import assert from 'node:assert/strict';
import { base64Decode, base64Encode } from '../../../src/userland/http/base64.ts';

describe('userland/http/base64', () => {
  it('agrees with the language at every length', () => {
    for (let length = 0; length < 20; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 97 + 201) & 255);
      assert.equal(base64Encode(bytes), Buffer.from(bytes).toString('base64'));
      assert.deepEqual(base64Decode(base64Encode(bytes)), bytes);
    }
  });
});
