/** What has been sent before is sent again (Linux: tcp_retransmit_skb, tcp_xmit_retransmit_queue). */
import { seqBefore } from '../../../base/sequence.ts';
import { FLAG_ACK, FLAG_CWR, FLAG_ECE, FLAG_PSH, FLAG_SYN } from '../../../wire/tcp.ts';
import { tcpInCwndReduction } from './tcp-cwnd.ts';
import { isSameSkb, tcpRetransTryCollapse, tcpSplitRtxQueue, tcpTrimHead } from './tcp-fragment.ts';
import { tcpCurrentMss } from './tcp-mss.ts';
import { tcpWndEnd } from './tcp-output.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpPacketsInFlight } from './tcp-sock.ts';
import {
  ICSK_TIME_REO_TIMEOUT,
  ICSK_TIME_RETRANS,
  TCP_CA_LOSS,
  TCPCB_EVER_RETRANS,
  TCPCB_LOST,
  TCPCB_RETRANS,
  TCPCB_SACKED_ACKED,
  TCPCB_SACKED_RETRANS,
} from './tcp-states.ts';
import { tcpResetXmitTimer } from './tcp-timer.ts';
import { tcpSkbTimestampTs } from './tcp-timestamp.ts';
import { tcpRoute, tcpTransmitSkb } from './tcp-transmit.ts';
import { tcpTsoSegs } from './tcp-tso.ts';
import { tcpSmallQueueCheck, tcpStillInHostQueue } from './tcp-tsq.ts';
import { EMPTY_SEGMENT_TRUE_BYTES, segmentDataBytes } from './tcp-write-queue.ts';

/**
 * Twin of tcp_retransmit_skb: 0 when it was sent, else why not (negative: it makes no sense at present). The last frame
 * of a burst has `moreFlags`.
 */
export function tcpRetransmitSkb(sk: TcpSock, segment: TcpSegment, moreFlags = 0): number {
  const result = retransmit(sk, segment, moreFlags);
  if (result === 0) {
    segment.sacked |= TCPCB_RETRANS;
    sk.retransOut++;
  }
  if (sk.retransStamp === 0) sk.retransStamp = tcpSkbTimestampTs(sk, segment);
  if (sk.undoRetrans < 0) sk.undoRetrans = 0;
  sk.undoRetrans++;
  return result;
}

/** Twin of __tcp_retransmit_skb. */
export function retransmit(sk: TcpSock, segment: TcpSegment, moreFlags = 0): number {
  if (tcpStillInHostQueue(sk, segment)) return -1;
  if (seqBefore(segment.seq, sk.sndUna)) trimAcked(sk, segment);
  if (tcpRoute(sk).dev === null) return -1;
  const mss = tcpCurrentMss(sk);
  let room = (tcpWndEnd(sk) - segment.seq) | 0;
  if (room <= 0) {
    // One beyond a window that was shrunk waits; the first one is its probe.
    if (segment.seq !== sk.sndUna) return -1;
    room = mss;
  }
  const most = Math.min(mss, room);
  const bytes = segmentDataBytes(segment);
  if (bytes > most) tcpSplitRtxQueue(sk, segment, most);
  else if (bytes < most && segment.next !== null) tcpRetransTryCollapse(sk, segment, most);
  if ((segment.tcpFlags & (FLAG_SYN | FLAG_ACK)) === FLAG_SYN) clearEcnOfSyn(sk, segment);
  return sendAgain(sk, segment, moreFlags);
}

function sendAgain(sk: TcpSock, segment: TcpSegment, moreFlags: number): number {
  const { mib } = sk.ns;
  mib.tcpRetransSegs++;
  if ((segment.tcpFlags & FLAG_SYN) !== 0) mib.tcpExt.TCPSynRetrans++;
  sk.totalRetrans++;
  sk.bytesRetrans += segmentDataBytes(segment);
  const errno = tcpTransmitSkb(sk, segment, moreFlags);
  if (errno !== '') mib.tcpExt.TCPRetransFail++;
  segment.sacked |= TCPCB_EVER_RETRANS;
  if (errno === '') return 0;
  return errno === 'ENOBUFS' ? 1 : -1;
}

