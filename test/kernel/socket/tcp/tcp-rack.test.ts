import assert from 'node:assert/strict';
import {
  tcpRackAdvance,
  tcpRackMarkLost,
  tcpRackReoTimeout,
  tcpRackSkbTimeoutUs,
  tcpRackUpdateReoWnd,
} from '../../../../src/kernel/socket/tcp/tcp-rack.ts';
import { minmaxReset } from '../../../../src/kernel/socket/tcp/tcp-minmax.ts';
import { tcpSacktagWriteQueue } from '../../../../src/kernel/socket/tcp/tcp-sacktag.ts';
import { ICSK_TIME_REO_TIMEOUT, TCP_CA_RECOVERY } from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { SenderLab } from './sender-lab.ts';

const RTT_US = 40_000;

/** Segments sent a millisecond apart, with a round trip of 40 ms; a round trip later the blocks come. */
function sacked(count: number, ...blocks: readonly (readonly [number, number])[]): SenderLab {
  const lab = new SenderLab();
  minmaxReset(lab.sk.rttMinUs, lab.sk.nowUs, RTT_US);
  lab.sk.srttUs = RTT_US << 3;
  for (let i = 0; i < count; i++) {
    lab.send(1);
    lab.wait(1000);
  }
  lab.wait(RTT_US - 1000);
  tag(lab, ...blocks);
  return lab;
}

function tag(lab: SenderLab, ...blocks: readonly (readonly [number, number])[]): void {
  lab.state.reset();
  tcpSacktagWriteQueue(lab.sk, lab.incoming(0, blocks), lab.sk.sndUna, lab.state);
}

describe('kernel: RACK', () => {
  it('holds lost what was sent before three that arrived, when no reordering was ever seen', () => {
    const lab = sacked(6, [3, 6]);
    assert.equal(tcpRackMarkLost(lab.sk), false);
    assert.equal(lab.board, 'LLLSSS');
    assert.deepEqual(lab.counters, lab.counted);
    assert.equal(lab.sk.rackRttUs, RTT_US);
  });

  it('waits a quarter of a round trip when fewer arrived, and then holds it lost', () => {
    const lab = sacked(3, [2, 3]);
    assert.equal(tcpRackMarkLost(lab.sk), true);
    assert.equal(lab.board, '..S');
    assert.equal(lab.sk.pendingTimer, ICSK_TIME_REO_TIMEOUT);
    lab.sk.sndCwnd = 10;
    lab.wait(RTT_US / 4);
    tcpRackReoTimeout(lab.sk);
    assert.equal(lab.sk.caState, TCP_CA_RECOVERY);
    assert.equal(lab.sk.lost, 2);
  });

  it('looks again only when something has arrived', () => {
    const lab = sacked(6, [3, 6]);
    tcpRackMarkLost(lab.sk);
    lab.segment(0).sacked = 0;
    tcpRackMarkLost(lab.sk);
    assert.equal(lab.board, '.LLSSS');
  });

  it('waits for reordering once it was seen, by steps of a quarter', () => {
    const lab = sacked(6, [3, 6]);
    lab.sk.reordSeen = 1;
    lab.sk.rackReoWndSteps = 2;
    assert.equal(tcpRackMarkLost(lab.sk), true);
    assert.equal(lab.board, '...SSS');
    lab.wait(RTT_US / 2);
    lab.sk.rackAdvanced = true;
    tcpRackMarkLost(lab.sk);
    assert.equal(lab.board, 'LLLSSS');
  });

  it('holds a retransmission lost when something that was sent later has arrived', () => {
    const lab = sacked(8, [3, 6]);
    tcpRackMarkLost(lab.sk);
    lab.resend(0);
    lab.resend(1);
    lab.wait(1000);
    lab.resend(2);
    lab.sk.caState = TCP_CA_RECOVERY;
    assert.equal(lab.board, 'XXXSSS..');
    lab.wait(RTT_US);
    tag(lab, [2, 6]);
    tcpRackMarkLost(lab.sk);
    assert.equal(lab.board, 'LLSSSSLL');
    assert.equal(lab.sk.ns.mib.tcpExt.TCPLostRetransmit, 2);
    assert.deepEqual(lab.counters, lab.counted);
  });

  it('does not take the answer to the original for one to the copy', () => {
    const lab = sacked(3);
    lab.resend(1);
    lab.wait(1000);
    tag(lab, [1, 2]);
    assert.equal(lab.sk.rackAdvanced, false);
  });

  it('keeps to the youngest that arrived', () => {
    const lab = sacked(4);
    const { sk } = lab;
    const [older, younger] = [lab.segment(1), lab.segment(2)];
    tcpRackAdvance(sk, 0, younger.endSeq, younger.mstampUs);
    tcpRackAdvance(sk, 0, older.endSeq, older.mstampUs);
    assert.deepEqual([sk.rackMstampUs, sk.rackEndSeq], [younger.mstampUs, younger.endSeq]);
    assert.equal(tcpRackSkbTimeoutUs(sk, lab.segment(0), 500), 500 - 1000);
  });

  it('makes the window longer once a round trip for duplicates, and forgets that after sixteen recoveries', () => {
    const lab = sacked(2);
    const { sk, state } = lab;
    state.reset();
    sk.delivered = 100;
    sk.rackDsackSeen = true;
    tcpRackUpdateReoWnd(sk, state);
    assert.equal(sk.rackReoWndSteps, 1, 'nothing was delivered');
    state.priorDelivered = 50;
    tcpRackUpdateReoWnd(sk, state);
    assert.deepEqual([sk.rackReoWndSteps, sk.rackReoWndPersist, sk.rackLastDelivered], [2, 16, 100]);
    sk.rackDsackSeen = true;
    tcpRackUpdateReoWnd(sk, state);
    assert.equal(sk.rackReoWndSteps, 2, 'still the same round trip');
    sk.rackReoWndPersist = 0;
    tcpRackUpdateReoWnd(sk, state);
    assert.equal(sk.rackReoWndSteps, 1);
  });
});
