/**
 * How the congestion window is reduced (Linux: tcp_cwnd_reduction and its neighbours of net/ipv4/tcp_input.c). In
 * recovery it follows PRR (RFC 6937): for what arrives a share of it is sent, so that at the end of the round trip the
 * window is the threshold; when less than that is in flight, as much as arrives, and one more if nothing was lost.
 */
import { CA_EVENT_COMPLETE_CWR } from './congestion.ts';
import { FLAG_SND_UNA_ADVANCED } from './tcp-ack-flags.ts';
import { tcpSetCaState } from './tcp-cong.ts';
import { tcpEcnQueueCwr } from './tcp-ecn-sender.ts';
import { tcpInSlowStart } from './tcp-slow-start.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpPacketsInFlight } from './tcp-sock.ts';
import { TCP_CA_CWR, TCP_CA_RECOVERY, TCP_INFINITE_SSTHRESH } from './tcp-states.ts';

/** Twin of tcp_in_cwnd_reduction. */
export function tcpInCwndReduction(sk: TcpSock): boolean {
  return sk.caState === TCP_CA_CWR || sk.caState === TCP_CA_RECOVERY;
}

/** Twin of tcp_current_ssthresh: three quarters of the window at least, unless it is being reduced. */
export function tcpCurrentSsthresh(sk: TcpSock): number {
  if (tcpInCwndReduction(sk)) return sk.sndSsthresh;
  return Math.max(sk.sndSsthresh, (sk.sndCwnd >> 1) + (sk.sndCwnd >> 2));
}

/** Twin of tcp_init_cwnd_reduction. */
export function tcpInitCwndReduction(sk: TcpSock): void {
  sk.highSeq = sk.sndNxt;
  sk.tlpHighSeq = 0;
  sk.sndCwndCnt = 0;
  sk.priorCwnd = sk.sndCwnd;
  sk.prrDelivered = 0;
  sk.prrOut = 0;
  sk.sndSsthresh = sk.caOps.ssthresh(sk);
  tcpEcnQueueCwr(sk);
}

/** Twin of tcp_cwnd_reduction. */
export function tcpCwndReduction(sk: TcpSock, newlyDelivered: number, newlyLost: number, flag: number): void {
  if (newlyDelivered <= 0) return;
  const inFlight = tcpPacketsInFlight(sk);
  const room = sk.sndSsthresh - inFlight;
  sk.prrDelivered += newlyDelivered;
  let count: number;
  if (room < 0) {
    count = Math.floor((sk.sndSsthresh * sk.prrDelivered + sk.priorCwnd - 1) / sk.priorCwnd) - sk.prrOut;
  } else {
    count = Math.max(sk.prrDelivered - sk.prrOut, newlyDelivered);
    if ((flag & FLAG_SND_UNA_ADVANCED) !== 0 && newlyLost === 0) count++;
    count = Math.min(room, count);
  }
  // The first retransmission goes out at once.
  sk.sndCwnd = inFlight + Math.max(count, sk.prrOut === 0 ? 1 : 0);
}

/** Twin of tcp_end_cwnd_reduction. */
export function tcpEndCwndReduction(sk: TcpSock): void {
  if (sk.sndSsthresh < TCP_INFINITE_SSTHRESH && (sk.caState === TCP_CA_CWR || sk.undoMarker !== 0)) {
    sk.sndCwnd = sk.sndSsthresh;
    sk.sndCwndStamp = sk.nowUs;
  }
  sk.caOps.cwndEvent(sk, CA_EVENT_COMPLETE_CWR);
}

/** Twin of tcp_enter_cwr: congestion was seen, be it by an echo of ECN or by a full queue of this host. */
export function tcpEnterCwr(sk: TcpSock): void {
  sk.priorSsthresh = 0;
  if (sk.caState >= TCP_CA_CWR) return;
  sk.undoMarker = 0;
  tcpInitCwndReduction(sk);
  tcpSetCaState(sk, TCP_CA_CWR);
}

/** Twin of tcp_update_pacing_rate: bytes per second; twice the present rate in early slow start, else 1.2 of it. */
export function tcpUpdatePacingRate(sk: TcpSock): void {
  const { pacingSsRatio, pacingCaRatio } = sk.ns.sysctls.tcp;
  const ratio = sk.sndCwnd < sk.sndSsthresh / 2 ? pacingSsRatio : pacingCaRatio;
  const segments = sk.sndCwnd > sk.packetsOut ? sk.sndCwnd : sk.packetsOut;
  const srttUs = sk.srttUs === 0 ? 1 : sk.srttUs;
  sk.pacingRateBps = Math.floor((sk.mssCache * 80_000 * ratio * segments) / srttUs);
}

/** Twin of tcp_in_initial_slowstart: no loss yet. */
export function tcpInInitialSlowStart(sk: TcpSock): boolean {
  return sk.sndSsthresh >= TCP_INFINITE_SSTHRESH && tcpInSlowStart(sk);
}
