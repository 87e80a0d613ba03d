/**
 * Times of pcapng: nanoseconds since 1970 as two halves of 32 bits. They pass 2^53, so a double holds no such time
 * exactly; both halves come out exact all the same, without BigInt and without garbage.
 */
const TWO_TO_32 = 2 ** 32;

/** Lower half of `seconds` * 10^9 + `nanoseconds`, unsigned. */
export function timestampLo(seconds: number, nanoseconds: number): number {
  return (Math.imul(seconds, 1e9) + nanoseconds) >>> 0;
}

/** Upper half, for `seconds` below 2^32. */
export function timestampHi(seconds: number, nanoseconds: number): number {
  const lo = (Math.imul(seconds, 1e9) + nanoseconds) >>> 0;
  // The sum is off by at most 2^10 for being a double, so the quotient lies within 2^-21 of the exact whole number.
  return Math.round((seconds * 1e9 + nanoseconds - lo) / TWO_TO_32);
}
