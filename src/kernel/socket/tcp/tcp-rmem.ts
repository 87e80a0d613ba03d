/** Room for what is received (Linux: tcp_try_rmem_schedule, tcp_prune_queue of tcp_input.c). */
import { seqAfter } from '../../../base/sequence.ts';
import { tcpSackReset } from './tcp-sack.ts';
import type { TcpSock } from './tcp-sock.ts';

/** What tcp_collapse() copies into: a page with its head, and what that costs. */
const COLLAPSED_BYTES = 3776;
const COLLAPSED_TRUE_BYTES = 4352;

/** Twin of tcp_can_ingest. */
const canIngest = (sk: TcpSock, bytes: number): boolean => sk.rmemAlloc + bytes <= sk.rcvbufBytes;

/** Twin of tcp_try_rmem_schedule: whether there is room for a segment, made if need be. */
export function tcpTryRmemSchedule(sk: TcpSock, seq: number, bytes: number): boolean {
  return canIngest(sk, bytes) || pruneQueue(sk, seq, bytes);
}

/** Twin of tcp_prune_queue. */
function pruneQueue(sk: TcpSock, seq: number, bytes: number): boolean {
  if (sk.rmemAlloc === 0) return false;
  sk.ns.mib.tcpExt.PruneCalled++;
  clampWindow(sk);
  if (canIngest(sk, bytes)) return true;
  collapse(sk);
  if (canIngest(sk, bytes)) return true;
  pruneOfoQueue(sk, seq, bytes);
  if (canIngest(sk, bytes)) return true;
  sk.ns.mib.tcpExt.RcvPruned++;
  sk.predFlags = 0;
  return false;
}

/** Twin of tcp_clamp_window. */
function clampWindow(sk: TcpSock): void {
  const most = sk.ns.sysctls.tcp.rmemBytes[2];
  sk.ackQuick = 0;
  if (sk.rcvbufBytes < most && !sk.isRcvbufLocked) sk.rcvbufBytes = Math.min(sk.rmemAlloc, most);
  if (sk.rmemAlloc > sk.rcvbufBytes) sk.rcvSsthresh = Math.min(sk.windowClamp, 2 * sk.advMss);
}

/** Twin of tcp_collapse for what is in order: buffers with much room and few bytes become full ones. */
function collapse(sk: TcpSock): void {
  const buffer = sk.receiveBuffer;
  if (buffer === null || buffer.inOrder.count === 0) return;
  const runs = buffer.inOrder;
  const last = runs.count - 1;
  const fin = runs.hasFin(last) ? 1 : 0;
  const endSeq = runs.endSeq(last);
  const bytes = (endSeq - fin - sk.copiedSeq) | 0;
  let trueBytes = 0;
  for (let i = 0; i <= last; i++) trueBytes += runs.trueBytes(i);
  const count = Math.max(Math.ceil(bytes / COLLAPSED_BYTES), 1);
  if (count * COLLAPSED_TRUE_BYTES >= trueBytes) return;
  sk.rmemAlloc -= runs.clear();
  for (let i = 0; i < count; i++) {
    const isLast = i === count - 1;
    const start = (sk.copiedSeq + i * COLLAPSED_BYTES) | 0;
    const end = isLast ? endSeq : (start + COLLAPSED_BYTES) | 0;
    runs.insert(i, start, end, COLLAPSED_TRUE_BYTES, PAGES_FULL, isLast ? fin : 0);
    sk.rmemAlloc += COLLAPSED_TRUE_BYTES;
  }
}

/** Linear data takes no more pages. */
const PAGES_FULL = 17;

/** Twin of tcp_prune_ofo_queue: the youngest go first; an eighth of the buffer at once. */
function pruneOfoQueue(sk: TcpSock, seq: number, bytes: number): void {
  const buffer = sk.receiveBuffer;
  if (buffer === null || buffer.outOfOrder.count === 0) return;
  const runs = buffer.outOfOrder;
  let goal = sk.rcvbufBytes >> 3;
  let hasPruned = false;
  while (runs.count > 0 && !seqAfter(seq, runs.seq(runs.count - 1))) {
    const freed = runs.remove(runs.count - 1);
    hasPruned = true;
    sk.rmemAlloc -= freed;
    goal -= freed;
    if (runs.count > 0 && goal > 0) continue;
    if (canIngest(sk, bytes)) break;
    goal = sk.rcvbufBytes >> 3;
  }
  // What was announced as being here is not any more.
  if (!hasPruned) return;
  sk.ns.mib.tcpExt.OfoPruned++;
  if (sk.rxOpt.sackOk) tcpSackReset(sk);
}
