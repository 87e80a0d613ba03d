/** Keep-alive (RFC 9293 3.8.4), and the end of an orphan in FIN_WAIT2 (Linux: tcp_keepalive_timer). */
import { tcpDone, tcpFinTimeNs, tcpTimeWait } from './tcp-close.ts';
import { tcpSendActiveReset } from './tcp-output.ts';
import { tcpWriteWakeup } from './tcp-probe.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import {
  TCP_CLOSE,
  TCP_FIN_WAIT2,
  TCP_LISTEN,
  TCP_RESOURCE_PROBE_US,
  TCP_SYN_SENT,
  TCP_TIMEWAIT_US,
} from './tcp-states.ts';
import { keepaliveTimeWhenNs, KEEPALIVE_PIECE_NS, msToNs, tcpResetKeepaliveTimer } from './tcp-timer.ts';
import { tcpWriteErr } from './tcp-timeouts.ts';

const NS_PER_US = 1000;

/** Twin of tcp_keepalive_timer. */
export function tcpKeepaliveTimer(sk: TcpSock): void {
  if (sk.state === TCP_LISTEN || sk.state === TCP_CLOSE) return;
  tcpMstampRefresh(sk);
  const idleNs = keepaliveTimeElapsedNs(sk);
  const leftNs = sk.keepaliveAtNs - sk.ns.machine.sched.now;
  if (leftNs > 0) {
    tcpResetKeepaliveTimer(sk, leftNs);
    return;
  }
  if (sk.state === TCP_FIN_WAIT2 && sk.isDead) {
    finWait2Over(sk);
    return;
  }
  if (!sk.keepOpen || sk.state === TCP_SYN_SENT) return;
  const whenNs = keepaliveTimeWhenNs(sk);
  if (sk.packetsOut > 0 || sk.writeQueue.head !== null) tcpResetKeepaliveTimer(sk, whenNs);
  else if (idleNs >= whenNs) probe(sk, idleNs);
  else tcpResetKeepaliveTimer(sk, whenNs - idleNs);
}

/** The peer has been silent for long. */
function probe(sk: TcpSock, idleNs: number): void {
  const { tcp } = sk.ns.sysctls;
  const most = sk.keepaliveProbes === 0 ? tcp.keepaliveProbes : sk.keepaliveProbes;
  const { userTimeoutMs } = sk;
  const isOver = userTimeoutMs === 0 ? sk.probesOut >= most : idleNs >= msToNs(userTimeoutMs) && sk.probesOut > 0;
  if (isOver) {
    tcpSendActiveReset(sk);
    tcpWriteErr(sk);
    return;
  }
  sk.ns.mib.tcpExt.TCPKeepAlive++;
  const intervalNs = sk.keepaliveIntvlNs === 0 ? tcp.keepaliveIntvlNs : sk.keepaliveIntvlNs;
  if (tcpWriteWakeup(sk) > 0) {
    tcpResetKeepaliveTimer(sk, TCP_RESOURCE_PROBE_US * NS_PER_US);
    return;
  }
  sk.probesOut++;
  tcpResetKeepaliveTimer(sk, intervalNs);
}

/** The other side does not end its half: what is longer than a TIME_WAIT is over, the rest is waited for so. */
function finWait2Over(sk: TcpSock): void {
  if (sk.linger2 >= 0) {
    const restNs = tcpFinTimeNs(sk) - TCP_TIMEWAIT_US * NS_PER_US;
    if (restNs > 0) {
      tcpTimeWait(sk, TCP_FIN_WAIT2, restNs);
      return;
    }
  }
  tcpSendActiveReset(sk);
  tcpDone(sk);
}

/**
 * Twin of keepalive_time_elapsed: since something was heard. The times that are kept wrap after an hour, so a change of
 * them is what tells; the timer looks often enough.
 */
function keepaliveTimeElapsedNs(sk: TcpSock): number {
  const { now } = sk.ns.machine.sched;
  const hasChanged = sk.keepaliveSeenUs !== sk.rcvTstampUs || sk.keepaliveSeenDataUs !== sk.ackLrcvTimeUs;
  if (hasChanged || sk.keepaliveHeardNs < 0) {
    const sinceUs = (sk.nowUs - sk.rcvTstampUs) >>> 0;
    const sinceDataUs = (sk.nowUs - sk.ackLrcvTimeUs) >>> 0;
    const heardNs = now - Math.min(sinceUs, sinceDataUs) * NS_PER_US;
    sk.keepaliveHeardNs = Math.max(heardNs, now - 2 * KEEPALIVE_PIECE_NS);
    sk.keepaliveSeenUs = sk.rcvTstampUs;
    sk.keepaliveSeenDataUs = sk.ackLrcvTimeUs;
  }
  return now - sk.keepaliveHeardNs;
}
