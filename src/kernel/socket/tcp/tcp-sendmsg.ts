/** What a program gives to be sent (Linux: tcp_sendmsg_locked, tcp_push of net/ipv4/tcp.c). */
import { seqAfter } from '../../../base/sequence.ts';
import { FLAG_ACK, FLAG_PSH } from '../../../wire/tcp.ts';
import { SendBuffer } from './send-buffer.ts';
import { tcpSlowStartAfterIdleCheck } from './tcp-idle.ts';
import { tcpCurrentMss } from './tcp-mss.ts';
import { tcpPushFrames, tcpPushOne } from './tcp-output.ts';
import { tcpRateCheckAppLimited } from './tcp-rate.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';
import { tcpMstampRefresh } from './tcp-sock.ts';
import {
  SEND_SHUTDOWN,
  TCP_CLOSE_WAIT,
  TCP_ESTABLISHED,
  TCP_NAGLE_CORK,
  TCP_NAGLE_OFF,
  TCP_NAGLE_PUSH,
  TCP_SYN_RECV,
  TCP_SYN_SENT,
  TSQ_THROTTLED,
} from './tcp-states.ts';
import { tcpXmitSizeGoal } from './tcp-tso.ts';
import { tcpSetThrottled } from './tcp-tsq.ts';
import { allocSegment, segmentDataBytes, skStreamMemoryFree } from './tcp-write-queue.ts';

/**
 * Twin of tcp_sendmsg_locked for a socket that does not wait: how many of the bytes were taken; 0 for none at present,
 * -1 when nothing is taken any more (`sk.error`, or a broken pipe).
 */
export function tcpSendmsg(sk: TcpSock, bytes: Uint8Array, from: number, to: number): number {
  tcpMstampRefresh(sk);
  tcpRateCheckAppLimited(sk);
  if (sk.state !== TCP_ESTABLISHED && sk.state !== TCP_CLOSE_WAIT) return notConnected(sk);
  sk.wantsSpace = false;
  const mss = tcpCurrentMss(sk);
  if (sk.error !== '' || (sk.shutdown & SEND_SHUTDOWN) !== 0) return -1;
  const sizeGoal = tcpXmitSizeGoal(sk, mss);
  let at = from;
  while (at < to) {
    const skb = roomInTail(sk, sizeGoal) ?? newSkb(sk);
    if (skb === null) return waitForSpace(sk, at - from, mss, sizeGoal);
    const count = Math.min(sizeGoal - segmentDataBytes(skb), to - at);
    append(sk, skb, bytes, at, count);
    if (at === from) skb.tcpFlags &= ~FLAG_PSH;
    at += count;
    if (at < to && segmentDataBytes(skb) >= sizeGoal) pushFull(sk, skb, mss);
  }
  if (to > from) tcpPush(sk, mss, sk.nonagle, sizeGoal);
  return to - from;
}

/** Twin of sk_stream_wait_connect without time to wait. */
function notConnected(sk: TcpSock): number {
  if (sk.error !== '') return -1;
  return sk.state === TCP_SYN_SENT || sk.state === TCP_SYN_RECV ? 0 : -1;
}

/** The last skb that waits, if it is not full. */
function roomInTail(sk: TcpSock, sizeGoal: number): TcpSegment | null {
  const { tail } = sk.writeQueue;
  return tail !== null && segmentDataBytes(tail) < sizeGoal ? tail : null;
}

/** Twin of tcp_stream_alloc_skb and tcp_skb_entail; null without room. */
function newSkb(sk: TcpSock): TcpSegment | null {
  if (!skStreamMemoryFree(sk)) return null;
  const segment = allocSegment(sk, sk.writeSeq, FLAG_ACK);
  sk.writeQueue.pushTail(segment);
  sk.wmemQueued += segment.trueBytes;
  if ((sk.nonagle & TCP_NAGLE_PUSH) !== 0) sk.nonagle &= ~TCP_NAGLE_PUSH;
  tcpSlowStartAfterIdleCheck(sk);
  return segment;
}

