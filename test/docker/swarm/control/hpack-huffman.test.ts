import assert from 'node:assert/strict';
import { hex, utf8Decode, utf8Encode } from '../../../../src/base/bytes.ts';
import { huffmanDecode, huffmanEncode } from '../../../../src/docker/swarm/control/hpack-huffman.ts';

/** Of RFC 7541 appendix C. */
const VECTORS: readonly (readonly [string, string])[] = [
  ['www.example.com', 'f1e3c2e5f23a6ba0ab90f4ff'],
  ['no-cache', 'a8eb10649cbf'],
  ['custom-value', '25a849e95bb8e8b4bf'],
  ['302', '6402'],
  ['Mon, 21 Oct 2013 20:13:21 GMT', 'd07abe941054d444a8200595040b8166e082a62d1bff'],
  ['https://www.example.com', '9d29ad171863c78f0b97c8e9ae82ae43d3'],
  [
    'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1',
    '94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
  ],
];

describe('Huffman’s code of header fields', () => {
  it('is the standard’s', () => {
    for (const [text, code] of VECTORS) {
      const encoded = huffmanEncode(utf8Encode(text));
      assert.ok(encoded !== null);
      assert.equal(hex(encoded), code);
      assert.equal(utf8Decode(huffmanDecode(encoded)!), text);
    }
  });

  it('has all printable characters but the backslash', () => {
    for (let byte = 0x20; byte < 0x7f; byte++) {
      const encoded = huffmanEncode(Uint8Array.of(byte, byte, byte));
      if (byte === 0x5c) assert.equal(encoded, null);
      else assert.deepEqual(huffmanDecode(encoded!), Uint8Array.of(byte, byte, byte));
    }
    assert.equal(huffmanEncode(Uint8Array.of(0xe4)), null);
  });

  it('refuses what is no code, and what is filled up otherwise than with ones', () => {
    assert.equal(huffmanDecode(Uint8Array.of(0xff, 0xff, 0xff)), null);
    assert.equal(huffmanDecode(Uint8Array.of(0x00)), null);
    assert.equal(huffmanDecode(Uint8Array.of(0x07, 0xff)), null);
  });
});
