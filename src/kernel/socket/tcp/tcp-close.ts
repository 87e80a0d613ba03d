/** How a connection ends (Linux: tcp_close, tcp_done, tcp_shutdown, tcp_disconnect of net/ipv4/tcp.c). */
import type { Errno } from '../../errno.ts';
import { tcpCleanRtxQueueAll } from './tcp-clean-rtx.ts';
import { tcpUpdateMetrics } from './tcp-metrics.ts';
import { tcpSendActiveReset, tcpSendFin } from './tcp-output.ts';
import { tcpInq } from './tcp-recvmsg.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import {
  SEND_SHUTDOWN,
  SHUTDOWN_MASK,
  TCP_CLOSE,
  TCP_CLOSE_WAIT,
  TCP_CLOSING,
  TCP_ESTABLISHED,
  TCP_FIN_WAIT1,
  TCP_FIN_WAIT2,
  TCP_LAST_ACK,
  TCP_LISTEN,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
  TCP_TIMEWAIT_US,
  tcpf,
} from './tcp-states.ts';
import { TcpTimeWait } from './tcp-time-wait.ts';
import { tcpClearXmitTimers, tcpResetKeepaliveTimer } from './tcp-timer.ts';
import { tcpReceiveWindow } from './tcp-window.ts';

const TIME_WAIT_NS = TCP_TIMEWAIT_US * 1000;
/** States in which the peer must hear of it when this end forgets the connection (tcp_need_reset). */
const NEED_RESET =
  tcpf(TCP_ESTABLISHED) | tcpf(TCP_CLOSE_WAIT) | tcpf(TCP_FIN_WAIT1) | tcpf(TCP_FIN_WAIT2) | tcpf(TCP_SYN_RECV);
const CURRENT = tcpf(TCP_ESTABLISHED) | tcpf(TCP_CLOSE_WAIT);
/** States from which shutdown(2) sends a FIN. */
const MAY_FINISH = tcpf(TCP_ESTABLISHED) | tcpf(TCP_SYN_SENT) | tcpf(TCP_CLOSE_WAIT);

/** Twin of tcp_set_state: counts, and leaves the tables in CLOSE. */
export function tcpSetState(sk: TcpSock, state: number): void {
  const { mib, tcp } = sk.ns;
  const wasCurrent = (tcpf(sk.state) & CURRENT) !== 0;
  const isCurrent = state === TCP_ESTABLISHED || state === TCP_CLOSE_WAIT;
  if (isCurrent && !wasCurrent) mib.tcpCurrEstab++;
  else if (wasCurrent && !isCurrent) mib.tcpCurrEstab--;
  if (state === TCP_CLOSE) {
    if (wasCurrent) mib.tcpEstabResets++;
    if (sk.state === TCP_LISTEN) tcp.removeListener(sk);
    tcp.established.remove(sk);
    // The number stays: a reset is still to go, and a program may ask.
    if (!sk.hasBoundPort) tcp.ports.remove(sk);
  }
  sk.state = state;
}

/** Twin of tcp_done: over, at once. */
export function tcpDone(sk: TcpSock): void {
  if (sk.state === TCP_SYN_SENT || sk.state === TCP_SYN_RECV) sk.ns.mib.tcpAttemptFails++;
  tcpSetState(sk, TCP_CLOSE);
  tcpClearXmitTimers(sk);
  sk.shutdown = SHUTDOWN_MASK;
  if (sk.isDead) tcpDestroySock(sk);
  else wake(sk);
}

/** Twin of tcp_done_with_error. */
export function tcpDoneWithError(sk: TcpSock, errno: Errno): void {
  sk.error = errno;
  tcpCleanRtxQueueAll(sk);
  tcpDone(sk);
}

/** Twin of sk_state_change and sk_error_report: whoever waits looks again. */
function wake(sk: TcpSock): void {
  const { socket } = sk;
  if (socket === null) return;
  socket.readWaiters.wakeAll();
  socket.writeWaiters.wakeAll();
}

/**
 * Twin of inet_csk_destroy_sock: nobody has it any more. Its timers go with the next one that ends: the call that is
 * under way may still touch them.
 */
export function tcpDestroySock(sk: TcpSock): void {
  const { tcp } = sk.ns;
  if (sk.isDestroyed) return;
  sk.isDestroyed = true;
  tcp.orphanCount--;
  sk.hasBoundPort = false;
  tcp.established.remove(sk);
  tcp.ports.remove(sk);
  tcpCleanRtxQueueAll(sk);
  tcpClearXmitTimers(sk);
  releaseBuffers(sk);
  if (tcp.buried !== null) disposeTimers(tcp.buried);
  tcp.buried = sk;
}

function releaseBuffers(sk: TcpSock): void {
  sk.receiveBuffer?.release();
  sk.receiveBuffer = null;
}

function disposeTimers(sk: TcpSock): void {
  sk.retransmitTimer.dispose();
  sk.delackTimer?.dispose();
  sk.keepaliveTimer?.dispose();
  sk.compressedAckTimer?.dispose();
}

