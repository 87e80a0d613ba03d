/** The window that is announced, and the receive buffer behind it (tcp_output.c, tcp_input.c). */
import { notYet } from './not-yet.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Twin of tcp_select_window: as it goes into the header, scaled. */
export function tcpSelectWindow(_sk: TcpSock): number {
  return notYet('tcpSelectWindow');
}

/** Twin of tcp_receive_window: bytes that the peer may still send. */
export function tcpReceiveWindow(_sk: TcpSock): number {
  return notYet('tcpReceiveWindow');
}

/** Twin of tcp_select_initial_window: sets rcvWnd, windowClamp and rxOpt.rcvWscale. */
export function tcpSelectInitialWindow(_sk: TcpSock, _spaceBytes: number, _mss: number, _wscaleOk: boolean): void {
  return notYet('tcpSelectInitialWindow');
}

/** Twin of tcp_init_buffer_space. */
export function tcpInitBufferSpace(_sk: TcpSock): void {
  return notYet('tcpInitBufferSpace');
}

/** Twin of tcp_initialize_rcv_mss. */
export function tcpInitializeRcvMss(_sk: TcpSock): void {
  return notYet('tcpInitializeRcvMss');
}

/** Twin of tcp_rcv_space_adjust: Dynamic Right Sizing. */
export function tcpRcvSpaceAdjust(_sk: TcpSock): void {
  return notYet('tcpRcvSpaceAdjust');
}

/** Twin of tcp_full_space. */
export function tcpFullSpace(_sk: TcpSock): number {
  return notYet('tcpFullSpace');
}
