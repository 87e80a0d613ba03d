/** What a frame costs in the books of a queue that is bounded in bytes (Linux: skb->truesize). */
import type { Frame } from '../link/frame.ts';

/** Room that Linux allocates beside the data: headers in front, shared info behind. */
const ALLOCATION_EXTRA_BYTES = 384;
/** sizeof(struct sk_buff), rounded to its slab. */
const SK_BUFF_BYTES = 256;

/** Allocation with its bookkeeping, in bytes: 768 for a small frame, 2,304 for a full one. */
export function trueSize(frame: Frame): number {
  const length = frame.tail - frame.l3 + ALLOCATION_EXTRA_BYTES;
  let allocated = 512;
  while (allocated < length) allocated *= 2;
  return allocated + SK_BUFF_BYTES;
}
