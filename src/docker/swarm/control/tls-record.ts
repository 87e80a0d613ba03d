/**
 * Records of TLS 1.3 (RFC 8446 section 5). After the hellos each is sealed with AES-128-GCM, whatever it is shows as
 * application data, and its nonce counts the records of its direction.
 *
 *   type(8) version(16) length(16)  text … type(8) tag(128)
 *                                   └──── sealed ────┘
 */
import { AesGcm, sha256 } from '../../../base/crypto.ts';
import { utf8Encode } from '../../../base/bytes.ts';
import { concat } from './http2.ts';
import type { HelloSecrets } from './tls-hello.ts';

export const RECORD_CHANGE_CIPHER_SPEC = 20;
export const RECORD_ALERT = 21;
export const RECORD_HANDSHAKE = 22;
export const RECORD_APPLICATION_DATA = 23;
/** What sealing adds: the true type and the tag. */
const TAG_BYTES = 16;
const HEADER_BYTES = 5;
/** Most text of one record, and most that a sealed one has. */
export const RECORD_TEXT_MAX = 16_384;
const RECORD_BYTES_MAX = RECORD_TEXT_MAX + 256;
const KEY_BYTES = 16;
const NONCE_BYTES = 12;

export interface TlsRecord {
  readonly type: number;
  readonly body: Uint8Array;
}

/** A record as it goes onto the wire; the first of a client names TLS 1.0, for old machines on the way. */
export function emitRecord(type: number, body: Uint8Array, isFirstOfClient = false): Uint8Array {
  return concat(recordHeader(type, body.length, isFirstOfClient ? 1 : 3), body);
}

function recordHeader(type: number, length: number, minor: number): Uint8Array {
  return Uint8Array.of(type, 3, minor, length >>> 8, length);
}

/** One direction of a connection, at the end that seals and at the one that opens. */
export class RecordCipher {
  private readonly cipher: AesGcm;
  private readonly iv: Uint8Array;
  private sequence = 0;

  /** Both ends make the same key of what both have seen in the hellos. */
  constructor(direction: 'client' | 'server', client: HelloSecrets, server: HelloSecrets) {
    const shares = [client.random, server.random, client.keyShare, server.keyShare];
    const secret = sha256(concat(utf8Encode(`${direction} traffic`), ...shares));
    this.cipher = new AesGcm(secret.subarray(0, KEY_BYTES), TAG_BYTES);
    this.iv = secret.subarray(KEY_BYTES, KEY_BYTES + NONCE_BYTES);
  }

  seal(type: number, text: Uint8Array): Uint8Array {
    const header = recordHeader(RECORD_APPLICATION_DATA, text.length + 1 + TAG_BYTES, 3);
    return concat(header, this.cipher.seal(this.nextNonce(), concat(text, Uint8Array.of(type)), header));
  }

  /** What was sealed, with its true type; null for what nobody of this connection has sealed, or not now. */
  open(body: Uint8Array): TlsRecord | null {
    const header = recordHeader(RECORD_APPLICATION_DATA, body.length, 3);
    const text = this.cipher.open(this.nextNonce(), body, header);
    if (text === null || text.length === 0) return null;
    return { type: text.at(-1)!, body: text.subarray(0, -1) };
  }

  private nextNonce(): Uint8Array {
    const nonce = this.iv.slice();
    let rest = this.sequence++;
    for (let i = NONCE_BYTES - 1; rest > 0; i--) {
      nonce[i]! ^= rest & 0xff;
      rest = Math.floor(rest / 256);
    }
    return nonce;
  }
}

/** Records out of bytes that come in pieces. */
export class RecordReader {
  private held: Uint8Array = new Uint8Array(0);

  add(bytes: Uint8Array): void {
    this.held = this.held.length === 0 ? bytes : concat(this.held, bytes);
  }

  /** The next record; null while it is not whole, 'broken' for what is none. */
  next(): TlsRecord | null | 'broken' {
    const { held } = this;
    if (held.length < HEADER_BYTES) return null;
    const type = held[0]!;
    const length = (held[3]! << 8) | held[4]!;
    const isKnown = type >= RECORD_CHANGE_CIPHER_SPEC && type <= RECORD_APPLICATION_DATA && held[1] === 3;
    if (!isKnown || length > RECORD_BYTES_MAX) return 'broken';
    if (held.length < HEADER_BYTES + length) return null;
    this.held = held.subarray(HEADER_BYTES + length);
    return { type, body: held.subarray(HEADER_BYTES, HEADER_BYTES + length) };
  }
}
