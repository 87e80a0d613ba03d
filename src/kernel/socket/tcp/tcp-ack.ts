/** What the sender makes of acknowledgments (Linux: tcp_ack() of net/ipv4/tcp_input.c). */
import { notYet } from './not-yet.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Twin of tcp_ack: 1, 0 for an old one, negative with the reason why it is none. */
export function tcpAck(_sk: TcpSock, _incoming: TcpIncoming, _flag: number): number {
  return notYet('tcpAck');
}

/** Twin of tcp_rearm_rto. */
export function tcpRearmRto(_sk: TcpSock): void {
  return notYet('tcpRearmRto');
}

/** Twin of tcp_enter_loss. */
export function tcpEnterLoss(_sk: TcpSock): void {
  return notYet('tcpEnterLoss');
}

/** Twin of tcp_simple_retransmit: the path takes less than was sent. */
export function tcpSimpleRetransmit(_sk: TcpSock): void {
  return notYet('tcpSimpleRetransmit');
}

/** Twin of tcp_rack_reo_timeout. */
export function tcpRackReoTimeout(_sk: TcpSock): void {
  return notYet('tcpRackReoTimeout');
}

/** Twin of tcp_synack_rtt_meas; -1 when there is none. */
export function tcpAckUpdateRttSynack(_sk: TcpSock, _synackRttUs: number): void {
  return notYet('tcpAckUpdateRttSynack');
}

/** Twin of tcp_init_transfer: metrics, congestion control, buffers; the connection begins. */
export function tcpInitTransfer(_sk: TcpSock): void {
  return notYet('tcpInitTransfer');
}

/** Twin of tcp_init_cwnd. */
export function tcpInitCwnd(_sk: TcpSock): number {
  return notYet('tcpInitCwnd');
}

/** Twin of tcp_check_space and tcp_new_space: wakes a writer for whom there is room. */
export function tcpCheckSpace(_sk: TcpSock): void {
  return notYet('tcpCheckSpace');
}

/** Twin of tcp_data_snd_check. */
export function tcpDataSndCheck(_sk: TcpSock): void {
  return notYet('tcpDataSndCheck');
}

/** Twin of tcp_set_rto. */
export function tcpSetRto(_sk: TcpSock): void {
  return notYet('tcpSetRto');
}

/** Twin of tcp_write_queue_purge: nothing is sent any more. */
export function tcpCleanRtxQueueAll(_sk: TcpSock): void {
  return notYet('tcpCleanRtxQueueAll');
}
