/** Urgent data: one byte that plain reading leaves out (RFC 9293, 3.8.5; Linux: tcp_urg). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { FLAG_SYN, FLAG_URG } from '../../../wire/tcp.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_URG_NOTYET, TCP_URG_VALID } from './tcp-states.ts';

/** Twin of tcp_urg. */
export function tcpUrg(sk: TcpSock, incoming: TcpIncoming): void {
  if ((incoming.tcpFlags & FLAG_URG) !== 0) checkUrg(sk, incoming);
  if (sk.urgData !== TCP_URG_NOTYET) return;
  const at = (sk.urgSeq - incoming.seq - ((incoming.tcpFlags & FLAG_SYN) === 0 ? 0 : 1)) >>> 0;
  if (at >= incoming.dataBytes) return;
  sk.urgData = TCP_URG_VALID | incoming.frame!.slab.bytes[incoming.dataOffset + at]!;
  if (!sk.isDead) sk.socket?.readWaiters.wakeAll();
}

/** Twin of tcp_check_urg. */
function checkUrg(sk: TcpSock, incoming: TcpIncoming): void {
  const { urgent } = incoming;
  // Linux takes it for the number behind the byte, as BSD did, unless net.ipv4.tcp_stdurg is set.
  const back = urgent !== 0 && sk.ns.sysctls.tcp.stdurg === 0 ? 1 : 0;
  const urgSeq = (incoming.seq + urgent - back) | 0;
  if (seqAfter(sk.copiedSeq, urgSeq) || seqBefore(urgSeq, sk.rcvNxt)) return;
  if (sk.urgData !== 0 && !seqAfter(urgSeq, sk.urgSeq)) return;
  // The old one was not read and no mark any more.
  if (sk.urgSeq === sk.copiedSeq && sk.urgData !== 0 && sk.copiedSeq !== sk.rcvNxt) {
    sk.copiedSeq = (sk.copiedSeq + 1) | 0;
    if (sk.receiveBuffer !== null) sk.rmemAlloc -= sk.receiveBuffer.inOrder.removeUntil(sk.copiedSeq);
  }
  sk.urgData = TCP_URG_NOTYET;
  sk.urgSeq = urgSeq;
  sk.predFlags = 0;
}
