/**
 * Copies bytes from one array to another without making a view of either: `set` of a subarray leaves an object behind
 * for each call.
 */
export function copyBytes(from: Uint8Array, at: number, to: Uint8Array, toAt: number, length: number): void {
  let i = 0;
  for (const end = length - 7; i < end; i += 8) {
    to[toAt + i] = from[at + i]!;
    to[toAt + i + 1] = from[at + i + 1]!;
    to[toAt + i + 2] = from[at + i + 2]!;
    to[toAt + i + 3] = from[at + i + 3]!;
    to[toAt + i + 4] = from[at + i + 4]!;
    to[toAt + i + 5] = from[at + i + 5]!;
    to[toAt + i + 6] = from[at + i + 6]!;
    to[toAt + i + 7] = from[at + i + 7]!;
  }
  for (; i < length; i++) to[toAt + i] = from[at + i]!;
}
