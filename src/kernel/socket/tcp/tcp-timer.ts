/** Timers of a connection (Linux: net/ipv4/tcp_timer.c, inet_connection_sock.h). */
import { notYet } from './not-yet.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Twin of tcp_reset_xmit_timer: ICSK_TIME_… in so many microseconds. */
export function tcpResetXmitTimer(_sk: TcpSock, _what: number, _whenUs: number): void {
  return notYet('tcpResetXmitTimer');
}

/** Twin of inet_csk_clear_xmit_timer for the sender's timer. */
export function tcpClearXmitTimer(_sk: TcpSock): void {
  return notYet('tcpClearXmitTimer');
}

/** Twin of inet_csk_reset_xmit_timer(ICSK_TIME_DACK). */
export function tcpResetDelackTimer(_sk: TcpSock, _whenUs: number): void {
  return notYet('tcpResetDelackTimer');
}

/** The acknowledgment has gone. */
export function tcpClearDelackTimer(_sk: TcpSock): void {
  return notYet('tcpClearDelackTimer');
}

/** Twin of tcp_clear_xmit_timers: all of them. */
export function tcpClearXmitTimers(_sk: TcpSock): void {
  return notYet('tcpClearXmitTimers');
}

/** Twin of inet_csk_reset_keepalive_timer. */
export function tcpResetKeepaliveTimer(_sk: TcpSock, _delayNs: number): void {
  return notYet('tcpResetKeepaliveTimer');
}

/** Twin of inet_csk_delete_keepalive_timer. */
export function tcpDeleteKeepaliveTimer(_sk: TcpSock): void {
  return notYet('tcpDeleteKeepaliveTimer');
}

/** Twin of tcp_set_keepalive: SO_KEEPALIVE. */
export function tcpSetKeepalive(_sk: TcpSock, _isOn: boolean): void {
  return notYet('tcpSetKeepalive');
}

/** Twin of tcp_write_timer_handler. */
export function tcpWriteTimerHandler(_sk: TcpSock): void {
  return notYet('tcpWriteTimerHandler');
}

/** Twin of tcp_probe0_base. */
export function tcpProbe0BaseUs(_sk: TcpSock): number {
  return notYet('tcpProbe0BaseUs');
}
