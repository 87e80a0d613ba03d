import assert from 'node:assert/strict';
import type { CongestionOps } from '../../../../src/kernel/socket/tcp/congestion.ts';
import { tcpAck } from '../../../../src/kernel/socket/tcp/tcp-ack.ts';
import { CUBIC } from '../../../../src/kernel/socket/tcp/tcp-cubic.ts';
import { tcpEnterLoss } from '../../../../src/kernel/socket/tcp/tcp-enter-recovery.ts';
import { minmaxReset } from '../../../../src/kernel/socket/tcp/tcp-minmax.ts';
import { RENO } from '../../../../src/kernel/socket/tcp/tcp-reno.ts';
import {
  ACK_FLAG_SLOWPATH,
  TCP_CA_CWR,
  TCP_CA_DISORDER,
  TCP_CA_LOSS,
  TCP_CA_OPEN,
  TCP_CA_RECOVERY,
  TCP_ECN_OK,
  TCP_INFINITE_SSTHRESH,
} from '../../../../src/kernel/socket/tcp/tcp-states.ts';
import { tcpTimeStampTs } from '../../../../src/kernel/socket/tcp/tcp-timestamp.ts';
import { Drop } from '../../../../src/link/drop.ts';
import { FLAG_ACK, FLAG_ECE } from '../../../../src/wire/tcp.ts';
import { SenderLab } from './sender-lab.ts';

const RTT_US = 40_000;

/** Twenty segments under way for a round trip. */
function flying(ops: CongestionOps = CUBIC, count = 20): SenderLab {
  const lab = new SenderLab(ops);
  const { sk } = lab;
  minmaxReset(sk.rttMinUs, sk.nowUs, RTT_US);
  sk.srttUs = RTT_US << 3;
  sk.rtoUs = 240_000;
  sk.sndCwnd = count;
  sk.isCwndLimited = true;
  // Nothing is there to be sent again: the lab does that itself.
  sk.sndWnd = 1_000_000;
  lab.send(count);
  lab.wait(RTT_US);
  return lab;
}

type Blocks = readonly (readonly [number, number])[];

function ack(lab: SenderLab, index: number, blocks: Blocks = [], flag = ACK_FLAG_SLOWPATH): number {
  const answer = tcpAck(lab.sk, lab.incoming(index, blocks), flag);
  assert.deepEqual(lab.counters, { ...lab.counted, ...(lab.sk.rxOpt.sackOk ? {} : { sackedOut: lab.sk.sackedOut }) });
  return answer;
}

describe('kernel: an acknowledgment', () => {
  it('of all that was sent opens the window and leaves nothing under way', () => {
    const lab = flying();
    assert.equal(ack(lab, 20, [], 0), 1);
    const { sk } = lab;
    assert.deepEqual([sk.packetsOut, sk.sndUna, sk.sndCwnd, sk.caState], [0, sk.sndNxt, 40, TCP_CA_OPEN]);
    assert.deepEqual([sk.srttUs, sk.delivered, sk.bytesAcked], [RTT_US << 3, 22, 20_000]);
    assert.equal(sk.ns.mib.tcpExt.TCPHPAcks, 1);
  });

  it('of what was not sent is none', () => {
    assert.equal(ack(flying(), 21), -Drop.TCP_ACK_UNSENT_DATA);
  });

  it('that is old says nothing, and is dropped when it is too old', () => {
    const lab = flying();
    ack(lab, 10);
    assert.equal(ack(lab, 9), 0);
    lab.sk.maxWindow = 3000;
    assert.equal(ack(lab, 6), -Drop.TCP_TOO_OLD_ACK);
  });

  it('that is old may still tell of what arrived', () => {
    const lab = flying();
    ack(lab, 10);
    ack(lab, 9, [[12, 13]]);
    assert.equal(lab.sk.sackedOut, 1);
    assert.equal(lab.sk.caState, TCP_CA_DISORDER);
  });

  it('takes the window from the latest segment only', () => {
    const lab = flying();
    const incoming = lab.incoming(0);
    incoming.window = 5000;
    tcpAck(lab.sk, incoming, ACK_FLAG_SLOWPATH);
    assert.equal(lab.sk.sndWnd, 1_000_000, 'of the same segment a window only grows');
    incoming.seq = (incoming.seq + 1) | 0;
    tcpAck(lab.sk, incoming, ACK_FLAG_SLOWPATH);
    assert.equal(lab.sk.sndWnd, 5000);
  });
});

