/** Time is over: retransmission and zero-window probes, and when a connection is given up (Linux: tcp_timer.c). */
import { tcpEnterLoss } from './tcp-enter-recovery.ts';
import { tcpSetRto } from './tcp-rtt.ts';
import { tcpDoneWithError } from './tcp-close.ts';
import { tcpMssToMtu, tcpMtuToMss, tcpSyncMss } from './tcp-mss.ts';
import { tcpSendProbe0 } from './tcp-probe.ts';
import { tcpRetransmitSkb } from './tcp-retransmit.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import {
  ICSK_TIME_RETRANS,
  TCP_ESTABLISHED,
  TCP_RESOURCE_PROBE_US,
  TCP_RTO_INITIAL_US,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
} from './tcp-states.ts';
import { tcpProbe0BaseUs, tcpResetXmitTimer, tcpRtoMaxUs } from './tcp-timer.ts';
import { tcpSkbTimestampTs, tcpTimeStampTs } from './tcp-timestamp.ts';

const US_PER_MS = 1000;
const TIMEOUT_MIN_US = 2000;
/** TCP_RTO_MIN, on which the models of time are built. */
const RTO_MIN_US = 200_000;
/** TCP_THIN_LINEAR_RETRIES */
const THIN_LINEAR_RETRIES = 6;
/** A stream is thin with less than four segments under way (tcp_stream_is_thin). */
const THIN_PACKETS = 4;
/** An orphan whose peer may be alive is waited for so long (tcp_orphan_retries). */
const ORPHAN_RETRIES = 8;
/** tcp_mtu_probe_floor */
const MTU_PROBE_FLOOR = 48;

/** Twin of tcp_retransmit_timer. */
export function tcpRetransmitTimer(sk: TcpSock): void {
  const { head } = sk.rtxQueue;
  if (sk.packetsOut === 0 || head === null) return;
  if (sk.sndWnd === 0 && !sk.isDead && !isConnecting(sk)) {
    probeShrunkWindow(sk, head);
    return;
  }
  sk.ns.mib.tcpExt.TCPTimeouts++;
  if (tcpWriteTimeout(sk)) return;
  tcpEnterLoss(sk);
  sk.retransmits++;
  sk.totalRto++;
  if (tcpRetransmitSkb(sk, sk.rtxQueue.head!) > 0) {
    tcpResetXmitTimer(sk, ICSK_TIME_RETRANS, TCP_RESOURCE_PROBE_US);
    return;
  }
  backOff(sk);
}

/** The receiver has taken back its window: what is under way becomes its probe, and nobody gives up on it. */
function probeShrunkWindow(sk: TcpSock, head: TcpSegment): void {
  const startTs = sk.retransStamp === 0 ? tcpSkbTimestampTs(sk, head) : sk.retransStamp;
  if (isRtxProbe0TimedOut(sk, (tcpTimeStampTs(sk) - startTs) | 0)) {
    tcpWriteErr(sk);
    return;
  }
  tcpEnterLoss(sk);
  tcpRetransmitSkb(sk, head);
  sk.dst = null;
  backOff(sk);
}

/** Twin of tcp_rtx_probe0_timed_out: silence for twice the longest RTO. */
function isRtxProbe0TimedOut(sk: TcpSock, sinceMs: number): boolean {
  const userTimeoutMs = sk.userTimeoutMs;
  if (userTimeoutMs !== 0 && sinceMs > userTimeoutMs) return true;
  const timeoutMs = (tcpRtoMaxUs(sk) / US_PER_MS) * 2;
  const silentMs = Math.floor(((sk.nowUs - sk.rcvTstampUs) | 0) / US_PER_MS);
  return silentMs > timeoutMs && sinceMs > timeoutMs;
}

/** The end of tcp_retransmit_timer: exponential back-off, but for thin streams and the first SYNs. */
function backOff(sk: TcpSock): void {
  const { tcp } = sk.ns.sysctls;
  const isThin = tcp.thinLinearTimeouts !== 0 && sk.packetsOut < THIN_PACKETS && sk.sndSsthresh < 0x7fffffff;
  if (sk.state === TCP_ESTABLISHED && isThin && sk.retransmits <= THIN_LINEAR_RETRIES) {
    sk.backoff = 0;
    tcpSetRto(sk);
  } else if (sk.state !== TCP_SYN_SENT || sk.totalRto > tcp.synLinearTimeouts) {
    sk.backoff++;
    sk.rtoUs = Math.min(sk.rtoUs * 2, tcpRtoMaxUs(sk));
  }
  tcpResetXmitTimer(sk, ICSK_TIME_RETRANS, clampRtoToUserTimeout(sk));
  if (retransmitsTimedOut(sk, tcp.retries1 + 1, 0)) sk.dst = null;
}

function isConnecting(sk: TcpSock): boolean {
  return sk.state === TCP_SYN_SENT || sk.state === TCP_SYN_RECV;
}

/** Twin of tcp_clamp_rto_to_user_timeout. */
function clampRtoToUserTimeout(sk: TcpSock): number {
  if (sk.userTimeoutMs === 0) return sk.rtoUs;
  const elapsedMs = (tcpTimeStampTs(sk) - sk.retransStamp) | 0;
  const leftUs = (sk.userTimeoutMs - elapsedMs) * US_PER_MS;
  return leftUs <= 0 ? TIMEOUT_MIN_US / 2 : Math.min(sk.rtoUs, leftUs);
}

