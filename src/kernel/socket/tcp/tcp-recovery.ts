/**
 * The sender's states Open, Disorder, CWR, Recovery and Loss (Linux: tcp_fastretrans_alert of net/ipv4/tcp_input.c).
 * It is asked for each acknowledgment that is unusual or comes in a state other than Open: what is lost, and whether
 * the state ends. What is sent in answer is decided by `tcpXmitRetransmitQueue`.
 */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import {
  FLAG_DATA_SACKED,
  FLAG_ECE,
  FLAG_LOST_RETRANS,
  FLAG_ORIG_SACK_ACKED,
  FLAG_SACK_RENEGING,
  FLAG_SET_XMIT_TIMER,
  FLAG_SND_UNA_ADVANCED,
} from './tcp-ack-flags.ts';
import type { TcpAckState } from './tcp-ack-state.ts';
import { REXMIT_LOST, REXMIT_NEW } from './tcp-ack-state.ts';
import { tcpSetCaState } from './tcp-cong.ts';
import { tcpEndCwndReduction } from './tcp-cwnd.ts';
import { tcpEnterRecovery } from './tcp-enter-recovery.ts';
import { tcpTryToOpen } from './tcp-open.ts';
import { tcpRackMarkLost } from './tcp-rack.ts';
import { roundUpToTick } from './tcp-rtt.ts';
import { tcpAddRenoSack, tcpIsReno, tcpMarkSkbLost, tcpResetRenoSack } from './tcp-scoreboard.ts';
import type { TcpSock } from './tcp-sock.ts';
import {
  ICSK_TIME_RETRANS,
  TCP_CA_CWR,
  TCP_CA_DISORDER,
  TCP_CA_LOSS,
  TCP_CA_OPEN,
  TCP_CA_RECOVERY,
  TCPCB_LOST,
} from './tcp-states.ts';
import { tcpResetXmitTimer } from './tcp-timer.ts';
import { tcpTryUndoDsack, tcpTryUndoLoss, tcpTryUndoPartial, tcpTryUndoRecovery } from './tcp-undo.ts';

const RENEGING_LEAST_US = 10_000;

/**
 * Twin of tcp_fastretrans_alert: the flags of the acknowledgment, some of them taken away. What is to be sent stands in
 * `state.rexmit`.
 */
export function tcpFastretransAlert(
  sk: TcpSock,
  priorSndUna: number,
  dupacks: number,
  flag: number,
  state: TcpAckState,
): number {
  const isEce = (flag & FLAG_ECE) !== 0;
  if (sk.packetsOut === 0) sk.sackedOut = 0;
  if (isEce) sk.priorSsthresh = 0;
  if (checkSackReneging(sk, flag)) return flag & ~FLAG_SET_XMIT_TIMER;
  if (sk.caState === TCP_CA_OPEN) sk.retransStamp = 0;
  else if (!seqBefore(sk.sndUna, sk.highSeq) && endState(sk)) return flag;
  if (sk.caState === TCP_CA_RECOVERY) return inRecovery(sk, priorSndUna, dupacks, flag, state);
  let now = flag;
  if (sk.caState === TCP_CA_LOSS) {
    const isOpen = processLoss(sk, flag, dupacks, state);
    now = identifyPacketLoss(sk, flag);
    // Go on only when it was taken back, or when retransmissions were lost in turn.
    if (!isOpen && (now & FLAG_LOST_RETRANS) === 0) return now;
  }
  return inOtherStates(sk, dupacks, now, isEce, state);
}

/** The new left edge had been claimed to have arrived: give the receiver a little time to explain itself. */
function checkSackReneging(sk: TcpSock, flag: number): boolean {
  if ((flag & FLAG_SACK_RENEGING) === 0 || (flag & FLAG_SND_UNA_ADVANCED) === 0) return false;
  tcpResetXmitTimer(sk, ICSK_TIME_RETRANS, Math.max(roundUpToTick(sk.srttUs >> 4), RENEGING_LEAST_US));
  return true;
}

/** All that was under way when the state began is acknowledged; true when nothing else is to be done. */
function endState(sk: TcpSock): boolean {
  if (sk.caState === TCP_CA_CWR) {
    // Until something above is acknowledged, the receiver may not know of the reduction.
    if (sk.sndUna !== sk.highSeq) {
      tcpEndCwndReduction(sk);
      tcpSetCaState(sk, TCP_CA_OPEN);
    }
  } else if (sk.caState === TCP_CA_RECOVERY) {
    if (tcpIsReno(sk)) tcpResetRenoSack(sk);
    if (tcpTryUndoRecovery(sk)) return true;
    tcpEndCwndReduction(sk);
  }
  return false;
}