describe('kernel: recovery', () => {
  it('begins with the third segment beyond a hole, and ends when all is acknowledged', () => {
    const lab = flying();
    const { sk } = lab;
    ack(lab, 5);
    const { sndCwnd } = sk;
    ack(lab, 5, [[6, 7]]);
    assert.equal(sk.caState, TCP_CA_DISORDER);
    ack(lab, 5, [[6, 8]]);
    ack(lab, 5, [[6, 9]]);
    assert.equal(sk.caState, TCP_CA_RECOVERY);
    assert.equal(sk.sndSsthresh, Math.floor((sndCwnd * 717) / 1024));
    assert.equal(sk.undoMarker, lab.seq(5));
    lab.wait(RTT_US);
    ack(lab, 20);
    assert.equal(sk.caState, TCP_CA_OPEN);
    assert.equal(sk.sndCwnd, sk.sndSsthresh);
  });

  it('is taken back when the time stamps say that the copy was not needed', () => {
    const lab = flying();
    const { sk } = lab;
    const sentMs = tcpTimeStampTs(sk);
    lab.wait(2000);
    ack(lab, 0, [[1, 4]]);
    assert.equal(sk.caState, TCP_CA_RECOVERY);
    assert.equal(lab.board.startsWith('XSSS'), true);
    sk.rxOpt.sawTstamp = true;
    sk.rxOpt.rcvTsecr = sentMs;
    ack(lab, 20);
    assert.deepEqual([sk.caState, sk.sndSsthresh], [TCP_CA_OPEN, TCP_INFINITE_SSTHRESH]);
    assert.ok(sk.sndCwnd >= 20);
    assert.equal(sk.ns.mib.tcpExt.TCPFullUndo, 1);
  });

  it('is taken back when each copy was answered as a duplicate', () => {
    const lab = flying();
    const { sk } = lab;
    ack(lab, 0, [[1, 20]]);
    assert.deepEqual([sk.undoRetrans, sk.caState], [1, TCP_CA_RECOVERY]);
    lab.wait(RTT_US);
    ack(lab, 20);
    assert.deepEqual([sk.caState, sk.sndCwnd], [TCP_CA_OPEN, 14]);
    ack(lab, 20, [[0, 1]]);
    assert.equal(sk.ns.mib.tcpExt.TCPDSACKUndo, 1);
    assert.equal(sk.caState, TCP_CA_OPEN);
    assert.ok(sk.sndCwnd >= 20);
  });

  it('without SACK begins with the third duplicate, and goes on with each partial acknowledgment', () => {
    const lab = flying(RENO);
    const { sk } = lab;
    sk.rxOpt.sackOk = false;
    ack(lab, 5);
    ack(lab, 5);
    ack(lab, 5);
    assert.deepEqual([sk.caState, sk.sackedOut], [TCP_CA_DISORDER, 2]);
    ack(lab, 5);
    assert.equal(sk.caState, TCP_CA_RECOVERY);
    assert.equal(sk.lostOut, 1);
    assert.equal(sk.ns.mib.tcpExt.TCPRenoRecovery, 1);
    lab.wait(RTT_US);
    ack(lab, 9);
    assert.equal(sk.caState, TCP_CA_RECOVERY);
    assert.equal(sk.lostOut, 1, 'the next hole');
    ack(lab, 20);
    assert.equal(sk.caState, TCP_CA_RECOVERY, 'until something beyond is acknowledged');
    lab.send(1);
    lab.wait(RTT_US);
    ack(lab, 21);
    assert.equal(sk.caState, TCP_CA_OPEN);
  });

  it('follows an echo of congestion without a loss, and ends when something beyond is acknowledged', () => {
    const lab = flying(RENO);
    const { sk } = lab;
    sk.ecnFlags = TCP_ECN_OK;
    const incoming = lab.incoming(5);
    incoming.tcpFlags = FLAG_ACK | FLAG_ECE;
    const { sndCwnd } = sk;
    tcpAck(sk, incoming, ACK_FLAG_SLOWPATH);
    assert.equal(sk.caState, TCP_CA_CWR);
    assert.equal(sk.sndSsthresh, sndCwnd >> 1);
    ack(lab, 20);
    assert.equal(sk.caState, TCP_CA_CWR);
    lab.send(1);
    lab.wait(RTT_US);
    ack(lab, 21);
    assert.deepEqual([sk.caState, sk.sndCwnd], [TCP_CA_OPEN, sk.sndSsthresh]);
  });
});