/** Twin of tcp_time_wait: the rest is left to a small stand-in; FIN_WAIT2 or TIME_WAIT. */
export function tcpTimeWait(sk: TcpSock, state: number, timeoutNs: number): void {
  const { ns } = sk;
  const { tcp } = ns;
  if (tcp.timeWaitCount < ns.sysctls.tcp.maxTwBuckets) {
    const tw = new TcpTimeWait(sk, state, tcpReceiveWindow(sk));
    const leastNs = sk.rtoUs * 3500;
    tw.timer.arm(state === TCP_TIME_WAIT ? TIME_WAIT_NS : Math.max(timeoutNs, leastNs));
    tcp.established.remove(sk);
    tcp.established.add(tw);
    tcp.ports.inherit(tw, sk);
    tcp.timeWaitCount++;
  } else ns.mib.tcpExt.TCPTimeWaitOverflow++;
  tcpUpdateMetrics(sk);
  tcpDone(sk);
}

/** Twin of tcp_close_state: goes to the state behind the program's end; true when a FIN is to be sent. */
function closeState(sk: TcpSock): boolean {
  switch (sk.state) {
    case TCP_ESTABLISHED:
    case TCP_SYN_RECV:
      tcpSetState(sk, TCP_FIN_WAIT1);
      return true;
    case TCP_CLOSE_WAIT:
      tcpSetState(sk, TCP_LAST_ACK);
      return true;
    case TCP_SYN_SENT:
    case TCP_LISTEN:
      tcpSetState(sk, TCP_CLOSE);
      return false;
    default:
      return false;
  }
}

/** Twin of tcp_shutdown: RCV_SHUTDOWN, SEND_SHUTDOWN or both. */
export function tcpShutdown(sk: TcpSock, how: number): void {
  if ((how & SEND_SHUTDOWN) === 0 || (tcpf(sk.state) & MAY_FINISH) === 0) return;
  if (closeState(sk)) tcpSendFin(sk);
}

/** Twin of __tcp_close without lingering. */
export function tcpClose(sk: TcpSock): void {
  tcpMstampRefresh(sk);
  sk.shutdown = SHUTDOWN_MASK;
  if (sk.state === TCP_LISTEN) {
    tcpSetState(sk, TCP_CLOSE);
    tcpListenStop(sk);
  } else if (sk.state !== TCP_CLOSE) endConnection(sk);
  adjudgeToDeath(sk);
}

function endConnection(sk: TcpSock): void {
  const { tcpExt } = sk.ns.mib;
  if (tcpInq(sk) > 0) {
    // RFC 2525 2.17: the peer has to know that not all was read.
    tcpExt.TCPAbortOnClose++;
    tcpSetState(sk, TCP_CLOSE);
    tcpSendActiveReset(sk);
  } else if (sk.isLingering && sk.lingerNs === 0) {
    tcpForget(sk);
    tcpExt.TCPAbortOnData++;
  } else if (closeState(sk)) tcpSendFin(sk);
}

/** No program has it any more: it ends by itself. */
function adjudgeToDeath(sk: TcpSock): void {
  const { ns, socket } = sk;
  ns.tcp.orphanCount++;
  sk.isDead = true;
  sk.socket = null;
  if (socket !== null) socket.sk = null;
  if (sk.state === TCP_FIN_WAIT2 && waitsForFin(sk)) return;
  if (sk.state === TCP_CLOSE) tcpDestroySock(sk);
}

/** True when a stand-in waits for the peer's FIN. */
function waitsForFin(sk: TcpSock): boolean {
  if (sk.linger2 < 0) {
    tcpSetState(sk, TCP_CLOSE);
    tcpSendActiveReset(sk);
    sk.ns.mib.tcpExt.TCPAbortOnLinger++;
    return false;
  }
  const timeoutNs = tcpFinTimeNs(sk);
  if (timeoutNs > TIME_WAIT_NS) {
    tcpResetKeepaliveTimer(sk, timeoutNs - TIME_WAIT_NS);
    return false;
  }
  tcpTimeWait(sk, TCP_FIN_WAIT2, timeoutNs);
  return true;
}

/** Twin of the part of tcp_disconnect that tells the peer; the socket is not used again. */
export function tcpForget(sk: TcpSock): void {
  const { state } = sk;
  if (state === TCP_CLOSE) return;
  tcpSetState(sk, TCP_CLOSE);
  if (state === TCP_LISTEN) tcpListenStop(sk);
  else if ((tcpf(state) & NEED_RESET) !== 0) {
    tcpSendActiveReset(sk);
    sk.error = 'ECONNRESET';
  } else if (sk.sndNxt !== sk.writeSeq && (state === TCP_CLOSING || state === TCP_LAST_ACK)) {
    tcpSendActiveReset(sk);
    sk.error = 'ECONNRESET';
  } else if (state === TCP_SYN_SENT) sk.error = 'ECONNRESET';
  tcpClearXmitTimers(sk);
  tcpCleanRtxQueueAll(sk);
}

/** Twin of inet_csk_listen_stop: connections that nobody has accepted are reset; requests find out by themselves. */
export function tcpListenStop(sk: TcpSock): void {
  const queue = sk.listener;
  sk.listener = null;
  if (queue === null) return;
  for (let child = queue.take(); child !== null; child = queue.take()) {
    tcpMstampRefresh(child);
    tcpForget(child);
    sk.ns.tcp.orphanCount++;
    child.isDead = true;
    tcpDestroySock(child);
  }
}

/** Twin of tcp_fin_time. */
export function tcpFinTimeNs(sk: TcpSock): number {
  const timeoutNs = sk.linger2 > 0 ? sk.linger2 * 1_000_000_000 : sk.ns.sysctls.tcp.finTimeoutNs;
  return Math.max(timeoutNs, sk.rtoUs * 3500);
}
