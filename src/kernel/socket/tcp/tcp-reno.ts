/** NewReno's congestion control (Linux: tcp_reno of net/ipv4/tcp_cong.c; RFC 5681). */
import type { CongestionOps } from './congestion.ts';
import { tcpCongAvoidAi, tcpInSlowStart, tcpIsCwndLimited, tcpSlowStart } from './tcp-slow-start.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Twin of tcp_reno_undo_cwnd. */
export function tcpRenoUndoCwnd(sk: TcpSock): number {
  return Math.max(sk.sndCwnd, sk.priorCwnd);
}

/** Twin of tcp_reno_ssthresh: half the window. */
function renoSsthresh(sk: TcpSock): number {
  return Math.max(sk.sndCwnd >> 1, 2);
}

/** Twin of tcp_reno_cong_avoid. */
function renoCongAvoid(sk: TcpSock, _ack: number, acked: number): void {
  if (!tcpIsCwndLimited(sk)) return;
  let rest = acked;
  if (tcpInSlowStart(sk)) {
    rest = tcpSlowStart(sk, acked);
    if (rest === 0) return;
  }
  tcpCongAvoidAi(sk, sk.sndCwnd, rest);
}

const nothing = (): void => undefined;

/** `reno` */
export const RENO: CongestionOps = {
  name: 'reno',
  init: nothing,
  ssthresh: renoSsthresh,
  congAvoid: renoCongAvoid,
  setState: nothing,
  cwndEvent: nothing,
  pktsAcked: nothing,
  undoCwnd: tcpRenoUndoCwnd,
};
