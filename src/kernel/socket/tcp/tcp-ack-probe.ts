/** The window has opened, or it has not: zero-window probes (Linux: tcp_ack_probe of net/ipv4/tcp_input.c). */
import { seqAfter } from '../../../base/sequence.ts';
import type { TcpSock } from './tcp-sock.ts';
import { ICSK_TIME_PROBE0 } from './tcp-states.ts';
import { tcpClearXmitTimer, tcpProbe0BaseUs, tcpResetXmitTimer } from './tcp-timer.ts';

/** TCP_RTO_MAX over TCP_RTO_MIN, as a power of two and one more. */
const BACKOFF_MAX = 10;

/** Twin of tcp_ack_probe: with nothing under way. */
export function tcpAckProbe(sk: TcpSock): void {
  const { head } = sk.writeQueue;
  if (head === null) return;
  if (seqAfter(head.endSeq, (sk.sndUna + sk.sndWnd) | 0)) {
    tcpResetXmitTimer(sk, ICSK_TIME_PROBE0, clampToUserTimeout(sk, tcpProbe0WhenUs(sk)));
    return;
  }
  sk.backoff = 0;
  sk.probesTstampUs = 0;
  if (sk.pendingTimer === ICSK_TIME_PROBE0) tcpClearXmitTimer(sk);
}

/** Twin of tcp_probe0_when: twice as long for each probe that was sent. */
export function tcpProbe0WhenUs(sk: TcpSock): number {
  const maxUs = sk.ns.sysctls.tcp.rtoMaxMs * 1000;
  return Math.min(tcpProbe0BaseUs(sk) * 2 ** Math.min(sk.backoff, BACKOFF_MAX), maxUs);
}

/** Twin of tcp_clamp_probe0_to_user_timeout. */
function clampToUserTimeout(sk: TcpSock, whenUs: number): number {
  if (sk.userTimeoutMs === 0 || sk.probesTstampUs === 0) return whenUs;
  const elapsedUs = (sk.nowUs - sk.probesTstampUs) | 0;
  const restUs = Math.max(sk.userTimeoutMs * 1000 - Math.max(elapsedUs, 0), 2000);
  return Math.min(restUs, whenUs);
}