function inRecovery(sk: TcpSock, priorSndUna: number, dupacks: number, flag: number, state: TcpAckState): number {
  const isEce = (flag & FLAG_ECE) !== 0;
  if ((flag & FLAG_SND_UNA_ADVANCED) === 0) {
    if (tcpIsReno(sk)) tcpAddRenoSack(sk, dupacks, isEce);
  } else if (tcpTryUndoPartial(sk, priorSndUna)) {
    return flag;
  }
  if (tcpTryUndoDsack(sk)) tcpTryToOpen(sk, flag);
  const now = identifyPacketLoss(sk, flag);
  if (sk.caState !== TCP_CA_RECOVERY) {
    if (sk.lostOut === 0) return now;
    // It was taken back, and yet something is lost: a new recovery.
    tcpEnterRecovery(sk, isEce);
  }
  state.rexmit = REXMIT_LOST;
  return now;
}

function inOtherStates(sk: TcpSock, dupacks: number, flag: number, isEce: boolean, state: TcpAckState): number {
  if (tcpIsReno(sk)) {
    if ((flag & FLAG_SND_UNA_ADVANCED) !== 0) tcpResetRenoSack(sk);
    tcpAddRenoSack(sk, dupacks, isEce);
  }
  if (sk.caState <= TCP_CA_DISORDER) tcpTryUndoDsack(sk);
  const now = identifyPacketLoss(sk, flag);
  if (sk.lostOut === 0) {
    tcpTryToOpen(sk, flag);
    return now;
  }
  tcpEnterRecovery(sk, isEce);
  state.rexmit = REXMIT_LOST;
  return now;
}

/** Twin of tcp_identify_packet_loss. */
function identifyPacketLoss(sk: TcpSock, flag: number): number {
  if (sk.rtxQueue.head === null) return flag;
  if (tcpIsReno(sk)) {
    newrenoMarkLost(sk, (flag & FLAG_SND_UNA_ADVANCED) !== 0);
    return flag;
  }
  const { retransOut } = sk;
  const now = tcpRackMarkLost(sk) ? flag & ~FLAG_SET_XMIT_TIMER : flag;
  return retransOut > sk.retransOut ? now | FLAG_LOST_RETRANS : now;
}

/** Twin of tcp_newreno_mark_lost: the head, after three duplicates or a partial acknowledgment (RFC 6582). */
function newrenoMarkLost(sk: TcpSock, hasAdvanced: boolean): void {
  const isFirst = sk.caState < TCP_CA_RECOVERY && sk.sackedOut >= sk.reordering;
  if (!isFirst && !(sk.caState === TCP_CA_RECOVERY && hasAdvanced)) return;
  const head = sk.rtxQueue.head!;
  if ((head.sacked & TCPCB_LOST) === 0) tcpMarkSkbLost(sk, head);
}

/** Twin of tcp_process_loss: after a timeout, with F-RTO (RFC 5682); true when the state is Open again. */
function processLoss(sk: TcpSock, flag: number, dupacks: number, state: TcpAckState): boolean {
  const isRecovered = !seqBefore(sk.sndUna, sk.highSeq);
  const hasAdvanced = (flag & FLAG_SND_UNA_ADVANCED) !== 0;
  if (hasAdvanced && tcpTryUndoLoss(sk, false)) return sk.caState === TCP_CA_OPEN;
  if (sk.frto && detectSpuriousTimeout(sk, flag, dupacks, isRecovered, state)) return sk.caState === TCP_CA_OPEN;
  if (isRecovered) {
    tcpTryUndoRecovery(sk);
    return sk.caState === TCP_CA_OPEN;
  }
  if (tcpIsReno(sk)) {
    // A duplicate then is of the new data that F-RTO sent.
    if (seqAfter(sk.sndNxt, sk.highSeq) && dupacks !== 0) tcpAddRenoSack(sk, dupacks, (flag & FLAG_ECE) !== 0);
    else if (hasAdvanced) tcpResetRenoSack(sk);
  }
  state.rexmit = REXMIT_LOST;
  return false;
}

/** F-RTO: whether the acknowledgment is decided upon. */
function detectSpuriousTimeout(
  sk: TcpSock,
  flag: number,
  dupacks: number,
  isRecovered: boolean,
  state: TcpAckState,
): boolean {
  // Data that was never retransmitted has arrived: not all of it was lost, so the timeout was too early (step 3b).
  if ((flag & FLAG_ORIG_SACK_ACKED) !== 0 && tcpTryUndoLoss(sk, true)) return true;
  if (seqAfter(sk.sndNxt, sk.highSeq)) {
    // Step 3a: the loss was real.
    if ((flag & FLAG_DATA_SACKED) !== 0 || dupacks !== 0) sk.frto = false;
  } else if ((flag & FLAG_SND_UNA_ADVANCED) !== 0 && !isRecovered) {
    sk.highSeq = sk.sndNxt;
    // Step 2b: new data, if there is some and room for it, instead of retransmissions.
    const windowEnd = (sk.sndUna + sk.sndWnd) | 0;
    if (sk.writeQueue.head !== null && seqAfter(windowEnd, sk.sndNxt)) {
      state.rexmit = REXMIT_NEW;
      return true;
    }
    sk.frto = false;
  }
  return false;
}
