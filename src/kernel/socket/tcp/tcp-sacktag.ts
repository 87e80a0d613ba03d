/**
 * What SACK blocks tell (Linux: tcp_sacktag_write_queue of net/ipv4/tcp_input.c; RFC 2018, RFC 2883). The segments of
 * the rtx queue that a block covers are tagged as arrived. Blocks that the last acknowledgment had, too, are not walked
 * again: `recvSackCache` remembers them.
 */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import type { TcpAckState } from './tcp-ack-state.ts';
import { FLAG_DATA_SACKED, FLAG_ORIG_SACK_ACKED } from './tcp-ack-flags.ts';
import { tcpCheckDsack } from './tcp-dsack.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpRackAdvance } from './tcp-rack.ts';
import { tcpRateSkbDelivered } from './tcp-rate.ts';
import { collectBlocks } from './tcp-sack-blocks.ts';
import { tcpCheckSackReordering, tcpHighestSackSeq } from './tcp-scoreboard.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { sentQueueRemove } from './tcp-sent-queue.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_CA_LOSS, TCPCB_LOST, TCPCB_RETRANS, TCPCB_SACKED_ACKED, TCPCB_SACKED_RETRANS } from './tcp-states.ts';

const CACHE_LENGTH = 8;

/** Twin of tcp_sacktag_write_queue: the flags that are to be added. */
export function tcpSacktagWriteQueue(
  sk: TcpSock,
  incoming: TcpIncoming,
  priorSndUna: number,
  state: TcpAckState,
): number {
  state.flag = 0;
  state.reordSeq = sk.sndNxt;
  if (sk.sackedOut === 0) sk.highestSack = null;
  const isDsack = tcpCheckDsack(sk, incoming, priorSndUna, state);
  if (seqBefore(incoming.ackSeq, (priorSndUna - sk.maxWindow) | 0)) return 0;
  if (sk.packetsOut === 0) return state.flag;
  const count = collectBlocks(sk, incoming, priorSndUna, isDsack, state);
  tagBlocks(sk, count, state);
  rememberBlocks(sk, count, state);
  if (sk.caState !== TCP_CA_LOSS || sk.undoMarker !== 0) tcpCheckSackReordering(sk, state.reordSeq, false);
  return state.flag;
}

/** Tags what arrived twice, then what the other blocks tell beyond those of the last time, the lowest first. */
function tagBlocks(sk: TcpSock, count: number, state: TcpAckState): void {
  const { blocks, dsackIndex } = state;
  if (dsackIndex >= 0) tagRange(sk, blocks[2 * dsackIndex]!, blocks[2 * dsackIndex + 1]!, true, state);
  const cache = sk.recvSackCache;
  let cached = sk.sackedOut === 0 ? CACHE_LENGTH : 0;
  while (cached < CACHE_LENGTH && cache[cached] === 0 && cache[cached + 1] === 0) cached += 2;
  for (let i = 0; i < count; i++) {
    if (i === dsackIndex) continue;
    let start = blocks[2 * i]!;
    const end = blocks[2 * i + 1]!;
    while (seqBefore(start, end)) {
      while (cached < CACHE_LENGTH && !seqBefore(start, cache[cached + 1]!)) cached += 2;
      if (cached >= CACHE_LENGTH || !seqAfter(end, cache[cached]!)) break;
      if (seqBefore(start, cache[cached]!)) tagRange(sk, start, cache[cached]!, false, state);
      start = cache[cached + 1]!;
    }
    if (seqBefore(start, end)) tagRange(sk, start, end, false, state);
  }
}

/** The cache's last places are taken, so that the first ones stay empty. */
function rememberBlocks(sk: TcpSock, count: number, state: TcpAckState): void {
  const cache = sk.recvSackCache;
  const from = CACHE_LENGTH - 2 * count;
  for (let i = 0; i < from; i++) cache[i] = 0;
  for (let i = 0; i < 2 * count; i++) cache[from + i] = state.blocks[i]!;
}

