/** What the sender makes of acknowledgments (Linux: tcp_ack() of net/ipv4/tcp_input.c). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { Drop } from '../../../link/drop.ts';
import {
  FLAG_CA_ALERT,
  FLAG_DATA,
  FLAG_DATA_ACKED,
  FLAG_DSACKING_ACK,
  FLAG_ECE,
  FLAG_FORWARD_PROGRESS,
  FLAG_NOT_DUP,
  FLAG_SET_XMIT_TIMER,
  FLAG_SND_UNA_ADVANCED,
  FLAG_WIN_UPDATE,
} from './tcp-ack-flags.ts';
import { tcpAckProbe } from './tcp-ack-probe.ts';
import type { TcpAckState } from './tcp-ack-state.ts';
import { REXMIT_NEW, REXMIT_NONE } from './tcp-ack-state.ts';
import { tcpAckUpdateWindow, tcpSndUnaUpdate } from './tcp-ack-window.ts';
import { tcpCleanRtxQueue } from './tcp-clean-rtx.ts';
import { tcpCwndReduction, tcpInCwndReduction, tcpUpdatePacingRate } from './tcp-cwnd.ts';
import { tcpEcnRcvEcnEcho } from './tcp-ecn-sender.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpEcnAcceptCwr } from './tcp-ecn.ts';
import { tcpReplaceTsRecent } from './tcp-paws.ts';
import { tcpSendChallengeAck } from './tcp-validate.ts';
import { tcpPushPendingFrames } from './tcp-output.ts';
import { tcpScheduleLossProbe } from './tcp-loss-probe.ts';
import { tcpXmitRetransmitQueue } from './tcp-retransmit.ts';
import { tcpRackUpdateReoWnd } from './tcp-rack.ts';
import { tcpRateGen } from './tcp-rate.ts';
import { tcpFastretransAlert } from './tcp-recovery.ts';
import { tcpRearmRto } from './tcp-rtt.ts';
import { tcpSacktagWriteQueue } from './tcp-sacktag.ts';
import { tcpCountDelivered, tcpHighestSackSeq, tcpIsReno } from './tcp-scoreboard.ts';
import type { TcpSock } from './tcp-sock.ts';
import {
  ACK_FLAG_NO_CHALLENGE_ACK,
  ACK_FLAG_SLOWPATH,
  ACK_FLAG_UPDATE_TS_RECENT,
  TCP_CA_OPEN,
  TCP_NAGLE_OFF,
  TCP_SYN_SENT,
} from './tcp-states.ts';
import { tcpProcessTlpAck } from './tcp-tlp-ack.ts';

/** Twin of tcp_ack: 1, 0 for an old one, negative with the reason why it is none. */
export function tcpAck(sk: TcpSock, incoming: TcpIncoming, callerFlag: number): number {
  const priorSndUna = sk.sndUna;
  const { ackSeq } = incoming;
  const state = sk.ns.tcp.ackState;
  if (seqBefore(ackSeq, priorSndUna)) return oldAck(sk, incoming, callerFlag, state);
  if (seqAfter(ackSeq, sk.sndNxt)) {
    // RFC 9293, 3.10.7.4: what was never sent cannot have been received.
    if ((callerFlag & ACK_FLAG_NO_CHALLENGE_ACK) === 0) tcpSendChallengeAck(sk);
    return -Drop.TCP_ACK_UNSENT_DATA;
  }
  state.reset();
  let flag = callerFlag;
  if (seqAfter(ackSeq, priorSndUna)) {
    flag |= FLAG_SND_UNA_ADVANCED;
    sk.retransmits = 0;
  }
  const priorFack = tcpIsReno(sk) ? priorSndUna : tcpHighestSackSeq(sk);
  const priorPackets = sk.packetsOut;
  const { delivered, isSackReneg } = sk;
  const lostBefore = sk.lost;
  if ((flag & ACK_FLAG_UPDATE_TS_RECENT) !== 0) tcpReplaceTsRecent(sk, incoming.seq);
  flag |= advance(sk, incoming, flag, priorSndUna, state);
  tcpEcnAcceptCwr(sk, incoming);
  sk.errorSoft = '';
  sk.probesOut = 0;
  sk.rcvTstampUs = sk.nowUs;
  if (priorPackets === 0) {
    nothingUnderWay(sk, incoming, flag, priorSndUna, delivered, state);
    return 1;
  }
  flag |= tcpCleanRtxQueue(sk, priorFack, priorSndUna, (flag & FLAG_ECE) !== 0, state);
  tcpRackUpdateReoWnd(sk, state);
  if (sk.tlpHighSeq !== 0) tcpProcessTlpAck(sk, ackSeq, flag);
  if (isDubious(sk, flag)) flag = tcpFastretransAlert(sk, priorSndUna, dupacksOf(flag), flag, state);
  if ((flag & FLAG_SET_XMIT_TIMER) !== 0) setXmitTimer(sk);
  if ((flag & FLAG_FORWARD_PROGRESS) !== 0 || (flag & FLAG_NOT_DUP) === 0) sk.dstPendingConfirm = true;
  const newlyDelivered = countNewlyDelivered(sk, delivered, flag);
  tcpRateGen(sk, newlyDelivered, isSackReneg, state);
  congControl(sk, ackSeq, newlyDelivered, sk.lost - lostBefore, flag);
  if (state.rexmit !== REXMIT_NONE) xmitRecovery(sk, state.rexmit);
  return 1;
}

