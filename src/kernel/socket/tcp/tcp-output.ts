/** What a connection sends (Linux: net/ipv4/tcp_output.c). */
import type { Errno } from '../../errno.ts';
import { notYet } from './not-yet.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Twin of __tcp_transmit_skb: a frame with the segment's bytes goes to ipSend. */
export function tcpTransmitSkb(_sk: TcpSock, _segment: TcpSegment): Errno {
  return notYet('tcpTransmitSkb');
}

/** Twin of tcp_sendmsg_locked: how many bytes were taken; 0 for none at present, -1 with sk.error set. */
export function tcpSendmsg(_sk: TcpSock, _bytes: Uint8Array, _from: number, _to: number): number {
  return notYet('tcpSendmsg');
}

/** Twin of tcp_write_xmit: true when segments wait and none is under way. */
export function tcpWriteXmit(_sk: TcpSock, _mss: number, _nonagle: number, _pushOne: number): boolean {
  return notYet('tcpWriteXmit');
}

/** Twin of __tcp_push_pending_frames with the present MSS and nonagle. */
export function tcpPushPendingFrames(_sk: TcpSock): void {
  return notYet('tcpPushPendingFrames');
}

/** Twin of tcp_connect: sends the SYN of a socket whose addresses are known. */
export function tcpConnect(_sk: TcpSock): Errno {
  return notYet('tcpConnect');
}

/** Twin of tcp_retransmit_skb: 0, or why it was not sent (1). */
export function tcpRetransmitSkb(_sk: TcpSock, _segment: TcpSegment): number {
  return notYet('tcpRetransmitSkb');
}

/** Twin of tcp_xmit_retransmit_queue: what is lost, as far as the window goes. */
export function tcpXmitRetransmitQueue(_sk: TcpSock): void {
  return notYet('tcpXmitRetransmitQueue');
}

/** Twin of tcp_schedule_loss_probe. */
export function tcpScheduleLossProbe(_sk: TcpSock, _advancingRto: boolean): boolean {
  return notYet('tcpScheduleLossProbe');
}

/** Twin of tcp_send_loss_probe. */
export function tcpSendLossProbe(_sk: TcpSock): void {
  return notYet('tcpSendLossProbe');
}

/** Twin of tcp_send_ack. */
export function tcpSendAck(_sk: TcpSock): void {
  return notYet('tcpSendAck');
}

/** Twin of tcp_send_delayed_ack. */
export function tcpSendDelayedAck(_sk: TcpSock): void {
  return notYet('tcpSendDelayedAck');
}

/** Twin of tcp_send_fin. */
export function tcpSendFin(_sk: TcpSock): void {
  return notYet('tcpSendFin');
}

/** Twin of tcp_send_active_reset. */
export function tcpSendActiveReset(_sk: TcpSock): void {
  return notYet('tcpSendActiveReset');
}

/** Twin of tcp_send_probe0. */
export function tcpSendProbe0(_sk: TcpSock): void {
  return notYet('tcpSendProbe0');
}

/** Twin of tcp_write_wakeup. */
export function tcpWriteWakeup(_sk: TcpSock): number {
  return notYet('tcpWriteWakeup');
}

/** Twin of tcp_send_synack: of a socket in simultaneous open. */
export function tcpSendSynack(_sk: TcpSock): void {
  return notYet('tcpSendSynack');
}

/** Twin of tcp_sync_mss. */
export function tcpSyncMss(_sk: TcpSock, _pmtu: number): number {
  return notYet('tcpSyncMss');
}

/** Twin of tcp_current_mss. */
export function tcpCurrentMss(_sk: TcpSock): number {
  return notYet('tcpCurrentMss');
}

/** Twin of tcp_mtup_init. */
export function tcpMtupInit(_sk: TcpSock): void {
  return notYet('tcpMtupInit');
}
