/** The round trip as the receiver sees it, for the size of its buffer (Linux: tcp_rcv_rtt_measure). */
import { seqBefore } from '../../../base/sequence.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpTimeStampTs } from './tcp-timestamp.ts';

/** Longer is no round trip: what was echoed is not ours. */
const DELTA_MS_MAX = 2_147_483;

/** Twin of tcp_rcv_rtt_update: the least without time stamps, a mean of eighths with them. */
function rcvRttUpdate(sk: TcpSock, sampleUs: number, isWindowBound: boolean): void {
  const old = sk.rcvRttUs;
  const fresh = sampleUs * 8;
  if (old === 0 || fresh < old) {
    sk.rcvRttUs = fresh;
    return;
  }
  // While something waits to be read, the time may be the program's.
  if (isWindowBound || sk.rcvNxt !== sk.copiedSeq) return;
  sk.rcvRttUs = old - (old >> 3) + sampleUs;
}

/** Twin of tcp_rcv_rtt_measure: a window's worth takes a round trip at least. */
export function tcpRcvRttMeasure(sk: TcpSock): void {
  if (sk.rcvRttTimeUs !== 0) {
    if (seqBefore(sk.rcvNxt, sk.rcvRttSeq)) return;
    rcvRttUpdate(sk, Math.max((sk.nowUs - sk.rcvRttTimeUs) | 0, 1), true);
  }
  sk.rcvRttSeq = (sk.rcvNxt + sk.rcvWnd) | 0;
  sk.rcvRttTimeUs = sk.nowUs;
}

/** Twin of tcp_rcv_rtt_measure_ts: how long the peer took to answer a time stamp with data. */
export function tcpRcvRttMeasureTs(sk: TcpSock, incoming: TcpIncoming): void {
  const { rcvTsecr } = sk.rxOpt;
  if (rcvTsecr === sk.rcvRttLastTsecr) return;
  sk.rcvRttLastTsecr = rcvTsecr;
  if (((incoming.endSeq - incoming.seq) | 0) < sk.rcvMss) return;
  const deltaMs = (tcpTimeStampTs(sk) - rcvTsecr) | 0;
  if (deltaMs > 0 && deltaMs < DELTA_MS_MAX) rcvRttUpdate(sk, deltaMs * 1000, false);
}
