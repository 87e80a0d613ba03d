/** The window that the peer offers (Linux: tcp_ack_update_window of net/ipv4/tcp_input.c). */
import { seqAfter } from '../../../base/sequence.ts';
import { FLAG_SYN as HEADER_SYN } from '../../../wire/tcp.ts';
import { FLAG_WIN_UPDATE } from './tcp-ack-flags.ts';
import { tcpSlowStartAfterIdleCheck } from './tcp-idle.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpFastPathCheck } from './tcp-fast-path.ts';
import { tcpSyncMss } from './tcp-mss.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Twin of tcp_snd_una_update. */
export function tcpSndUnaUpdate(sk: TcpSock, ackSeq: number): void {
  sk.bytesAcked += (ackSeq - sk.sndUna) | 0;
  sk.sndUna = ackSeq;
}

/** Twin of tcp_may_update_window: not from a segment that is older than the one it was last taken from. */
function mayUpdateWindow(sk: TcpSock, incoming: TcpIncoming, window: number): boolean {
  if (seqAfter(incoming.ackSeq, sk.sndUna) || seqAfter(incoming.seq, sk.sndWl1)) return true;
  return incoming.seq === sk.sndWl1 && (window > sk.sndWnd || window === 0);
}

/** Twin of tcp_ack_update_window. */
export function tcpAckUpdateWindow(sk: TcpSock, incoming: TcpIncoming): number {
  const isScaled = (incoming.tcpFlags & HEADER_SYN) === 0;
  const window = isScaled ? incoming.window << sk.rxOpt.sndWscale : incoming.window;
  let flag = 0;
  if (mayUpdateWindow(sk, incoming, window)) {
    flag = FLAG_WIN_UPDATE;
    sk.sndWl1 = incoming.seq;
    if (sk.sndWnd !== window) setWindow(sk, window);
  }
  tcpSndUnaUpdate(sk, incoming.ackSeq);
  return flag;
}

function setWindow(sk: TcpSock, window: number): void {
  sk.sndWnd = window;
  // The header that is predicted names the old one.
  sk.predFlags = 0;
  tcpFastPathCheck(sk);
  if (sk.writeQueue.head !== null) tcpSlowStartAfterIdleCheck(sk);
  if (window > sk.maxWindow) {
    sk.maxWindow = window;
    tcpSyncMss(sk, sk.pmtuCookie);
  }
}
