/** What the tests of src/gossip share: the vectors that the real memberlist wrote, hexadecimal text, truncation. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { hex } from '../../src/base/bytes.ts';
import type { Skippable } from '../machine.ts';
import { needTruth } from '../wire/machine.ts';

/** The vectors of a file in truth/memberlist; skips the test where there are none. */
export function needVectors(test: Skippable, file: string): readonly unknown[] {
  const path = needTruth(test, `memberlist/${file}`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { vectors: unknown[] }).vectors;
}

/** The bytes that hexadecimal digits stand for; blanks do not count. */
export function unhex(text: string): Uint8Array {
  const digits = text.replaceAll(' ', '');
  assert.equal(digits.length % 2, 0);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

/** Compares as hexadecimal text, which a failure shows. */
export function assertBytes(actual: Uint8Array | string, expected: Uint8Array | string, message?: string): void {
  const text = (value: Uint8Array | string): string => (typeof value === 'string' ? value : hex(value));
  assert.equal(text(actual), text(expected), message);
}

/** A byte slice as the vectors write it. */
export type SliceText = { readonly $hex: string } | null;

export function sliceOf(text: SliceText): Uint8Array | null {
  return text === null ? null : unhex(text.$hex);
}

/** Every way of cutting bytes off at the end, the whole excluded. */
export function* cuts(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.slice(0, length);
}
