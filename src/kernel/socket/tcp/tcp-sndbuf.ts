/** The send buffer grows with the congestion window, and a writer wakes (Linux: tcp_sndbuf_expand, tcp_new_space). */
import { tcpPushPendingFrames } from './tcp-output.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpPacketsInFlight } from './tcp-sock.ts';
import { TCP_INIT_CWND } from './tcp-states.ts';

/** MAX_TCP_HEADER, and the bookkeeping of a buffer behind its bytes and beside them (struct sk_buff). */
const MAX_TCP_HEADER_BYTES = 256;
const SHARED_INFO_BYTES = 320;
const SK_BUFF_BYTES = 256;

/** Twin of tcp_sndbuf_expand: room for two windows, each segment in memory of a power of two. */
export function tcpSndbufExpand(sk: TcpSock): void {
  const bytes = Math.max(sk.rxOpt.mssClamp, sk.mssCache) + MAX_TCP_HEADER_BYTES + SHARED_INFO_BYTES;
  const perSegment = (1 << (32 - Math.clz32(bytes - 1))) + SK_BUFF_BYTES;
  const segments = Math.max(TCP_INIT_CWND, sk.sndCwnd, sk.reordering + 1);
  const wanted = 2 * segments * perSegment;
  if (sk.sndbufBytes < wanted) sk.sndbufBytes = Math.min(wanted, sk.ns.sysctls.tcp.wmemBytes[2]);
}

/** Twin of tcp_should_expand_sndbuf: not when the window is full, since the network is the limit then. */
function shouldExpand(sk: TcpSock): boolean {
  return !sk.isSndbufLocked && tcpPacketsInFlight(sk) < sk.sndCwnd;
}

/** Twin of tcp_check_space and tcp_new_space: wakes a writer for whom there is room. */
export function tcpCheckSpace(sk: TcpSock): void {
  if (!sk.wantsSpace) return;
  if (shouldExpand(sk)) {
    tcpSndbufExpand(sk);
    sk.sndCwndStamp = sk.nowUs;
  }
  // sk_stream_write_space: a third of what is in use has to be free, so that not every segment wakes it.
  const isWriteable = sk.sndbufBytes - sk.wmemQueued >= sk.wmemQueued >> 1;
  if (!isWriteable || sk.socket === null) return;
  sk.wantsSpace = false;
  sk.socket.writeWaiters.wakeAll();
}

/** Twin of tcp_data_snd_check: what may be sent now, and who may write. */
export function tcpDataSndCheck(sk: TcpSock): void {
  if (sk.writeQueue.head !== null) tcpPushPendingFrames(sk);
  tcpCheckSpace(sk);
}
