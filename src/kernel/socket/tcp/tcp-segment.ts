/**
 * What the sender knows of a segment: sent and not yet acknowledged, or still to be sent (Linux: struct tcp_skb_cb of
 * the skbs in sk_write_queue and tcp_rtx_queue). Its bytes are in the socket's send ring, at their sequence numbers.
 */
import { assert } from '../../../base/assert.ts';
import type { FrameSender } from '../../../link/frame.ts';
import type { TcpSock } from './tcp-sock.ts';

export class TcpSegment implements FrameSender {
  seq = 0;
  /** Behind the last byte; SYN and FIN count one each. */
  endSeq = 0;
  /** FLAG_… of wire/tcp.ts. */
  tcpFlags = 0;
  /** Bits TCPCB_…. */
  sacked = 0;
  /** When it was last sent, int32 of microseconds (skb_mstamp); 0 while it was not. */
  mstampUs = 0;
  /** What `TcpSock` said when it was sent (tcp_rate.c): delivered, time of that, time of the first of the flight. */
  txDelivered = 0;
  txDeliveredUs = 0;
  txFirstUs = 0;
  txInFlight = 0;
  isAppLimited = false;
  /** The five above are of its last sending and not used up (Linux: tx.delivered_mstamp is not 0). */
  hasRateStamp = false;
  /** Its place among the segments in the order of sending, see tcp-sent-queue.ts. */
  inSentQueue = false;
  sentPrev: TcpSegment | null = null;
  sentNext: TcpSegment | null = null;
  /** The burst in which it was sent first: an skb of Linux. */
  burst = 0;
  /** So many frames that carry it are still in queues of this host (skb_still_in_host_queue). */
  inHostQueue = 0;
  /** It was given back while some were, and goes to the pool with the last of them. */
  isGivenBack = false;
  /** What the skb would cost (skb->truesize): it counts in sk_wmem_queued, and each of its frames in sk_wmem_alloc. */
  trueBytes = 0;
  /** Whose it is; null in the pool. */
  sk: TcpSock | null = null;
  prev: TcpSegment | null = null;
  next: TcpSegment | null = null;

  /** Payload bytes and one each for SYN and FIN. */
  get length(): number {
    return (this.endSeq - this.seq) | 0;
  }

  /** One of its frames has left the host or died (Linux: tcp_wfree). */
  frameGone(trueBytes: number): void {
    const { sk } = this;
    assert(sk !== null && this.inHostQueue > 0, 'a segment waits for its frames');
    this.inHostQueue--;
    if (this.isGivenBack && this.inHostQueue === 0) sk.ns.tcp.segments.give(this);
    sk.frameGone(trueBytes);
  }
}

/** Segments that nobody needs, for the next who does, so that a busy sender makes no garbage. */
export class SegmentPool {
  private free: TcpSegment | null = null;

  take(): TcpSegment {
    const segment = this.free ?? new TcpSegment();
    this.free = segment.next;
    segment.next = null;
    segment.prev = null;
    segment.sacked = 0;
    segment.mstampUs = 0;
    segment.tcpFlags = 0;
    segment.inHostQueue = 0;
    segment.isAppLimited = false;
    segment.hasRateStamp = false;
    segment.trueBytes = 0;
    return segment;
  }

  give(segment: TcpSegment): void {
    assert(!segment.inSentQueue, 'a segment that is given back is in no queue');
    segment.isGivenBack = segment.inHostQueue > 0;
    if (segment.isGivenBack) return;
    segment.sk = null;
    segment.prev = null;
    segment.next = this.free;
    this.free = segment;
  }
}

/** Segments in the order of their sequence numbers. */
export class SegmentQueue {
  head: TcpSegment | null = null;
  tail: TcpSegment | null = null;
  count = 0;

  pushTail(segment: TcpSegment): void {
    segment.prev = this.tail;
    segment.next = null;
    if (this.tail === null) this.head = segment;
    else this.tail.next = segment;
    this.tail = segment;
    this.count++;
  }

  insertAfter(place: TcpSegment, segment: TcpSegment): void {
    segment.prev = place;
    segment.next = place.next;
    if (place.next === null) this.tail = segment;
    else place.next.prev = segment;
    place.next = segment;
    this.count++;
  }

  remove(segment: TcpSegment): void {
    const { prev, next } = segment;
    assert(prev !== null || this.head === segment, 'the segment is in this queue');
    if (prev === null) this.head = next;
    else prev.next = next;
    if (next === null) this.tail = prev;
    else next.prev = prev;
    segment.prev = null;
    segment.next = null;
    this.count--;
  }
}
