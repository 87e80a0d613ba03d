/**
 * The clocks of TCP, int32 that wrap: microseconds for what is measured, and milliseconds for the time stamp option,
 * without the connection's offset (Linux: tcp_clock_us, tcp_time_stamp_ts, tcp_skb_timestamp_ts; RFC 7323). A machine
 * has been up for a second when a run begins, so that no time of interest is 0, which means none.
 */
import type { Netns } from '../../netns.ts';
import type { TcpSegment } from './tcp-segment.ts';
import type { TcpSock } from './tcp-sock.ts';

const UP_BEFORE_MS = 1000;
const UP_BEFORE_US = 1_000_000;

/** Microseconds. */
export function tcpClockUs(ns: Netns): number {
  return (Math.floor(ns.machine.sched.now / 1000) + UP_BEFORE_US) | 0;
}

/** Milliseconds. */
export function tcpClockMs(ns: Netns): number {
  return (Math.floor(ns.machine.sched.now / 1_000_000) + UP_BEFORE_MS) | 0;
}

/** Now, for the time stamp option. */
export function tcpTimeStampTs(sk: TcpSock): number {
  return tcpClockMs(sk.ns);
}

/** When the segment was last sent. */
export function tcpSkbTimestampTs(sk: TcpSock, segment: TcpSegment): number {
  const nowUs = Math.floor(sk.ns.machine.sched.now / 1000) + UP_BEFORE_US;
  return Math.floor((nowUs - ((nowUs - segment.mstampUs) | 0)) / 1000) | 0;
}
