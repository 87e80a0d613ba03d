/** After a pause the window is what it was at the start (Linux: tcp_slow_start_after_idle_check; RFC 9293, 3.8.2). */
import { CA_EVENT_CWND_RESTART } from './congestion.ts';
import { tcpInitCwnd } from './tcp-init-transfer.ts';
import { tcpCurrentSsthresh } from './tcp-cwnd.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Twin of tcp_slow_start_after_idle_check: before something is sent. */
export function tcpSlowStartAfterIdleCheck(sk: TcpSock): void {
  if (sk.ns.sysctls.tcp.slowStartAfterIdle === 0 || sk.packetsOut !== 0) return;
  // It may have been more than half of what the clock counts before it wraps.
  const idleUs = (sk.nowUs - sk.lsndTimeUs) >>> 0;
  if (idleUs > sk.rtoUs) tcpCwndRestart(sk, idleUs);
}

/** Twin of tcp_cwnd_restart: half the window for each timeout that has passed, down to the first one. */
export function tcpCwndRestart(sk: TcpSock, idleUs: number): void {
  const least = Math.min(tcpInitCwnd(sk), sk.sndCwnd);
  sk.caOps.cwndEvent(sk, CA_EVENT_CWND_RESTART);
  sk.sndSsthresh = tcpCurrentSsthresh(sk);
  let restUs = idleUs - sk.rtoUs;
  while (restUs > 0 && sk.sndCwnd > least) {
    sk.sndCwnd >>= 1;
    restUs -= sk.rtoUs;
  }
  sk.sndCwnd = Math.max(sk.sndCwnd, least);
  sk.sndCwndStamp = sk.nowUs;
  sk.sndCwndUsed = 0;
}
