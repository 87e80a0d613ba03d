import assert from 'node:assert/strict';
import { Slab } from '../../src/link/frame.ts';
import { trueSize } from '../../src/kernel/truesize.ts';

/** The size in the books of a frame with so many bytes from the network header on. */
function sizeOf(length: number): number {
  const frame = new Slab().take(length);
  frame.tail = frame.l3 + length;
  return trueSize(frame);
}

describe('kernel: true size of a frame', () => {
  it('is that of Linux: the next power of two with headers, and the buffer’s own description', () => {
    assert.deepEqual([28, 84, 128, 129, 1500, 1664, 1665].map(sizeOf), [768, 768, 768, 1280, 2304, 2304, 4352]);
  });

  it('never shrinks as the frame grows', () => {
    let last = 0;
    for (let length = 0; length <= 65_535; length += 97) {
      const size = sizeOf(length);
      assert.ok(size >= last && size >= length + 640);
      last = size;
    }
  });
});
