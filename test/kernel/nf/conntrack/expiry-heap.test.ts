/** The heap of deadlines against a plain list, over random operations. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExpiryHeap } from '../../../../src/kernel/nf/conntrack/expiry-heap.ts';
import { EFFORT } from '../../kit.ts';

const SLOTS = 24;

/** Takes out all that is due, as its user does, and tells in which order. */
function expire(heap: ExpiryHeap, deadlines: Float64Array, nowNs: number): number[] {
  const due: number[] = [];
  while (heap.firstNs <= nowNs) {
    const slot = heap.firstSlot;
    if (deadlines[slot]! > nowNs) {
      heap.reenterFirst(deadlines);
    } else {
      heap.remove(slot);
      due.push(slot);
    }
  }
  return due;
}

describe('kernel/nf/conntrack/expiry-heap', () => {
  it('expires each slot at its latest deadline, however that was moved', () => {
    const operation = fc.record({
      kind: fc.constantFrom('set', 'set', 'set', 'remove', 'advance'),
      slot: fc.integer({ min: 0, max: SLOTS - 1 }),
      delay: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 400 }), (operations) => {
        const heap = new ExpiryHeap(4);
        heap.grow(SLOTS);
        const deadlines = new Float64Array(SLOTS);
        const model = new Map<number, number>();
        let nowNs = 0;
        for (const { kind, slot, delay } of operations) {
          if (kind === 'set') {
            deadlines[slot] = nowNs + delay;
            heap.enter(slot, deadlines);
            model.set(slot, nowNs + delay);
          } else if (kind === 'remove') {
            heap.remove(slot);
            model.delete(slot);
          } else {
            nowNs += delay;
            const due = expire(heap, deadlines, nowNs).sort((left, right) => left - right);
            const wanted = [...model].filter(([, deadline]) => deadline <= nowNs).map(([expected]) => expected);
            assert.deepEqual(
              due,
              wanted.sort((left, right) => left - right),
            );
            for (const gone of due) model.delete(gone);
          }
          assert.equal(heap.size, model.size);
          assert.equal(heap.has(slot), model.has(slot));
          // The time of the top may be too early, never too late.
          assert.ok(heap.firstNs <= Math.min(Infinity, ...model.values()));
        }
      }),
      { numRuns: 100 * EFFORT },
    );
  });
});
