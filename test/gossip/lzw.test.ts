import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { lzwCompress, lzwDecompress } from '../../src/gossip/lzw.ts';
import { EFFORT } from '../wire/machine.ts';
import { assertBytes, cuts, needVectors, unhex } from './vectors.ts';

export interface LzwVector {
  readonly name: string;
  readonly in: string;
  readonly lzw: string;
  readonly compressMsg: string;
}

const NO_LIMIT = 1 << 24;

describe('gossip/lzw', () => {
  it('makes the bytes that Go makes, and reads them', function () {
    const vectors = needVectors(this, 'lzw.json') as readonly LzwVector[];
    assert.ok(vectors.length >= 25);
    for (const vector of vectors) {
      assertBytes(lzwCompress(unhex(vector.in))!, vector.lzw, vector.name);
      assertBytes(lzwDecompress(unhex(vector.lzw), NO_LIMIT), vector.in, vector.name);
    }
  });

  it('keeps the limits of both directions', function () {
    for (const vector of needVectors(this, 'lzw.json') as readonly LzwVector[]) {
      const [text, packed] = [unhex(vector.in), unhex(vector.lzw)];
      assertBytes(lzwCompress(text, packed.length)!, packed);
      assert.equal(lzwCompress(text, packed.length - 1), null);
      assertBytes(lzwDecompress(packed, text.length), text);
      if (text.length > 0) assert.equal(lzwDecompress(packed, text.length - 1), 'tooLarge');
    }
  });

  it('reads what it makes of any text, of few letters and of many, with the table full more than once', () => {
    const letters = fc
      .integer({ min: 0, max: 255 })
      .chain((max) => fc.array(fc.nat(max), { maxLength: 20_000, size: 'max' }));
    fc.assert(
      fc.property(letters, (numbers) => {
        const text = Uint8Array.from(numbers);
        const packed = lzwCompress(text)!;
        assertBytes(lzwDecompress(packed, text.length), text);
        assertBytes(lzwDecompress(Uint8Array.from([...packed, 1, 2, 3]), text.length), text, 'bytes behind the end');
      }),
      { numRuns: 30 * EFFORT },
    );
  });

  it('goes on with a full table when nobody clears it', () => {
    // Go's writer always clears in time; other writers keep the table. 4,500 codes of one byte each.
    const codes = [256, ...Array.from({ length: 4500 }, (_, i) => i % 251), 257];
    const text = Uint8Array.from(codes.slice(1, -1));
    assertBytes(lzwDecompress(packCodes(codes), NO_LIMIT), text);
  });

  it('refuses codes that are not there yet, and texts without an end', () => {
    for (const code of [258, 300, 511]) assert.equal(lzwDecompress(packCodes([256, code]), NO_LIMIT), 'badLzw');
    assert.equal(lzwDecompress(packCodes([256, 65, 259]), NO_LIMIT), 'badLzw');
    assertBytes(lzwDecompress(packCodes([256, 65, 258, 257]), NO_LIMIT), '414141');
    const packed = lzwCompress(new Uint8Array(500))!;
    for (const cut of cuts(packed)) assert.equal(lzwDecompress(cut, NO_LIMIT), 'badLzw');
  });
});

/** Codes as bits, as wide as a reader expects them. */
function packCodes(codes: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  let width = 9;
  let hi = 257;
  for (const code of codes) {
    bits |= code << count;
    for (count += width; count >= 8; count -= 8) {
      bytes.push(bits & 0xff);
      bits >>>= 8;
    }
    if (code === 256) [hi, width] = [257, 9];
    else if (++hi === 1 << width && width < 12) width++;
  }
  return Uint8Array.from([...bytes, bits & 0xff]);
}
