/**
 * Linux's jhash2() as far as NAT needs it: Bob Jenkins' lookup3 over the four words of an address, of which IPv4 uses
 * the first. The words are those of a little-endian machine, so that the same addresses are chosen as there.
 */

const INITIAL = 0xdeadbeef;
const WORDS = 4;

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The bytes the other way round: how a little-endian machine sees a number in network order. */
function swapBytes(word: number): number {
  return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}

/** The hash of a source, of `dst` and the zone unless that is null, as a number without sign. */
export function jhashAddress(src: number, dst: number | null, zone: number): number {
  const seed = dst === null ? 0 : swapBytes(dst) ^ zone;
  const start = (INITIAL + (WORDS << 2) + seed) | 0;
  let a = (start + swapBytes(src)) | 0;
  let b = start;
  let c = start;
  // __jhash_mix
  a = ((a - c) | 0) ^ rotate(c, 4);
  c = (c + b) | 0;
  b = ((b - a) | 0) ^ rotate(a, 6);
  a = (a + c) | 0;
  c = ((c - b) | 0) ^ rotate(b, 8);
  b = (b + a) | 0;
  a = ((a - c) | 0) ^ rotate(c, 16);
  c = (c + b) | 0;
  b = ((b - a) | 0) ^ rotate(a, 19);
  a = (a + c) | 0;
  c = ((c - b) | 0) ^ rotate(b, 4);
  b = (b + a) | 0;
  // __jhash_final; the fourth word is zero.
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}

/** A number below `size` that stands to it as `hash` does to 2^32. Linux: reciprocal_scale(). */
export function reciprocalScale(hash: number, size: number): number {
  // The product may have 64 bits: by halves of the hash it stays exact.
  const upper = (hash >>> 16) * size;
  const lower = (hash & 0xffff) * size;
  return Math.floor((upper + Math.floor(lower / 0x10000)) / 0x10000);
}
