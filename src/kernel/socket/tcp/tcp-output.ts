/**
 * What a connection sends, and when (Linux: net/ipv4/tcp_output.c). Frames are made in tcp-transmit.ts; what has been
 * sent before is sent again by tcp-retransmit.ts.
 */
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import { FLAG_ACK, FLAG_FIN, FLAG_PSH, FLAG_RST } from '../../../wire/tcp.ts';
import { tcpCheckSpace } from './tcp-sndbuf.ts';
import { tcpRearmRto } from './tcp-rtt.ts';
import { tcpCwndTest, tcpCwndValidate } from './tcp-cwnd-use.ts';
import { tcpInCwndReduction } from './tcp-cwnd.ts';
import { chargeRear, cutFront, tcpGrowSegment, uncutFront } from './tcp-fragment.ts';
import { tcpScheduleLossProbe } from './tcp-loss-probe.ts';
import { tcpCurrentMss } from './tcp-mss.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh, tcpPacketsInFlight } from './tcp-sock.ts';
import {
  ICSK_ACK_PUSHED,
  ICSK_ACK_SCHED,
  ICSK_ACK_TIMER,
  ICSK_TIME_LOSS_PROBE,
  ICSK_TIME_PROBE0,
  TCP_CLOSE,
  TCP_DELACK_MAX_US,
  TCP_DELACK_MIN_US,
  TCP_NAGLE_CORK,
  TCP_NAGLE_OFF,
  TCP_NAGLE_PUSH,
} from './tcp-states.ts';
import { tcpDelackDueUs, tcpProbe0BaseUs, tcpResetDelackTimer, tcpResetXmitTimer } from './tcp-timer.ts';
import { tcpTransmitBare, tcpTransmitSkb } from './tcp-transmit.ts';
import { tcpSmallQueueCheck } from './tcp-tsq.ts';
import { tcpTsoSegs, tcpTsoShouldDefer, WAIT_FOR_ACK, WAIT_FOR_CWND, WAIT_FOR_WINDOW } from './tcp-tso.ts';
import { allocSegment, EMPTY_SEGMENT_TRUE_BYTES, segmentDataBytes } from './tcp-write-queue.ts';

/** Half a second: what a delayed acknowledgment of a one-way transfer may wait at most (HZ / 2). */
const ATO_MAX_US = 500_000;

/** Twin of tcp_wnd_end. */
export function tcpWndEnd(sk: TcpSock): number {
  return (sk.sndUna + sk.sndWnd) | 0;
}

/**
 * Twin of tcp_write_xmit: true when segments wait and none is under way. `pushOne` is 1 for the next burst only, 2 for
 * a loss probe, which the window of congestion does not hold back. Hot path.
 */
export function tcpWriteXmit(sk: TcpSock, mss: number, nonagle: number, pushOne: number): boolean {
  tcpMstampRefresh(sk);
  const { writeQueue } = sk;
  const maxSegs = tcpTsoSegs(sk, mss);
  let sent = 0;
  let isCwndLimited = false;
  let skb = writeQueue.head;
  while (skb !== null) {
    const room = tcpCwndTest(sk);
    if (room === 0 && pushOne !== 2) break;
    const quota = room === 0 ? 1 : Math.min(room, maxSegs);
    const bytes = burstBytes(sk, skb, mss, nonagle, pushOne, quota, maxSegs);
    if (bytes < 0) {
      isCwndLimited = bytes === WAIT_FOR_CWND;
      break;
    }
    if (tcpSmallQueueCheck(sk, EMPTY_SEGMENT_TRUE_BYTES + bytes, 0)) break;
    const count = tcpSendBurst(sk, skb, bytes, mss);
    if (count === 0) break;
    if (bytes < count * mss) sk.sndSml = sk.sndNxt;
    sent += count;
    if (pushOne !== 0) break;
    skb = writeQueue.head;
  }
  isCwndLimited ||= tcpPacketsInFlight(sk) >= sk.sndCwnd;
  if (sent > 0 || isCwndLimited) tcpCwndValidate(sk, isCwndLimited);
  if (sent === 0) return sk.packetsOut === 0 && writeQueue.head !== null;
  if (tcpInCwndReduction(sk)) sk.prrOut += sent;
  if (pushOne !== 2) tcpScheduleLossProbe(sk, false);
  return false;
}

/**
 * How much of `skb` goes now; negative for nothing. Neither the receiver's window nor Nagle's algorithm nor the hope of
 * a longer burst hold it back.
 */
