/** What a connection receives (Linux: net/ipv4/tcp_input.c). */
import { notYet } from './not-yet.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Twin of tcp_rcv_established: 0 when the frame was taken, or the drop reason. The frame stays the caller's. */
export function tcpRcvEstablished(_sk: TcpSock, _incoming: TcpIncoming): number {
  return notYet('tcpRcvEstablished');
}

/** Twin of tcp_rcv_state_process: 0, a drop reason, or TCP_SEND_RESET beside it. */
export function tcpRcvStateProcess(_sk: TcpSock, _incoming: TcpIncoming): number {
  return notYet('tcpRcvStateProcess');
}

/** Twin of tcp_recvmsg_locked: bytes copied, 0 at the end, -1 when there is nothing yet or sk.error says why. */
export function tcpRecvmsg(_sk: TcpSock, _target: Uint8Array, _at: number, _max: number): number {
  return notYet('tcpRecvmsg');
}

/** Twin of tcp_cleanup_rbuf: an acknowledgment, if the window has opened. */
export function tcpCleanupRbuf(_sk: TcpSock, _copied: number): void {
  return notYet('tcpCleanupRbuf');
}

/** Twin of tcp_enter_quickack_mode. */
export function tcpEnterQuickackMode(_sk: TcpSock, _maxQuickacks: number): void {
  return notYet('tcpEnterQuickackMode');
}

/** Twin of tcp_finish_connect. */
export function tcpFinishConnect(_sk: TcpSock, _incoming: TcpIncoming): void {
  return notYet('tcpFinishConnect');
}

/** Twin of tcp_reset: a reset of the peer counts. */
export function tcpReset(_sk: TcpSock): void {
  return notYet('tcpReset');
}

/** Twin of tcp_inq: bytes that can be read. */
export function tcpInq(_sk: TcpSock): number {
  return notYet('tcpInq');
}

/** Twin of tcp_send_challenge_ack (RFC 5961), within its limits. */
export function tcpSendChallengeAck(_sk: TcpSock): void {
  return notYet('tcpSendChallengeAck');
}

/** Twin of tcp_oow_rate_limited: whether a duplicate acknowledgment for what is out of the window has to wait. */
export function tcpOowRateLimited(_sk: TcpSock, _incoming: TcpIncoming): boolean {
  return notYet('tcpOowRateLimited');
}

/** Twin of tcp_fast_path_on: the flags and the window of the segments that are expected (header prediction). */
export function tcpFastPathOn(_sk: TcpSock): void {
  return notYet('tcpFastPathOn');
}

/** Twin of tcp_fast_path_check: header prediction is on again when nothing speaks against it. */
export function tcpFastPathCheck(_sk: TcpSock): void {
  return notYet('tcpFastPathCheck');
}

/** Twin of tcp_replace_ts_recent: the time stamp of a segment that covers `rcvWup` is the one to echo. */
export function tcpReplaceTsRecent(_sk: TcpSock, _seq: number): void {
  return notYet('tcpReplaceTsRecent');
}

/** Twin of tcp_ecn_accept_cwr: the peer has reduced its window. */
export function tcpEcnAcceptCwr(_sk: TcpSock, _incoming: TcpIncoming): void {
  return notYet('tcpEcnAcceptCwr');
}
