/** Time stamps of the peer: which one to echo, and protection against old segments (RFC 7323, 4 and 5). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { FLAG_ACK } from '../../../wire/tcp.ts';
import { Drop } from '../../../link/drop.ts';
import { tcpSeconds } from './tcp-request-checks.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpOptionsReceived, TcpSock } from './tcp-sock.ts';

/** TCP_PAWS_24DAYS */
const STALE_SECONDS = 24 * 24 * 60 * 60;
/** TCP_PAWS_WINDOW: so much may a time stamp go back. */
const PAWS_WINDOW = 1;

/** Never 0, which means that there is no time stamp yet. */
const nowSeconds = (sk: TcpSock): number => tcpSeconds(sk.ns);

/** Twin of tcp_store_ts_recent. */
export function tcpStoreTsRecent(sk: TcpSock): void {
  sk.rxOpt.tsRecent = sk.rxOpt.rcvTsval;
  sk.rxOpt.tsRecentStamp = nowSeconds(sk);
}

/** Twin of tcp_replace_ts_recent: the time stamp of a segment that covers `rcvWup` is the one to echo. */
export function tcpReplaceTsRecent(sk: TcpSock, seq: number): void {
  if (!sk.rxOpt.sawTstamp || seqAfter(seq, sk.rcvWup)) return;
  if (tcpPawsCheck(sk, sk.rxOpt, 0)) tcpStoreTsRecent(sk);
}

/** Twin of tcp_paws_check: whether the segment is young enough. */
export function tcpPawsCheck(sk: TcpSock, rxOpt: TcpOptionsReceived, pawsWindow: number): boolean {
  if (((rxOpt.tsRecent - rxOpt.rcvTsval) | 0) <= pawsWindow) return true;
  if (((nowSeconds(sk) - rxOpt.tsRecentStamp) | 0) >= STALE_SECONDS) return true;
  // Some send their SYN with a zero and mean nothing by it.
  return rxOpt.tsRecent === 0;
}

/** The PAWS check of a segment of a connection: 0, or why it is refused (tcp_paws_check, tcp_disordered_ack_check). */
export function tcpPawsDiscard(sk: TcpSock, incoming: TcpIncoming): number {
  if (tcpPawsCheck(sk, sk.rxOpt, PAWS_WINDOW)) return 0;
  const { seq } = incoming;
  if ((incoming.tcpFlags & FLAG_ACK) === 0 || seq !== incoming.endSeq) return Drop.TCP_RFC7323_PAWS;
  if (seq !== sk.rcvNxt) return seqBefore(seq, sk.rcvNxt) ? Drop.TCP_RFC7323_PAWS_ACK : Drop.TCP_RFC7323_PAWS;
  // A duplicate acknowledgment that was overtaken does no harm and may tell of a loss.
  if (incoming.ackSeq !== sk.sndUna || mayUpdateWindow(sk, incoming)) return Drop.TCP_RFC7323_PAWS;
  const replayMs = Math.floor((sk.rtoUs * 12) / 10_000);
  return ((sk.rxOpt.tsRecent - sk.rxOpt.rcvTsval) | 0) > replayMs ? Drop.TCP_RFC7323_PAWS : 0;
}

/** Twin of tcp_may_update_window. */
function mayUpdateWindow(sk: TcpSock, incoming: TcpIncoming): boolean {
  const window = incoming.window << sk.rxOpt.sndWscale;
  return (
    seqAfter(incoming.ackSeq, sk.sndUna) ||
    seqAfter(incoming.seq, sk.sndWl1) ||
    (incoming.seq === sk.sndWl1 && (window > sk.sndWnd || window === 0))
  );
}
