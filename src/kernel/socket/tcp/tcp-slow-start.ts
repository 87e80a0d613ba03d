/** How a congestion window grows (Linux: net/ipv4/tcp_cong.c; RFC 5681, 3.1). */
import type { TcpSock } from './tcp-sock.ts';

/** Twin of tcp_in_slow_start. */
export function tcpInSlowStart(sk: TcpSock): boolean {
  return sk.sndCwnd < sk.sndSsthresh;
}

/** Twin of tcp_slow_start: one more for each acknowledged; those beyond the threshold are left over. */
export function tcpSlowStart(sk: TcpSock, acked: number): number {
  const cwnd = Math.min(sk.sndCwnd + acked, sk.sndSsthresh);
  const rest = acked - (cwnd - sk.sndCwnd);
  sk.sndCwnd = Math.min(cwnd, sk.sndCwndClamp);
  return rest;
}

/** Twin of tcp_cong_avoid_ai: one more for every `perIncrease` acknowledged. */
export function tcpCongAvoidAi(sk: TcpSock, perIncrease: number, acked: number): void {
  if (sk.sndCwndCnt >= perIncrease) {
    sk.sndCwndCnt = 0;
    sk.sndCwnd++;
  }
  sk.sndCwndCnt += acked;
  if (sk.sndCwndCnt >= perIncrease) {
    const more = Math.floor(sk.sndCwndCnt / perIncrease);
    sk.sndCwndCnt -= more * perIncrease;
    sk.sndCwnd += more;
  }
  if (sk.sndCwnd > sk.sndCwndClamp) sk.sndCwnd = sk.sndCwndClamp;
}

/** Twin of tcp_is_cwnd_limited: without a full window there is nothing to be learned from it. */
export function tcpIsCwndLimited(sk: TcpSock): boolean {
  if (sk.isCwndLimited) return true;
  return tcpInSlowStart(sk) && sk.sndCwnd < 2 * sk.maxPacketsOut;
}
