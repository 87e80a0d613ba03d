/**
 * The Internet checksum: RFC 1071 (one's-complement sum of 16-bit words) and RFC 1624 (incremental update).
 *
 * A "sum" here is the folded 16-bit one's-complement sum in network order; a "checksum" is its complement, the value
 * that stands in a header. Sums of neighbouring parts add up if every part but the last has an even length.
 */
import type { ByteViews } from '../base/bytes.ts';

/** Typed arrays use the machine's byte order; a sum in the other order is the same sum with its bytes swapped. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Folds carries until 16 bits are left. `sum` may be any number from 0 to 2^32 - 1, also as an int32. */
export function foldSum(sum: number): number {
  const once = (sum >>> 16) + (sum & 0xffff);
  return (once & 0xffff) + (once >>> 16);
}

/** The checksum of a sum. */
export function finishSum(sum: number): number {
  return ~foldSum(sum) & 0xffff;
}

/**
 * Adds `length` bytes at `o`, read as big-endian words, to `sum`; a last odd byte is padded with zero. Any offset and
 * any length up to 65,560 bytes (two lanes of 32 bits must hold the carries). The bytes from `o` to `o + length` must
 * exist.
 */
export function sumBytes(b: ByteViews, o: number, length: number, sum: number): number {
  const end = o + length;
  const bytes = b.bytes;
  let at = o;
  let edges = 0;
  // The lanes of typed arrays are aligned, so the bytes before the first and after the last lane are summed apart: as
  // the halves of lanes that begin at even addresses.
  while (at < end && (at & 3) !== 0) edges += edgeByte(bytes[at]!, at++);
  const lanes = (end - at) >> 2;
  if (lanes > 0) {
    edges += sumLanes(b.u32, at >> 2, lanes);
    at += lanes << 2;
  }
  while (at < end) edges += edgeByte(bytes[at]!, at++);
  const folded = foldSum(edges);
  // Words that begin at odd offsets straddle the lanes: their sum comes out with its bytes the other way round.
  const inOrder = LITTLE_ENDIAN === ((o & 1) === 1) ? folded : ((folded & 0xff) << 8) | (folded >>> 8);
  return foldSum(inOrder + sum);
}

/** What one byte adds to the sum of the 16-bit lane it belongs to. */
function edgeByte(byte: number, at: number): number {
  return ((at & 1) === 1) === LITTLE_ENDIAN ? byte << 8 : byte;
}

/** Sum of both halves of `count` 32-bit lanes, folded to 16 bits. */
function sumLanes(u32: Uint32Array, first: number, count: number): number {
  // Adding whole lanes modulo 2^32 and upper halves exactly costs less than splitting each lane: what the upper
  // halves contributed to the total is taken off at the end, and the lower halves are left.
  let total = 0;
  let upper = 0;
  let i = first;
  const end = first + count;
  for (const unrolledEnd = end - 7; i < unrolledEnd; i += 8) {
    const w0 = u32[i]!;
    const w1 = u32[i + 1]!;
    const w2 = u32[i + 2]!;
    const w3 = u32[i + 3]!;
    const w4 = u32[i + 4]!;
    const w5 = u32[i + 5]!;
    const w6 = u32[i + 6]!;
    const w7 = u32[i + 7]!;
    total = (total + w0 + w1 + w2 + w3 + w4 + w5 + w6 + w7) | 0;
    upper = (upper + (w0 >>> 16) + (w1 >>> 16) + (w2 >>> 16) + (w3 >>> 16)) | 0;
    upper = (upper + (w4 >>> 16) + (w5 >>> 16) + (w6 >>> 16) + (w7 >>> 16)) | 0;
  }
  for (; i < end; i++) {
    const word = u32[i]!;
    total = (total + word) | 0;
    upper = (upper + (word >>> 16)) | 0;
  }
  return foldSum(foldSum((total - (upper << 16)) | 0) + foldSum(upper));
}

/** Sum of the pseudo-header of RFC 768 and RFC 793; `length` is that of the UDP or TCP header and its data. */
export function sumPseudoHeader(src: number, dst: number, protocol: number, length: number): number {
  return foldSum((src >>> 16) + (src & 0xffff) + (dst >>> 16) + (dst & 0xffff) + protocol + length);
}

/** The checksum after one 16-bit word changed: RFC 1624, equation 3. */
export function updateChecksum16(checksum: number, oldWord: number, newWord: number): number {
  return finishSum((~checksum & 0xffff) + (~oldWord & 0xffff) + newWord);
}

/** The checksum after a 32-bit field at an even offset changed (an address): RFC 1624, equation 3. */
export function updateChecksum32(checksum: number, oldValue: number, newValue: number): number {
  return finishSum(
    (~checksum & 0xffff) + (~oldValue >>> 16) + (~oldValue & 0xffff) + (newValue >>> 16) + (newValue & 0xffff),
  );
}

/** What a 32-bit field at an even offset (an address) adds to a sum when it changes, for `updateChecksum`. */
export function sumChange32(oldValue: number, newValue: number): number {
  return foldSum((~oldValue >>> 16) + (~oldValue & 0xffff) + (newValue >>> 16) + (newValue & 0xffff));
}

/** The checksum after changes that add `change` to the sum: RFC 1624, equation 3. */
export function updateChecksum(checksum: number, change: number): number {
  return finishSum((~checksum & 0xffff) + change);
}