/** A SYN that is acknowledged, and then what is acknowledged of the data. */
function trimAcked(sk: TcpSock, segment: TcpSegment): void {
  if ((segment.tcpFlags & FLAG_SYN) !== 0) {
    segment.tcpFlags &= ~FLAG_SYN;
    segment.seq = (segment.seq + 1) | 0;
  }
  const acked = (sk.sndUna - segment.seq) | 0;
  if (acked > 0) tcpTrimHead(sk, segment, acked);
}

/** Twin of tcp_ecn_clear_syn: perhaps it is ECN that the way does not like (RFC 3168 6.1.1.1). */
function clearEcnOfSyn(sk: TcpSock, segment: TcpSegment): void {
  if (sk.ns.sysctls.tcp.ecnFallback !== 0) segment.tcpFlags &= ~(FLAG_ECE | FLAG_CWR);
}

/** Twin of tcp_xmit_retransmit_queue: what is lost, as far as the window goes. */
export function tcpXmitRetransmitQueue(sk: TcpSock): void {
  if (sk.packetsOut === 0) return;
  const { head } = sk.rtxQueue;
  let segment = sk.retransmitHint ?? head;
  const mss = tcpCurrentMss(sk);
  const maxSegs = tcpTsoSegs(sk, mss);
  let hasHole = false;
  let isHeadSent = false;
  let burstLeft = 0;
  let pushAtEnd = 0;
  while (segment !== null) {
    if (!hasHole) sk.retransmitHint = segment;
    if (sk.sndCwnd <= tcpPacketsInFlight(sk) || sk.retransOut >= sk.lostOut) break;
    const { sacked } = segment;
    if ((sacked & TCPCB_LOST) === 0) {
      if ((sacked & (TCPCB_SACKED_RETRANS | TCPCB_SACKED_ACKED)) === 0) hasHole = true;
    } else if ((sacked & (TCPCB_SACKED_RETRANS | TCPCB_SACKED_ACKED)) === 0) {
      if (tcpSmallQueueCheck(sk, EMPTY_SEGMENT_TRUE_BYTES + segmentDataBytes(segment), 1)) break;
      if (burstLeft === 0) {
        burstLeft = Math.min(lostBurst(segment, mss), sk.sndCwnd - tcpPacketsInFlight(sk), maxSegs);
        pushAtEnd = burstLeft > 1 ? FLAG_PSH : 0;
      }
      burstLeft--;
      if (tcpRetransmitSkb(sk, segment, burstLeft === 0 ? pushAtEnd : 0) !== 0) break;
      countRetransmit(sk);
      if (segment === head && sk.pendingTimer !== ICSK_TIME_REO_TIMEOUT) isHeadSent = true;
    }
    segment = segment.next;
  }
  if (isHeadSent) tcpResetXmitTimer(sk, ICSK_TIME_RETRANS, sk.rtoUs);
}

/** How many frames it takes to send again what was one burst, from `segment` on as far as it is lost. */
function lostBurst(segment: TcpSegment, mss: number): number {
  let bytes = segmentDataBytes(segment);
  for (let next = segment.next; next !== null && isSameSkb(segment, next); next = next.next) {
    bytes += segmentDataBytes(next);
  }
  return bytes <= mss ? 1 : Math.ceil(bytes / mss);
}

function countRetransmit(sk: TcpSock): void {
  const { tcpExt } = sk.ns.mib;
  if (sk.caState === TCP_CA_LOSS) tcpExt.TCPSlowStartRetrans++;
  else tcpExt.TCPFastRetrans++;
  if (tcpInCwndReduction(sk)) sk.prrOut++;
}
