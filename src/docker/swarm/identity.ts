/** Ids and secrets of a swarm. Twin of swarmkit's identity package and of ca.GenerateJoinToken. */
import type { Rng } from '../../sim/rng.ts';

const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz';
const ID_DIGITS = 25;
/** The digest of the authority's certificate in a join token: 256 bits. */
const DIGEST_DIGITS = 50;
/** The first digit of 25 stands for what is left of 128 bits, that of 50 for what is left of 256. */
const FIRST_DIGITS = 15;
const FIRST_DIGEST_DIGITS = 6;
const DIGEST_HEX_DIGITS = 64;

/** A fresh id: 25 digits and lower-case letters. */
export function newId(rng: Rng): string {
  return digits(rng, ID_DIGITS);
}

/** The part of a join token that both tokens of a swarm have in common. */
export function newDigest(rng: Rng): string {
  return digits(rng, DIGEST_DIGITS, FIRST_DIGEST_DIGITS);
}

/** `SWMTKN-1-`, the digest by which a joining node knows the authority, and a secret. */
export function newJoinToken(rng: Rng, digest: string): string {
  return `SWMTKN-1-${digest}-${digits(rng, ID_DIGITS)}`;
}

/** The digest and the secret of a join token; undefined for what is none (ca.ParseJoinToken). */
export function parseJoinToken(token: string): { readonly digest: string; readonly secret: string } | undefined {
  const parts = /^SWMTKN-1-([0-9a-z]{50})-([0-9a-z]{25})$/.exec(token);
  return parts === null ? undefined : { digest: parts[1]!, secret: parts[2]! };
}

/** A digest of a token as SHA-256 sums are written. */
export function digestHex(digest: string): string {
  let value = 0n;
  for (const digit of digest) value = value * BigInt(BASE36.length) + BigInt(BASE36.indexOf(digit));
  return value.toString(16).padStart(DIGEST_HEX_DIGITS, '0');
}

function digits(rng: Rng, count: number, first = FIRST_DIGITS): string {
  let text = BASE36[rng.below(first)]!;
  while (text.length < count) text += BASE36[rng.below(BASE36.length)]!;
  return text;
}
