/** Vectors of values: a text, and what reading it gives or why it is refused, as a real client says. */
import assert from 'node:assert/strict';
import type { Value } from '../../../../src/docker/cli/values/value.ts';
import { isFault } from '../../../../src/docker/cli/values/value.ts';

/** What was read, or `! why not`. */
export function outcome<T>(read: Value<T>): T | string {
  return isFault(read) ? `! ${read.fault}` : read.value;
}

export function assertVectors<T>(parse: (text: string) => Value<T>, vectors: readonly [string, T | string][]): void {
  for (const [text, wanted] of vectors) assert.deepEqual(outcome(parse(text)), wanted, JSON.stringify(text));
}