function burstBytes(
  sk: TcpSock,
  skb: TcpSegment,
  mss: number,
  nonagle: number,
  pushOne: number,
  quota: number,
  maxSegs: number,
): number {
  let bytes = segmentDataBytes(skb);
  if (bytes < quota * mss && skb.next !== null) {
    tcpGrowSegment(sk, skb, quota * mss - bytes);
    bytes = segmentDataBytes(skb);
  }
  if (!tcpSndWndTest(sk, skb, mss)) return WAIT_FOR_WINDOW;
  if (bytes <= mss) {
    if (bytes < mss && !tcpNagleTest(sk, skb, skb.next === null ? nonagle : TCP_NAGLE_PUSH)) return WAIT_FOR_ACK;
    return bytes;
  }
  if (pushOne === 0) {
    const wait = tcpTsoShouldDefer(sk, skb, maxSegs);
    if (wait < 0) return wait;
  }
  return tcpMssSplitPoint(sk, skb, bytes, mss, quota, nonagle);
}

/** Twin of tcp_snd_wnd_test: it, or as much as one segment of it, lies in the receiver's window. */
export function tcpSndWndTest(sk: TcpSock, skb: TcpSegment, mss: number): boolean {
  const endSeq = segmentDataBytes(skb) > mss ? (skb.seq + mss) | 0 : skb.endSeq;
  return !seqAfter(endSeq, tcpWndEnd(sk));
}

/** Twin of tcp_nagle_test for a segment that is not full: whether it may go. */
function tcpNagleTest(sk: TcpSock, skb: TcpSegment, nonagle: number): boolean {
  if ((nonagle & TCP_NAGLE_PUSH) !== 0 || (skb.tcpFlags & FLAG_FIN) !== 0) return true;
  return !tcpNagleCheck(sk, nonagle);
}

/** Twin of tcp_nagle_check for a small segment: whether it waits. */
export function tcpNagleCheck(sk: TcpSock, nonagle: number): boolean {
  if ((nonagle & TCP_NAGLE_CORK) !== 0) return true;
  return nonagle === 0 && sk.packetsOut > 0 && tcpMinshallCheck(sk);
}

/** Twin of tcp_minshall_check: a small segment is under way. */
function tcpMinshallCheck(sk: TcpSock): boolean {
  return seqAfter(sk.sndSml, sk.sndUna) && !seqAfter(sk.sndSml, sk.sndNxt);
}

/** Twin of tcp_mss_split_point: what the windows take of a long one, in whole segments unless the rest may go, too. */
function tcpMssSplitPoint(
  sk: TcpSock,
  skb: TcpSegment,
  bytes: number,
  mss: number,
  quota: number,
  nonagle: number,
): number {
  const window = (tcpWndEnd(sk) - skb.seq) | 0;
  const most = mss * quota;
  if (most <= window && skb.next !== null) return Math.min(most, bytes);
  const needed = Math.min(bytes, window);
  if (most <= needed) return most;
  const partial = needed % mss;
  return partial !== 0 && tcpNagleCheck(sk, nonagle) ? needed - partial : needed;
}

/**
 * The front `bytes` of `skb`, the head of the write queue, as one burst of full segments and a rest: how many frames
 * were sent; 0 when they are not let go. One frame alone carries `flagsOfOne`, too. What software would cut of a long
 * skb (GSO) is cut here. Hot path.
 */
export function tcpSendBurst(sk: TcpSock, skb: TcpSegment, bytes: number, mss: number, flagsOfOne = 0): number {
  const count = bytes <= mss ? 1 : Math.ceil(bytes / mss);
  sk.burst = (sk.burst + 1) | 0;
  let left = bytes;
  for (let sent = 0; sent < count; sent++) {
    const length = left < mss ? left : mss;
    const isRest = length === segmentDataBytes(skb);
    const piece = isRest ? skb : cutFront(sk, skb, length);
    piece.burst = sk.burst;
    piece.tcpFlags |= flagsOfOne;
    const isLastOfMany = count > 1 && sent === count - 1;
    if (tcpTransmitSkb(sk, piece, isLastOfMany ? FLAG_PSH : 0) !== '') {
      if (!isRest) uncutFront(sk, skb, piece);
      chargeRear(sk, skb);
      return sent;
    }
    if (isRest) sk.writeQueue.remove(skb);
    tcpEventNewDataSent(sk, piece);
    left -= length;
  }
  // What is left of it is an skb of its own.
  if (sk.writeQueue.head === skb) chargeRear(sk, skb);
  return count;
}

/** Twin of tcp_event_new_data_sent: it waits for acknowledgments now. */
function tcpEventNewDataSent(sk: TcpSock, segment: TcpSegment): void {
  const priorPackets = sk.packetsOut;
  sk.sndNxt = segment.endSeq;
  sk.rtxQueue.pushTail(segment);
  sk.highestSack ??= segment;
  sk.packetsOut++;
  if (priorPackets === 0 || sk.pendingTimer === ICSK_TIME_LOSS_PROBE) tcpRearmRto(sk);
  sk.ns.mib.tcpExt.TCPOrigDataSent++;
  if (sk.wantsSpace) tcpCheckSpace(sk);
}

