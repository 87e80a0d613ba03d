/** The keys of a cluster's gossip (keyring.go). The first is the primary one: everything is encrypted with it. */
import { AesGcm } from '../base/crypto.ts';

const TAG_LENGTH = 16;

interface InstalledKey {
  readonly key: Uint8Array;
  readonly cipher: AesGcm;
}

export class Keyring {
  private installed: InstalledKey[] = [];

  /** A keyring with the primary key and others; the sizes are checked before (`isKeySize`). */
  constructor(primary: Uint8Array, others: readonly Uint8Array[] = []) {
    this.addKey(primary);
    for (const key of others) this.addKey(key);
  }

  /** Whether a key of so many bytes is one: AES-128, AES-192 or AES-256. */
  static isKeySize(length: number): boolean {
    return length === 16 || length === 24 || length === 32;
  }

  /** Installs a key for decryption; null, or why not, in the library's words. */
  addKey(key: Uint8Array): string | null {
    if (!Keyring.isKeySize(key.length)) return 'key size must be 16, 24 or 32 bytes';
    if (this.indexOf(key) < 0) this.installed.push({ key: key.slice(), cipher: new AesGcm(key.slice(), TAG_LENGTH) });
    return null;
  }

  /** Makes an installed key the primary one. */
  useKey(key: Uint8Array): string | null {
    const index = this.indexOf(key);
    if (index < 0) return 'Requested key is not in the keyring';
    const [primary] = this.installed.splice(index, 1);
    this.installed.unshift(primary!);
    return null;
  }

  /** Takes a key out; one that is not there makes no difference. */
  removeKey(key: Uint8Array): string | null {
    const index = this.indexOf(key);
    if (index === 0) return 'Removing the primary key is not allowed';
    if (index > 0) this.installed.splice(index, 1);
    return null;
  }

  /** The keys, the primary one first. */
  keys(): Uint8Array[] {
    return this.installed.map(({ key }) => key);
  }

  get size(): number {
    return this.installed.length;
  }

  /** The cipher of key number `index`; 0 is the primary one. */
  cipher(index: number): AesGcm {
    return this.installed[index]!.cipher;
  }

  private indexOf(key: Uint8Array): number {
    return this.installed.findIndex((one) => equal(one.key, key));
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
