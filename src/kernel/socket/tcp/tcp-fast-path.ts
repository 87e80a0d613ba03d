/** Header prediction: which segment would be the plain next one (Van Jacobson; Linux: net/tcp.h). */
import { FLAG_ACK, FLAG_PSH } from '../../../wire/tcp.ts';
import { tcpIsOfoEmpty } from './receive-buffer.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Header length, flags and window in one number that stays small: 6, 8 and 16 bits. */
const pack = (headerLen: number, flags: number, window: number): number => (headerLen << 24) | (flags << 16) | window;

/** What `incoming` is to be compared with `predFlags` by; PSH makes no difference. */
export const tcpPredWord = (incoming: TcpIncoming): number =>
  pack(incoming.headerLen, incoming.tcpFlags & ~FLAG_PSH, incoming.window);

/** Twin of tcp_fast_path_on: the flags and the window of the segments that are expected. */
export function tcpFastPathOn(sk: TcpSock): void {
  sk.predFlags = pack(sk.tcpHeaderLen, FLAG_ACK, sk.sndWnd >>> sk.rxOpt.sndWscale);
}

/** Twin of tcp_fast_path_check: header prediction is on again when nothing speaks against it. */
export function tcpFastPathCheck(sk: TcpSock): void {
  if (tcpIsOfoEmpty(sk) && sk.rcvWnd > 0 && sk.rmemAlloc < sk.rcvbufBytes && sk.urgData === 0) tcpFastPathOn(sk);
}
