/**
 * How long bursts are. Linux always builds skbs of many segments, and what the card does not cut software cuts
 * (tcp_tso_autosize, tcp_xmit_size_goal, tcp_tso_should_defer): frames come in bursts, the last of each with PSH.
 */
import { FLAG_FIN } from '../../../wire/tcp.ts';
import { tcpBoundToHalfWnd } from './tcp-mss.ts';
import { tcpMinRttUs } from './tcp-rtt.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpPacketsInFlight } from './tcp-sock.ts';
import { TCP_CA_RECOVERY } from './tcp-states.ts';
import { segmentDataBytes } from './tcp-write-queue.ts';

/** Why nothing goes: the receiver's window, an acknowledgment that is to come, the window of congestion. */
export const WAIT_FOR_WINDOW = -1;
export const WAIT_FOR_ACK = -2;
export const WAIT_FOR_CWND = -3;

/** sk_gso_max_size: 64 KiB without headers. */
const GSO_MAX_BYTES = 65_536 - 257;
/** Of the pacing rate, what is sent in about a millisecond (sk_pacing_shift). */
const PACING_PARTS = 1024;
const MILLISECOND_US = 1000;

/** Twin of tcp_tso_segs: how many segments a burst has at most, by the rate of the connection. Hot path. */
export function tcpTsoSegs(sk: TcpSock, mss: number): number {
  const { tcp } = sk.ns.sysctls;
  let bytes = sk.pacingRateBps / PACING_PARTS;
  const log = tcpMinRttUs(sk) >>> tcp.tsoRttLog;
  if (log < 32) bytes += GSO_MAX_BYTES >> log;
  if (bytes > GSO_MAX_BYTES) bytes = GSO_MAX_BYTES;
  const segments = (bytes / mss) | 0;
  return segments > tcp.minTsoSegs ? segments : tcp.minTsoSegs;
}

/** Twin of tcp_xmit_size_goal: how much a program may append to one skb, in whole segments. */
export function tcpXmitSizeGoal(sk: TcpSock, mss: number): number {
  const most = tcpBoundToHalfWnd(sk, GSO_MAX_BYTES);
  return Math.max(Math.floor(most / mss) * mss, mss);
}

/** Twin of tcp_tso_should_defer: 0 to send now, else negative, since the next acknowledgment allows a longer burst. */
export function tcpTsoShouldDefer(sk: TcpSock, skb: TcpSegment, maxSegs: number): number {
  if (sk.caState >= TCP_CA_RECOVERY) return 0;
  if (((sk.nowUs - sk.lastXmitUs) | 0) > MILLISECOND_US) return 0;
  const bytes = segmentDataBytes(skb);
  const mss = sk.mssCache;
  const sendWindow = (sk.sndUna + sk.sndWnd - skb.seq) | 0;
  const cwndWindow = (sk.sndCwnd - tcpPacketsInFlight(sk)) * mss;
  const limit = sendWindow < cwndWindow ? sendWindow : cwndWindow;
  if (limit >= maxSegs * mss || (skb.next !== null && limit >= bytes)) return 0;
  if (!mayWait(sk, limit)) return 0;
  if (cwndWindow < sendWindow) {
    if (cwndWindow <= bytes) return WAIT_FOR_CWND;
  } else if (sendWindow <= bytes) return WAIT_FOR_WINDOW;
  return (skb.tcpFlags & FLAG_FIN) === 0 ? WAIT_FOR_ACK : 0;
}

/** Less than a third of the window could be used now, and an acknowledgment is expected soon. */
function mayWait(sk: TcpSock, limit: number): boolean {
  const divisor = sk.ns.sysctls.tcp.tsoWinDivisor;
  if (divisor !== 0) {
    const chunk = Math.floor(Math.min(sk.sndWnd, sk.sndCwnd * sk.mssCache) / divisor);
    if (limit >= chunk) return false;
  } else if (limit > 3 * sk.mssCache) return false;
  const { head } = sk.rtxQueue;
  if (head === null) return false;
  const srttUs = sk.srttUs >> 3;
  const dueUs = (head.mstampUs + srttUs - sk.nowUs) | 0;
  return dueUs <= Math.min(srttUs >> 1, MILLISECOND_US);
}
