/**
 * HyStart: slow start ends before it has filled the queue of the bottleneck (Linux: hystart_update of tcp_cubic.c). Two
 * signs count: a train of acknowledgments, close upon each other, that is longer than half the least round trip; and a
 * round whose first acknowledgments all were later than the least round trip by an eighth of it (4 to 16 ms).
 */
import { seqAfter } from '../../../base/sequence.ts';
import type { Bictcp } from './tcp-cubic.ts';
import type { TcpSock } from './tcp-sock.ts';

const LOW_WINDOW = 16;
const ACK_DELTA_US = 2000;
const MIN_SAMPLES = 8;
const DELAY_MIN_US = 4000;
const DELAY_MAX_US = 16_000;
/** What a sender hands over at once, at most (sk_gso_max_size); four of them a train may be longer. */
const GSO_MAX_BYTES = 65_215;
const ACK_DELAY_MAX_US = 1000;

/** Twin of bictcp_hystart_reset: a round begins. */
export function hystartReset(sk: TcpSock, ca: Bictcp): void {
  ca.roundStartUs = sk.nowUs;
  ca.lastAckUs = sk.nowUs;
  ca.endSeq = sk.sndNxt;
  ca.currRttUs = 0x7fffffff;
  ca.sampleCnt = 0;
}

/** Twin of hystart_update, with the round trip of the acknowledgment at hand. */
export function hystartUpdate(sk: TcpSock, ca: Bictcp, delayUs: number): void {
  if (seqAfter(sk.sndUna, ca.endSeq)) hystartReset(sk, ca);
  if (sk.sndCwnd < LOW_WINDOW) return;
  findTrain(sk, ca);
  if (ca.currRttUs > delayUs) ca.currRttUs = delayUs;
  if (ca.sampleCnt < MIN_SAMPLES) ca.sampleCnt++;
  else findDelay(sk, ca);
}

function findTrain(sk: TcpSock, ca: Bictcp): void {
  if (((sk.nowUs - ca.lastAckUs) | 0) > ACK_DELTA_US) return;
  ca.lastAckUs = sk.nowUs;
  const thresholdUs = (ca.delayMinUs + ackDelayUs(sk)) >> 1;
  if (((sk.nowUs - ca.roundStartUs) | 0) <= thresholdUs) return;
  ca.found = true;
  sk.ns.mib.tcpExt.TCPHystartTrainDetect++;
  sk.ns.mib.tcpExt.TCPHystartTrainCwnd += sk.sndCwnd;
  sk.sndSsthresh = sk.sndCwnd;
}

/** Twin of hystart_ack_delay. */
function ackDelayUs(sk: TcpSock): number {
  const us = Math.floor((GSO_MAX_BYTES * 4 * 1_000_000) / sk.pacingRateBps);
  return us < ACK_DELAY_MAX_US ? us : ACK_DELAY_MAX_US;
}

function findDelay(sk: TcpSock, ca: Bictcp): void {
  const marginUs = Math.min(Math.max(ca.delayMinUs >> 3, DELAY_MIN_US), DELAY_MAX_US);
  if (ca.currRttUs <= ca.delayMinUs + marginUs) return;
  ca.found = true;
  sk.ns.mib.tcpExt.TCPHystartDelayDetect++;
  sk.ns.mib.tcpExt.TCPHystartDelayCwnd += sk.sndCwnd;
  sk.sndSsthresh = sk.sndCwnd;
}
