/** Segments of connections that begin or end (RFC 9293, 3.10.7; Linux: tcp_rcv_state_process). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { Drop } from '../../../link/drop.ts';
import { FLAG_ACK, FLAG_FIN, FLAG_RST, FLAG_SYN } from '../../../wire/tcp.ts';
import { tcpAckSndCheck } from './tcp-ack-policy.ts';
import { tcpAck } from './tcp-ack.ts';
import { tcpDone, tcpFinTimeNs, tcpSetState, tcpShutdown, tcpTimeWait } from './tcp-close.ts';
import { tcpDataQueue } from './tcp-data-queue.ts';
import { tcpFastPathOn } from './tcp-fast-path.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpInitTransfer } from './tcp-init-transfer.ts';
import { tcpUpdateMetrics } from './tcp-metrics.ts';
import { tcpReset } from './tcp-reset.ts';
import { tcpAckUpdateRttSynack } from './tcp-rtt.ts';
import { tcpDataSndCheck } from './tcp-sndbuf.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import { ACK_FLAG_NO_CHALLENGE_ACK, ACK_FLAG_SLOWPATH, ACK_FLAG_UPDATE_TS_RECENT, RCV_SHUTDOWN } from './tcp-states.ts';
import { SEND_SHUTDOWN, TCP_CLOSE, TCP_CLOSE_WAIT, TCP_CLOSING, TCP_ESTABLISHED, TCP_FIN_WAIT1 } from './tcp-states.ts';
import { TCP_FIN_WAIT2, TCP_LAST_ACK, TCP_LISTEN, TCP_SEND_RESET, TCP_SYN_RECV, TCP_SYN_SENT } from './tcp-states.ts';
import { TCP_TIMEWAIT_US, TCP_TIME_WAIT, TSTAMP_ALIGNED_BYTES } from './tcp-states.ts';
import { tcpRcvSynsentStateProcess, tryUndoSpuriousSyn } from './tcp-synsent.ts';
import { tcpResetKeepaliveTimer } from './tcp-timer.ts';
import { tcpUrg } from './tcp-urgent.ts';
import { TCP_WAS_RESET, tcpSendChallengeAck, tcpValidateIncoming } from './tcp-validate.ts';
import { tcpInitializeRcvMss } from './tcp-window.ts';

/** The segment is done with, and nothing of it is left to look at. */
const CONSUMED = -1;
const TIMEWAIT_NS = TCP_TIMEWAIT_US * 1000;

/** Twin of tcp_rcv_state_process: 0, a drop reason, or TCP_SEND_RESET beside it. */
export function tcpRcvStateProcess(sk: TcpSock, incoming: TcpIncoming): number {
  if (sk.state === TCP_CLOSE) return Drop.TCP_CLOSE;
  if (sk.state === TCP_LISTEN) return listenReason(incoming);
  tcpMstampRefresh(sk);
  sk.rxOpt.sawTstamp = false;
  if (sk.state === TCP_SYN_SENT) return receiveInSynSent(sk, incoming);
  if ((incoming.tcpFlags & (FLAG_ACK | FLAG_RST | FLAG_SYN)) === 0) return Drop.TCP_FLAGS;
  const refused = tcpValidateIncoming(sk, incoming);
  if (refused !== 0) return refused === TCP_WAS_RESET ? 0 : refused;
  const ackFlags = ACK_FLAG_SLOWPATH | ACK_FLAG_UPDATE_TS_RECENT | ACK_FLAG_NO_CHALLENGE_ACK;
  const acked = tcpAck(sk, incoming, ackFlags);
  if (acked <= 0) {
    if (sk.state === TCP_SYN_RECV) return TCP_SEND_RESET | (acked === 0 ? Drop.TCP_OLD_ACK : -acked);
    if (acked < 0) {
      // Old ones are nothing strange while a connection ends.
      tcpSendChallengeAck(sk);
      return -acked;
    }
  }
  const outcome = advance(sk, incoming);
  if (outcome !== 0) return outcome === CONSUMED ? 0 : outcome;
  tcpUrg(sk, incoming);
  return receiveText(sk, incoming);
}

/** Of what comes to a listener only SYNs are its own; those tcpRcv hands to it before. */
function listenReason(incoming: TcpIncoming): number {
  if ((incoming.tcpFlags & FLAG_RST) !== 0) return Drop.TCP_RESET;
  return (incoming.tcpFlags & FLAG_ACK) === 0 ? Drop.TCP_FLAGS : Drop.TCP_FLAGS | TCP_SEND_RESET;
}

function receiveInSynSent(sk: TcpSock, incoming: TcpIncoming): number {
  const reason = tcpRcvSynsentStateProcess(sk, incoming);
  if (reason !== 0 || sk.state !== TCP_ESTABLISHED) return reason;
  tcpUrg(sk, incoming);
  tcpDataSndCheck(sk);
  return 0;
}

