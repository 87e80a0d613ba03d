/** Properties that every header's two faces share: hot accessors on one side, the declared layout on the other. */
import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import type { HeaderLayout } from '../../src/wire/layout.ts';
import { exactView } from './frames.ts';
import { EFFORT } from './machine.ts';

/** A hot accessor and how its value follows from the decoded header. */
export interface Accessor<T> {
  readonly hot: (v: DataView, o: number) => number | boolean;
  readonly cold: (header: T) => number | boolean;
}

export const RUNS = { numRuns: 300 * EFFORT };

/** Records with the prototype of any other object, so that deepEqual takes them for equal. */
export const PLAIN = { noNullPrototype: true } as const;

/** Any bytes, from `min` to `max` of them. */
export function anyBytes(min: number, max = min): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: min, maxLength: max });
}

/** Every accessor reads, at any offset and of any bytes, what the layout decodes. */
export function assertAccessorsAgree<T>(
  layout: HeaderLayout<T>,
  accessors: Readonly<Record<string, Accessor<T>>>,
): void {
  fc.assert(
    fc.property(anyBytes(layout.span), fc.nat(9), (bytes, o) => {
      const v = exactView(Uint8Array.from([...new Uint8Array(o), ...bytes]));
      const header = layout.decode(v, o);
      for (const [name, { hot, cold }] of Object.entries(accessors)) {
        assert.equal(hot(v, o), cold(header), `${name} of ${bytes.join(' ')}`);
      }
    }),
    RUNS,
  );
}

/** Writing into zeros with `write` gives the bytes of `emit`, and touches nothing around them. */
export function assertWritesSame(
  span: number,
  write: (v: DataView, o: number) => void,
  emit: (v: DataView, o: number) => number,
): void {
  const o = 5;
  const hot = new Uint8Array(span + 12).fill(0xee);
  const cold = new Uint8Array(span + 12).fill(0xee);
  write(new DataView(hot.buffer), o);
  assert.equal(emit(new DataView(cold.buffer), o), span);
  assert.deepEqual(hot, cold);
  assert.ok(hot.subarray(0, o).every((byte) => byte === 0xee));
  assert.ok(hot.subarray(o + span).every((byte) => byte === 0xee));
}

/** `parse` accepts `bytes` whole and refuses every shorter beginning of the first `need` bytes. */
export function assertNeeds(
  bytes: Uint8Array,
  need: number,
  parse: (v: DataView, o: number, end: number) => object | undefined,
): void {
  for (let length = 0; length <= bytes.length; length++) {
    const parsed = parse(exactView(bytes.subarray(0, length)), 0, length);
    assert.equal(parsed !== undefined, length >= need, `${length} of ${need} bytes`);
  }
}
