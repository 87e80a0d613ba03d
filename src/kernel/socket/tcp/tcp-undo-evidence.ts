/** Whether a loss was none: what the time stamps say (Linux: tcp_packet_delayed and its like; RFC 3522, Eifel). */
import { seqBefore } from '../../../base/sequence.ts';
import { tcpIsReno } from './tcp-scoreboard.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_SYN_SENT, TCPCB_EVER_RETRANS, TCPCB_RETRANS } from './tcp-states.ts';
import { tcpSkbTimestampTs } from './tcp-timestamp.ts';

/** Twin of tcp_tsopt_ecr_before: the peer echoes a time stamp from before `when`. */
function tcpTsoptEcrBefore(sk: TcpSock, when: number): boolean {
  return sk.rxOpt.sawTstamp && sk.rxOpt.rcvTsecr !== 0 && seqBefore(sk.rxOpt.rcvTsecr, when);
}

/** Twin of tcp_skb_spurious_retrans: what arrived was not the copy. */
export function tcpSkbSpuriousRetrans(sk: TcpSock, segment: TcpSegment): boolean {
  return (segment.sacked & TCPCB_RETRANS) !== 0 && tcpTsoptEcrBefore(sk, tcpSkbTimestampTs(sk, segment));
}

/** Twin of tcp_packet_delayed: the acknowledgment was caused by what was sent before the first retransmission. */
export function tcpPacketDelayed(sk: TcpSock): boolean {
  if (sk.retransStamp !== 0) return tcpTsoptEcrBefore(sk, sk.retransStamp);
  // None was sent yet, or that it was has been forgotten, in two cases.
  if (tcpIsReno(sk) && !seqBefore(sk.sndUna, sk.highSeq)) return false;
  return sk.state !== TCP_SYN_SENT;
}

/** Twin of tcp_any_retrans_done. */
export function tcpAnyRetransDone(sk: TcpSock): boolean {
  if (sk.retransOut !== 0) return true;
  const { head } = sk.rtxQueue;
  return head !== null && (head.sacked & TCPCB_EVER_RETRANS) !== 0;
}

/** Twin of tcp_retrans_stamp_cleanup. */
export function tcpRetransStampCleanup(sk: TcpSock): void {
  if (!tcpAnyRetransDone(sk)) sk.retransStamp = 0;
}
