/** What the sender does about echoes of congestion (RFC 3168; Linux: tcp_ecn_… of net/ipv4/tcp_input.c). */
import { FLAG_ECE as HEADER_ECE, FLAG_SYN as HEADER_SYN } from '../../../wire/tcp.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_ECN_OK, TCP_ECN_QUEUE_CWR } from './tcp-states.ts';

/** Twin of tcp_ecn_queue_cwr: the next data says that the window was reduced. */
export function tcpEcnQueueCwr(sk: TcpSock): void {
  if ((sk.ecnFlags & TCP_ECN_OK) !== 0) sk.ecnFlags |= TCP_ECN_QUEUE_CWR;
}

/** Twin of tcp_ecn_withdraw_cwr, of the sender: it was not reduced after all. */
export function tcpEcnWithdrawQueuedCwr(sk: TcpSock): void {
  sk.ecnFlags &= ~TCP_ECN_QUEUE_CWR;
}

/** Twin of tcp_ecn_rcv_ecn_echo. */
export function tcpEcnRcvEcnEcho(sk: TcpSock, incoming: TcpIncoming): boolean {
  const isEcho = (incoming.tcpFlags & (HEADER_ECE | HEADER_SYN)) === HEADER_ECE;
  return isEcho && (sk.ecnFlags & TCP_ECN_OK) !== 0;
}
