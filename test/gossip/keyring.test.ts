import { strict as assert } from 'node:assert';
import { hex } from '../../src/base/bytes.ts';
import { Keyring } from '../../src/gossip/keyring.ts';

const key = (byte: number, length = 16): Uint8Array => new Uint8Array(length).fill(byte);

describe('gossip/keyring', () => {
  it('keeps the primary key first', () => {
    const keyring = new Keyring(key(1), [key(2), key(1), key(3, 32)]);
    const firsts = (): number[] => keyring.keys().map((one) => one[0]!);
    assert.deepEqual(firsts(), [1, 2, 3]);
    assert.equal(keyring.useKey(key(3, 32)), null);
    assert.deepEqual(firsts(), [3, 1, 2]);
    assert.equal(keyring.addKey(key(4, 24)), null);
    assert.deepEqual(firsts(), [3, 1, 2, 4]);
    assert.equal(keyring.removeKey(key(1)), null);
    assert.equal(keyring.removeKey(key(9)), null);
    assert.deepEqual(firsts(), [3, 2, 4]);
    assert.equal(keyring.size, 3);
  });

  it("says what is wrong in the library's words", () => {
    const keyring = new Keyring(key(1));
    assert.equal(keyring.addKey(key(2, 15)), 'key size must be 16, 24 or 32 bytes');
    assert.equal(keyring.useKey(key(2)), 'Requested key is not in the keyring');
    assert.equal(keyring.removeKey(key(1)), 'Removing the primary key is not allowed');
    assert.deepEqual(
      keyring.keys().map((one) => hex(one)),
      [hex(key(1))],
    );
  });

  it('is not changed from outside', () => {
    const own = key(1);
    const keyring = new Keyring(own);
    own.fill(7);
    assert.equal(hex(keyring.keys()[0]!), hex(key(1)));
    const nonce = new Uint8Array(12);
    const sealed = keyring.cipher(0).seal(nonce, own, nonce);
    assert.deepEqual(new Keyring(key(1)).cipher(0).open(nonce, sealed, nonce), own);
  });
});
