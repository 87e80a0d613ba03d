/** What answers a SYN (RFC 9293, 3.10.7.3; Linux: tcp_rcv_synsent_state_process). */
import { seqAfter, seqBetween } from '../../../base/sequence.ts';
import { Drop } from '../../../link/drop.ts';
import { FLAG_ACK, FLAG_RST, FLAG_SYN } from '../../../wire/tcp.ts';
import { inPingpongMode, tcpEnterQuickackMode } from './tcp-ack-policy.ts';
import { tcpAck } from './tcp-ack.ts';
import { tcpSetState } from './tcp-close.ts';
import { tcpEcnRcvSyn, tcpEcnRcvSynack } from './tcp-ecn.ts';
import { tcpFastPathOn } from './tcp-fast-path.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpInitTransfer } from './tcp-init-transfer.ts';
import { tcpClearOptions, tcpParseSynOptions } from './tcp-options-received.ts';
import { tcpMtupInit, tcpSyncMss } from './tcp-mss.ts';
import { tcpSendAck } from './tcp-output.ts';
import { tcpSendSynack } from './tcp-connect.ts';
import { tcpPawsCheck, tcpStoreTsRecent } from './tcp-paws.ts';
import { tcpReset } from './tcp-reset.ts';
import type { TcpSock } from './tcp-sock.ts';
import { ACK_FLAG_SLOWPATH, ICSK_ACK_SCHED, ICSK_TIME_RETRANS, TCP_DELACK_MAX_US } from './tcp-states.ts';
import {
  TCP_ESTABLISHED,
  TCP_MAX_QUICKACKS,
  TCP_SEND_RESET,
  TCP_SYN_RECV,
  TSTAMP_ALIGNED_BYTES,
} from './tcp-states.ts';
import { tcpTimeStampTs } from './tcp-timestamp.ts';
import { tcpResetDelackTimer, tcpResetKeepaliveTimer, tcpResetXmitTimer } from './tcp-timer.ts';
import { tcpInitializeRcvMss } from './tcp-window.ts';

const HEADER_BYTES = 20;
const U16_MAX = 65_535;
/** TCP_TIMEOUT_MIN: two ticks. */
const TIMEOUT_MIN_US = 8000;

/** Twin of tcp_rcv_synsent_state_process: 0, a drop reason, or TCP_SEND_RESET beside it. */
export function tcpRcvSynsentStateProcess(sk: TcpSock, incoming: TcpIncoming): number {
  const { rxOpt } = sk;
  const savedClamp = rxOpt.mssClamp;
  tcpParseSynOptions(sk, incoming);
  const hasAck = (incoming.tcpFlags & FLAG_ACK) !== 0;
  const reason = hasAck ? synackReason(sk, incoming) : synReason(sk, incoming);
  if (reason !== 0) {
    tcpClearOptions(rxOpt);
    rxOpt.mssClamp = savedClamp;
    return reason;
  }
  if ((incoming.tcpFlags & FLAG_RST) !== 0) tcpReset(sk);
  else if (hasAck) receiveSynack(sk, incoming);
  else receiveCrossedSyn(sk, incoming);
  return 0;
}

/** Why a segment with an acknowledgment is not taken; 0 for a SYN,ACK and for a reset that counts. */
function synackReason(sk: TcpSock, incoming: TcpIncoming): number {
  const { rxOpt } = sk;
  if (!seqAfter(incoming.ackSeq, sk.sndUna) || seqAfter(incoming.ackSeq, sk.sndNxt)) {
    // It may have met the end of an old connection, which the reset will clear away.
    if (sk.retransmits === 0) tcpResetXmitTimer(sk, ICSK_TIME_RETRANS, TIMEOUT_MIN_US);
    return Drop.TCP_INVALID_ACK_SEQUENCE | TCP_SEND_RESET;
  }
  if (rxOpt.sawTstamp && rxOpt.rcvTsecr !== 0) {
    const isOurs = seqBetween(rxOpt.rcvTsecr, sk.retransStamp, tcpTimeStampTs(sk));
    if (!isOurs) {
      sk.ns.mib.tcpExt.PAWSActive++;
      return Drop.TCP_RFC7323_PAWS | TCP_SEND_RESET;
    }
  }
  return (incoming.tcpFlags & (FLAG_RST | FLAG_SYN)) === 0 ? Drop.TCP_FLAGS : 0;
}

