import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FLAG_DATA_SACKED, FLAG_ORIG_SACK_ACKED } from '../../../../src/kernel/socket/tcp/tcp-ack-flags.ts';
import { tcpSacktagWriteQueue } from '../../../../src/kernel/socket/tcp/tcp-sacktag.ts';
import { tcpHighestSackSeq, tcpMarkSkbLost } from '../../../../src/kernel/socket/tcp/tcp-scoreboard.ts';
import { EFFORT } from '../../kit.ts';
import { SenderLab } from './sender-lab.ts';

/** Blocks come; the flags. */
function tag(lab: SenderLab, ...blocks: readonly (readonly [number, number])[]): number {
  lab.state.reset();
  return tcpSacktagWriteQueue(lab.sk, lab.incoming(0, blocks), lab.sk.sndUna, lab.state);
}

/** Segments in the order of sending, as indices. */
function sentOrder(lab: SenderLab): number[] {
  const order: number[] = [];
  for (let segment = lab.sk.sentHead; segment !== null; segment = segment.sentNext) {
    order.push((segment.seq - lab.firstSeq) / 1000);
  }
  return order;
}

describe('kernel: what SACK blocks tell', () => {
  it('tags what lies whole within a block, and takes it out of the order of sending', () => {
    const lab = new SenderLab();
    lab.send(8);
    const flag = tag(lab, [3, 5]);
    assert.equal(lab.board, '...SS...');
    assert.equal(flag & FLAG_DATA_SACKED, FLAG_DATA_SACKED);
    assert.equal(lab.state.sackDelivered, 2);
    assert.equal(tcpHighestSackSeq(lab.sk), lab.seq(5));
    assert.deepEqual(sentOrder(lab), [0, 1, 2, 5, 6, 7]);
    assert.deepEqual(lab.counters, lab.counted);
  });

  it('tells nothing new the second time, and only the rest of a block that has grown', () => {
    const lab = new SenderLab();
    lab.send(8);
    tag(lab, [3, 5]);
    assert.equal(tag(lab, [3, 5]) & FLAG_DATA_SACKED, 0);
    assert.equal(lab.state.sackDelivered, 0);
    tag(lab, [2, 7]);
    assert.equal(lab.state.sackDelivered, 3);
    assert.equal(lab.board, '..SSSSS.');
  });

  it('knows that a hole which fills without a retransmission is reordering', () => {
    const lab = new SenderLab();
    lab.send(10);
    tag(lab, [5, 9]);
    assert.equal(lab.sk.reordSeen, 0);
    tag(lab, [1, 2], [5, 9]);
    assert.deepEqual([lab.sk.reordSeen, lab.sk.reordering], [1, 8]);
    assert.equal(lab.sk.ns.mib.tcpExt.TCPSACKReorder, 1);
  });

  it('takes a lost segment that was sent again off both counts when it arrives', () => {
    const lab = new SenderLab();
    lab.send(6);
    tag(lab, [3, 6]);
    tcpMarkSkbLost(lab.sk, lab.segment(0));
    tcpMarkSkbLost(lab.sk, lab.segment(1));
    lab.wait(1000);
    lab.resend(1);
    assert.equal(lab.board, 'LX.SSS');
    tag(lab, [1, 2], [3, 6]);
    assert.equal(lab.board, 'LS.SSS');
    assert.deepEqual(lab.counters, lab.counted);
    assert.equal(lab.sk.reordSeen, 0, 'it was sent twice, so nothing is known about the order');
  });

  it('believes that a copy is still under way when the original was not lost', () => {
    const lab = new SenderLab();
    lab.send(3);
    lab.resend(1);
    tag(lab, [1, 2]);
    assert.deepEqual([lab.sk.retransOut, lab.sk.sackedOut], [1, 1]);
  });

  it('says so when data from before the loss arrives that was sent only once', () => {
    const lab = new SenderLab();
    lab.send(4);
    lab.sk.highSeq = lab.sk.sndNxt;
    lab.send(2);
    assert.equal(tag(lab, [4, 6]) & FLAG_ORIG_SACK_ACKED, 0);
    assert.equal(tag(lab, [2, 3], [4, 6]) & FLAG_ORIG_SACK_ACKED, FLAG_ORIG_SACK_ACKED);
  });

  it('measures from the first and the last that a block newly tells of', () => {
    const lab = new SenderLab();
    lab.send(1);
    const sent: number[] = [];
    for (let i = 0; i < 3; i++) {
      lab.wait(100);
      sent.push(lab.sk.nowUs);
      lab.send(1);
    }
    tag(lab, [1, 4]);
    assert.deepEqual([lab.state.hasSackTime, lab.state.firstSackUs, lab.state.lastSackUs], [true, sent[0], sent[2]]);
  });

  it('comes to the same board whatever order the blocks come in, and keeps the books', () => {
    const block = fc.tuple(fc.integer({ min: 1, max: 39 }), fc.integer({ min: 1, max: 8 }));
    fc.assert(
      fc.property(fc.array(fc.array(block, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), (acks) => {
        const lab = new SenderLab();
        lab.send(40);
        const told = new Set<number>();
        for (const blocks of acks) {
          // A receiver does not name what it acknowledges; the first block within the second would tell of a duplicate.
          const given = blocks.map(([from, length]): [number, number] => [from, Math.min(from + length, 40)]);
          if (isDuplicate(given)) continue;
          for (const [from, to] of given) for (let i = from; i < to; i++) told.add(i);
          tag(lab, ...given);
          const expected = Array.from({ length: 40 }, (_, i) => (told.has(i) ? 'S' : '.')).join('');
          assert.equal(lab.board, expected);
          assert.deepEqual(lab.counters, lab.counted);
          assert.equal(tcpHighestSackSeq(lab.sk), lab.seq(Math.max(...told) + 1));
        }
      }),
      { numRuns: 50 * EFFORT },
    );
  });
});

function isDuplicate(blocks: readonly (readonly [number, number])[]): boolean {
  const [first, second] = blocks;
  return second !== undefined && first![0] >= second[0] && first![1] <= second[1];
}
