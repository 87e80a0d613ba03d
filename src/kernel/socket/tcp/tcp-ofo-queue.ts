/** Segments out of order (Linux: tcp_data_queue_ofo, tcp_ofo_queue). */
import { seqAfter, seqBefore, seqMin } from '../../../base/sequence.ts';
import { Drop } from '../../../link/drop.ts';
import { FLAG_FIN } from '../../../wire/tcp.ts';
import { ReceiveBuffer, liveEnd } from './receive-buffer.ts';
import type { SkbRuns } from './skb-runs.ts';
import { SKB_OVERHEAD_BYTES } from './skb-runs.ts';
import { tcpRcvNxtUpdate } from './tcp-data-queue.ts';
import { tcpEcnCheckCe } from './tcp-ecn.ts';
import { tcpFin } from './tcp-fin.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import { tcpTryRmemSchedule } from './tcp-rmem.ts';
import { tcpDsackExtend, tcpDsackSet, tcpSackNewOfoSkb } from './tcp-sack.ts';
import type { TcpSock } from './tcp-sock.ts';
import { ICSK_ACK_SCHED } from './tcp-states.ts';
import { tcpGrowWindow, tcpMeasureRcvMss, tcpRcvbufGrow } from './tcp-window.ts';

/** Twin of tcp_data_queue_ofo: 0 when it was taken, else the drop reason. */
export function tcpDataQueueOfo(sk: TcpSock, incoming: TcpIncoming): number {
  tcpEcnCheckCe(sk, incoming);
  if (!tcpTryRmemSchedule(sk, incoming.seq, incoming.dataBytes)) {
    sk.ns.mib.tcpExt.TCPOFODrop++;
    sk.socket?.readWaiters.wakeAll();
    return Drop.SOCKET_RCVBUFF;
  }
  tcpMeasureRcvMss(sk, incoming);
  sk.predFlags = 0;
  sk.ackPending |= ICSK_ACK_SCHED;
  sk.rcvOooPack++;
  sk.ns.mib.tcpExt.TCPOFOQueue++;
  const buffer = (sk.receiveBuffer ??= new ReceiveBuffer(sk.ns.tcp.rings));
  const { seq, endSeq } = incoming;
  const runs = buffer.outOfOrder;
  let reason = 0;
  if (runs.count === 0) {
    insertRun(sk, incoming, 0);
    if (sk.rxOpt.sackOk) {
      sk.numSacks = 1;
      sk.selectiveAcks[0] = seq;
      sk.selectiveAcks[1] = endSeq;
    }
  } else {
    reason = placeOutOfOrder(sk, incoming, runs);
    if (sk.rxOpt.sackOk) tcpSackNewOfoSkb(sk, seq, endSeq);
  }
  // Programs that have not accepted it yet cannot read it either.
  if (sk.socket !== null) tcpRcvbufGrow(sk, sk.rcvqSpace);
  return reason;
}

/** Finds the place among the others and settles what overlaps; 0, or why the segment is not needed. */
function placeOutOfOrder(sk: TcpSock, incoming: TcpIncoming, runs: SkbRuns): number {
  const { seq, endSeq } = incoming;
  if (coalesceInto(sk, incoming, runs, runs.count - 1)) return 0;
  // The first that begins behind it; nearly always there is none.
  let at = runs.count;
  if (seqBefore(seq, runs.endSeq(runs.count - 1))) {
    at = firstAfter(runs, seq);
    if (at > 0) {
      const before = at - 1;
      if (seqBefore(seq, runs.endSeq(before))) {
        if (!seqAfter(endSeq, runs.endSeq(before))) {
          sk.ns.mib.tcpExt.TCPOFOMerge++;
          tcpDsackSet(sk, seq, endSeq);
          return Drop.TCP_OFOMERGE;
        }
        if (seqAfter(seq, runs.seq(before))) {
          tcpDsackSet(sk, seq, runs.endSeq(before));
        } else {
          tcpDsackExtend(sk, runs.seq(before), runs.endSeq(before));
          sk.ns.mib.tcpExt.TCPOFOMerge++;
          sk.rmemAlloc -= runs.remove(before);
          at = before;
        }
      } else if (coalesceInto(sk, incoming, runs, before)) {
        mergeRight(sk, runs, before + 1, endSeq);
        return 0;
      }
    }
  }
  insertRun(sk, incoming, at);
  mergeRight(sk, runs, at + 1, endSeq);
  return 0;
}