/** Twin of tcp_write_timeout: true when the connection is given up. */
function tcpWriteTimeout(sk: TcpSock): boolean {
  const { tcp } = sk.ns.sysctls;
  let retryUntil = tcp.retries2;
  let isExpired = false;
  if (isConnecting(sk)) {
    retryUntil = sk.synRetries === 0 ? tcp.synRetries : sk.synRetries;
    if (sk.retransmits > 0) sk.dst = null;
    const most = sk.state === TCP_SYN_SENT ? retryUntil + tcp.synLinearTimeouts : retryUntil;
    isExpired = sk.retransmits >= most;
  } else {
    if (retransmitsTimedOut(sk, tcp.retries1, 0)) {
      tcpMtuProbing(sk);
      sk.dst = null;
    }
    if (sk.isDead) retryUntil = orphanRetries(sk, sk.rtoUs < tcpRtoMaxUs(sk));
  }
  if (!isExpired) isExpired = retransmitsTimedOut(sk, retryUntil, sk.userTimeoutMs);
  if (isExpired) tcpWriteErr(sk);
  else if (sk.txHash !== 0) rethinkTxHash(sk);
  return isExpired;
}

/** Twin of sk_rethink_txhash: perhaps another way through the network gets it there. */
function rethinkTxHash(sk: TcpSock): void {
  sk.txHash = sk.ns.tcp.nextTxHash();
  sk.ns.mib.tcpExt.TcpTimeoutRehash++;
}

/** Twin of tcp_mtu_probing: perhaps nothing gets through because it is too long, and nobody says so (RFC 4821). */
function tcpMtuProbing(sk: TcpSock): void {
  const { tcp } = sk.ns.sysctls;
  if (tcp.mtuProbing === 0) return;
  if (sk.isMtuProbing) {
    const half = Math.min(tcpMtuToMss(sk, sk.mtupSearchLow) >> 1, tcp.baseMssBytes);
    sk.mtupSearchLow = tcpMssToMtu(sk, Math.max(half, MTU_PROBE_FLOOR, tcp.minSndMssBytes));
  }
  sk.isMtuProbing = true;
  tcpSyncMss(sk, sk.pmtuCookie);
}

/** Twin of tcp_orphan_retries. */
function orphanRetries(sk: TcpSock, isAlive: boolean): number {
  let retries = sk.ns.sysctls.tcp.orphanRetries;
  if (sk.errorSoft !== '' && !isAlive) retries = 0;
  return retries === 0 && isAlive ? ORPHAN_RETRIES : retries;
}

/** Twin of retransmits_timed_out: as long as so many time-outs would take, or the given time. */
function retransmitsTimedOut(sk: TcpSock, boundary: number, timeoutMs: number): boolean {
  if (sk.retransmits === 0) return false;
  const baseUs = isConnecting(sk) ? TCP_RTO_INITIAL_US : RTO_MIN_US;
  const limitMs = timeoutMs === 0 ? modelTimeoutMs(sk, boundary, baseUs) : timeoutMs;
  return ((tcpTimeStampTs(sk) - sk.retransStamp) | 0) >= limitMs;
}

/** Twin of tcp_model_timeout. */
function modelTimeoutMs(sk: TcpSock, boundary: number, baseUs: number): number {
  const mostUs = tcpRtoMaxUs(sk);
  const threshold = Math.max(31 - Math.clz32(Math.floor(mostUs / baseUs)), 0);
  const doubling = Math.min(boundary, threshold);
  return (((2 << doubling) - 1) * baseUs + (boundary - doubling) * mostUs) / US_PER_MS;
}

/** Twin of tcp_write_err. */
export function tcpWriteErr(sk: TcpSock): void {
  tcpDoneWithError(sk, sk.errorSoft === '' ? 'ETIMEDOUT' : sk.errorSoft);
  sk.ns.mib.tcpExt.TCPAbortOnTimeout++;
}

/** Twin of tcp_probe_timer. */
export function tcpProbeTimer(sk: TcpSock): void {
  if (sk.packetsOut > 0 || sk.writeQueue.head === null) {
    sk.probesOut = 0;
    sk.probesTstampUs = 0;
    return;
  }
  let isOver = false;
  if (sk.probesTstampUs === 0) sk.probesTstampUs = sk.nowUs;
  else isOver = sk.userTimeoutMs !== 0 && ((sk.nowUs - sk.probesTstampUs) | 0) >= sk.userTimeoutMs * US_PER_MS;
  let most = sk.ns.sysctls.tcp.retries2;
  if (sk.isDead) {
    const isAlive = tcpProbe0BaseUs(sk) * 2 ** Math.min(sk.backoff, 31) < tcpRtoMaxUs(sk);
    most = orphanRetries(sk, isAlive);
    isOver ||= !isAlive && sk.backoff >= most;
  }
  if (isOver || sk.probesOut >= most) tcpWriteErr(sk);
  else tcpSendProbe0(sk);
}
