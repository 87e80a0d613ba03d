/**
 * The rate at which the network delivers, measured with each acknowledgment (Linux: net/ipv4/tcp_rate.c): how many
 * segments arrived between the sending of one and its acknowledgment. `ss -i` shows it.
 */
import { seqAfter } from '../../../base/sequence.ts';
import type { TcpAckState } from './tcp-ack-state.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpPacketsInFlight } from './tcp-sock.ts';
import { tcpMinRttUs } from './tcp-rtt.ts';
import { TCPCB_RETRANS, TCPCB_SACKED_ACKED } from './tcp-states.ts';

/** Twin of tcp_skb_sent_after: whether the first was sent later; of one time, the later in sequence. */
export function tcpSkbSentAfter(timeUs: number, otherUs: number, endSeq: number, otherEndSeq: number): boolean {
  const laterUs = (timeUs - otherUs) | 0;
  return laterUs > 0 || (laterUs === 0 && seqAfter(endSeq, otherEndSeq));
}

/** Twin of tcp_rate_skb_sent: before `packetsOut` counts the segment. */
export function tcpRateSkbSent(sk: TcpSock, segment: TcpSegment): void {
  if (sk.packetsOut === 0) {
    sk.firstTxUs = segment.mstampUs;
    sk.deliveredUs = segment.mstampUs;
  }
  segment.txFirstUs = sk.firstTxUs;
  segment.txDeliveredUs = sk.deliveredUs;
  segment.txDelivered = sk.delivered;
  segment.isAppLimited = sk.appLimited !== 0;
  segment.hasRateStamp = true;
}

/** Twin of tcp_rate_skb_delivered: the youngest of what arrived makes the sample. */
export function tcpRateSkbDelivered(sk: TcpSock, segment: TcpSegment, state: TcpAckState): void {
  if (!segment.hasRateStamp) return;
  if (state.priorDelivered === 0 || tcpSkbSentAfter(segment.mstampUs, sk.firstTxUs, segment.endSeq, state.lastEndSeq)) {
    state.priorDelivered = segment.txDelivered;
    state.priorDeliveredUs = segment.txDeliveredUs;
    state.isAppLimited = segment.isAppLimited;
    state.isRetrans = (segment.sacked & TCPCB_RETRANS) !== 0;
    state.lastEndSeq = segment.endSeq;
    sk.firstTxUs = segment.mstampUs;
    state.sendIntervalUs = (segment.mstampUs - segment.txFirstUs) | 0;
  }
  if ((segment.sacked & TCPCB_SACKED_ACKED) !== 0) segment.hasRateStamp = false;
}

/** Twin of tcp_rate_gen, at the end of an acknowledgment that told of `delivered` segments. */
export function tcpRateGen(sk: TcpSock, delivered: number, isSackReneg: boolean, state: TcpAckState): void {
  if (sk.appLimited !== 0 && sk.delivered > sk.appLimited) sk.appLimited = 0;
  if (delivered !== 0) sk.deliveredUs = sk.nowUs;
  if (state.priorDelivered === 0 || isSackReneg) return;
  const count = sk.delivered - state.priorDelivered;
  const ackIntervalUs = (sk.nowUs - state.priorDeliveredUs) | 0;
  const intervalUs = state.sendIntervalUs > ackIntervalUs ? state.sendIntervalUs : ackIntervalUs;
  if (intervalUs < tcpMinRttUs(sk)) return;
  if (!state.isAppLimited || count * sk.rateIntervalUs >= sk.rateDelivered * intervalUs) {
    sk.rateDelivered = count;
    sk.rateIntervalUs = intervalUs;
    sk.rateAppLimited = state.isAppLimited;
  }
}

/** Twin of tcp_rate_check_app_limited: the program has left the network idle. */
export function tcpRateCheckAppLimited(sk: TcpSock): void {
  const inFlight = tcpPacketsInFlight(sk);
  const unsentBytes = (sk.writeSeq - sk.sndNxt) | 0;
  if (unsentBytes >= sk.mssCache || sk.wmemAlloc !== 0) return;
  if (inFlight >= sk.sndCwnd || sk.lostOut > sk.retransOut) return;
  sk.appLimited = sk.delivered + inFlight;
}
