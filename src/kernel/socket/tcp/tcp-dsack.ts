/** A first SACK block that tells of data which arrived twice (Linux: tcp_check_dsack, tcp_dsack_seen; RFC 2883). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import type { TcpAckState } from './tcp-ack-state.ts';
import { FLAG_DSACK_TLP, FLAG_DSACKING_ACK } from './tcp-ack-flags.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { sackBlockEnd, sackBlockStart } from './tcp-sack-blocks.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Twin of tcp_check_dsack: it lies below the acknowledgment, or within the second block. */
export function tcpCheckDsack(sk: TcpSock, incoming: TcpIncoming, priorSndUna: number, state: TcpAckState): boolean {
  const { mib } = sk.ns;
  const start = sackBlockStart(sk, incoming, 0);
  const end = sackBlockEnd(sk, incoming, 0);
  if (seqBefore(start, incoming.ackSeq)) {
    mib.tcpExt.TCPDSACKRecv++;
  } else {
    if (sk.rxOpt.numSacks < 2) return false;
    if (seqAfter(end, sackBlockEnd(sk, incoming, 1)) || seqBefore(start, sackBlockStart(sk, incoming, 1))) return false;
    mib.tcpExt.TCPDSACKOfoRecv++;
  }
  const count = tcpDsackSeen(sk, start, end, state);
  if (count === 0) {
    mib.tcpExt.TCPDSACKIgnoredDubious++;
    return false;
  }
  mib.tcpExt.TCPDSACKRecvSegs += count;
  const isOfThisLoss = sk.undoMarker !== 0 && !seqAfter(end, priorSndUna) && seqAfter(end, sk.undoMarker);
  if (isOfThisLoss && sk.undoRetrans > 0) sk.undoRetrans = Math.max(0, sk.undoRetrans - count);
  return true;
}

/** Twin of tcp_dsack_seen: how many segments came twice; 0 when that cannot be of our doing. */
function tcpDsackSeen(sk: TcpSock, start: number, end: number, state: TcpAckState): number {
  if (!seqBefore(start, end)) return 0;
  const bytes = (end - start) | 0;
  if (bytes > sk.maxWindow) return 0;
  let count = 1;
  if (bytes > sk.mssCache) count = Math.ceil(bytes / sk.mssCache);
  else if (sk.tlpHighSeq !== 0 && sk.tlpHighSeq === end) state.flag |= FLAG_DSACK_TLP;
  sk.dsackDups += count;
  if (sk.dsackDups > sk.totalRetrans) return 0;
  sk.dsackSeen = true;
  if (sk.reordSeen !== 0 && (state.flag & FLAG_DSACK_TLP) === 0) sk.rackDsackSeen = true;
  state.flag |= FLAG_DSACKING_ACK;
  state.sackDelivered += count;
  return count;
}
