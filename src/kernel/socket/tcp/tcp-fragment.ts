/** Segments that are cut and joined (Linux: tcp_fragment, tso_fragment, tcp_grow_skb, tcp_retrans_try_collapse). */
import { assert } from '../../../base/assert.ts';
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { FLAG_FIN, FLAG_PSH, FLAG_SYN } from '../../../wire/tcp.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { sentQueueInsertAfter, sentQueueRemove } from './tcp-sent-queue.ts';
import type { TcpSock } from './tcp-sock.ts';
import {
  TCPCB_EVER_RETRANS,
  TCPCB_LOST,
  TCPCB_SACKED_ACKED,
  TCPCB_SACKED_RETRANS,
  TCPCB_TAGBITS,
} from './tcp-states.ts';
import { allocSegment, EMPTY_SEGMENT_TRUE_BYTES, segmentDataBytes, tcpWmemFree } from './tcp-write-queue.ts';

/** The rear part of `segment`, from `bytes` payload bytes on; it stands in no queue yet. */
function cutRear(sk: TcpSock, segment: TcpSegment, bytes: number): TcpSegment {
  const rest = segmentDataBytes(segment) - bytes;
  assert(bytes > 0 && rest > 0 && (segment.tcpFlags & FLAG_SYN) === 0, 'a segment is cut within its data');
  const rear = allocSegment(sk, (segment.seq + bytes) | 0, 0);
  rear.endSeq = segment.endSeq;
  rear.tcpFlags = segment.tcpFlags;
  rear.sacked = segment.sacked;
  rear.mstampUs = segment.mstampUs;
  segment.endSeq = rear.seq;
  segment.tcpFlags &= ~(FLAG_FIN | FLAG_PSH);
  sk.wmemQueued += rear.trueBytes;
  segment.trueBytes -= rest;
  rear.trueBytes += rest;
  return rear;
}

/** The first `bytes` of an skb of the write queue, to be sent by themselves. Hot path. */
export function cutFront(sk: TcpSock, skb: TcpSegment, bytes: number): TcpSegment {
  const front = allocSegment(sk, skb.seq, skb.tcpFlags & ~(FLAG_FIN | FLAG_PSH));
  skb.seq = (skb.seq + bytes) | 0;
  front.endSeq = skb.seq;
  // The first piece takes the skb's own cost with it, the others are nothing but bytes.
  front.trueBytes = skb.trueBytes - segmentDataBytes(skb);
  skb.trueBytes -= front.trueBytes;
  return front;
}

/** It could not be sent. Slow path. */
export function uncutFront(sk: TcpSock, skb: TcpSegment, front: TcpSegment): void {
  skb.seq = front.seq;
  skb.trueBytes += front.trueBytes;
  sk.ns.tcp.segments.give(front);
}

/** What is left behind a burst costs an skb of its own (Linux: tso_fragment). */
export function chargeRear(sk: TcpSock, skb: TcpSegment): void {
  if (skb.trueBytes > segmentDataBytes(skb)) return;
  skb.trueBytes += EMPTY_SEGMENT_TRUE_BYTES;
  sk.wmemQueued += EMPTY_SEGMENT_TRUE_BYTES;
}

/** Whether they were parts of one burst and have met the same fate: to Linux they would be one skb. */
export function isSameSkb(segment: TcpSegment, next: TcpSegment): boolean {
  return segment.burst === next.burst && ((segment.sacked ^ next.sacked) & TCPCB_TAGBITS) === 0;
}

/**
 * Twin of tcp_fragment in the rtx queue: the rear part goes to what follows in the same burst, so that all of it is cut
 * anew, or is one segment more under way.
 */
export function tcpSplitRtxQueue(sk: TcpSock, segment: TcpSegment, bytes: number): void {
  const { next } = segment;
  if (next !== null && isSameSkb(segment, next) && next.inHostQueue === 0) {
    shiftRear(segment, next, bytes);
    return;
  }
  const rear = cutRear(sk, segment, bytes);
  rear.txDelivered = segment.txDelivered;
  rear.txDeliveredUs = segment.txDeliveredUs;
  rear.txFirstUs = segment.txFirstUs;
  rear.txInFlight = segment.txInFlight;
  rear.isAppLimited = segment.isAppLimited;
  rear.hasRateStamp = segment.hasRateStamp;
  rear.burst = segment.burst;
  sk.rtxQueue.insertAfter(segment, rear);
  sentQueueInsertAfter(sk, segment, rear);
  adjustPcount(sk, rear, 1);
}

