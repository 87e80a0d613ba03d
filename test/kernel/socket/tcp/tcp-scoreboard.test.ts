import assert from 'node:assert/strict';
import {
  tcpAddRenoSack,
  tcpCheckSackReordering,
  tcpClearRetrans,
  tcpLimitRenoSacked,
  tcpMarkSkbLost,
  tcpRemoveRenoSacks,
} from '../../../../src/kernel/socket/tcp/tcp-scoreboard.ts';
import { tcpPacketsInFlight } from '../../../../src/kernel/socket/tcp/tcp-sock.ts';
import { SenderLab } from './sender-lab.ts';

describe('kernel: the scoreboard', () => {
  it('counts a loss once, and once more when the copy is lost, too', () => {
    const lab = new SenderLab();
    lab.send(3);
    tcpMarkSkbLost(lab.sk, lab.segment(1));
    tcpMarkSkbLost(lab.sk, lab.segment(1));
    assert.deepEqual([lab.board, lab.sk.lostOut, lab.sk.lost], ['.L.', 1, 1]);
    lab.resend(1);
    assert.equal(tcpPacketsInFlight(lab.sk), 3);
    tcpMarkSkbLost(lab.sk, lab.segment(1));
    assert.deepEqual([lab.board, lab.sk.lostOut, lab.sk.retransOut, lab.sk.lost], ['.L.', 1, 0, 2]);
    assert.equal(lab.sk.ns.mib.tcpExt.TCPLostRetransmit, 1);
  });

  it('remembers the first that is to be sent again', () => {
    const lab = new SenderLab();
    lab.send(5);
    tcpMarkSkbLost(lab.sk, lab.segment(3));
    assert.equal(lab.sk.retransmitHint, lab.segment(3));
    tcpMarkSkbLost(lab.sk, lab.segment(1));
    assert.equal(lab.sk.retransmitHint, lab.segment(1));
    tcpMarkSkbLost(lab.sk, lab.segment(4));
    assert.equal(lab.sk.retransmitHint, lab.segment(1));
  });

  it('takes duplicates for segments that arrived, of which one at least has not', () => {
    const lab = new SenderLab();
    const { sk } = lab;
    sk.rxOpt.sackOk = false;
    lab.send(4);
    for (let i = 0; i < 3; i++) tcpAddRenoSack(sk, 1, false);
    assert.deepEqual([sk.sackedOut, sk.reordSeen, sk.delivered], [3, 0, 5]);
    tcpAddRenoSack(sk, 1, true);
    assert.deepEqual([sk.sackedOut, sk.reordSeen, sk.reordering], [3, 1, 4]);
    assert.equal(sk.ns.mib.tcpExt.TCPRenoReorder, 1);
    assert.equal(tcpLimitRenoSacked(sk), false);
  });

  it('takes them off again when an acknowledgment covers them', () => {
    const lab = new SenderLab();
    const { sk } = lab;
    sk.rxOpt.sackOk = false;
    lab.send(6);
    tcpAddRenoSack(sk, 3, false);
    sk.packetsOut -= 2;
    tcpRemoveRenoSacks(sk, 2, false);
    assert.deepEqual([sk.sackedOut, sk.delivered], [2, 6]);
    sk.packetsOut -= 4;
    tcpRemoveRenoSacks(sk, 4, false);
    assert.equal(sk.sackedOut, 0);
  });

  it('measures reordering in segments, within bounds', () => {
    const lab = new SenderLab();
    const { sk } = lab;
    lab.send(20);
    sk.sackedOut = 1;
    sk.highestSackSeq = lab.seq(9);
    tcpCheckSackReordering(sk, lab.seq(9), false);
    assert.equal(sk.reordSeen, 0);
    tcpCheckSackReordering(sk, lab.seq(7), false);
    assert.deepEqual([sk.reordSeen, sk.reordering], [1, 3]);
    tcpCheckSackReordering(sk, lab.seq(1), true);
    assert.deepEqual([sk.reordSeen, sk.reordering, sk.ns.mib.tcpExt.TCPTSReorder], [2, 8, 1]);
    sk.ns.sysctls.tcp.maxReordering = 5;
    sk.highestSackSeq = lab.seq(19);
    tcpCheckSackReordering(sk, lab.seq(1), false);
    assert.equal(sk.reordering, 5);
  });

  it('forgets all', () => {
    const lab = new SenderLab();
    lab.send(3);
    lab.resend(0);
    tcpMarkSkbLost(lab.sk, lab.segment(1));
    tcpClearRetrans(lab.sk);
    const { retransOut, lostOut, sackedOut, undoMarker, undoRetrans } = lab.sk;
    assert.deepEqual([retransOut, lostOut, sackedOut, undoMarker, undoRetrans], [0, 0, 0, 0, -1]);
  });
});