/** What the acknowledgment means for the state: 0 to go on, CONSUMED, or why the segment is refused. */
function advance(sk: TcpSock, incoming: TcpIncoming): number {
  const isAllAcked = sk.sndUna === sk.writeSeq;
  if (sk.state === TCP_SYN_RECV) {
    beginTransfer(sk, incoming);
    return 0;
  }
  if (!isAllAcked) return 0;
  if (sk.state === TCP_FIN_WAIT1) return enterFinWait2(sk, incoming);
  if (sk.state === TCP_CLOSING) {
    tcpTimeWait(sk, TCP_TIME_WAIT, 0);
    return CONSUMED;
  }
  if (sk.state === TCP_LAST_ACK) {
    tcpUpdateMetrics(sk);
    tcpDone(sk);
    return CONSUMED;
  }
  return 0;
}

/** SYN_RECV: the handshake is complete. */
function beginTransfer(sk: TcpSock, incoming: TcpIncoming): void {
  sk.delivered++;
  if (sk.srttUs === 0) tcpAckUpdateRttSynack(sk, sk.synackRttUs);
  if (sk.rxOpt.tstampOk) sk.advMss -= TSTAMP_ALIGNED_BYTES;
  tryUndoSpuriousSyn(sk);
  sk.retransStamp = 0;
  tcpInitTransfer(sk);
  sk.copiedSeq = sk.rcvNxt;
  tcpSetState(sk, TCP_ESTABLISHED);
  sk.socket?.readWaiters.wakeAll();
  sk.socket?.writeWaiters.wakeAll();
  sk.sndUna = incoming.ackSeq;
  sk.sndWnd = incoming.window << sk.rxOpt.sndWscale;
  sk.sndWl1 = incoming.seq;
  sk.lsndTimeUs = sk.nowUs;
  tcpInitializeRcvMss(sk);
  tcpFastPathOn(sk);
  if ((sk.shutdown & SEND_SHUTDOWN) !== 0) tcpShutdown(sk, SEND_SHUTDOWN);
}

/** FIN_WAIT1: our FIN has arrived. Orphans leave the rest to a small stand-in. */
function enterFinWait2(sk: TcpSock, incoming: TcpIncoming): number {
  tcpSetState(sk, TCP_FIN_WAIT2);
  sk.shutdown |= SEND_SHUTDOWN;
  if (!sk.isDead) {
    sk.socket?.readWaiters.wakeAll();
    sk.socket?.writeWaiters.wakeAll();
    return 0;
  }
  if (sk.linger2 < 0 || hasNewData(sk, incoming)) {
    sk.ns.mib.tcpExt.TCPAbortOnData++;
    tcpDone(sk);
    return Drop.TCP_ABORT_ON_DATA | TCP_SEND_RESET;
  }
  const waitNs = tcpFinTimeNs(sk);
  if (waitNs > TIMEWAIT_NS) {
    tcpResetKeepaliveTimer(sk, waitNs - TIMEWAIT_NS);
  } else if ((incoming.tcpFlags & FLAG_FIN) !== 0) {
    // The FIN is taken below.
    tcpResetKeepaliveTimer(sk, waitNs);
  } else {
    tcpTimeWait(sk, TCP_FIN_WAIT2, waitNs);
    return CONSUMED;
  }
  return 0;
}

/** Whether the segment has bytes that are new. */
function hasNewData(sk: TcpSock, incoming: TcpIncoming): boolean {
  if (incoming.endSeq === incoming.seq) return false;
  return seqAfter((incoming.endSeq - (incoming.tcpFlags & FLAG_FIN)) | 0, sk.rcvNxt);
}

/** Steps 6 to 8: the text and the FIN. */
function receiveText(sk: TcpSock, incoming: TcpIncoming): number {
  const { state } = sk;
  let reason = 0;
  const hasEnded = state === TCP_CLOSE_WAIT || state === TCP_CLOSING || state === TCP_LAST_ACK;
  const isFinWait = state === TCP_FIN_WAIT1 || state === TCP_FIN_WAIT2;
  const isOld = seqBefore(incoming.seq, sk.rcvNxt);
  if (isFinWait || (hasEnded && isOld)) {
    // Nobody will ever read it (RFC 1122, 4.2.2.13).
    if ((sk.shutdown & RCV_SHUTDOWN) !== 0 && hasNewData(sk, incoming)) {
      sk.ns.mib.tcpExt.TCPAbortOnData++;
      tcpReset(sk);
      return Drop.TCP_ABORT_ON_DATA | TCP_SEND_RESET;
    }
  }
  if (state === TCP_ESTABLISHED || isFinWait || (hasEnded && isOld)) reason = tcpDataQueue(sk, incoming);
  // Text behind the peer's FIN is none.
  else if (incoming.seq !== incoming.endSeq) reason = Drop.NOT_SPECIFIED;
  if (sk.state !== TCP_CLOSE) {
    tcpDataSndCheck(sk);
    tcpAckSndCheck(sk);
  }
  return reason;
}