/** Moves the border between two segments that are not acknowledged. */
function shiftRear(segment: TcpSegment, next: TcpSegment, bytes: number): void {
  const rest = segmentDataBytes(segment) - bytes;
  segment.endSeq = (segment.seq + bytes) | 0;
  next.seq = segment.endSeq;
  segment.trueBytes -= rest;
  next.trueBytes += rest;
}

/** Twin of tcp_adjust_pcount: `change` segments of that kind more. */
function adjustPcount(sk: TcpSock, segment: TcpSegment, change: number): void {
  const { sacked } = segment;
  sk.packetsOut += change;
  if ((sacked & TCPCB_SACKED_ACKED) !== 0) sk.sackedOut += change;
  if ((sacked & TCPCB_SACKED_RETRANS) !== 0) sk.retransOut += change;
  if ((sacked & TCPCB_LOST) !== 0) sk.lostOut += change;
  if (!sk.rxOpt.sackOk && change < 0 && sk.sackedOut > 0) sk.sackedOut--;
}

/** Twin of tcp_trim_head: what is acknowledged of it is not sent again. */
export function tcpTrimHead(sk: TcpSock, segment: TcpSegment, bytes: number): void {
  segment.seq = (segment.seq + bytes) | 0;
  segment.trueBytes -= bytes;
  sk.wmemQueued -= bytes;
}

/** Twin of tcp_grow_skb: fills up a segment of the write queue with what follows. Slow path. */
export function tcpGrowSegment(sk: TcpSock, segment: TcpSegment, amount: number): void {
  const { next } = segment;
  if (next === null) return;
  const nextBytes = segmentDataBytes(next);
  const bytes = Math.min(amount, nextBytes);
  if (bytes === 0) return;
  segment.endSeq = (segment.endSeq + bytes) | 0;
  next.seq = (next.seq + bytes) | 0;
  segment.trueBytes += bytes;
  next.trueBytes -= bytes;
  if (bytes < nextBytes) return;
  segment.endSeq = next.endSeq;
  segment.tcpFlags |= next.tcpFlags;
  sk.writeQueue.remove(next);
  tcpWmemFree(sk, next);
}

/** Twin of tcp_retrans_try_collapse: what follows goes with it as far as `space` and the window reach. Slow path. */
export function tcpRetransTryCollapse(sk: TcpSock, to: TcpSegment, space: number): void {
  if (sk.ns.sysctls.tcp.retransCollapse === 0 || (to.tcpFlags & FLAG_SYN) !== 0 || !canCollapse(to)) return;
  let left = space - segmentDataBytes(to);
  for (let next = to.next; next !== null && canCollapse(next); next = to.next) {
    const bytes = segmentDataBytes(next);
    left -= bytes;
    if (left < 0 || seqAfter(next.endSeq, (sk.sndUna + sk.sndWnd) | 0)) return;
    collapse(sk, to, next, bytes);
  }
}

/** Twin of tcp_can_collapse. */
function canCollapse(segment: TcpSegment): boolean {
  return segment.inHostQueue === 0 && (segment.sacked & TCPCB_SACKED_ACKED) === 0;
}

/** Twin of tcp_collapse_retrans. */
function collapse(sk: TcpSock, to: TcpSegment, next: TcpSegment, bytes: number): void {
  if (sk.highestSack === next) sk.highestSack = to;
  to.endSeq = next.endSeq;
  to.tcpFlags |= next.tcpFlags;
  to.sacked |= next.sacked & TCPCB_EVER_RETRANS;
  to.trueBytes += bytes;
  next.trueBytes -= bytes;
  if (sk.retransmitHint === next) sk.retransmitHint = to;
  adjustPcount(sk, next, -1);
  sk.rtxQueue.remove(next);
  sentQueueRemove(sk, next);
  tcpWmemFree(sk, next);
  assert(!seqBefore(to.endSeq, to.seq), 'segments are in order');
}
