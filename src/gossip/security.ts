/**
 * Encryption of gossip (security.go):
 *
 *   version | nonce (12) | text encrypted with AES-GCM, in version 0 padded to 16 bytes (PKCS#7) | tag (16)
 */
import { assert } from '../base/assert.ts';
import type { Rng } from '../sim/rng.ts';
import type { GossipFault } from './fault.ts';
import type { Keyring } from './keyring.ts';

/** 0 pads, 1 does not; protocol version 1 uses 0, all others 1. */
export type EncryptionVersion = 0 | 1;

const HEADER_LENGTH = 1 + 12;
const TAG_LENGTH = 16;
const BLOCK_LENGTH = 16;

/** What encryption adds at most. */
export function encryptOverhead(version: EncryptionVersion): number {
  return version === 0 ? HEADER_LENGTH + BLOCK_LENGTH + TAG_LENGTH : HEADER_LENGTH + TAG_LENGTH;
}

/** How long `length` bytes are when encrypted. */
export function encryptedLength(version: EncryptionVersion, length: number): number {
  const padding = version === 0 ? BLOCK_LENGTH - (length % BLOCK_LENGTH) : 0;
  return HEADER_LENGTH + length + padding + TAG_LENGTH;
}

/** Encrypts with the primary key and a nonce from `rng`. `aad` is authenticated and not contained. */
export function encryptPayload(
  version: EncryptionVersion,
  keyring: Keyring,
  rng: Rng,
  text: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  return encryptWithNonce(version, keyring, rng.bytes(12), text, aad);
}

/** As `encryptPayload`, with the nonce given. */
export function encryptWithNonce(
  version: EncryptionVersion,
  keyring: Keyring,
  nonce: Uint8Array,
  text: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  assert(nonce.length === 12, 'encryptWithNonce: a nonce has 12 bytes');
  const sealed = keyring.cipher(0).seal(nonce, version === 0 ? pad(text) : text, aad);
  const bytes = new Uint8Array(HEADER_LENGTH + sealed.length);
  bytes[0] = version;
  bytes.set(nonce, 1);
  bytes.set(sealed, HEADER_LENGTH);
  return bytes;
}

/** Decrypts with the first key that fits, the primary one first. */
export function decryptPayload(keyring: Keyring, bytes: Uint8Array, aad: Uint8Array): Uint8Array | GossipFault {
  if (bytes.length === 0) return 'empty';
  const version = bytes[0]!;
  if (version > 1) return 'unsupportedEncryption';
  if (bytes.length < encryptedLength(version as EncryptionVersion, 0)) return 'tooSmallToDecrypt';
  const nonce = bytes.subarray(1, HEADER_LENGTH);
  const sealed = bytes.subarray(HEADER_LENGTH);
  for (let i = 0; i < keyring.size; i++) {
    const text = keyring.cipher(i).open(nonce, sealed, aad);
    if (text !== null) return version === 0 ? unpad(text) : text;
  }
  return 'noKeyDecrypts';
}

function pad(text: Uint8Array): Uint8Array {
  const padding = BLOCK_LENGTH - (text.length % BLOCK_LENGTH);
  const padded = new Uint8Array(text.length + padding).fill(padding, text.length);
  padded.set(text);
  return padded;
}

/** The library takes the last byte's word for the length, whatever the bytes before it are. */
function unpad(padded: Uint8Array): Uint8Array | GossipFault {
  const length = padded.length === 0 ? -1 : padded.length - padded[padded.length - 1]!;
  return length < 0 ? 'badPadding' : padded.subarray(0, length);
}
