import { strict as assert } from 'node:assert';
import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { utf8Encode } from '../../src/base/bytes.ts';
import { crc32 } from '../../src/gossip/crc32.ts';
import { EFFORT } from '../wire/machine.ts';

describe('gossip/crc32', () => {
  it('is the checksum that the world knows', () => {
    assert.equal(crc32(utf8Encode('123456789')), 0xcbf43926);
    assert.equal(crc32(new Uint8Array(0)), 0);
    assert.equal(crc32(utf8Encode('xx123456789'), 2), 0xcbf43926);
  });

  it('is what zlib computes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        assert.equal(crc32(bytes), zlibCrc32(bytes));
      }),
      { numRuns: 100 * EFFORT },
    );
  });
});
