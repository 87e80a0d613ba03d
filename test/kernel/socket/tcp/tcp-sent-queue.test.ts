import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  sentQueueInsertAfter,
  sentQueueMoveTail,
  sentQueueRemove,
} from '../../../../src/kernel/socket/tcp/tcp-sent-queue.ts';
import { TcpSegment } from '../../../../src/kernel/socket/tcp/tcp-segment.ts';
import { SenderLab } from './sender-lab.ts';

describe('kernel: segments in the order of their sending', () => {
  it('is the order in which they were last moved to the end', () => {
    const { sk } = new SenderLab();
    const segments = Array.from({ length: 6 }, () => new TcpSegment());
    const step = fc.tuple(fc.constantFrom('send', 'remove'), fc.nat(5));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        for (const segment of segments) sentQueueRemove(sk, segment);
        let model: TcpSegment[] = [];
        for (const [what, index] of steps) {
          const segment = segments[index]!;
          model = model.filter((each) => each !== segment);
          if (what === 'send') {
            sentQueueMoveTail(sk, segment);
            model.push(segment);
          } else {
            sentQueueRemove(sk, segment);
          }
        }
        const forward: TcpSegment[] = [];
        for (let each = sk.sentHead; each !== null; each = each.sentNext) forward.push(each);
        const backward: TcpSegment[] = [];
        for (let each = sk.sentTail; each !== null; each = each.sentPrev) backward.unshift(each);
        assert.deepEqual([forward, backward], [model, model]);
      }),
    );
  });

  it('keeps the rear of a segment behind its front', () => {
    const { sk } = new SenderLab();
    const [front, rear, other] = [new TcpSegment(), new TcpSegment(), new TcpSegment()];
    sentQueueMoveTail(sk, front);
    sentQueueInsertAfter(sk, front, rear);
    assert.equal(sk.sentTail, rear);
    sentQueueMoveTail(sk, other);
    assert.equal(rear.sentNext, other);
    sentQueueRemove(sk, front);
    const late = new TcpSegment();
    sentQueueInsertAfter(sk, front, late);
    assert.equal(late.inSentQueue, false);
  });
});
