import { strict as assert } from 'node:assert';
import { compressPayload, readCompressed } from '../../src/gossip/compress.ts';
import { MsgpackReader } from '../../src/gossip/msgpack.ts';
import { compressMap } from './compress-map.ts';
import type { LzwVector } from './lzw.test.ts';
import { assertBytes, cuts, needVectors, unhex } from './vectors.ts';

const read = (bytes: Uint8Array, limit = 1 << 20): Uint8Array | string =>
  readCompressed(new MsgpackReader(bytes, 1), limit);

describe('gossip/compress', () => {
  it('makes the compressed messages of the real library, and reads them', function () {
    for (const vector of needVectors(this, 'lzw.json') as readonly LzwVector[]) {
      assertBytes(compressPayload(unhex(vector.in))!, vector.compressMsg, vector.name);
      assertBytes(read(unhex(vector.compressMsg)), vector.in, vector.name);
    }
  });

  it('gives up when the message would not be shorter than the limit', function () {
    for (const vector of needVectors(this, 'lzw.json') as readonly LzwVector[]) {
      const length = vector.compressMsg.length / 2;
      assert.equal(compressPayload(unhex(vector.in), length), null, vector.name);
      assertBytes(compressPayload(unhex(vector.in), length + 1)!, vector.compressMsg, vector.name);
    }
  });

  it('says what is wrong', () => {
    assert.equal(read(compressMap({ Algo: 1, Buf: { $hex: '000302' } })), 'unknownAlgorithm');
    assert.equal(read(compressMap({ Algo: 0, Buf: null })), 'badLzw');
    assert.equal(read(compressMap({ Algo: 0, Buf: { $hex: '' } })), 'badLzw');
    assert.equal(read(unhex('0980')), 'badLzw');
    const whole = compressPayload(new Uint8Array(100))!;
    for (const cut of cuts(whole)) if (cut.length > 0) assert.equal(read(cut), 'truncated');
    assert.equal(read(whole, 99), 'tooLarge');
  });
});