/** The left edge and the window; and on the slow path what the options tell. */
function advance(sk: TcpSock, incoming: TcpIncoming, flag: number, priorSndUna: number, state: TcpAckState): number {
  const { tcpExt } = sk.ns.mib;
  if ((flag & (ACK_FLAG_SLOWPATH | FLAG_SND_UNA_ADVANCED)) === FLAG_SND_UNA_ADVANCED) {
    sk.sndWl1 = incoming.seq;
    tcpSndUnaUpdate(sk, incoming.ackSeq);
    tcpExt.TCPHPAcks++;
    return FLAG_WIN_UPDATE;
  }
  let more = 0;
  if (incoming.seq !== incoming.endSeq) more = FLAG_DATA;
  else tcpExt.TCPPureAcks++;
  more |= tcpAckUpdateWindow(sk, incoming);
  if (hasSacks(sk, flag)) more |= tcpSacktagWriteQueue(sk, incoming, priorSndUna, state);
  if (tcpEcnRcvEcnEcho(sk, incoming)) more |= FLAG_ECE;
  if (state.sackDelivered !== 0) tcpCountDelivered(sk, state.sackDelivered, (more & FLAG_ECE) !== 0);
  return more;
}

/** Who predicted the segment has not looked for blocks: it has none. */
function hasSacks(sk: TcpSock, flag: number): boolean {
  return (flag & ACK_FLAG_SLOWPATH) !== 0 && sk.rxOpt.numSacks !== 0;
}

/** It acknowledges less than is acknowledged already. It may still tell of what has arrived. */
function oldAck(sk: TcpSock, incoming: TcpIncoming, callerFlag: number, state: TcpAckState): number {
  const priorSndUna = sk.sndUna;
  const maxWindow = Math.min(sk.maxWindow, sk.bytesAcked);
  // RFC 5961, 5.2: too far back to be an accident.
  if (seqBefore(incoming.ackSeq, (priorSndUna - maxWindow) | 0)) {
    if ((callerFlag & ACK_FLAG_NO_CHALLENGE_ACK) === 0) tcpSendChallengeAck(sk);
    return -Drop.TCP_TOO_OLD_ACK;
  }
  if (!hasSacks(sk, callerFlag)) return 0;
  state.reset();
  const { delivered } = sk;
  const flag = callerFlag | tcpSacktagWriteQueue(sk, incoming, priorSndUna, state);
  const now = tcpFastretransAlert(sk, priorSndUna, 0, flag, state);
  countNewlyDelivered(sk, delivered, now);
  if (state.rexmit !== REXMIT_NONE) xmitRecovery(sk, state.rexmit);
  return 0;
}

/** Nothing was under way: a window update, a probe's answer, or news of duplicates. */
function nothingUnderWay(
  sk: TcpSock,
  incoming: TcpIncoming,
  flag: number,
  priorSndUna: number,
  delivered: number,
  state: TcpAckState,
): void {
  if ((flag & FLAG_DSACKING_ACK) !== 0) {
    countNewlyDelivered(sk, delivered, tcpFastretransAlert(sk, priorSndUna, 0, flag, state));
  }
  tcpAckProbe(sk);
  if (sk.tlpHighSeq !== 0) tcpProcessTlpAck(sk, incoming.ackSeq, flag);
}

/** Twin of tcp_ack_is_dubious. */
function isDubious(sk: TcpSock, flag: number): boolean {
  return (flag & FLAG_NOT_DUP) === 0 || (flag & FLAG_CA_ALERT) !== 0 || sk.caState !== TCP_CA_OPEN;
}

/** A duplicate acknowledgment: nothing new in it at all. */
function dupacksOf(flag: number): number {
  return (flag & (FLAG_SND_UNA_ADVANCED | FLAG_NOT_DUP | FLAG_DSACKING_ACK)) === 0 ? 1 : 0;
}

/** Twin of tcp_set_xmit_timer. */
function setXmitTimer(sk: TcpSock): void {
  if (!tcpScheduleLossProbe(sk, true)) tcpRearmRto(sk);
}

/** Twin of tcp_newly_delivered. */
function countNewlyDelivered(sk: TcpSock, before: number, flag: number): number {
  const count = sk.delivered - before;
  sk.ns.mib.tcpExt.TCPDelivered += count;
  if ((flag & FLAG_ECE) !== 0) sk.ns.mib.tcpExt.TCPDeliveredCE += count;
  return count;
}

/** Twin of tcp_cong_control. */
function congControl(sk: TcpSock, ackSeq: number, delivered: number, lost: number, flag: number): void {
  if (tcpInCwndReduction(sk)) {
    tcpCwndReduction(sk, delivered, lost, flag);
  } else if (mayRaiseCwnd(sk, flag)) {
    sk.caOps.congAvoid(sk, ackSeq, delivered);
    sk.sndCwndStamp = sk.nowUs;
  }
  tcpUpdatePacingRate(sk);
}

/** Twin of tcp_may_raise_cwnd: on a path that reorders, what arrives counts in whatever order. */
function mayRaiseCwnd(sk: TcpSock, flag: number): boolean {
  const isReordering = sk.reordering > sk.ns.sysctls.tcp.reordering;
  return (flag & (isReordering ? FLAG_FORWARD_PROGRESS : FLAG_DATA_ACKED)) !== 0;
}

/** Twin of tcp_xmit_recovery. */
function xmitRecovery(sk: TcpSock, rexmit: number): void {
  if (sk.state === TCP_SYN_SENT) return;
  if (rexmit === REXMIT_NEW) {
    const { nonagle } = sk;
    sk.nonagle = TCP_NAGLE_OFF;
    tcpPushPendingFrames(sk);
    sk.nonagle = nonagle;
    if (seqAfter(sk.sndNxt, sk.highSeq)) return;
    sk.frto = false;
  }
  tcpXmitRetransmitQueue(sk);
}
