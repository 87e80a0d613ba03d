import { strict as assert } from 'node:assert';
import { Keyring } from '../../src/gossip/keyring.ts';
import { decryptPayload, encryptedLength, encryptOverhead, encryptPayload } from '../../src/gossip/security.ts';
import { encryptWithNonce } from '../../src/gossip/security.ts';
import { Rng } from '../../src/sim/rng.ts';
import { assertBytes, cuts, needVectors, unhex } from './vectors.ts';

interface CryptoVector {
  readonly name: string;
  readonly version: 0 | 1;
  readonly key: string;
  readonly nonce: string;
  readonly aad: string;
  readonly plain: string;
  readonly blob: string;
}

const NONE = new Uint8Array(0);

describe('gossip/security', () => {
  it('encrypts as the real library does, and decrypts it', function () {
    const vectors = needVectors(this, 'crypto.json') as readonly CryptoVector[];
    assert.ok(vectors.length > 100);
    for (const { name, version, key, nonce, aad, plain, blob } of vectors) {
      const keyring = new Keyring(unhex(key));
      assertBytes(encryptWithNonce(version, keyring, unhex(nonce), unhex(plain), unhex(aad)), blob, name);
      assert.equal(encryptedLength(version, plain.length / 2), blob.length / 2, name);
      assertBytes(decryptPayload(keyring, unhex(blob), unhex(aad)), plain, name);
    }
  });

  it('refuses what was changed anywhere, and what was cut', function () {
    for (const { key, aad, blob } of (needVectors(this, 'crypto.json') as readonly CryptoVector[]).slice(0, 12)) {
      const keyring = new Keyring(unhex(key));
      const bytes = unhex(blob);
      for (const cut of cuts(bytes)) assert.equal(typeof decryptPayload(keyring, cut, unhex(aad)), 'string');
      for (let i = 0; i < bytes.length; i++) {
        const changed = bytes.slice();
        changed[i]! ^= 0x40;
        assert.equal(decryptPayload(keyring, changed, unhex(aad)), i === 0 ? 'unsupportedEncryption' : 'noKeyDecrypts');
      }
      assert.equal(decryptPayload(keyring, bytes, unhex('00')), 'noKeyDecrypts');
    }
  });

  it('decrypts with any of its keys, takes nonces from the generator, and tells the overhead', () => {
    const [old, next] = [unhex('01'.repeat(16)), unhex('02'.repeat(16))];
    const sealed = encryptPayload(1, new Keyring(old), Rng.fromSeed(5), unhex('aabb'), NONE);
    assertBytes(sealed.slice(1, 13), Rng.fromSeed(5).bytes(12));
    assert.equal(sealed.length, 2 + encryptOverhead(1));
    assert.equal(encryptOverhead(0), 45);
    assertBytes(decryptPayload(new Keyring(next, [old]), sealed, NONE), 'aabb');
    assert.equal(decryptPayload(new Keyring(next), sealed, NONE), 'noKeyDecrypts');
  });

  it('takes the word of the last byte for the padding, as the library does, unless there is not so much', () => {
    const keyring = new Keyring(unhex('00'.repeat(16)));
    const seal = (padded: string): Uint8Array => {
      const sealed = keyring.cipher(0).seal(new Uint8Array(12), unhex(padded), NONE);
      return Uint8Array.from([0, ...new Uint8Array(12), ...sealed]);
    };
    assertBytes(decryptPayload(keyring, seal(`aabb${'11'.repeat(13)}03`), NONE), `aabb${'11'.repeat(11)}`);
    assert.equal(decryptPayload(keyring, seal(`${'11'.repeat(15)}12`), NONE), 'badPadding');
    assert.equal(decryptPayload(keyring, seal(''), NONE), 'tooSmallToDecrypt');
  });
});
