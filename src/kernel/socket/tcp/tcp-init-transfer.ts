/** The connection is made, data may flow (Linux: tcp_init_transfer of net/ipv4/tcp_input.c). */
import { tcpInitCongestionControl } from './tcp-cong.ts';
import { tcpInitMetrics } from './tcp-metrics.ts';
import { tcpMtupInit } from './tcp-mss.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_INIT_CWND } from './tcp-states.ts';
import { tcpInitBufferSpace } from './tcp-window.ts';

/** Twin of tcp_init_cwnd. */
export function tcpInitCwnd(sk: TcpSock): number {
  return Math.min(TCP_INIT_CWND, sk.sndCwndClamp);
}

/** Twin of tcp_init_transfer: metrics, congestion control, buffers. */
export function tcpInitTransfer(sk: TcpSock): void {
  tcpMtupInit(sk);
  tcpInitMetrics(sk);
  // A SYN that was lost more than once tells of a bad path (RFC 5681).
  sk.sndCwnd = sk.totalRetrans > 1 && sk.undoMarker !== 0 ? 1 : tcpInitCwnd(sk);
  sk.sndCwndStamp = sk.nowUs;
  tcpInitCongestionControl(sk);
  tcpInitBufferSpace(sk);
}
