/** Takes what is acknowledged off the rtx queue (Linux: tcp_clean_rtx_queue of net/ipv4/tcp_input.c). */
import { seqAfter, seqBefore, seqBetween } from '../../../base/sequence.ts';
import { FLAG_SYN as HEADER_SYN } from '../../../wire/tcp.ts';
import type { TcpAckState } from './tcp-ack-state.ts';
import {
  FLAG_ACK_MAYBE_DELAYED,
  FLAG_ACKED,
  FLAG_CA_ALERT,
  FLAG_DATA_ACKED,
  FLAG_ORIG_SACK_ACKED,
  FLAG_RETRANS_DATA_ACKED,
  FLAG_SACK_RENEGING,
  FLAG_SET_XMIT_TIMER,
  FLAG_SYN_ACKED,
} from './tcp-ack-flags.ts';
import { tcpRackAdvance } from './tcp-rack.ts';
import { tcpRateSkbDelivered } from './tcp-rate.ts';
import { tcpAckUpdateRtt } from './tcp-rtt.ts';
import {
  tcpCheckSackReordering,
  tcpClearAllRetransHints,
  tcpCountDelivered,
  tcpIsReno,
  tcpRemoveRenoSacks,
} from './tcp-scoreboard.ts';
import type { TcpSegment } from './tcp-segment.ts';
import { sentQueueRemove } from './tcp-sent-queue.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCPCB_LOST, TCPCB_RETRANS, TCPCB_SACKED_ACKED, TCPCB_SACKED_RETRANS } from './tcp-states.ts';
import { tcpSkbSpuriousRetrans } from './tcp-undo-evidence.ts';

/** Twin of tcp_clean_rtx_queue: the flags that are to be added. */
export function tcpCleanRtxQueue(
  sk: TcpSock,
  priorFack: number,
  priorSndUna: number,
  isEce: boolean,
  state: TcpAckState,
): number {
  const priorSacked = sk.sackedOut;
  state.hasAckTime = false;
  state.reordSeq = sk.sndNxt;
  let flag = 0;
  let acked = 0;
  let segment = sk.rtxQueue.head;
  while (segment !== null && !seqAfter(segment.endSeq, sk.sndUna)) {
    flag |= takeAcked(sk, segment, isEce, state);
    acked++;
    tcpRtxQueueUnlinkAndFree(sk, segment);
    segment = sk.rtxQueue.head;
  }
  if (seqBetween(sk.sndUp, priorSndUna, sk.sndUna)) sk.sndUp = sk.sndUna;
  if (segment !== null && (segment.sacked & TCPCB_SACKED_ACKED) !== 0) flag |= FLAG_SACK_RENEGING;
  if (acked === 1 && priorSacked === 0 && isRunt(sk, flag, priorSndUna, state)) flag |= FLAG_ACK_MAYBE_DELAYED;
  return flag | finishClean(sk, flag, acked, priorFack, isEce, state);
}

/** Counts one segment that is acknowledged as a whole. */
function takeAcked(sk: TcpSock, segment: TcpSegment, isEce: boolean, state: TcpAckState): number {
  const { sacked } = segment;
  let flag = 0;
  if ((sacked & TCPCB_RETRANS) !== 0) {
    if ((sacked & TCPCB_SACKED_RETRANS) !== 0) sk.retransOut--;
    flag = FLAG_RETRANS_DATA_ACKED;
  } else if ((sacked & TCPCB_SACKED_ACKED) === 0) {
    if (!state.hasAckTime) state.firstAckUs = segment.mstampUs;
    state.hasAckTime = true;
    state.lastAckUs = segment.mstampUs;
    if (seqBefore(segment.seq, state.reordSeq)) state.reordSeq = segment.seq;
    if (!seqAfter(segment.endSeq, sk.highSeq)) flag = FLAG_ORIG_SACK_ACKED;
  }
  if ((sacked & TCPCB_SACKED_ACKED) !== 0) {
    sk.sackedOut--;
  } else if (!tcpIsReno(sk)) {
    tcpCountDelivered(sk, 1, isEce);
    if (!tcpSkbSpuriousRetrans(sk, segment)) tcpRackAdvance(sk, sacked, segment.endSeq, segment.mstampUs);
  }
  if ((sacked & TCPCB_LOST) !== 0) sk.lostOut--;
  sk.packetsOut--;
  tcpRateSkbDelivered(sk, segment, state);
  if ((segment.tcpFlags & HEADER_SYN) === 0) return flag | FLAG_DATA_ACKED;
  sk.retransStamp = 0;
  return flag | FLAG_SYN_ACKED;
}

