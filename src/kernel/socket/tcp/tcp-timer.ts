/**
 * Timers of a connection (Linux: net/ipv4/tcp_timer.c, inet_connection_sock.h). One serves retransmission, loss probes,
 * RACK and zero-window probes in turn; the others are made when they are needed. Unlike the kernel's they expire
 * exactly at their times.
 */
import { Timer } from '../../../sim/timer.ts';
import { tcpRackReoTimeout } from './tcp-rack.ts';
import { tcpKeepaliveTimer } from './tcp-keepalive.ts';
import { tcpSendLossProbe } from './tcp-loss-probe.ts';
import { tcpSendAck } from './tcp-output.ts';
import { tcpProbeTimer, tcpRetransmitTimer } from './tcp-timeouts.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import {
  ICSK_ACK_SCHED,
  ICSK_ACK_TIMER,
  ICSK_TIME_LOSS_PROBE,
  ICSK_TIME_NONE,
  ICSK_TIME_PROBE0,
  ICSK_TIME_REO_TIMEOUT,
  ICSK_TIME_RETRANS,
  TCP_ATO_MIN_US,
  TCP_CLOSE,
  TCP_LISTEN,
} from './tcp-states.ts';

const NS_PER_US = 1000;
const NS_PER_MS = 1_000_000;
const US_PER_MS = 1000;
/** TCP_TIMEOUT_MIN */
const TIMEOUT_MIN_US = 2000;
/** ilog2(TCP_RTO_MAX / TCP_RTO_MIN) + 1: no probe backs off more. */
const PROBE0_BACKOFF_MAX = 10;
/** Longer waits are made of several, so that microseconds that wrap can be told apart. */
export const KEEPALIVE_PIECE_NS = 1_800_000_000_000;

/** The sender's timer of a new connection (Linux: tcp_init_xmit_timers). */
export function tcpInitXmitTimer(sk: TcpSock): Timer {
  return makeTimer(sk, tcpWriteTimerHandler);
}

function makeTimer(sk: TcpSock, handler: (sk: TcpSock) => void): Timer {
  const { machine } = sk.ns;
  return new Timer(machine.sched, machine.source, () => {
    handler(sk);
  });
}

/** Twin of tcp_rto_max. */
export function tcpRtoMaxUs(sk: TcpSock): number {
  return sk.ns.sysctls.tcp.rtoMaxMs * US_PER_MS;
}

/** Twin of tcp_rto_min_us: by the route's metric, which may name one. */
export function tcpRtoMinUs(sk: TcpSock): number {
  const route = sk.dst?.route ?? null;
  if (route !== null && route.metrics.length > 0) {
    const lockedMs = route.metrics.some((metric) => metric.name === 'rto_min' && metric.isLocked);
    if (lockedMs) return route.metricNumber('rto_min') * US_PER_MS;
  }
  return sk.ns.sysctls.tcp.rtoMinUs;
}

/** Twin of tcp_reset_xmit_timer: ICSK_TIME_… in so many microseconds. Hot path. */
export function tcpResetXmitTimer(sk: TcpSock, what: number, whenUs: number): void {
  const mostUs = tcpRtoMaxUs(sk);
  const delayUs = whenUs > mostUs ? mostUs : whenUs < 0 ? 0 : whenUs;
  sk.pendingTimer = what;
  sk.retransmitTimer.arm(delayUs * NS_PER_US);
}

/** Twin of inet_csk_clear_xmit_timer for the sender's timer. */
export function tcpClearXmitTimer(sk: TcpSock): void {
  sk.pendingTimer = ICSK_TIME_NONE;
  sk.retransmitTimer.cancel();
}

/** Twin of inet_csk_reset_xmit_timer(ICSK_TIME_DACK). */
export function tcpResetDelackTimer(sk: TcpSock, whenUs: number): void {
  sk.ackPending |= ICSK_ACK_TIMER;
  sk.delackTimer ??= makeTimer(sk, tcpDelackTimerHandler);
  sk.delackTimer.arm(Math.max(whenUs, 0) * NS_PER_US);
}

/** The acknowledgment has gone. */
export function tcpClearDelackTimer(sk: TcpSock): void {
  sk.ackPending = 0;
  sk.delackTimer?.cancel();
}

/** In how many microseconds the delayed acknowledgment is due. */
export function tcpDelackDueUs(sk: TcpSock): number {
  const deadlineNs = sk.delackTimer?.deadlineNs ?? Infinity;
  return Math.floor((deadlineNs - sk.ns.machine.sched.now) / NS_PER_US);
}

/** Twin of tcp_clear_xmit_timers: all of them, for good. */
export function tcpClearXmitTimers(sk: TcpSock): void {
  tcpClearXmitTimer(sk);
  tcpClearDelackTimer(sk);
  sk.compressedAckTimer?.cancel();
  tcpDeleteKeepaliveTimer(sk);
}

