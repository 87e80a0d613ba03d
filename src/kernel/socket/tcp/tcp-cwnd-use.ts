/** How the sender uses its window of congestion (Linux: tcp_cwnd_test, tcp_cwnd_validate; RFC 2861). */
import { seqBefore } from '../../../base/sequence.ts';
import { tcpCurrentSsthresh } from './tcp-cwnd.ts';
import { tcpInitCwnd } from './tcp-init-transfer.ts';
import { tcpIsCwndLimited } from './tcp-slow-start.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpPacketsInFlight } from './tcp-sock.ts';
import { TCP_CA_OPEN } from './tcp-states.ts';

/** Twin of tcp_cwnd_test: how many segments may go now, at most half a window at once. */
export function tcpCwndTest(sk: TcpSock): number {
  const room = sk.sndCwnd - tcpPacketsInFlight(sk);
  if (room <= 0) return 0;
  const half = sk.sndCwnd > 1 ? sk.sndCwnd >> 1 : 1;
  return room < half ? room : half;
}

/** Twin of tcp_cwnd_validate: a window that is not used says nothing about the network. */
export function tcpCwndValidate(sk: TcpSock, isCwndLimited: boolean): void {
  if (
    !seqBefore(sk.sndUna, sk.cwndUsageSeq) ||
    isCwndLimited ||
    (!sk.isCwndLimited && sk.packetsOut > sk.maxPacketsOut)
  ) {
    sk.isCwndLimited = isCwndLimited;
    sk.maxPacketsOut = sk.packetsOut;
    sk.cwndUsageSeq = sk.sndNxt;
  }
  if (tcpIsCwndLimited(sk)) {
    sk.sndCwndUsed = 0;
    sk.sndCwndStamp = sk.nowUs;
    return;
  }
  if (sk.packetsOut > sk.sndCwndUsed) sk.sndCwndUsed = sk.packetsOut;
  if (sk.ns.sysctls.tcp.slowStartAfterIdle !== 0 && ((sk.nowUs - sk.sndCwndStamp) | 0) >= sk.rtoUs) {
    tcpCwndApplicationLimited(sk);
  }
}

/** Twin of tcp_cwnd_application_limited. */
function tcpCwndApplicationLimited(sk: TcpSock): void {
  if (sk.caState === TCP_CA_OPEN && sk.socket !== null && !sk.wantsSpace) {
    const used = Math.max(sk.sndCwndUsed, tcpInitCwnd(sk));
    if (used < sk.sndCwnd) {
      sk.sndSsthresh = tcpCurrentSsthresh(sk);
      sk.sndCwnd = (sk.sndCwnd + used) >> 1;
    }
    sk.sndCwndUsed = 0;
  }
  sk.sndCwndStamp = sk.nowUs;
}
