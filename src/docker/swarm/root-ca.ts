/**
 * The authority of a swarm: a certificate like that which swarmkit's ca.CreateRootCA makes, as to form and sizes. Key
 * and signature are drawn, not computed: nothing in an emulated swarm is signed for real.
 *
 *     Certificate = SEQUENCE { TBSCertificate, ecdsa-with-SHA256, signature }          RFC 5280, section 4.1
 *     TBSCertificate = SEQUENCE { [0] version 3, serial number, ecdsa-with-SHA256, issuer, validity, subject,
 *                                 public key, [3] key usage, basic constraints, subject key identifier }
 */
import type { Rng } from '../../sim/rng.ts';
import { base64Encode } from '../../userland/http/base64.ts';
import { newDigest } from './identity.ts';
import type { RootCa } from './objects.ts';

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTC_TIME = 0x17;
const PRINTABLE_STRING = 0x13;
const SEQUENCE = 0x30;
const SET = 0x31;
const VERSION_TAG = 0xa0;
const EXTENSIONS_TAG = 0xa3;

const ECDSA_WITH_SHA256 = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const EC_PUBLIC_KEY = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const PRIME256V1 = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const COMMON_NAME = [0x06, 0x03, 0x55, 0x04, 0x03];
const KEY_USAGE = [0x06, 0x03, 0x55, 0x1d, 0x0f];
const BASIC_CONSTRAINTS = [0x06, 0x03, 0x55, 0x1d, 0x13];
const SUBJECT_KEY_IDENTIFIER = [0x06, 0x03, 0x55, 0x1d, 0x0e];
const TRUE = [0x01, 0x01, 0xff];
/** Certificates and lists of revoked ones may be signed with it. */
const CERT_AND_CRL_SIGN = [0x03, 0x02, 0x01, 0x06];

const CA_NAME = 'swarm-ca';
const SERIAL_BYTES = 20;
const COORDINATE_BYTES = 32;
const IDENTIFIER_BYTES = 20;
const PEM_COLUMNS = 64;
/** It counts from five minutes before it was made, whole minutes, for twenty years of 365 days and a few leap days. */
const BACKDATE_SECONDS = 300;
const EXPIRY_SECONDS = 630_720_000;

/** The name in certificates, in base 64 as documents show it. */
export const CERT_ISSUER_SUBJECT = base64Encode(Uint8Array.from(issuerName()));

/** A new authority; `nowSeconds` is since 1970. */
export function createRootCa(rng: Rng, nowSeconds: number): RootCa {
  const publicKey = publicKeyInfo(rng);
  const tbs = tlv(SEQUENCE, [
    ...tlv(VERSION_TAG, tlv(INTEGER, [2])),
    ...tlv(INTEGER, positive(rng, SERIAL_BYTES)),
    ...tlv(SEQUENCE, ECDSA_WITH_SHA256),
    ...issuerName(),
    ...validity(nowSeconds),
    ...issuerName(),
    ...publicKey,
    ...extensions(rng),
  ]);
  const signature = tlv(
    SEQUENCE,
    [0, 1].flatMap(() => tlv(INTEGER, positive(rng, COORDINATE_BYTES))),
  );
  const der = tlv(SEQUENCE, [...tbs, ...tlv(SEQUENCE, ECDSA_WITH_SHA256), ...tlv(BIT_STRING, [0, ...signature])]);
  return {
    certificate: pem(der),
    digest: newDigest(rng),
    publicKey: base64Encode(Uint8Array.from(publicKey)),
  };
}

function issuerName(): number[] {
  const name = Array.from(CA_NAME, (char) => char.charCodeAt(0));
  return tlv(SEQUENCE, tlv(SET, tlv(SEQUENCE, [...COMMON_NAME, ...tlv(PRINTABLE_STRING, name)])));
}

function publicKeyInfo(rng: Rng): number[] {
  const algorithm = tlv(SEQUENCE, [...EC_PUBLIC_KEY, ...PRIME256V1]);
  const point = bytes(rng, 2 * COORDINATE_BYTES);
  return tlv(SEQUENCE, [...algorithm, ...tlv(BIT_STRING, [0, 0x04, ...point])]);
}

function validity(nowSeconds: number): number[] {
  const start = nowSeconds - BACKDATE_SECONDS;
  const fromMinute = start - (start % 60);
  return tlv(SEQUENCE, [...utcTime(fromMinute), ...utcTime(fromMinute + EXPIRY_SECONDS)]);
}

function extensions(rng: Rng): number[] {
  const identifier = tlv(OCTET_STRING, bytes(rng, IDENTIFIER_BYTES));
  return tlv(
    EXTENSIONS_TAG,
    tlv(SEQUENCE, [
      ...tlv(SEQUENCE, [...KEY_USAGE, ...TRUE, ...tlv(OCTET_STRING, CERT_AND_CRL_SIGN)]),
      ...tlv(SEQUENCE, [...BASIC_CONSTRAINTS, ...TRUE, ...tlv(OCTET_STRING, tlv(SEQUENCE, TRUE))]),
      ...tlv(SEQUENCE, [...SUBJECT_KEY_IDENTIFIER, ...tlv(OCTET_STRING, identifier)]),
    ]),
  );
}

/** `yymmddhhmmssZ`. */
function utcTime(seconds: number): number[] {
  const text = `${new Date(seconds * 1000).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`;
  return tlv(
    UTC_TIME,
    Array.from(text, (char) => char.charCodeAt(0)),
  );
}

/** Tag, length, value (X.690, section 8.1). */
function tlv(tag: number, value: readonly number[]): number[] {
  const { length } = value;
  const short = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return [tag, ...short, ...value];
}

/** A positive number of so many bytes: the first bit is the sign, so that 0 may have to stand before it. */
function positive(rng: Rng, count: number): number[] {
  const [first = 0, ...rest] = bytes(rng, count);
  const high = first === 0 ? 1 : first;
  return high >= 0x80 ? [0, high, ...rest] : [high, ...rest];
}

function bytes(rng: Rng, count: number): number[] {
  return Array.from({ length: count }, () => rng.below(0x100));
}

function pem(der: readonly number[]): string {
  const lines = base64Encode(Uint8Array.from(der)).match(new RegExp(`.{1,${PEM_COLUMNS}}`, 'g')) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
