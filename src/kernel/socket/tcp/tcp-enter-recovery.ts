/** A loss is proven (Linux: tcp_enter_recovery, tcp_enter_loss, tcp_simple_retransmit of net/ipv4/tcp_input.c). */
import { seqAfter } from '../../../base/sequence.ts';
import { CA_EVENT_LOSS } from './congestion.ts';
import { tcpSetCaState } from './tcp-cong.ts';
import { tcpCurrentSsthresh, tcpInCwndReduction, tcpInitCwndReduction } from './tcp-cwnd.ts';
import { tcpEcnQueueCwr } from './tcp-ecn-sender.ts';
import { tcpCurrentMss } from './tcp-mss.ts';
import { tcpXmitRetransmitQueue } from './tcp-retransmit.ts';
import { tcpRackSkbTimeoutUs } from './tcp-rack.ts';
import {
  tcpClearAllRetransHints,
  tcpIsReno,
  tcpLimitRenoSacked,
  tcpMarkSkbLost,
  tcpResetRenoSack,
} from './tcp-scoreboard.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpPacketsInFlight } from './tcp-sock.ts';
import { TCP_CA_DISORDER, TCP_CA_LOSS, TCP_CA_RECOVERY, TCPCB_SACKED_ACKED } from './tcp-states.ts';
import { tcpRetransStampCleanup } from './tcp-undo-evidence.ts';

/** Twin of tcp_init_undo: what is needed to take it back. */
function tcpInitUndo(sk: TcpSock): void {
  sk.undoMarker = sk.sndUna;
  sk.undoRetrans = sk.retransOut;
  if (sk.tlpHighSeq !== 0 && sk.tlpRetrans) sk.undoRetrans++;
  // 0 would mean that all came twice.
  if (sk.undoRetrans === 0) sk.undoRetrans = -1;
}

/** Twin of tcp_enter_recovery. */
export function tcpEnterRecovery(sk: TcpSock, isEce: boolean): void {
  tcpRetransStampCleanup(sk);
  if (tcpIsReno(sk)) sk.ns.mib.tcpExt.TCPRenoRecovery++;
  else sk.ns.mib.tcpExt.TCPSackRecovery++;
  sk.priorSsthresh = 0;
  tcpInitUndo(sk);
  if (!tcpInCwndReduction(sk)) {
    if (!isEce) sk.priorSsthresh = tcpCurrentSsthresh(sk);
    tcpInitCwndReduction(sk);
  }
  tcpSetCaState(sk, TCP_CA_RECOVERY);
}

/** Twin of tcp_timeout_mark_lost: all is lost but what was sent lately; all if the receiver broke its word. */
function tcpTimeoutMarkLost(sk: TcpSock): void {
  const { head } = sk.rtxQueue;
  const isReneg = head !== null && (head.sacked & TCPCB_SACKED_ACKED) !== 0;
  if (isReneg) {
    sk.ns.mib.tcpExt.TCPSACKReneging++;
    sk.sackedOut = 0;
    sk.isSackReneg = true;
  } else if (tcpIsReno(sk)) {
    tcpResetRenoSack(sk);
  }
  for (let segment = head; segment !== null; segment = segment.next) {
    if (isReneg) segment.sacked &= ~TCPCB_SACKED_ACKED;
    else if (segment !== head && tcpRackSkbTimeoutUs(sk, segment, 0) > 0) continue;
    tcpMarkSkbLost(sk, segment);
  }
  tcpClearAllRetransHints(sk);
}

/** Twin of tcp_enter_loss: the retransmission timer has expired. */
export function tcpEnterLoss(sk: TcpSock): void {
  const { reordering, frto } = sk.ns.sysctls.tcp;
  const isNewRecovery = sk.caState < TCP_CA_RECOVERY;
  tcpTimeoutMarkLost(sk);
  const isFirstOfLoss = sk.caState === TCP_CA_LOSS && sk.retransmits === 0;
  if (sk.caState <= TCP_CA_DISORDER || !seqAfter(sk.highSeq, sk.sndUna) || isFirstOfLoss) {
    sk.priorSsthresh = tcpCurrentSsthresh(sk);
    sk.priorCwnd = sk.sndCwnd;
    sk.sndSsthresh = sk.caOps.ssthresh(sk);
    sk.caOps.cwndEvent(sk, CA_EVENT_LOSS);
    tcpInitUndo(sk);
  }
  sk.sndCwnd = tcpPacketsInFlight(sk) + 1;
  sk.sndCwndCnt = 0;
  sk.sndCwndStamp = sk.nowUs;
  // Many duplicates and yet a timeout: reordering was overrated.
  if (sk.caState <= TCP_CA_DISORDER && sk.sackedOut >= reordering) sk.reordering = Math.min(sk.reordering, reordering);
  tcpSetCaState(sk, TCP_CA_LOSS);
  sk.highSeq = sk.sndNxt;
  sk.tlpHighSeq = 0;
  tcpEcnQueueCwr(sk);
  sk.frto = frto !== 0 && (isNewRecovery || sk.retransmits !== 0);
}

/** Twin of tcp_simple_retransmit: the path takes less than was sent, which is no congestion. */
export function tcpSimpleRetransmit(sk: TcpSock): void {
  const mss = tcpCurrentMss(sk);
  for (let segment = sk.rtxQueue.head; segment !== null; segment = segment.next) {
    if (segment.length > mss) tcpMarkSkbLost(sk, segment);
  }
  if (sk.lostOut === 0) return;
  if (tcpIsReno(sk)) tcpLimitRenoSacked(sk);
  if (sk.caState !== TCP_CA_LOSS) {
    sk.highSeq = sk.sndNxt;
    sk.sndSsthresh = tcpCurrentSsthresh(sk);
    sk.priorSsthresh = 0;
    sk.undoMarker = 0;
    tcpSetCaState(sk, TCP_CA_LOSS);
  }
  tcpXmitRetransmitQueue(sk);
}