/** Twin of inet_csk_reset_keepalive_timer. */
export function tcpResetKeepaliveTimer(sk: TcpSock, delayNs: number): void {
  const { now } = sk.ns.machine.sched;
  sk.keepaliveTimer ??= makeTimer(sk, tcpKeepaliveTimer);
  sk.keepaliveAtNs = now + Math.max(delayNs, 0);
  sk.keepaliveTimer.arm(Math.min(Math.max(delayNs, 0), KEEPALIVE_PIECE_NS));
}

/** Twin of inet_csk_delete_keepalive_timer. */
export function tcpDeleteKeepaliveTimer(sk: TcpSock): void {
  sk.keepaliveTimer?.cancel();
}

/** Twin of tcp_set_keepalive: SO_KEEPALIVE. */
export function tcpSetKeepalive(sk: TcpSock, isOn: boolean): void {
  const wasOn = sk.keepOpen;
  sk.keepOpen = isOn;
  if (sk.state === TCP_CLOSE || sk.state === TCP_LISTEN) return;
  if (isOn && !wasOn) tcpResetKeepaliveTimer(sk, keepaliveTimeWhenNs(sk));
  else if (!isOn) tcpDeleteKeepaliveTimer(sk);
}

/** Twin of keepalive_time_when: TCP_KEEPIDLE, or by sysctl. */
export function keepaliveTimeWhenNs(sk: TcpSock): number {
  return sk.keepaliveTimeNs === 0 ? sk.ns.sysctls.tcp.keepaliveTimeNs : sk.keepaliveTimeNs;
}

/** Twin of tcp_write_timer_handler. */
export function tcpWriteTimerHandler(sk: TcpSock): void {
  const what = sk.pendingTimer;
  if (sk.state === TCP_CLOSE || sk.state === TCP_LISTEN || what === ICSK_TIME_NONE) return;
  tcpMstampRefresh(sk);
  switch (what) {
    case ICSK_TIME_REO_TIMEOUT:
      tcpRackReoTimeout(sk);
      break;
    case ICSK_TIME_LOSS_PROBE:
      tcpSendLossProbe(sk);
      break;
    case ICSK_TIME_RETRANS:
      sk.pendingTimer = ICSK_TIME_NONE;
      tcpRetransmitTimer(sk);
      break;
    case ICSK_TIME_PROBE0:
      sk.pendingTimer = ICSK_TIME_NONE;
      tcpProbeTimer(sk);
      break;
  }
}

/** Twin of tcp_delack_timer_handler. */
function tcpDelackTimerHandler(sk: TcpSock): void {
  if (sk.state === TCP_CLOSE || sk.state === TCP_LISTEN) return;
  if (sk.compressedAck !== 0) {
    tcpMstampRefresh(sk);
    tcpSendAck(sk);
    return;
  }
  if ((sk.ackPending & ICSK_ACK_TIMER) === 0) return;
  sk.ackPending &= ~ICSK_ACK_TIMER;
  if ((sk.ackPending & ICSK_ACK_SCHED) === 0) return;
  if (sk.pingpong >= sk.ns.sysctls.tcp.pingpongThresh) {
    // It was thought to answer, and did not.
    sk.pingpong = 0;
    sk.atoUs = TCP_ATO_MIN_US;
  } else sk.atoUs = Math.min(sk.atoUs << 1, sk.rtoUs);
  tcpMstampRefresh(sk);
  tcpSendAck(sk);
  sk.ns.mib.tcpExt.DelayedACKs++;
}

/** Twin of tcp_probe0_base. */
export function tcpProbe0BaseUs(sk: TcpSock): number {
  return Math.max(sk.rtoUs, tcpRtoMinUs(sk));
}

/** Twin of tcp_probe0_when: doubled for each that was sent. */
export function tcpProbe0WhenUs(sk: TcpSock, mostUs: number): number {
  return Math.min(tcpProbe0BaseUs(sk) * 2 ** Math.min(PROBE0_BACKOFF_MAX, sk.backoff), mostUs);
}

/** Twin of tcp_clamp_probe0_to_user_timeout. */
export function tcpClampProbe0ToUserTimeout(sk: TcpSock, whenUs: number): number {
  if (sk.userTimeoutMs === 0 || sk.probesTstampUs === 0) return whenUs;
  const elapsedUs = Math.max((sk.nowUs - sk.probesTstampUs) | 0, 0);
  return Math.min(Math.max(sk.userTimeoutMs * US_PER_MS - elapsedUs, TIMEOUT_MIN_US), whenUs);
}

/** Nanoseconds in so many milliseconds. */
export const msToNs = (ms: number): number => ms * NS_PER_MS;
