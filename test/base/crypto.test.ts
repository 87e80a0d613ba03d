import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hex } from '../../src/base/bytes.ts';
import { AesGcm, sha256 } from '../../src/base/crypto.ts';

const NONE = new Uint8Array(0);

describe('base/crypto', () => {
  it('gives the published results of AES-GCM', () => {
    // Test cases 1, 2 and 14 of the specification that NIST took the mode from.
    const zeros = (n: number): Uint8Array => new Uint8Array(n);
    assert.equal(hex(new AesGcm(zeros(16), 16).seal(zeros(12), NONE, NONE)), '58e2fccefa7e3061367f1d57a4e7455a');
    assert.equal(
      hex(new AesGcm(zeros(16), 16).seal(zeros(12), zeros(16), NONE)),
      '0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf',
    );
    assert.equal(
      hex(new AesGcm(zeros(32), 16).seal(zeros(12), zeros(16), NONE)),
      'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
    );
  });

  it('opens what it sealed, and nothing that differs by a bit', () => {
    const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
    const key = fc.constantFrom(16, 24, 32).chain(bytes);
    const anything = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(
        key,
        bytes(12),
        anything,
        anything,
        fc.constantFrom(8, 12, 16),
        fc.nat(),
        (k, nonce, text, aad, tagLen, at) => {
          const cipher = new AesGcm(k, tagLen);
          const sealed = cipher.seal(nonce, text, aad);
          assert.equal(sealed.length, text.length + tagLen);
          assert.deepEqual(cipher.open(nonce, sealed, aad), text);
          const bit = at % (sealed.length * 8);
          sealed[bit >> 3]! ^= 1 << (bit & 7);
          assert.equal(cipher.open(nonce, sealed, aad), null);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('refuses what is shorter than a tag', () => {
    for (let length = 0; length < 16; length++) {
      assert.equal(new AesGcm(new Uint8Array(16), 16).open(new Uint8Array(12), new Uint8Array(length), NONE), null);
    }
  });
});

describe('SHA-256', () => {
  it('has the standard’s first vector', () => {
    const digest = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    assert.equal(hex(sha256(Uint8Array.of(0x61, 0x62, 0x63))), digest);
  });
});
