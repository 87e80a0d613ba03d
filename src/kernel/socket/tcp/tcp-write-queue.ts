/**
 * What the two queues of the sender cost, and how segments come and go (Linux: sk_wmem_queued, tcp_stream_alloc_skb,
 * tcp_wmem_free_skb). One segment is one frame, so each is charged like an skb without offload.
 */
import { FLAG_FIN, FLAG_SYN } from '../../../wire/tcp.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';

/** SKB_TRUESIZE of an skb with room for the headers only; the payload stands in pages beside it. */
export const EMPTY_SEGMENT_TRUE_BYTES = 832;

/** skb->len: payload only. */
export function segmentDataBytes(segment: TcpSegment): number {
  const length = (segment.endSeq - segment.seq) | 0;
  const flags = segment.tcpFlags;
  if ((flags & (FLAG_FIN | FLAG_SYN)) === 0) return length;
  return length - (flags & FLAG_FIN) - ((flags & FLAG_SYN) >> 1);
}

/** Twin of tcp_stream_alloc_skb and tcp_init_nondata_skb; the caller puts it into a queue and charges it. */
export function allocSegment(sk: TcpSock, seq: number, flags: number): TcpSegment {
  const segment = sk.ns.tcp.segments.take();
  segment.sk = sk;
  segment.seq = seq;
  segment.endSeq = (flags & (FLAG_SYN | FLAG_FIN)) === 0 ? seq : (seq + 1) | 0;
  segment.tcpFlags = flags;
  segment.trueBytes = EMPTY_SEGMENT_TRUE_BYTES;
  return segment;
}

/** Twin of tcp_wmem_free_skb: it stands in no queue any more. */
export function tcpWmemFree(sk: TcpSock, segment: TcpSegment): void {
  sk.wmemQueued -= segment.trueBytes;
  sk.ns.tcp.segments.give(segment);
}

/** Twin of sk_stream_memory_free: whether the program may append. */
export function skStreamMemoryFree(sk: TcpSock): boolean {
  if (sk.wmemQueued >= sk.sndbufBytes) return false;
  return ((sk.writeSeq - sk.sndNxt) | 0) < sk.ns.sysctls.tcp.notsentLowatBytes;
}
