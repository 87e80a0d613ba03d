/**
 * The two messages of a TLS 1.3 handshake (RFC 8446 section 4.1) that everybody on the wire can read, as Go 1.19 makes
 * them.
 *
 *   type(8) length(24) version(16) random(256) session id  cipher suites | suite  compression  extensions
 *
 * What follows them is sealed; of it only the sizes show.
 */
import { utf8Encode } from '../../../base/bytes.ts';
import { concat } from './http2.ts';

export const HELLO_RANDOM_BYTES = 32;
const HANDSHAKE_HEADER_BYTES = 4;
const CLIENT_HELLO = 1;
const SERVER_HELLO = 2;
const LEGACY_VERSION = 0x0303;
const TLS_1_3 = 0x0304;
const X25519 = 0x001d;
const TLS_AES_128_GCM_SHA256 = 0x1301;

/** In Go's order of preference; the last three are those of TLS 1.3. */
const CIPHER_SUITES = [
  0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc009, 0xc013, 0xc00a, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
  0xc012, 0x000a, 0x1301, 0x1302, 0x1303,
];
const GROUPS = [X25519, 0x0017, 0x0018, 0x0019];
const SIGNATURE_ALGORITHMS = [
  0x0804, 0x0403, 0x0807, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0503, 0x0603, 0x0201, 0x0203,
];

const EXTENSION = {
  serverName: 0,
  statusRequest: 5,
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  nextProtocols: 16,
  certificateTimestamps: 18,
  supportedVersions: 43,
  keyShare: 51,
  renegotiation: 0xff01,
} as const;

/** What a side draws for its hello. */
export interface HelloSecrets {
  readonly random: Uint8Array;
  /** The server sends the client's back. */
  readonly sessionId: Uint8Array;
  readonly keyShare: Uint8Array;
}

/** `serverName` is '' for a client that does not know whom it will meet. */
export function clientHello({ random, sessionId, keyShare }: HelloSecrets, serverName: string): Uint8Array {
  const name = concat(u8(0), withLength16(utf8Encode(serverName)));
  const extensions = concat(
    serverName === '' ? new Uint8Array(0) : extension(EXTENSION.serverName, withLength16(name)),
    // OCSP, no responders, no extensions of it.
    extension(EXTENSION.statusRequest, u8(1, 0, 0, 0, 0)),
    extension(EXTENSION.supportedGroups, withLength16(u16(...GROUPS))),
    extension(EXTENSION.pointFormats, withLength8(u8(0))),
    extension(EXTENSION.signatureAlgorithms, withLength16(u16(...SIGNATURE_ALGORITHMS))),
    extension(EXTENSION.renegotiation, withLength8(new Uint8Array(0))),
    extension(EXTENSION.nextProtocols, withLength16(withLength8(utf8Encode('h2')))),
    extension(EXTENSION.certificateTimestamps, new Uint8Array(0)),
    extension(EXTENSION.supportedVersions, withLength8(u16(TLS_1_3, LEGACY_VERSION))),
    extension(EXTENSION.keyShare, withLength16(concat(u16(X25519), withLength16(keyShare)))),
  );
  const suites = withLength16(u16(...CIPHER_SUITES));
  const start = concat(u16(LEGACY_VERSION), random, withLength8(sessionId));
  return handshakeMessage(CLIENT_HELLO, concat(start, suites, withLength8(u8(0)), withLength16(extensions)));
}

export function serverHello({ random, sessionId, keyShare }: HelloSecrets): Uint8Array {
  const extensions = concat(
    extension(EXTENSION.supportedVersions, u16(TLS_1_3)),
    extension(EXTENSION.keyShare, concat(u16(X25519), withLength16(keyShare))),
  );
  const start = concat(u16(LEGACY_VERSION), random, withLength8(sessionId));
  return handshakeMessage(SERVER_HELLO, concat(start, u16(TLS_AES_128_GCM_SHA256), u8(0), withLength16(extensions)));
}

/** A hello of the other side; null for what is none of TLS 1.3 with X25519. */
export function readHello(message: Uint8Array, isFromClient: boolean): HelloSecrets | null {
  const at = HANDSHAKE_HEADER_BYTES + 2;
  const length = (message[1]! << 16) | (message[2]! << 8) | message[3]!;
  if (message[0] !== (isFromClient ? CLIENT_HELLO : SERVER_HELLO)) return null;
  if (message.length !== HANDSHAKE_HEADER_BYTES + length) return null;
  const random = message.slice(at, at + HELLO_RANDOM_BYTES);
  const idAt = at + HELLO_RANDOM_BYTES + 1;
  const sessionId = message.slice(idAt, idAt + (message[idAt - 1] ?? 0));
  // The key share comes last, and the key is its end.
  const keyShare = message.slice(-HELLO_RANDOM_BYTES);
  const shareAt = message.length - HELLO_RANDOM_BYTES - 4;
  const isX25519 = shareAt > idAt && ((message[shareAt]! << 8) | message[shareAt + 1]!) === X25519;
  return isX25519 && sessionId.length <= HELLO_RANDOM_BYTES ? { random, sessionId, keyShare } : null;
}

/** With the header that all messages of a handshake have. */
export function handshakeMessage(type: number, body: Uint8Array): Uint8Array {
  return concat(u8(type, body.length >>> 16, body.length >>> 8, body.length), body);
}

function extension(type: number, body: Uint8Array): Uint8Array {
  return concat(u16(type), withLength16(body));
}

function withLength8(body: Uint8Array): Uint8Array {
  return concat(u8(body.length), body);
}

function withLength16(body: Uint8Array): Uint8Array {
  return concat(u16(body.length), body);
}

function u8(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >>> 8, value & 0xff]));
}
