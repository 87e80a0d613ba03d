/** Probes of a window that is closed, and of a peer that is silent (Linux: tcp_write_wakeup, tcp_send_probe0). */
import { seqBefore } from '../../../base/sequence.ts';
import { FLAG_ACK, FLAG_PSH } from '../../../wire/tcp.ts';
import { tcpCurrentMss } from './tcp-mss.ts';
import { tcpSendBurst, tcpWndEnd } from './tcp-output.ts';
import type { TcpSock } from './tcp-sock.ts';
import { ICSK_TIME_PROBE0, TCP_CLOSE, TCP_RESOURCE_PROBE_US } from './tcp-states.ts';
import { tcpClampProbe0ToUserTimeout, tcpProbe0WhenUs, tcpResetXmitTimer, tcpRtoMaxUs } from './tcp-timer.ts';
import { tcpTransmitBare } from './tcp-transmit.ts';
import { segmentDataBytes } from './tcp-write-queue.ts';

/**
 * Twin of tcp_write_wakeup: 0 when something was sent, 1 when this host's queue is full, else -1. Data if the window
 * takes some, else an old number.
 */
export function tcpWriteWakeup(sk: TcpSock): number {
  if (sk.state === TCP_CLOSE) return -1;
  const segment = sk.writeQueue.head;
  const end = tcpWndEnd(sk);
  if (segment === null || !seqBefore(segment.seq, end)) {
    const errno = tcpTransmitBare(sk, (sk.sndUna - 1) | 0, FLAG_ACK);
    if (errno === '') return 0;
    return errno === 'ENOBUFS' ? 1 : -1;
  }
  const mss = tcpCurrentMss(sk);
  const room = (end - segment.seq) | 0;
  if (seqBefore(sk.pushedSeq, segment.endSeq)) sk.pushedSeq = segment.endSeq;
  const bytes = segmentDataBytes(segment);
  segment.tcpFlags |= FLAG_PSH;
  return tcpSendBurst(sk, segment, room < segment.length || bytes > mss ? Math.min(room, mss) : bytes, mss, FLAG_PSH) >
    0
    ? 0
    : -1;
}

/** Twin of tcp_send_probe0. */
export function tcpSendProbe0(sk: TcpSock): void {
  const isBare = sk.writeQueue.head === null || !seqBefore(sk.writeQueue.head.seq, tcpWndEnd(sk));
  if (isBare) sk.ns.mib.tcpExt.TCPWinProbe++;
  const result = tcpWriteWakeup(sk);
  if (sk.packetsOut > 0 || sk.writeQueue.head === null) {
    sk.probesOut = 0;
    sk.backoff = 0;
    sk.probesTstampUs = 0;
    return;
  }
  sk.probesOut++;
  let delayUs = TCP_RESOURCE_PROBE_US;
  if (result <= 0) {
    if (sk.backoff < sk.ns.sysctls.tcp.retries2) sk.backoff++;
    delayUs = tcpProbe0WhenUs(sk, tcpRtoMaxUs(sk));
  }
  tcpResetXmitTimer(sk, ICSK_TIME_PROBE0, tcpClampProbe0ToUserTimeout(sk, delayUs));
}
