/** What a program reads (Linux: tcp_recvmsg_locked, tcp_inq of net/ipv4/tcp.c). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { tcpCleanupRbuf } from './tcp-ack-policy.ts';
import { tcpFastPathCheck } from './tcp-fast-path.ts';
import type { TcpSock } from './tcp-sock.ts';
import { TCP_SYN_RECV, TCP_SYN_SENT, tcpf } from './tcp-states.ts';
import { tcpRcvSpaceAdjust } from './tcp-window.ts';

const CONNECTING = tcpf(TCP_SYN_SENT) | tcpf(TCP_SYN_RECV);

/** Twin of tcp_inq: bytes that can be read. */
export function tcpInq(sk: TcpSock): number {
  if ((tcpf(sk.state) & CONNECTING) !== 0) return 0;
  const hasMark = sk.urgData !== 0 && !seqBefore(sk.urgSeq, sk.copiedSeq) && seqBefore(sk.urgSeq, sk.rcvNxt);
  if (hasMark && sk.urgSeq !== sk.copiedSeq) return (sk.urgSeq - sk.copiedSeq) | 0;
  const waiting = unreadBytes(sk);
  return hasMark ? waiting - 1 : waiting;
}

/** Bytes of the queue that have not been read, the urgent one too; the FIN at its end is none. */
function unreadBytes(sk: TcpSock): number {
  const waiting = (sk.rcvNxt - sk.copiedSeq) | 0;
  return waiting > 0 && sk.isDone ? waiting - 1 : waiting;
}

/**
 * Twin of tcp_recvmsg_locked: bytes copied, 0 at the end, -1 when there is nothing yet or sk.error says why. Without a
 * target they are thrown away (MSG_TRUNC).
 */
export function tcpRecvmsg(sk: TcpSock, target: Uint8Array | null, at: number, max: number): number {
  let copied = 0;
  while (copied < max) {
    // One buffer after the other, since each is a measurement for the window.
    let length = Math.min(max - copied, unreadBytes(sk), headBytes(sk));
    if (length <= 0) break;
    if (sk.urgData !== 0) {
      const mark = (sk.urgSeq - sk.copiedSeq) >>> 0;
      if (mark === 0) {
        if (copied > 0) break;
        consume(sk, 1);
        continue;
      }
      length = Math.min(length, mark);
    }
    if (target !== null) sk.receiveBuffer!.read(sk.copiedSeq, length, target, at + copied);
    consume(sk, length);
    copied += length;
  }
  readFin(sk);
  if (copied > 0) {
    tcpCleanupRbuf(sk, copied);
    return copied;
  }
  return max === 0 || sk.isDone ? 0 : -1;
}

/** Bytes of the first buffer that have not been read. */
function headBytes(sk: TcpSock): number {
  const runs = sk.receiveBuffer?.inOrder;
  return runs === undefined || runs.count === 0 ? 0 : (runs.endSeq(0) - sk.copiedSeq) | 0;
}

/** `bytes` more have been read: their buffers are free (tcp_eat_recv_skb). */
function consume(sk: TcpSock, bytes: number): void {
  sk.copiedSeq = (sk.copiedSeq + bytes) | 0;
  if (sk.urgData !== 0 && seqAfter(sk.copiedSeq, sk.urgSeq)) {
    sk.urgData = 0;
    tcpFastPathCheck(sk);
  }
  tcpRcvSpaceAdjust(sk);
  freeRead(sk);
}

function freeRead(sk: TcpSock): void {
  const buffer = sk.receiveBuffer!;
  sk.rmemAlloc -= buffer.inOrder.removeUntil(sk.copiedSeq);
  if (sk.copiedSeq !== sk.rcvNxt || buffer.outOfOrder.count > 0) return;
  buffer.release();
  buffer.inOrder.release();
  buffer.outOfOrder.release();
}

/** The FIN goes with the last byte before it. */
function readFin(sk: TcpSock): void {
  if (!sk.isDone || ((sk.rcvNxt - sk.copiedSeq) | 0) !== 1) return;
  sk.copiedSeq = sk.rcvNxt;
  freeRead(sk);
}

/** MSG_PEEK: the same bytes stay where they are. */
export function tcpPeekmsg(sk: TcpSock, target: Uint8Array, at: number, max: number): number {
  let length = Math.min(max, unreadBytes(sk));
  if (length <= 0) return max === 0 || sk.isDone ? 0 : -1;
  let from = sk.copiedSeq;
  if (sk.urgData !== 0) {
    const mark = (sk.urgSeq - from) >>> 0;
    if (mark === 0) {
      from = (from + 1) | 0;
      length = Math.min(max, unreadBytes(sk) - 1);
    } else {
      length = Math.min(length, mark);
    }
  }
  if (length > 0) sk.receiveBuffer!.read(from, length, target, at);
  return length;
}