/** Why a segment without one is not taken; 0 for a SYN that has crossed ours. */
function synReason(sk: TcpSock, incoming: TcpIncoming): number {
  const { rxOpt } = sk;
  if ((incoming.tcpFlags & FLAG_RST) !== 0) return Drop.TCP_RESET;
  if (rxOpt.tsRecentStamp !== 0 && rxOpt.sawTstamp && !tcpPawsCheck(sk, rxOpt, 0)) return Drop.TCP_RFC7323_PAWS;
  return (incoming.tcpFlags & FLAG_SYN) === 0 ? Drop.TCP_FLAGS : 0;
}

function receiveSynack(sk: TcpSock, incoming: TcpIncoming): void {
  const { rxOpt } = sk;
  tcpEcnRcvSynack(sk, incoming);
  sk.sndWl1 = incoming.seq;
  tryUndoSpuriousSyn(sk);
  tcpAck(sk, incoming, ACK_FLAG_SLOWPATH);
  sk.rcvNxt = (incoming.seq + 1) | 0;
  sk.rcvWup = sk.rcvNxt;
  // The window of a SYN is never scaled (RFC 7323, 2.2).
  sk.sndWnd = incoming.window;
  if (!rxOpt.wscaleOk) {
    rxOpt.sndWscale = 0;
    rxOpt.rcvWscale = 0;
    sk.windowClamp = Math.min(sk.windowClamp, U16_MAX);
  }
  if (rxOpt.sawTstamp) sk.advMss -= TSTAMP_ALIGNED_BYTES;
  takeTimestamp(sk);
  tcpSyncMss(sk, sk.pmtuCookie);
  tcpInitializeRcvMss(sk);
  sk.copiedSeq = sk.rcvNxt;
  tcpFinishConnect(sk);
  if (!sk.isDead) wakeBoth(sk);
  if (!inPingpongMode(sk)) {
    tcpSendAck(sk);
    return;
  }
  // The program will answer soon: one segment is saved.
  sk.ackPending |= ICSK_ACK_SCHED;
  tcpEnterQuickackMode(sk, TCP_MAX_QUICKACKS);
  tcpResetDelackTimer(sk, TCP_DELACK_MAX_US);
}

/** Simultaneous open. */
function receiveCrossedSyn(sk: TcpSock, incoming: TcpIncoming): void {
  tcpSetState(sk, TCP_SYN_RECV);
  takeTimestamp(sk);
  sk.rcvNxt = (incoming.seq + 1) | 0;
  sk.copiedSeq = sk.rcvNxt;
  sk.rcvWup = sk.rcvNxt;
  sk.sndWnd = incoming.window;
  sk.sndWl1 = incoming.seq;
  sk.maxWindow = sk.sndWnd;
  tcpEcnRcvSyn(sk, incoming);
  tcpMtupInit(sk);
  tcpSyncMss(sk, sk.pmtuCookie);
  tcpInitializeRcvMss(sk);
  tcpSendSynack(sk);
}

function takeTimestamp(sk: TcpSock): void {
  const { rxOpt } = sk;
  sk.tcpHeaderLen = HEADER_BYTES;
  if (!rxOpt.sawTstamp) return;
  rxOpt.tstampOk = true;
  sk.tcpHeaderLen = HEADER_BYTES + TSTAMP_ALIGNED_BYTES;
  tcpStoreTsRecent(sk);
}

/** Twin of tcp_try_undo_spurious_syn: the answer echoes the first SYN, which was not lost then. */
export function tryUndoSpuriousSyn(sk: TcpSock): void {
  if (sk.retransStamp === 0) return;
  const { rxOpt } = sk;
  if (rxOpt.sawTstamp && rxOpt.rcvTsecr !== 0 && rxOpt.rcvTsecr === sk.retransStamp) sk.undoMarker = 0;
}

/** Twin of tcp_finish_connect. */
export function tcpFinishConnect(sk: TcpSock): void {
  tcpSetState(sk, TCP_ESTABLISHED);
  sk.ackLrcvTimeUs = sk.nowUs;
  tcpInitTransfer(sk);
  sk.lsndTimeUs = sk.nowUs;
  if (sk.keepOpen) tcpResetKeepaliveTimer(sk, sk.keepaliveTimeNs || sk.ns.sysctls.tcp.keepaliveTimeNs);
  if (sk.rxOpt.sndWscale === 0) tcpFastPathOn(sk);
  else sk.predFlags = 0;
}

function wakeBoth(sk: TcpSock): void {
  sk.socket?.readWaiters.wakeAll();
  sk.socket?.writeWaiters.wakeAll();
}
