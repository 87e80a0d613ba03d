/** How a connection ends (Linux: tcp_close, tcp_done, tcp_shutdown, tcp_disconnect of net/ipv4/tcp.c). */
import type { Errno } from '../../errno.ts';
import { notYet } from './not-yet.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Twin of tcp_set_state: counts, and leaves the tables in CLOSE. */
export function tcpSetState(_sk: TcpSock, _state: number): void {
  return notYet('tcpSetState');
}

/** Twin of tcp_done: over, at once. */
export function tcpDone(_sk: TcpSock): void {
  return notYet('tcpDone');
}

/** Twin of tcp_done_with_error. */
export function tcpDoneWithError(_sk: TcpSock, _errno: Errno): void {
  return notYet('tcpDoneWithError');
}

/** Twin of tcp_time_wait: the rest is left to a small stand-in; FIN_WAIT2 or TIME_WAIT. */
export function tcpTimeWait(_sk: TcpSock, _state: number, _timeoutNs: number): void {
  return notYet('tcpTimeWait');
}

/** Twin of tcp_shutdown: RCV_SHUTDOWN, SEND_SHUTDOWN or both. */
export function tcpShutdown(_sk: TcpSock, _how: number): void {
  return notYet('tcpShutdown');
}

/** Twin of __tcp_close without lingering. */
export function tcpClose(_sk: TcpSock): void {
  return notYet('tcpClose');
}

/** Twin of tcp_fin_time. */
export function tcpFinTimeNs(_sk: TcpSock): number {
  return notYet('tcpFinTimeNs');
}
