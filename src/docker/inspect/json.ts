/** The documents that the engine's API answers with; the order of keys is the order in which they are shown. */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** An object from a map, its keys in order of the alphabet, as Go writes maps. */
export function sortedObject<T extends Json>(entries: Iterable<readonly [string, T]>): JsonObject {
  return Object.fromEntries([...entries].sort(([left], [right]) => (left < right ? -1 : 1)));
}