describe('kernel: a timeout', () => {
  it('holds all lost and begins with one segment', () => {
    const lab = flying();
    const { sk } = lab;
    lab.wait(400_000);
    tcpEnterLoss(sk);
    assert.deepEqual([sk.caState, sk.lostOut, sk.sndCwnd, sk.frto], [TCP_CA_LOSS, 20, 1, true]);
    assert.equal(sk.sndSsthresh, Math.floor((20 * 717) / 1024));
    assert.deepEqual(lab.counters, lab.counted);
  });

  it('keeps what is known to have arrived, unless the receiver takes it back', () => {
    const lab = flying();
    const { sk } = lab;
    ack(lab, 0, [[5, 6]]);
    lab.wait(400_000);
    tcpEnterLoss(sk);
    assert.equal(sk.sackedOut, 1);
    const other = flying();
    ack(other, 0, [[5, 6]]);
    ack(other, 5);
    other.wait(400_000);
    tcpEnterLoss(other.sk);
    assert.equal(other.sk.sackedOut, 0);
    assert.equal(other.sk.isSackReneg, true);
    assert.deepEqual(other.counters, other.counted);
  });

  it('was spurious when the originals arrive after all (F-RTO)', () => {
    const lab = flying();
    const { sk } = lab;
    lab.wait(400_000);
    tcpEnterLoss(sk);
    lab.resend(0);
    lab.wait(1000);
    ack(lab, 0, [[3, 4]]);
    assert.equal(sk.caState, TCP_CA_DISORDER);
    assert.equal(sk.ns.mib.tcpExt.TCPSpuriousRTOs, 1);
    assert.deepEqual([sk.lostOut, sk.sndSsthresh], [0, TCP_INFINITE_SSTHRESH]);
    assert.ok(sk.sndCwnd >= 20);
  });

  it('was spurious when the acknowledgment echoes a time stamp from before the copy', () => {
    const lab = flying();
    const { sk } = lab;
    const sentMs = tcpTimeStampTs(sk);
    lab.wait(400_000);
    tcpEnterLoss(sk);
    lab.resend(0);
    sk.rxOpt.sawTstamp = true;
    sk.rxOpt.rcvTsecr = sentMs;
    ack(lab, 3);
    assert.equal(sk.caState, TCP_CA_OPEN);
    assert.equal(sk.ns.mib.tcpExt.TCPLossUndo, 1);
  });

  it('is over when all of it is acknowledged', () => {
    const lab = flying();
    const { sk } = lab;
    lab.wait(400_000);
    tcpEnterLoss(sk);
    lab.resend(0);
    sk.frto = false;
    lab.wait(RTT_US);
    ack(lab, 20);
    assert.deepEqual([sk.caState, sk.packetsOut, sk.lostOut, sk.retransOut], [TCP_CA_OPEN, 0, 0, 0]);
  });
});

describe('kernel: the answer to a tail loss probe', () => {
  it('reduces the window when the probe filled a hole', () => {
    const lab = flying(RENO);
    const { sk } = lab;
    ack(lab, 19);
    lab.wait(100_000);
    lab.resend(19);
    sk.tlpHighSeq = sk.sndNxt;
    sk.tlpRetrans = true;
    const { sndCwnd } = sk;
    lab.send(1);
    lab.wait(RTT_US);
    ack(lab, 21);
    assert.equal(sk.ns.mib.tcpExt.TCPLossProbeRecovery, 1);
    assert.ok(sk.sndSsthresh <= sndCwnd >> 1);
    assert.equal(sk.tlpHighSeq, 0);
  });

  it('does nothing when it was new data', () => {
    const lab = flying(RENO);
    lab.sk.tlpHighSeq = lab.sk.sndNxt;
    ack(lab, 20);
    assert.deepEqual([lab.sk.tlpHighSeq, lab.sk.sndSsthresh], [0, TCP_INFINITE_SSTHRESH]);
  });
});
