import assert from 'node:assert/strict';
import { Rng } from '../../../../src/sim/rng.ts';
import type { TcpSegment } from '../../../../src/kernel/socket/tcp/tcp-segment.ts';
import { SegmentPool, SegmentQueue } from '../../../../src/kernel/socket/tcp/tcp-segment.ts';

function listOf(queue: SegmentQueue): TcpSegment[] {
  const list: TcpSegment[] = [];
  for (let each = queue.head; each !== null; each = each.next) {
    assert.equal(each.prev, list.at(-1) ?? null);
    list.push(each);
  }
  assert.equal(queue.tail, list.at(-1) ?? null);
  assert.equal(queue.count, list.length);
  return list;
}

describe('kernel: segments', () => {
  it('stand in a queue in the order in which they were put there', () => {
    const rng = Rng.fromSeed(3);
    const [pool, queue] = [new SegmentPool(), new SegmentQueue()];
    const model: TcpSegment[] = [];
    for (let i = 0; i < 2000; i++) {
      const at = model.length === 0 ? -1 : rng.below(model.length);
      if (at < 0 || rng.chance(0.3)) {
        const added = pool.take();
        queue.pushTail(added);
        model.push(added);
      } else if (rng.chance(0.4)) {
        const added = pool.take();
        queue.insertAfter(model[at]!, added);
        model.splice(at + 1, 0, added);
      } else {
        const [gone] = model.splice(at, 1);
        queue.remove(gone!);
        pool.give(gone!);
      }
      assert.deepEqual(
        listOf(queue).map((each) => model.indexOf(each)),
        model.map((_, place) => place),
      );
    }
  });

  it('come from the pool as if they were new, and know their length across the wrap', () => {
    const pool = new SegmentPool();
    const segment = pool.take();
    segment.sacked = 7;
    segment.mstampUs = 5;
    segment.tcpFlags = 2;
    pool.give(segment);
    const again = pool.take();
    assert.equal(again, segment);
    assert.deepEqual([again.sacked, again.mstampUs, again.tcpFlags, again.next, again.prev], [0, 0, 0, null, null]);
    again.seq = 0x7fff_fff0;
    again.endSeq = -0x7fff_fff0;
    assert.equal(again.length, 32);
  });
});
