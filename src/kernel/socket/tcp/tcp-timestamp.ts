/**
 * The clock of the time stamp option: milliseconds since the start, int32 that wrap, without the connection's offset
 * (Linux: tcp_time_stamp_ts, tcp_skb_timestamp_ts; RFC 7323).
 */
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';

/** Now. */
export function tcpTimeStampTs(sk: TcpSock): number {
  return Math.floor(sk.ns.machine.sched.now / 1_000_000) | 0;
}

/** When the segment was last sent. */
export function tcpSkbTimestampTs(sk: TcpSock, segment: TcpSegment): number {
  const nowUs = Math.floor(sk.ns.machine.sched.now / 1000);
  return Math.floor((nowUs - ((nowUs - segment.mstampUs) | 0)) / 1000) | 0;
}
