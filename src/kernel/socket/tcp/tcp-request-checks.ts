/** Checks of segments for what is no full socket: requests and TIME_WAIT (Linux: tcp_minisocks.c, net/tcp.h). */
import { tcpClockUs } from './tcp-timestamp.ts';
import { seqAfter, seqBefore } from '../../../base/sequence.ts';
import * as tcp from '../../../wire/tcp.ts';
import type { Netns } from '../../netns.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpOptionsReceived } from './tcp-sock.ts';

/** RFC 7323 5.5: after so long a time stamp may have wrapped. */
const PAWS_24DAYS_SECONDS = 24 * 24 * 60 * 60;
const PAWS_MSL_SECONDS = 60;

/** Seconds since the start, never 0: what time stamps are noted with (ktime_get_seconds). */
export function tcpSeconds(ns: Netns): number {
  return Math.floor(ns.machine.sched.now / 1_000_000_000) + 1;
}

/** Twin of tcp_paws_reject. */
export function tcpPawsReject(ns: Netns, options: TcpOptionsReceived, isReset: boolean): boolean {
  const age = tcpSeconds(ns) - options.tsRecentStamp;
  const isFresh = ((options.tsRecent - options.rcvTsval) | 0) <= 0 || age >= PAWS_24DAYS_SECONDS;
  if (isFresh || options.tsRecent === 0) return false;
  return !(isReset && age >= PAWS_MSL_SECONDS);
}

/** Twin of tcp_in_window. */
export function tcpInWindow(seq: number, endSeq: number, start: number, end: number): boolean {
  if (seq === start) return true;
  if (seqAfter(endSeq, start) && seqBefore(seq, end)) return true;
  return seq === end && seq === endSeq;
}

/** Whoever answers what is out of the window. */
export interface OowAcker {
  hasOowAck: boolean;
  lastOowAckUs: number;
}

type OowCounter = 'TCPACKSkippedSynRecv' | 'TCPACKSkippedFinWait2' | 'TCPACKSkippedTimeWait';

/** Twin of tcp_oow_rate_limited: data and FIN are always answered, the rest so often only. */
export function tcpOowIsLimited(ns: Netns, incoming: TcpIncoming, acker: OowAcker, counter: OowCounter): boolean {
  if (incoming.seq !== incoming.endSeq && (incoming.tcpFlags & tcp.FLAG_SYN) === 0) return false;
  return tcpChallengeIsLimited(ns, acker, counter);
}

/** Twin of __tcp_oow_rate_limited. */
export function tcpChallengeIsLimited(ns: Netns, acker: OowAcker, counter: OowCounter): boolean {
  const nowUs = tcpClockUs(ns);
  if (acker.hasOowAck) {
    const elapsedUs = (nowUs - acker.lastOowAckUs) | 0;
    if (elapsedUs >= 0 && elapsedUs < ns.sysctls.tcp.invalidRatelimitNs / 1000) {
      ns.mib.tcpExt[counter]++;
      return true;
    }
  }
  acker.hasOowAck = true;
  acker.lastOowAckUs = nowUs;
  return false;
}
