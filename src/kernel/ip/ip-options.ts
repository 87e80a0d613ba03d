/**
 * The options of IPv4 headers as they are read, filled in and answered (RFC 791 3.1; Linux: net/ipv4/ip_options.c).
 * All offsets count from the start of the IP header. Slow path: hardly a datagram has options.
 *
 *   record route      | 7 | length | pointer | address … |
 *   timestamp         | 68 | length | pointer | overflow, kind | time … or address, time … |
 *   source routes     | 131 or 137 | length | pointer | address … |
 *   router alert      | 148 | 4 | 0 | 0 |
 */
import type { Ip4 } from '../../base/addr.ts';
import { isMulticastIp4 } from '../../base/addr.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Netns } from '../netns.ts';
import { DST_BROADCAST, DST_LOCAL, ipRouteInput } from './route.ts';

/** What a header's options say, and what is to be done about them (struct ip_options). 0 = there is none. */
export interface IpOptions {
  optlen: number;
  srr: number;
  rr: number;
  ts: number;
  cipso: number;
  routerAlert: number;
  isStrictRoute: boolean;
  /** The source route names this host and goes on: to whom. */
  srrIsHit: boolean;
  nextHop: Ip4;
  rrNeedsAddress: boolean;
  tsNeedsAddress: boolean;
  tsNeedsTime: boolean;
  /** Where a source route of this host leads first. */
  firstHop: Ip4;
}

/** The commercial security option (FIPS 188). */
const OPTION_CIPSO = 134;
const CIPSO_LEN_MIN = 8;
/** Kinds of timestamps: times only, each with its address, only those of the addresses given. */
export const TS_TSONLY = 0;
export const TS_TSANDADDR = 1;
export const TS_PRESPEC = 3;
const DAY_MS = 86_400_000;

/** Nothing found yet. */
export function makeIpOptions(optlen: number): IpOptions {
  return {
    optlen,
    srr: 0,
    rr: 0,
    ts: 0,
    cipso: 0,
    routerAlert: 0,
    isStrictRoute: false,
    srrIsHit: false,
    nextHop: 0,
    rrNeedsAddress: false,
    tsNeedsAddress: false,
    tsNeedsTime: false,
    firstHop: 0,
  };
}

/** Milliseconds since midnight UT (RFC 792, RFC 781; Linux: inet_current_timestamp). */
export function currentTimestamp(ns: Netns): number {
  const { sched, epochSeconds } = ns.machine;
  return (epochSeconds * 1000 + Math.floor(sched.now / 1_000_000)) % DAY_MS;
}

/** Whether an address is another host's, neither this host's own nor a broadcast (inet_addr_type). */
export function isUnicastOfOthers(ns: Netns, address: Ip4): boolean {
  if (address === 0 || address === -1 || isMulticastIp4(address)) return false;
  const { type } = ipRouteInput(ns, address);
  return type !== DST_LOCAL && type !== DST_BROADCAST;
}

/**
 * Reads the options of the header at `l3` and fills in what this host is asked for (__ip_options_compile). `specDst` is
 * the address that stands for this host; null reads a program's own options, which are not filled in yet. Answers 0, or
 * the offset of the byte that is wrong: what a parameter problem points at.
 */
export function compileOptions(ns: Netns, v: DataView, l3: number, opt: IpOptions, specDst: Ip4 | null): number {
  let at = l3 + ipv4.HEADER_LEN;
  const end = at + opt.optlen;
  while (at < end) {
    const kind = v.getUint8(at);
    if (kind === ipv4.OPTION_END) {
      for (at++; at < end; at++) v.setUint8(at, ipv4.OPTION_END);
      return 0;
    }
    if (kind === ipv4.OPTION_NOP) {
      at++;
      continue;
    }
    if (end - at < 2) return at - l3;
    const length = v.getUint8(at + 1);
    if (length < 2 || length > end - at) return at - l3;
    const bad = compileOne(ns, v, l3, at, opt, specDst);
    if (bad !== 0) return bad;
    at += length;
  }
  return 0;
}

