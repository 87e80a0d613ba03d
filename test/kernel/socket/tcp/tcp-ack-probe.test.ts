import assert from 'node:assert/strict';
import { tcpAckProbe, tcpProbe0WhenUs } from '../../../../src/kernel/socket/tcp/tcp-ack-probe.ts';
import { ICSK_TIME_NONE, ICSK_TIME_PROBE0 } from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { allocSegment } from '../../../../src/kernel/socket/tcp/tcp-write-queue.ts';
import { SenderLab } from './sender-lab.ts';

/** One segment of 1000 bytes waits, nothing is under way. */
function waiting(): SenderLab {
  const lab = new SenderLab();
  const { sk } = lab;
  const segment = allocSegment(sk, sk.sndNxt, 0);
  segment.endSeq = (segment.seq + 1000) | 0;
  sk.writeQueue.pushTail(segment);
  sk.rtoUs = 204_000;
  return lab;
}

describe('kernel: acknowledgments with nothing under way', () => {
  it('arm the probe of a window that is too small, and disarm it when it opens', () => {
    const { sk } = waiting();
    sk.sndWnd = 999;
    tcpAckProbe(sk);
    assert.equal(sk.pendingTimer, ICSK_TIME_PROBE0);
    sk.backoff = 4;
    sk.sndWnd = 1000;
    tcpAckProbe(sk);
    assert.deepEqual([sk.pendingTimer, sk.backoff], [ICSK_TIME_NONE, 0]);
  });

  it('do nothing when there is nothing to send', () => {
    const { sk } = new SenderLab();
    sk.sndWnd = 0;
    tcpAckProbe(sk);
    assert.equal(sk.pendingTimer, ICSK_TIME_NONE);
  });

  it('probe half as often each time, down to once in two minutes', () => {
    const { sk } = waiting();
    const whenUs = [0, 1, 5, 9, 10, 30].map((backoff) => {
      sk.backoff = backoff;
      return tcpProbe0WhenUs(sk);
    });
    assert.deepEqual(whenUs, [204_000, 408_000, 6_528_000, 104_448_000, 120_000_000, 120_000_000]);
  });
});