/** Twin of __tcp_push_pending_frames. */
export function tcpPushFrames(sk: TcpSock, mss: number, nonagle: number): void {
  if (sk.state === TCP_CLOSE) return;
  if (tcpWriteXmit(sk, mss, nonagle, 0)) tcpCheckProbeTimer(sk);
}

/** Twin of tcp_check_probe_timer. */
function tcpCheckProbeTimer(sk: TcpSock): void {
  if (sk.packetsOut === 0 && sk.pendingTimer === 0) tcpResetXmitTimer(sk, ICSK_TIME_PROBE0, tcpProbe0BaseUs(sk));
}

/** Twin of tcp_push_pending_frames. */
export function tcpPushPendingFrames(sk: TcpSock): void {
  if (sk.writeQueue.head !== null) tcpPushFrames(sk, tcpCurrentMss(sk), sk.nonagle);
}

/** Twin of tcp_push_one: the head of the write queue, which is full. */
export function tcpPushOne(sk: TcpSock, mss: number): void {
  tcpWriteXmit(sk, mss, TCP_NAGLE_PUSH, 1);
}

/** Twin of tcp_acceptable_seq: what a segment without data carries, also when the receiver has shrunk its window. */
function tcpAcceptableSeq(sk: TcpSock): number {
  const end = tcpWndEnd(sk);
  if (!seqBefore(end, sk.sndNxt)) return sk.sndNxt;
  const beyond = (sk.sndNxt - end) | 0;
  return sk.rxOpt.wscaleOk && beyond < 1 << sk.rxOpt.rcvWscale ? sk.sndNxt : end;
}

/** Twin of tcp_send_ack. */
export function tcpSendAck(sk: TcpSock): void {
  if (sk.state === TCP_CLOSE) return;
  tcpTransmitBare(sk, tcpAcceptableSeq(sk), FLAG_ACK);
}

/** Twin of tcp_send_delayed_ack. */
export function tcpSendDelayedAck(sk: TcpSock): void {
  const atoUs = boundedAtoUs(sk);
  let delayUs = atoUs;
  if ((sk.ackPending & ICSK_ACK_TIMER) !== 0) {
    const dueUs = tcpDelackDueUs(sk);
    if (dueUs <= atoUs >> 2) {
      tcpSendAck(sk);
      return;
    }
    delayUs = Math.min(delayUs, dueUs);
  }
  sk.ackPending |= ICSK_ACK_SCHED | ICSK_ACK_TIMER;
  tcpResetDelackTimer(sk, delayUs);
}

function boundedAtoUs(sk: TcpSock): number {
  let { atoUs } = sk;
  if (atoUs > TCP_DELACK_MIN_US) {
    const isPingpong = sk.pingpong >= sk.ns.sysctls.tcp.pingpongThresh;
    let mostUs = isPingpong || (sk.ackPending & ICSK_ACK_PUSHED) !== 0 ? TCP_DELACK_MAX_US : ATO_MAX_US;
    if (sk.srttUs !== 0) mostUs = Math.min(mostUs, Math.max(sk.srttUs >> 3, TCP_DELACK_MIN_US));
    atoUs = Math.min(atoUs, mostUs);
  }
  return Math.min(atoUs, TCP_DELACK_MAX_US);
}

/** Twin of tcp_send_fin: on the last segment that waits, or in one of its own. */
export function tcpSendFin(sk: TcpSock): void {
  const { tail } = sk.writeQueue;
  if (tail === null) {
    const fin = allocSegment(sk, sk.writeSeq, FLAG_ACK | FLAG_FIN);
    sk.writeSeq = fin.endSeq;
    sk.writeQueue.pushTail(fin);
    sk.wmemQueued += fin.trueBytes;
  } else {
    tail.tcpFlags |= FLAG_FIN;
    tail.endSeq = (tail.endSeq + 1) | 0;
    sk.writeSeq = (sk.writeSeq + 1) | 0;
  }
  tcpPushFrames(sk, tcpCurrentMss(sk), TCP_NAGLE_OFF);
}

/** Twin of tcp_send_active_reset. */
export function tcpSendActiveReset(sk: TcpSock): void {
  const { mib } = sk.ns;
  mib.tcpOutRsts++;
  tcpMstampRefresh(sk);
  if (tcpTransmitBare(sk, tcpAcceptableSeq(sk), FLAG_ACK | FLAG_RST) !== '') mib.tcpExt.TCPAbortFailed++;
}