/** Twin of tcp_rtx_queue_unlink_and_free. */
export function tcpRtxQueueUnlinkAndFree(sk: TcpSock, segment: TcpSegment): void {
  if (segment === sk.retransmitHint) sk.retransmitHint = null;
  if (segment === sk.highestSack) sk.highestSack = null;
  sentQueueRemove(sk, segment);
  sk.rtxQueue.remove(segment);
  sk.wmemQueued -= segment.trueBytes;
  sk.ns.tcp.segments.give(segment);
}

/** A lone small segment, and nothing else to be told: the peer may have waited for more. */
function isRunt(sk: TcpSock, flag: number, priorSndUna: number, state: TcpAckState): boolean {
  if (!state.hasAckTime || (flag & FLAG_RETRANS_DATA_ACKED) !== 0) return false;
  if (((sk.sndUna - priorSndUna) | 0) >= sk.mssCache) return false;
  return state.priorDelivered + 1 === sk.delivered && (flag & (FLAG_CA_ALERT | FLAG_SYN_ACKED)) === 0;
}

/** The round trip, reordering, and the congestion control's share. */
function finishClean(
  sk: TcpSock,
  flag: number,
  acked: number,
  priorFack: number,
  isEce: boolean,
  state: TcpAckState,
): number {
  if (sk.rtxQueue.head === null && sk.writeQueue.head === null) sk.sendBuffer?.release();
  let seqRttUs = -1;
  let controlRttUs = -1;
  let sackRttUs = -1;
  if (state.hasAckTime && (flag & FLAG_RETRANS_DATA_ACKED) === 0) {
    seqRttUs = (sk.nowUs - state.firstAckUs) | 0;
    controlRttUs = (sk.nowUs - state.lastAckUs) | 0;
  }
  if (state.hasSackTime) {
    sackRttUs = (sk.nowUs - state.firstSackUs) | 0;
    controlRttUs = (sk.nowUs - state.lastSackUs) | 0;
  }
  const hasRtt = tcpAckUpdateRtt(sk, state, flag, seqRttUs, sackRttUs, controlRttUs);
  let more = 0;
  if ((flag & FLAG_ACKED) !== 0) {
    more = FLAG_SET_XMIT_TIMER;
    if (tcpIsReno(sk)) tcpRemoveRenoSacks(sk, acked, isEce);
    else if (seqBefore(state.reordSeq, priorFack)) tcpCheckSackReordering(sk, state.reordSeq, false);
  } else if (hasRtt && sackRttUs >= 0 && isHeadOlder(sk, sackRttUs)) {
    more = FLAG_SET_XMIT_TIMER;
  }
  const inFlight = sk.mssCache * (sk.delivered - state.priorDelivered);
  sk.caOps.pktsAcked(sk, acked, state.rttUs, inFlight);
  return more;
}

/** What arrived was sent before the head was sent last: the timeout may begin anew. */
function isHeadOlder(sk: TcpSock, sackRttUs: number): boolean {
  const { head } = sk.rtxQueue;
  return head !== null && sackRttUs > ((sk.nowUs - head.mstampUs) | 0);
}

/** Twin of tcp_write_queue_purge: nothing is sent any more. */
export function tcpCleanRtxQueueAll(sk: TcpSock): void {
  for (let head = sk.rtxQueue.head; head !== null; head = sk.rtxQueue.head) tcpRtxQueueUnlinkAndFree(sk, head);
  for (let head = sk.writeQueue.head; head !== null; head = sk.writeQueue.head) {
    sk.writeQueue.remove(head);
    sk.wmemQueued -= head.trueBytes;
    sk.ns.tcp.segments.give(head);
  }
  sk.sendBuffer?.release();
  sk.packetsOut = 0;
  sk.backoff = 0;
  tcpClearAllRetransHints(sk);
}
