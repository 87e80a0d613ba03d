/**
 * Several messages in one datagram (util.go):
 *
 *   0x07 | count | length (16 bits, big-endian) for each | the messages, one behind the other
 */
import type { GossipFault } from './fault.ts';
import { MESSAGE } from './messages.ts';

/** As many messages as one compound message counts. */
export const MAX_COMPOUND_PARTS = 255;

/** The compound message of those; at most 255 are counted (of more, the library's count wraps, and so does this). */
export function encodeCompound(parts: readonly Uint8Array[]): Uint8Array {
  let length = 2 + 2 * parts.length;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  bytes[0] = MESSAGE.compound;
  bytes[1] = parts.length;
  let at = 2;
  for (const part of parts) {
    bytes[at++] = part.length >> 8;
    bytes[at++] = part.length;
  }
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * Calls back with each part, a view of `bytes`, which begin with the type. When they are too short for all lengths
 * there is none; when they are too short for a part, those before it are good. What is behind the last is nothing.
 */
export function decodeCompound(bytes: Uint8Array, part: (bytes: Uint8Array) => void): GossipFault | null {
  if (bytes.length < 2) return 'truncated';
  const count = bytes[1]!;
  let at = 2 + 2 * count;
  if (bytes.length < at) return 'truncated';
  for (let i = 0; i < count; i++) {
    const end = at + ((bytes[2 + 2 * i]! << 8) | bytes[3 + 2 * i]!);
    if (end > bytes.length) return 'truncated';
    part(bytes.subarray(at, end));
    at = end;
  }
  return null;
}