/** Index of the first run that begins behind `seq`. */
function firstAfter(runs: SkbRuns, seq: number): number {
  let low = 0;
  let high = runs.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (seqBefore(seq, runs.seq(middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Takes out the runs from `at` on that a segment up to `endSeq` has made needless. */
function mergeRight(sk: TcpSock, runs: SkbRuns, at: number, endSeq: number): void {
  while (at < runs.count && seqAfter(endSeq, runs.seq(at))) {
    if (seqBefore(endSeq, runs.endSeq(at))) {
      tcpDsackExtend(sk, runs.seq(at), endSeq);
      return;
    }
    tcpDsackExtend(sk, runs.seq(at), runs.endSeq(at));
    sk.ns.mib.tcpExt.TCPOFOMerge++;
    sk.rmemAlloc -= runs.remove(at);
  }
}

function coalesceInto(sk: TcpSock, incoming: TcpIncoming, runs: SkbRuns, i: number): boolean {
  const trueBytes = incoming.dataBytes + SKB_OVERHEAD_BYTES;
  const fin = incoming.tcpFlags & FLAG_FIN;
  const end = liveEnd(sk.receiveBuffer!, sk.rcvNxt);
  const delta = runs.tryCoalesce(i, incoming.seq, incoming.endSeq, trueBytes, 1, fin);
  if (delta < 0) return false;
  sk.ns.mib.tcpExt.TCPRcvCoalesce++;
  sk.rmemAlloc += delta;
  writeBytes(sk, incoming, end);
  if (sk.rxOpt.sackOk) tcpGrowWindow(sk, incoming.dataBytes, true);
  return true;
}

function insertRun(sk: TcpSock, incoming: TcpIncoming, at: number): void {
  const trueBytes = incoming.dataBytes + SKB_OVERHEAD_BYTES;
  writeBytes(sk, incoming, liveEnd(sk.receiveBuffer!, sk.rcvNxt));
  const runs = sk.receiveBuffer!.outOfOrder;
  runs.insert(at, incoming.seq, incoming.endSeq, trueBytes, 1, incoming.tcpFlags & FLAG_FIN);
  if (sk.rxOpt.sackOk) tcpGrowWindow(sk, incoming.dataBytes, false);
  sk.rmemAlloc += trueBytes;
}

function writeBytes(sk: TcpSock, incoming: TcpIncoming, end: number): void {
  const { slab } = incoming.frame!;
  sk.receiveBuffer!.write(incoming.seq, slab, incoming.dataOffset, incoming.dataBytes, sk.copiedSeq, end);
}

/** Twin of tcp_ofo_queue: what the gap has kept back joins the rest. */
export function tcpOfoQueue(sk: TcpSock): void {
  const { inOrder, outOfOrder } = sk.receiveBuffer!;
  const dsackHigh = sk.rcvNxt;
  while (outOfOrder.count > 0) {
    const seq = outOfOrder.seq(0);
    const endSeq = outOfOrder.endSeq(0);
    if (seqAfter(seq, sk.rcvNxt)) return;
    if (seqBefore(seq, dsackHigh)) {
      tcpDsackExtend(sk, seq, seqMin(endSeq, dsackHigh));
    }
    const hasFin = outOfOrder.hasFin(0);
    const pages = outOfOrder.pages(0);
    const trueBytes = outOfOrder.remove(0);
    if (!seqAfter(endSeq, sk.rcvNxt)) {
      sk.rmemAlloc -= trueBytes;
      continue;
    }
    const fin = hasFin ? 1 : 0;
    const last = inOrder.count - 1;
    const delta = last < 0 ? -1 : inOrder.tryCoalesce(last, seq, endSeq, trueBytes, pages, fin);
    if (delta < 0) inOrder.insert(inOrder.count, seq, endSeq, trueBytes, pages, fin);
    else sk.rmemAlloc -= trueBytes - delta;
    tcpRcvNxtUpdate(sk, endSeq);
    if (hasFin) {
      tcpFin(sk);
      return;
    }
  }
}