/** Twin of tcp_sacktag_walk: tags the segments that lie between `start` and `end` as a whole. */
function tagRange(sk: TcpSock, start: number, end: number, isDsack: boolean, state: TcpAckState): void {
  let segment = firstFrom(sk, start);
  while (segment !== null && seqBefore(segment.seq, end)) {
    if (!seqAfter(start, segment.seq) && !seqBefore(end, segment.endSeq)) {
      tagSegment(sk, segment, isDsack, state);
      tcpRateSkbDelivered(sk, segment, state);
      if ((segment.sacked & TCPCB_SACKED_ACKED) !== 0) sentQueueRemove(sk, segment);
    }
    segment = segment.next;
  }
}

/** The first segment that does not begin before `seq`: behind the highest that a block told of, or from the head. */
function firstFrom(sk: TcpSock, seq: number): TcpSegment | null {
  const highest = sk.highestSack;
  let segment = highest !== null && !seqBefore(seq, highest.endSeq) ? highest.next : sk.rtxQueue.head;
  while (segment !== null && seqBefore(segment.seq, seq)) segment = segment.next;
  return segment;
}

/** Twin of tcp_sacktag_one. */
function tagSegment(sk: TcpSock, segment: TcpSegment, isDsack: boolean, state: TcpAckState): void {
  if (isDsack && (segment.sacked & TCPCB_RETRANS) !== 0) countDuplicate(sk, segment, state);
  if (!seqAfter(segment.endSeq, sk.sndUna)) return;
  if ((segment.sacked & TCPCB_SACKED_ACKED) === 0) tagArrived(sk, segment, state);
  if (isDsack && (segment.sacked & TCPCB_SACKED_RETRANS) !== 0) {
    segment.sacked &= ~TCPCB_SACKED_RETRANS;
    sk.retransOut--;
  }
}

/** A retransmission arrived beside the original. */
function countDuplicate(sk: TcpSock, segment: TcpSegment, state: TcpAckState): void {
  if (sk.undoMarker !== 0 && sk.undoRetrans > 0 && seqAfter(segment.endSeq, sk.undoMarker)) sk.undoRetrans--;
  if ((segment.sacked & TCPCB_SACKED_ACKED) !== 0 && seqBefore(segment.seq, state.reordSeq)) {
    state.reordSeq = segment.seq;
  }
}

function tagArrived(sk: TcpSock, segment: TcpSegment, state: TcpAckState): void {
  const { sacked } = segment;
  tcpRackAdvance(sk, sacked, segment.endSeq, segment.mstampUs);
  if ((sacked & TCPCB_SACKED_RETRANS) !== 0) {
    // Not lost and yet sent again: the copy is believed to be still under way.
    if ((sacked & TCPCB_LOST) !== 0) {
      segment.sacked &= ~(TCPCB_LOST | TCPCB_SACKED_RETRANS);
      sk.lostOut--;
      sk.retransOut--;
    }
  } else {
    if ((sacked & TCPCB_RETRANS) === 0) noteOriginal(sk, segment, state);
    if ((sacked & TCPCB_LOST) !== 0) {
      segment.sacked &= ~TCPCB_LOST;
      sk.lostOut--;
    }
  }
  segment.sacked |= TCPCB_SACKED_ACKED;
  if (sk.sackedOut === 0 || seqAfter(segment.endSeq, sk.highestSackSeq)) {
    sk.highestSack = segment;
    sk.highestSackSeq = segment.endSeq;
  }
  sk.sackedOut++;
  state.flag |= FLAG_DATA_SACKED;
  state.sackDelivered++;
}

/** It was sent only once: it tells of the round trip, and of reordering when higher ones arrived before it. */
function noteOriginal(sk: TcpSock, segment: TcpSegment, state: TcpAckState): void {
  if (seqBefore(segment.seq, tcpHighestSackSeq(sk)) && seqBefore(segment.seq, state.reordSeq)) {
    state.reordSeq = segment.seq;
  }
  if (!seqAfter(segment.endSeq, sk.highSeq)) state.flag |= FLAG_ORIG_SACK_ACKED;
  if (!state.hasSackTime) state.firstSackUs = segment.mstampUs;
  state.hasSackTime = true;
  state.lastSackUs = segment.mstampUs;
}