function append(sk: TcpSock, segment: TcpSegment, bytes: Uint8Array, from: number, count: number): void {
  sk.sendBuffer ??= new SendBuffer(sk.ns.tcp.sendRings);
  sk.sendBuffer.write(sk.sndUna, sk.writeSeq, bytes, from, from + count);
  segment.trueBytes += count;
  sk.wmemQueued += count;
  sk.writeSeq = (sk.writeSeq + count) | 0;
  segment.endSeq = sk.writeSeq;
}

/** An skb is full, and there is more: it goes at once if it is the first, or if much waits. */
function pushFull(sk: TcpSock, segment: TcpSegment, mss: number): void {
  if (isForcedPush(sk)) {
    tcpMarkPush(sk, segment);
    tcpPushFrames(sk, mss, TCP_NAGLE_PUSH);
  } else if (segment === sk.writeQueue.head) tcpPushOne(sk, mss);
}

/** No room for more: what there is goes, and the program is told when there is. */
function waitForSpace(sk: TcpSock, copied: number, mss: number, sizeGoal: number): number {
  sk.wantsSpace = true;
  if (copied === 0) return 0;
  tcpPush(sk, mss, TCP_NAGLE_PUSH, sizeGoal);
  tcpPush(sk, mss, sk.nonagle, sizeGoal);
  return copied;
}

/** Twin of forced_push: more than half of the receiver's window waits unpushed. */
function isForcedPush(sk: TcpSock): boolean {
  return seqAfter(sk.writeSeq, (sk.pushedSeq + (sk.maxWindow >>> 1)) | 0);
}

/** Twin of tcp_mark_push. */
function tcpMarkPush(sk: TcpSock, segment: TcpSegment): void {
  segment.tcpFlags |= FLAG_PSH;
  sk.pushedSeq = sk.writeSeq;
}

/** Twin of tcp_push: the end of a write. */
function tcpPush(sk: TcpSock, mss: number, nonagle: number, sizeGoal: number): void {
  const { tail } = sk.writeQueue;
  if (tail === null) return;
  tcpMarkPush(sk, tail);
  if (shouldAutocork(sk, tail, sizeGoal)) {
    if ((sk.tsqFlags & TSQ_THROTTLED) === 0) sk.ns.mib.tcpExt.TCPAutoCorking++;
    tcpSetThrottled(sk);
    return;
  }
  tcpPushFrames(sk, mss, nonagle);
}

/** Twin of tcp_should_autocork: it may grow while others of this connection wait to leave the host. */
function shouldAutocork(sk: TcpSock, segment: TcpSegment, sizeGoal: number): boolean {
  return (
    sk.rtxQueue.head !== null &&
    sk.wmemAlloc > segment.trueBytes &&
    segmentDataBytes(segment) < sizeGoal &&
    sk.ns.sysctls.tcp.autocorking !== 0
  );
}

/** TCP_CORK and TCP_NODELAY (Linux: __tcp_sock_set_cork, __tcp_sock_set_nodelay): what they held back goes. */
export function tcpSetCork(sk: TcpSock, isOn: boolean): void {
  if (isOn) {
    sk.nonagle |= TCP_NAGLE_CORK;
    return;
  }
  sk.nonagle &= ~TCP_NAGLE_CORK;
  if ((sk.nonagle & TCP_NAGLE_OFF) !== 0) sk.nonagle |= TCP_NAGLE_PUSH;
  pushAll(sk);
}

/** TCP_NODELAY */
export function tcpSetNodelay(sk: TcpSock, isOn: boolean): void {
  if (!isOn) {
    sk.nonagle &= ~TCP_NAGLE_OFF;
    return;
  }
  sk.nonagle |= TCP_NAGLE_OFF | TCP_NAGLE_PUSH;
  pushAll(sk);
}

function pushAll(sk: TcpSock): void {
  if (sk.writeQueue.head !== null) tcpPushFrames(sk, tcpCurrentMss(sk), sk.nonagle);
}
