/**
 * What the sender believes of the segments under way (Linux: the tags of TCP_SKB_CB(skb)->sacked and their counters).
 *
 *   S  SACKed      sackedOut    it has arrived, out of order
 *   L  lost        lostOut      it will not arrive any more
 *   R  retransmitted retransOut a second copy is under way
 *
 * In flight are packetsOut - sackedOut - lostOut + retransOut. Without SACK, duplicate acknowledgments are counted as
 * if each were a SACK of some segment (NewReno).
 */
import { seqBefore } from '../../../base/sequence.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCPCB_LOST, TCPCB_SACKED_ACKED, TCPCB_SACKED_RETRANS } from './tcp-states.ts';

/** Twin of tcp_is_reno: the peer knows no SACK. */
export function tcpIsReno(sk: TcpSock): boolean {
  return !sk.rxOpt.sackOk;
}

/** Twin of tcp_left_out: what is not under way any more and not acknowledged yet. */
export function tcpLeftOut(sk: TcpSock): number {
  return sk.sackedOut + sk.lostOut;
}

/** Twin of tcp_highest_sack_seq: behind the highest byte that a SACK block told of. */
export function tcpHighestSackSeq(sk: TcpSock): number {
  return sk.sackedOut === 0 ? sk.sndUna : sk.highestSackSeq;
}

/** Twin of tcp_mark_skb_lost. */
export function tcpMarkSkbLost(sk: TcpSock, segment: TcpSegment): void {
  const { sacked } = segment;
  if ((sacked & TCPCB_SACKED_ACKED) !== 0) return;
  verifyRetransmitHint(sk, segment);
  if ((sacked & TCPCB_LOST) === 0) {
    segment.sacked |= TCPCB_LOST;
    sk.lostOut++;
    sk.lost++;
  } else if ((sacked & TCPCB_SACKED_RETRANS) !== 0) {
    segment.sacked &= ~TCPCB_SACKED_RETRANS;
    sk.retransOut--;
    sk.lost++;
    sk.ns.mib.tcpExt.TCPLostRetransmit++;
  }
}

/** Twin of tcp_verify_retransmit_hint: before the counters know of the new loss. */
function verifyRetransmitHint(sk: TcpSock, segment: TcpSegment): void {
  const hint = sk.retransmitHint;
  if (hint === null ? sk.retransOut >= sk.lostOut : seqBefore(segment.seq, hint.seq)) sk.retransmitHint = segment;
}

/** Twin of tcp_clear_all_retrans_hints. */
export function tcpClearAllRetransHints(sk: TcpSock): void {
  sk.retransmitHint = null;
}

/** Twin of tcp_clear_retrans: nothing is known of what is under way. */
export function tcpClearRetrans(sk: TcpSock): void {
  sk.retransOut = 0;
  sk.lostOut = 0;
  sk.undoMarker = 0;
  sk.undoRetrans = -1;
  sk.sackedOut = 0;
}

/** Twin of tcp_check_sack_reordering: `lowSeq` was sent once and arrived after higher ones. */
export function tcpCheckSackReordering(sk: TcpSock, lowSeq: number, byTimestamp: boolean): void {
  const highSeq = tcpHighestSackSeq(sk);
  if (!seqBefore(lowSeq, highSeq)) return;
  const mss = sk.mssCache;
  const distanceBytes = (highSeq - lowSeq) | 0;
  if (distanceBytes > sk.reordering * mss && mss !== 0) {
    sk.reordering = Math.min(Math.ceil(distanceBytes / mss), sk.ns.sysctls.tcp.maxReordering);
  }
  sk.reordSeen++;
  if (byTimestamp) sk.ns.mib.tcpExt.TCPTSReorder++;
  else sk.ns.mib.tcpExt.TCPSACKReorder++;
}

/** Twin of tcp_limit_reno_sacked: one hole there must be at least; true when there were too many. */
export function tcpLimitRenoSacked(sk: TcpSock): boolean {
  const holes = Math.min(Math.max(sk.lostOut, 1), sk.packetsOut);
  if (sk.sackedOut + holes <= sk.packetsOut) return false;
  sk.sackedOut = sk.packetsOut - holes;
  return true;
}

function checkRenoReordering(sk: TcpSock, addend: number): void {
  if (!tcpLimitRenoSacked(sk)) return;
  sk.reordering = Math.min(sk.packetsOut + addend, sk.ns.sysctls.tcp.maxReordering);
  sk.reordSeen++;
  sk.ns.mib.tcpExt.TCPRenoReorder++;
}

/** Twin of tcp_count_delivered. */
export function tcpCountDelivered(sk: TcpSock, count: number, isEce: boolean): void {
  sk.delivered += count;
  if (isEce) sk.deliveredCe += count;
}

/** Twin of tcp_add_reno_sack: a duplicate acknowledgment stands for a segment that arrived. */
export function tcpAddRenoSack(sk: TcpSock, count: number, isEce: boolean): void {
  if (count === 0) return;
  const before = sk.sackedOut;
  sk.sackedOut += count;
  checkRenoReordering(sk, 0);
  if (sk.sackedOut > before) tcpCountDelivered(sk, sk.sackedOut - before, isEce);
}

/** Twin of tcp_remove_reno_sacks: one of the acknowledged segments filled the hole, others had been counted. */
export function tcpRemoveRenoSacks(sk: TcpSock, acked: number, isEce: boolean): void {
  if (acked > 0) {
    tcpCountDelivered(sk, Math.max(acked - sk.sackedOut, 1), isEce);
    sk.sackedOut = Math.max(sk.sackedOut - (acked - 1), 0);
  }
  checkRenoReordering(sk, acked);
}

/** Twin of tcp_reset_reno_sack. */
export function tcpResetRenoSack(sk: TcpSock): void {
  sk.sackedOut = 0;
}
