/** The text of a segment goes to the receive queue, in order or not (Linux: tcp_data_queue and its neighbours). */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { Drop } from '../../../link/drop.ts';
import { FLAG_FIN } from '../../../wire/tcp.ts';
import { tcpEnterQuickackMode, tcpIncrQuickack } from './tcp-ack-policy.ts';
import { tcpEcnCheckCe } from './tcp-ecn.ts';
import { tcpFastPathCheck } from './tcp-fast-path.ts';
import { tcpFin } from './tcp-fin.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpDataQueueOfo, tcpOfoQueue } from './tcp-ofo-queue.ts';
import { tcpRcvRttMeasure } from './tcp-rcv-rtt.ts';
import { tcpTryRmemSchedule } from './tcp-rmem.ts';
import { ReceiveBuffer, liveEnd, tcpIsOfoEmpty } from './receive-buffer.ts';
import { tcpDsackSet, tcpSackRemove } from './tcp-sack.ts';
import { SKB_OVERHEAD_BYTES } from './skb-runs.ts';
import type { TcpSock } from './tcp-sock.ts';
import { ICSK_ACK_NOMEM, ICSK_ACK_NOW, ICSK_ACK_SCHED, TCP_ATO_MIN_US, TCP_MAX_QUICKACKS } from './tcp-states.ts';
import { tcpGrowWindow, tcpMeasureRcvMss, tcpReceiveWindow } from './tcp-window.ts';

/** Segments from here on may open the window further. */
const GROWING_BYTES = 128;

/** Twin of tcp_data_queue: 0 when the text was taken or there is none, else the drop reason. */
export function tcpDataQueue(sk: TcpSock, incoming: TcpIncoming): number {
  const { seq, endSeq } = incoming;
  if (seq === endSeq) return 0;
  sk.hasDsack = false;
  if (seq === sk.rcvNxt) {
    const isBareFin = incoming.dataBytes === 0 && (incoming.tcpFlags & FLAG_FIN) !== 0;
    if (tcpReceiveWindow(sk) === 0 && !isBareFin) return windowIsZero(sk);
    return queueInOrder(sk, incoming);
  }
  if (!seqAfter(endSeq, sk.rcvNxt)) {
    // It was sent again: the peer has missed our acknowledgment.
    sk.ns.mib.tcpExt.DelayedACKLost++;
    tcpDsackSet(sk, seq, endSeq);
    return outOfWindow(sk, Drop.TCP_OLD_DATA);
  }
  const window = tcpReceiveWindow(sk);
  if (!seqBefore(seq, (sk.rcvNxt + window) | 0)) return outOfWindow(sk, Drop.TCP_OVERWINDOW);
  if (!seqBefore(seq, sk.rcvNxt)) return tcpDataQueueOfo(sk, incoming);
  tcpDsackSet(sk, seq, sk.rcvNxt);
  if (window === 0) return windowIsZero(sk);
  return queueInOrder(sk, incoming);
}

function windowIsZero(sk: TcpSock): number {
  sk.ns.mib.tcpExt.TCPZeroWindowDrop++;
  return outOfWindow(sk, Drop.TCP_ZEROWINDOW);
}

function outOfWindow(sk: TcpSock, reason: number): number {
  tcpEnterQuickackMode(sk, TCP_MAX_QUICKACKS);
  sk.ackPending |= ICSK_ACK_SCHED;
  return reason;
}

function queueInOrder(sk: TcpSock, incoming: TcpIncoming): number {
  if (!tcpTryRmemSchedule(sk, incoming.seq, incoming.dataBytes)) {
    sk.ackPending |= ICSK_ACK_NOMEM | ICSK_ACK_NOW | ICSK_ACK_SCHED;
    sk.socket?.readWaiters.wakeAll();
    const isEmpty = sk.receiveBuffer === null || sk.receiveBuffer.inOrder.count === 0;
    if (!isEmpty && incoming.dataBytes > 0) {
      sk.ns.mib.tcpExt.TCPRcvQDrop++;
      return Drop.SOCKET_RCVBUFF;
    }
  }
  tcpQueueRcv(sk, incoming);
  if (incoming.dataBytes > 0) tcpEventDataRecv(sk, incoming);
  if ((incoming.tcpFlags & FLAG_FIN) !== 0) tcpFin(sk);
  if (!tcpIsOfoEmpty(sk)) {
    tcpOfoQueue(sk);
    // RFC 5681, 4.2: at once when a gap is filled.
    if (tcpIsOfoEmpty(sk)) sk.ackPending |= ICSK_ACK_NOW;
  }
  if (sk.numSacks > 0) tcpSackRemove(sk);
  tcpFastPathCheck(sk);
  if (!sk.isDead) tcpDataReady(sk);
  return 0;
}

