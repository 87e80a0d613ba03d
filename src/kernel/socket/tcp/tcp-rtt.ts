/**
 * The round trip and what follows from it (Linux: tcp_rtt_estimator and its neighbours in net/ipv4/tcp_input.c;
 * RFC 6298). The smoothed round trip is kept times 8, its deviation times 4, all in integers: the figures are Linux's
 * to the last bit.
 */
import { seqAfter } from '../../../base/sequence.ts';
import type { TcpAckState } from './tcp-ack-state.ts';
import { FLAG_ACK_MAYBE_DELAYED, FLAG_ACKED, FLAG_SYN_ACKED } from './tcp-ack-flags.ts';
import { runningMin } from './tcp-minmax.ts';
import type { TcpSock } from './tcp-sock.ts';
import { ICSK_TIME_LOSS_PROBE, ICSK_TIME_REO_TIMEOUT, ICSK_TIME_RETRANS } from './tcp-states.ts';
import { tcpClearXmitTimer, tcpResetXmitTimer } from './tcp-timer.ts';
import { tcpTimeStampTs } from './tcp-timestamp.ts';

/** Linux counts timeouts in ticks of 1/250 s (CONFIG_HZ of Debian), and rounds up. */
export const TICK_US = 4000;

/** Above this a time stamp of the peer is no round trip: INT_MAX / 1000. */
const TSOPT_DELTA_MAX = 2_147_483;

/** Whole ticks, at least as long (Linux: usecs_to_jiffies), still in microseconds. */
export function roundUpToTick(us: number): number {
  const rest = us % TICK_US;
  return rest === 0 ? us : us - rest + TICK_US;
}

/** Twin of tcp_min_rtt: the least round trip of the last minutes. */
export function tcpMinRttUs(sk: TcpSock): number {
  return sk.rttMinUs[1]!;
}

/** Twin of tcp_rtt_estimator: Jacobson's filter, with gains of 1/8 and 1/4. */
export function tcpRttEstimator(sk: TcpSock, sampleUs: number): void {
  if (sk.srttUs === 0) {
    firstSample(sk, sampleUs);
    return;
  }
  const errorUs = sampleUs - (sk.srttUs >> 3);
  let deviationUs = (errorUs < 0 ? -errorUs : errorUs) - (sk.mdevUs >> 2);
  // A round trip that becomes shorter must not lengthen the timeout: an eighth of the gain then (after Eifel).
  if (errorUs < 0 && deviationUs > 0) deviationUs >>= 3;
  sk.mdevUs += deviationUs;
  if (sk.mdevUs > sk.mdevMaxUs) {
    sk.mdevMaxUs = sk.mdevUs;
    if (sk.mdevMaxUs > sk.rttvarUs) sk.rttvarUs = sk.mdevMaxUs;
  }
  if (seqAfter(sk.sndUna, sk.rttSeq)) {
    if (sk.mdevMaxUs < sk.rttvarUs) sk.rttvarUs -= (sk.rttvarUs - sk.mdevMaxUs) >> 2;
    sk.rttSeq = sk.sndNxt;
    sk.mdevMaxUs = sk.ns.sysctls.tcp.rtoMinUs;
  }
  const srttUs = sk.srttUs + errorUs;
  sk.srttUs = srttUs > 1 ? srttUs : 1;
}

function firstSample(sk: TcpSock, sampleUs: number): void {
  const rtoMinUs = sk.ns.sysctls.tcp.rtoMinUs;
  sk.mdevUs = sampleUs << 1;
  sk.rttvarUs = sk.mdevUs > rtoMinUs ? sk.mdevUs : rtoMinUs;
  sk.mdevMaxUs = sk.rttvarUs;
  sk.rttSeq = sk.sndNxt;
  sk.srttUs = sampleUs === 0 ? 1 : sampleUs << 3;
}

/** Twin of tcp_set_rto: without backoff. */
export function tcpSetRto(sk: TcpSock): void {
  const rtoMaxUs = sk.ns.sysctls.tcp.rtoMaxMs * 1000;
  const rtoUs = roundUpToTick((sk.srttUs >> 3) + sk.rttvarUs);
  sk.rtoUs = rtoUs < rtoMaxUs ? rtoUs : rtoMaxUs;
}

/**
 * Twin of tcp_ack_update_rtt: from the sending of what was acknowledged, else of what a SACK block told of, else from
 * the time stamp that came back. False when nothing can be said.
 */
export function tcpAckUpdateRtt(
  sk: TcpSock,
  state: TcpAckState,
  flag: number,
  seqRttUs: number,
  sackRttUs: number,
  caRttUs: number,
): boolean {
  let sampleUs = seqRttUs >= 0 ? seqRttUs : sackRttUs;
  let controlUs = caRttUs;
  if (sampleUs < 0 && sk.rxOpt.sawTstamp && sk.rxOpt.rcvTsecr !== 0 && (flag & FLAG_ACKED) !== 0) {
    sampleUs = tcpRttTsoptUs(sk, 1);
    controlUs = sampleUs;
  }
  state.rttUs = controlUs;
  if (sampleUs < 0) return false;
  tcpUpdateRttMin(sk, controlUs, flag);
  tcpRttEstimator(sk, sampleUs);
  tcpSetRto(sk);
  sk.backoff = 0;
  return true;
}

/** Twin of tcp_synack_rtt_meas; -1 when the SYN-ACK was sent more than once. */
export function tcpAckUpdateRttSynack(sk: TcpSock, synackRttUs: number): void {
  tcpAckUpdateRtt(sk, sk.ns.tcp.ackState, FLAG_SYN_ACKED, synackRttUs, -1, synackRttUs);
}

/** Twin of tcp_rtt_tsopt_us: -1 for a time stamp that cannot be ours. */
export function tcpRttTsoptUs(sk: TcpSock, leastMs: number): number {
  const delta = (tcpTimeStampTs(sk) - sk.rxOpt.rcvTsecr) | 0;
  if (delta < 0 || delta >= TSOPT_DELTA_MAX) return -1;
  return (delta === 0 ? leastMs : delta) * 1000;
}

function tcpUpdateRttMin(sk: TcpSock, rttUs: number, flag: number): void {
  if ((flag & FLAG_ACK_MAYBE_DELAYED) !== 0 && rttUs > tcpMinRttUs(sk)) return;
  const windowUs = sk.ns.sysctls.tcp.minRttWlenSeconds * 1_000_000;
  runningMin(sk.rttMinUs, windowUs, sk.nowUs, rttUs === 0 ? TICK_US : rttUs);
}

/** Twin of tcp_rto_delta_us: until the oldest segment has been under way for as long as the timeout. */
export function tcpRtoDeltaUs(sk: TcpSock): number {
  const head = sk.rtxQueue.head;
  return head === null ? sk.rtoUs : (head.mstampUs + sk.rtoUs - sk.nowUs) | 0;
}

/** Twin of tcp_rearm_rto: there was progress, the time begins anew. */
export function tcpRearmRto(sk: TcpSock): void {
  if (sk.packetsOut === 0) {
    tcpClearXmitTimer(sk);
    return;
  }
  let whenUs = sk.rtoUs;
  if (sk.pendingTimer === ICSK_TIME_REO_TIMEOUT || sk.pendingTimer === ICSK_TIME_LOSS_PROBE) {
    const restUs = tcpRtoDeltaUs(sk);
    whenUs = restUs > 1 ? restUs : 1;
  }
  tcpResetXmitTimer(sk, ICSK_TIME_RETRANS, whenUs);
}
