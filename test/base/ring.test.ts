import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NumberRing, Ring } from '../../src/base/ring.ts';

const effort = Number(process.env['DOCKWIRE_EFFORT'] ?? 1);

interface Queue<T> {
  readonly length: number;
  push(item: T): void;
  shift(): T;
  peek(): T;
  at(i: number): T;
  clear(): void;
}

/** Runs pushes (n >= 0, so many at once), shifts (-1) and a clear (-2) on a ring and on a plain array. */
function followsModel<T>(ring: Queue<T>, itemOf: (n: number) => T, steps: readonly number[]): void {
  const model: T[] = [];
  let pushed = 0;
  for (const step of steps) {
    for (let i = 0; i < step; i++) {
      ring.push(itemOf(pushed));
      model.push(itemOf(pushed++));
    }
    if (step === -1 && model.length > 0) assert.equal(ring.shift(), model.shift());
    if (step === -2) {
      ring.clear();
      model.length = 0;
    }
    assert.equal(ring.length, model.length);
    if (model.length > 0) assert.equal(ring.peek(), model[0]);
    model.forEach((item, i) => {
      assert.equal(ring.at(i), item);
    });
  }
}

const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(-1) },
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 1, arbitrary: fc.integer({ min: 10, max: 40 }) },
    { weight: 1, arbitrary: fc.constant(-2) },
  ),
  { maxLength: 120 },
);

describe('base/ring', () => {
  it('gives objects back first in, first out, like an array', () => {
    const property = fc.property(steps, (list) => {
      followsModel(new Ring<string>(), (n) => `item ${n}`, list);
    });
    fc.assert(property, { numRuns: 200 * effort });
  });

  it('gives numbers back first in, first out, like an array', () => {
    const property = fc.property(steps, (list) => {
      followsModel(new NumberRing(), (n) => n * 1e9 + 0.5, list);
    });
    fc.assert(property, { numRuns: 200 * effort });
  });

  it('asserts when something is taken out of an empty ring or read past its end', () => {
    for (const ring of [new Ring<number>(), new NumberRing()]) {
      assert.throws(() => ring.shift(), /not empty/);
      assert.throws(() => ring.peek(), /not empty/);
      ring.push(1);
      assert.throws(() => ring.at(1), /inside/);
      assert.throws(() => ring.at(-1), /inside/);
    }
  });
});