/** Twin of tcp_queue_rcv: the bytes from `rcvNxt` on, in order. */
export function tcpQueueRcv(sk: TcpSock, incoming: TcpIncoming): void {
  const buffer = (sk.receiveBuffer ??= new ReceiveBuffer(sk.ns.tcp.rings));
  const { seq, endSeq, dataBytes } = incoming;
  const fin = incoming.tcpFlags & FLAG_FIN;
  const known = (sk.rcvNxt - seq) | 0;
  const fresh = dataBytes - known;
  if (fresh > 0) {
    const { slab } = incoming.frame!;
    buffer.write(sk.rcvNxt, slab, incoming.dataOffset + known, fresh, sk.copiedSeq, liveEnd(buffer, sk.rcvNxt));
  }
  const runs = buffer.inOrder;
  const trueBytes = dataBytes + SKB_OVERHEAD_BYTES;
  const delta = runs.count === 0 ? -1 : runs.tryCoalesce(runs.count - 1, seq, endSeq, trueBytes, 1, fin);
  if (delta < 0) runs.insert(runs.count, seq, endSeq, trueBytes, 1, fin);
  else sk.ns.mib.tcpExt.TCPRcvCoalesce++;
  sk.rmemAlloc += delta < 0 ? trueBytes : delta;
  tcpRcvNxtUpdate(sk, endSeq);
}

/** Twin of tcp_rcv_nxt_update. */
export function tcpRcvNxtUpdate(sk: TcpSock, seq: number): void {
  sk.bytesReceived += (seq - sk.rcvNxt) | 0;
  sk.rcvNxt = seq;
}

/** Twin of tcp_event_data_recv: what the pace of the segments says about when to acknowledge. */
export function tcpEventDataRecv(sk: TcpSock, incoming: TcpIncoming): void {
  sk.ackPending |= ICSK_ACK_SCHED;
  tcpMeasureRcvMss(sk, incoming);
  tcpRcvRttMeasure(sk);
  if (sk.atoUs === 0) {
    tcpIncrQuickack(sk, TCP_MAX_QUICKACKS);
    sk.atoUs = TCP_ATO_MIN_US;
  } else {
    measureAto(sk);
  }
  sk.ackLrcvTimeUs = sk.nowUs;
  tcpEcnCheckCe(sk, incoming);
  if (incoming.dataBytes >= GROWING_BYTES) tcpGrowWindow(sk, incoming.dataBytes, true);
}

function measureAto(sk: TcpSock): void {
  const gapUs = (sk.nowUs - sk.ackLrcvTimeUs) | 0;
  if (gapUs <= TCP_ATO_MIN_US >> 1) sk.atoUs = (sk.atoUs >> 1) + (TCP_ATO_MIN_US >> 1);
  else if (gapUs < sk.atoUs) sk.atoUs = Math.min((sk.atoUs >> 1) + gapUs, sk.rtoUs);
  // The sender has paused, and begins with a small window again.
  else if (gapUs > sk.rtoUs) tcpIncrQuickack(sk, TCP_MAX_QUICKACKS);
}

/** Twin of tcp_data_ready: the program is woken when there is as much as it wants, or nothing more will come. */
export function tcpDataReady(sk: TcpSock): void {
  const { socket } = sk;
  if (socket === null) return;
  if (tcpEpollinReady(sk) || sk.isDone) socket.readWaiters.wakeAll();
}

/** Twin of tcp_epollin_ready. */
export function tcpEpollinReady(sk: TcpSock): boolean {
  const available = (sk.rcvNxt - sk.copiedSeq) | 0;
  if (available <= 0) return false;
  if (available >= sk.rcvlowat) return true;
  // Memory is short, or so is the window: it cannot become as much.
  return sk.rmemAlloc > sk.rcvbufBytes || tcpReceiveWindow(sk) <= sk.rcvMss;
}
