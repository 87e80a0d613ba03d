import assert from 'node:assert/strict';
import fc from 'fast-check';
import { utf8Decode, utf8Encode } from '../../src/base/bytes.ts';
import { TextStream } from '../../src/userland/text-stream.ts';

function pieces(bytes: Uint8Array, size: number): string {
  const stream = new TextStream();
  let text = '';
  for (let at = 0; at < bytes.length; at += size) text += stream.push(bytes.subarray(at, at + size));
  return text + stream.end();
}

describe('userland/text-stream', () => {
  it('gives the text wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 5 }), (text, size) => {
        assert.equal(pieces(utf8Encode(text), size), text);
      }),
      { numRuns: 200 },
    );
  });

  it('does not wait for ever for what is no character', () => {
    const bytes = Uint8Array.of(0x61, 0xff, 0xe2, 0x82);
    assert.equal(pieces(bytes, 1), utf8Decode(bytes));
    assert.equal(
      new TextStream().push(Uint8Array.of(0x80, 0x80, 0x80, 0x61)),
      utf8Decode(Uint8Array.of(128, 128, 128)) + 'a',
    );
  });
});
