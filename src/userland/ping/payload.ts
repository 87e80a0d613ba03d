/**
 * What iputils ping puts into its requests: the time of sending as a struct timeval (seconds and microseconds, 64 bits
 * each in the machine's byte order, little-endian here), then bytes that count up, or a pattern.
 *
 *    0        8        16
 *    | tv_sec | tv_usec| 10 11 12 …
 */

const STAMP_LEN = 16;
const TWO_32 = 0x1_0000_0000;
const USECS = 1_000_000;

/** A payload of `size` bytes; the pattern also lies under the time. */
export function fillPayload(size: number, pattern: readonly number[]): Uint8Array {
  const payload = new Uint8Array(size);
  for (let i = 0; i < size; i++) payload[i] = pattern.length === 0 ? i & 0xff : pattern[i % pattern.length]!;
  return payload;
}

/** Whether a payload has room for the time. */
export function isTimed(payload: Uint8Array): boolean {
  return payload.length >= STAMP_LEN;
}

/** Writes the wall clock, microseconds since 1970. */
export function writeStamp(payload: Uint8Array, us: number): void {
  const view = new DataView(payload.buffer, payload.byteOffset, STAMP_LEN);
  const seconds = Math.floor(us / USECS);
  view.setUint32(0, seconds % TWO_32, true);
  view.setUint32(4, Math.floor(seconds / TWO_32), true);
  view.setUint32(8, us % USECS, true);
  view.setUint32(12, 0, true);
}

/** The wall clock that a payload carries, microseconds since 1970. */
export function readStamp(payload: Uint8Array): number {
  const view = new DataView(payload.buffer, payload.byteOffset, STAMP_LEN);
  const seconds = view.getUint32(0, true) + view.getUint32(4, true) * TWO_32;
  return seconds * USECS + view.getUint32(8, true);
}
