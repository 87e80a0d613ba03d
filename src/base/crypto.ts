/**
 * The one file below the command line that uses Node's cryptography: synchronous, and without chance of its own, so
 * that nonces come from the generator that is handed to whoever asks.
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';

/** AES in Galois/counter mode (NIST SP 800-38D) under one key of 16, 24 or 32 bytes. */
export class AesGcm {
  private readonly algorithm: 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm';
  private readonly key: Uint8Array;
  private readonly authTagLength: number;

  /** `tagLen` is the length of the tag that is put behind the text: 4, 8 or 12 to 16 bytes. */
  constructor(key: Uint8Array, tagLen: number) {
    this.algorithm = key.length === 16 ? 'aes-128-gcm' : key.length === 24 ? 'aes-192-gcm' : 'aes-256-gcm';
    this.key = key;
    this.authTagLength = tagLen;
  }

  /** The encrypted text with its tag behind it. `nonce` has 12 bytes; `aad` is authenticated and not sent. */
  seal(nonce: Uint8Array, text: Uint8Array, aad: Uint8Array): Uint8Array {
    const cipher = createCipheriv(this.algorithm, this.key, nonce, { authTagLength: this.authTagLength });
    cipher.setAAD(aad);
    const body = cipher.update(text);
    // In this mode the end adds nothing but the tag.
    cipher.final();
    const sealed = new Uint8Array(body.length + this.authTagLength);
    sealed.set(body);
    sealed.set(cipher.getAuthTag(), body.length);
    return sealed;
  }

  /** The text, or null when key, nonce, `aad` or any byte is not what it was sealed with. */
  open(nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Uint8Array | null {
    const textLen = sealed.length - this.authTagLength;
    if (textLen < 0) return null;
    const decipher = createDecipheriv(this.algorithm, this.key, nonce, { authTagLength: this.authTagLength });
    decipher.setAAD(aad);
    decipher.setAuthTag(sealed.subarray(textLen));
    const text = decipher.update(sealed.subarray(0, textLen));
    try {
      decipher.final();
    } catch {
      return null;
    }
    return new Uint8Array(text);
  }
}

/** SHA-256 (FIPS 180-4): 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