function compileOne(ns: Netns, v: DataView, l3: number, at: number, opt: IpOptions, specDst: Ip4 | null): number {
  switch (v.getUint8(at)) {
    case ipv4.OPTION_SSRR:
    case ipv4.OPTION_LSRR:
      return compileSourceRoute(v, l3, at, opt, specDst === null);
    case ipv4.OPTION_RECORD_ROUTE:
      return compileRecordRoute(v, l3, at, opt, specDst);
    case ipv4.OPTION_TIMESTAMP:
      return compileTimestamp(ns, v, l3, at, opt, specDst);
    case ipv4.OPTION_ROUTER_ALERT:
      if (v.getUint8(at + 1) < 4) return at + 1 - l3;
      if (v.getUint16(at + 2) === 0) opt.routerAlert = at - l3;
      return 0;
    case OPTION_CIPSO:
      if (opt.cipso !== 0) return at - l3;
      opt.cipso = at - l3;
      // No domain of interpretation is known to a host without labels (cipso_v4_validate).
      return at + (v.getUint8(at + 1) < CIPSO_LEN_MIN ? 1 : 2) - l3;
    default:
      return 0;
  }
}

function compileSourceRoute(v: DataView, l3: number, at: number, opt: IpOptions, isOwn: boolean): number {
  const length = v.getUint8(at + 1);
  if (length < 3) return at + 1 - l3;
  if (v.getUint8(at + 2) < 4) return at + 2 - l3;
  // RFC 1812 5.2.4.1: there is at most one.
  if (opt.srr !== 0) return at - l3;
  if (isOwn) {
    if (v.getUint8(at + 2) !== 4 || length < 7 || ((length - 3) & 3) !== 0) return at + 1 - l3;
    // The first hop is whom to send to; the last place is kept for the destination.
    opt.firstHop = v.getInt32(at + 3);
    for (let i = at + 3; i + 4 < at + length; i++) v.setUint8(i, v.getUint8(i + 4));
  }
  opt.isStrictRoute = v.getUint8(at) === ipv4.OPTION_SSRR;
  opt.srr = at - l3;
  return 0;
}

function compileRecordRoute(v: DataView, l3: number, at: number, opt: IpOptions, specDst: Ip4 | null): number {
  if (opt.rr !== 0) return at - l3;
  const length = v.getUint8(at + 1);
  if (length < 3) return at + 1 - l3;
  const pointer = v.getUint8(at + 2);
  if (pointer < 4) return at + 2 - l3;
  if (pointer <= length) {
    if (pointer + 3 > length) return at + 2 - l3;
    if (specDst !== null) v.setInt32(at + pointer - 1, specDst);
    v.setUint8(at + 2, pointer + 4);
    opt.rrNeedsAddress = true;
  }
  opt.rr = at - l3;
  return 0;
}

function compileTimestamp(ns: Netns, v: DataView, l3: number, at: number, opt: IpOptions, specDst: Ip4 | null): number {
  if (opt.ts !== 0) return at - l3;
  const length = v.getUint8(at + 1);
  if (length < 4) return at + 1 - l3;
  const pointer = v.getUint8(at + 2);
  if (pointer < 5) return at + 2 - l3;
  const bad = fillTimestamp(ns, v, at, opt, specDst);
  if (bad !== 0) return at + bad - l3;
  opt.ts = at - l3;
  return 0;
}

/** Notes the time where there is room; answers the offset of what is wrong within the option, or 0. */
function fillTimestamp(ns: Netns, v: DataView, at: number, opt: IpOptions, specDst: Ip4 | null): number {
  const length = v.getUint8(at + 1);
  const pointer = v.getUint8(at + 2);
  const kind = v.getUint8(at + 3) & 0xf;
  if (pointer > length) {
    if (kind === TS_PRESPEC) return 0;
    const overflow = v.getUint8(at + 3) >>> 4;
    if (overflow === 15) return 3;
    if (specDst !== null) v.setUint8(at + 3, kind | ((overflow + 1) << 4));
    return 0;
  }
  if (pointer + 3 > length) return 2;
  const place = at + pointer - 1;
  if (kind === TS_TSONLY) {
    if (specDst !== null) v.setUint32(place, currentTimestamp(ns));
    opt.tsNeedsTime = true;
    v.setUint8(at + 2, pointer + 4);
    return 0;
  }
  if (kind !== TS_TSANDADDR && kind !== TS_PRESPEC) return 0;
  if (pointer + 7 > length) return 2;
  // The time of another host is not this host's to give.
  if (kind === TS_PRESPEC && isUnicastOfOthers(ns, v.getInt32(place))) return 0;
  if (specDst !== null) {
    if (kind === TS_TSANDADDR) v.setInt32(place, specDst);
    v.setUint32(place + 4, currentTimestamp(ns));
  }
  opt.tsNeedsAddress = kind === TS_TSANDADDR;
  opt.tsNeedsTime = true;
  v.setUint8(at + 2, pointer + 8);
  return 0;
}
