/**
 * SYN cookies: a handshake of which nothing is kept (RFC 4987 3.6; Linux: net/ipv4/syncookies.c). The sequence number
 * tells which MSS was asked for, the low bits of the time stamp the other options.
 */
import type { Netns } from '../../netns.ts';
import type { TcpIncoming } from './tcp-incoming.ts';
import type { TcpListener } from './tcp-listener.ts';
import type { TcpRequest } from './tcp-request.ts';
import type { TcpOptionsReceived } from './tcp-sock.ts';

const COOKIE_BITS = 24;
const COOKIE_MASK = (1 << COOKIE_BITS) - 1;
/** Cookies are good for so many minutes. */
const MAX_AGE_MINUTES = 2;
const MINUTE_NS = 60_000_000_000;
const MSS_TABLE: readonly number[] = [536, 1300, 1440, 1460];

const TS_BITS = 6;
const TS_WSCALE_MASK = 0xf;
const TS_SACK = 1 << 4;
const TS_ECN = 1 << 5;

const FIRST_HASH = 16;
const SECOND_HASH = 17;

/** The four-tuple that a cookie is for. */
export type CookieEnds = Pick<TcpRequest, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>;

function hashOf(ns: Netns, ends: CookieEnds, count: number, which: number): number {
  const ports = (ends.remotePort << 16) | ends.localPort;
  return ns.tcp.secrets.hash(which, ends.localAddress, ends.remoteAddress, ports, count);
}

const minuteOf = (ns: Netns): number => Math.floor(ns.machine.sched.now / MINUTE_NS);

/** Twin of __cookie_v4_init_sequence: the sequence number of the SYN,ACK; the MSS becomes one of the table. */
export function cookieInitSequence(req: TcpRequest): number {
  const { ns, listener } = req.listener;
  listener!.hasOverflowed = true;
  listener!.overflowNs = ns.machine.sched.now;
  ns.mib.tcpExt.SyncookiesSent++;
  let index = MSS_TABLE.length - 1;
  while (index > 0 && req.mss < MSS_TABLE[index]!) index--;
  req.mss = MSS_TABLE[index]!;
  const count = minuteOf(ns);
  const data = (hashOf(ns, req, count, SECOND_HASH) + index) & COOKIE_MASK;
  return (hashOf(ns, req, 0, FIRST_HASH) + req.rcvIsn + (count << COOKIE_BITS) + data) | 0;
}

/** Twin of __cookie_v4_check: the MSS that the cookie tells of, 0 when it is none of ours. */
function cookieCheck(ns: Netns, ends: CookieEnds, incoming: TcpIncoming): number {
  const seq = (incoming.seq - 1) | 0;
  const cookie = (incoming.ackSeq - 1 - hashOf(ns, ends, 0, FIRST_HASH) - seq) | 0;
  const count = minuteOf(ns);
  const age = (count - (cookie >>> COOKIE_BITS)) & 0xff;
  if (age >= MAX_AGE_MINUTES) return 0;
  const index = (cookie - hashOf(ns, ends, count - age, SECOND_HASH)) & COOKIE_MASK;
  return MSS_TABLE[index] ?? 0;
}

/** Twin of cookie_tcp_check's beginning: the MSS of a cookie that was lately sent and comes back; 0 otherwise. */
export function cookieMss(ns: Netns, queue: TcpListener, ends: CookieEnds, incoming: TcpIncoming): number {
  if (!queue.hasOverflowed) return 0;
  if (ns.machine.sched.now - queue.overflowNs > MAX_AGE_MINUTES * MINUTE_NS) return 0;
  const mss = cookieCheck(ns, ends, incoming);
  if (mss === 0) ns.mib.tcpExt.SyncookiesFailed++;
  else ns.mib.tcpExt.SyncookiesRecv++;
  return mss;
}

/** Twin of cookie_init_timestamp: the time stamp of now or shortly before, with the options in its lowest bits. */
export function cookieInitTimestamp(req: TcpRequest, nowMs: number): number {
  let options = req.wscaleOk ? req.sndWscale : TS_WSCALE_MASK;
  if (req.sackOk) options |= TS_SACK;
  if (req.ecnOk) options |= TS_ECN;
  const stamp = ((nowMs >> TS_BITS) << TS_BITS) | options;
  return stamp > nowMs ? stamp - (1 << TS_BITS) : stamp;
}

/** Twin of cookie_timestamp_decode: false when it names what is not to be had any more. */
export function cookieTimestampDecode(ns: Netns, options: TcpOptionsReceived): boolean {
  const { tcp } = ns.sysctls;
  if (!options.sawTstamp) return true;
  if (tcp.timestamps === 0) return false;
  options.tstampOk = true;
  options.sackOk = (options.rcvTsecr & TS_SACK) !== 0;
  if (options.sackOk && tcp.sack === 0) return false;
  if ((options.rcvTsecr & TS_WSCALE_MASK) === TS_WSCALE_MASK) return true;
  options.wscaleOk = true;
  options.sndWscale = options.rcvTsecr & TS_WSCALE_MASK;
  return tcp.windowScaling !== 0;
}

/** Whether the time stamp says that ECN was agreed on (twin of cookie_ecn_ok). */
export function cookieEcnOk(ns: Netns, options: TcpOptionsReceived): boolean {
  return options.sawTstamp && (options.rcvTsecr & TS_ECN) !== 0 && ns.sysctls.tcp.ecn !== 0;
}
