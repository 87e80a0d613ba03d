/**
 * ICMP errors about datagrams that could not be delivered (RFC 792, RFC 1122 3.2.2, RFC 1812 4.3; Linux: icmp_send).
 *
 *   | IP, TOS 0xc0 | type | code | checksum | rest | quoted IP header and as much data as fits 576 bytes in all |
 */
import type { Ip4 } from '../../base/addr.ts';
import { isMulticastIp4 } from '../../base/addr.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_HOST } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Netns } from '../netns.ts';
import { ipSend, routeForReply } from './output.ts';
import type { DstEntry } from './route.ts';
import { DST_BROADCAST, DST_LOCAL, DST_MULTICAST, ipRouteInput } from './route.ts';

/** RFC 1812 4.3.2.3: an error is at most this long, its own IP header included. */
const ERROR_BYTES_MAX = 576;
/** Internetwork control (RFC 1812 4.3.2.5), and the bits of the offending TOS that are kept. */
const TOS_INTERNETWORK_CONTROL = 0xc0;
const TOS_KEPT = 0x1e;

/**
 * Sends an error about `about`, which stays the caller's: its IP header stands at `about.l3`. `info` is the MTU for
 * FRAG_NEEDED, else 0. Silent where the RFCs and the rate limits say so.
 */
export function icmpSend(ns: Netns, about: Frame, type: number, code: number, info: number): void {
  if (!mayReport(ns, about)) return;
  const v = about.slab.view;
  const offender: Ip4 = ipv4.src(v, about.l3);
  const dst = routeForReply(ns, offender);
  if (dst?.dev === undefined || dst.dev === null || !icmpAllow(ns, dst, type, code)) return;
  const aboutDst = ipv4.dst(v, about.l3);
  const src = ipRouteInput(ns, aboutDst).type === DST_LOCAL ? aboutDst : dst.src;
  const room = Math.min(dst.dev.mtu, ERROR_BYTES_MAX) - ipv4.HEADER_LEN - icmp.HEADER_LEN;
  const quotedBytes = Math.min(about.tail - about.l3, room);
  const tos = (ipv4.tos(v, about.l3) & TOS_KEPT) | TOS_INTERNETWORK_CONTROL;

  const stats = ns.machine.stats;
  const frame = stats.take(ipv4.HEADER_LEN + icmp.HEADER_LEN + quotedBytes);
  const slab = frame.slab;
  frame.l4 = frame.l3 + ipv4.HEADER_LEN;
  frame.tail = frame.l4 + icmp.HEADER_LEN + quotedBytes;
  icmp.writeError(slab.view, frame.l4, type, code, info);
  slab.bytes.copyWithin(frame.l4 + icmp.HEADER_LEN, about.l3, about.l3 + quotedBytes);
  icmp.setChecksum(slab.view, frame.l4, icmp.computeChecksum(slab, frame.l4, frame.tail - frame.l4));
  ns.mib.icmpOutMsgs++;
  const id = ns.idents.select(src, offender, ipv4.PROTO_ICMP, ns.machine.sched.now, 1);
  ipSend(ns, dst, frame, src, ipv4.PROTO_ICMP, tos, ns.sysctls.ipDefaultTtl, 0, id);
}

/** RFC 1122 3.2.2: never about broadcasts, later fragments, or other errors. */
function mayReport(ns: Netns, about: Frame): boolean {
  const v = about.slab.view;
  const l3 = about.l3;
  if (about.packetType !== PACKET_HOST || ipv4.fragmentOffset(v, l3) !== 0) return false;
  const src = ipv4.src(v, l3);
  if (src === 0 || src === -1 || isMulticastIp4(src)) return false;
  const target = ipRouteInput(ns, ipv4.dst(v, l3)).type;
  if (target === DST_BROADCAST || target === DST_MULTICAST) return false;
  if (ipv4.protocol(v, l3) !== ipv4.PROTO_ICMP) return true;
  const l4 = l3 + ipv4.headerLen(v, l3);
  return l4 + icmp.HEADER_LEN <= about.tail && icmp.isQueryType(icmp.type(v, l4));
}

/**
 * Whether one more message may go to `dst` now. Twins of icmpv4_mask_allow, icmpv4_global_allow, icmpv4_xrlim_allow.
 */
export function icmpAllow(ns: Netns, dst: DstEntry, type: number, code: number): boolean {
  if (type === icmp.DEST_UNREACH && code === icmp.FRAG_NEEDED) return true;
  const { sysctls, icmpLimits } = ns;
  if (((sysctls.icmpRatemask >>> type) & 1) === 0) return true;
  const now = ns.machine.sched.now;
  const isAllowed =
    icmpLimits.allowGlobal(now, sysctls.icmpMsgsPerSecond, sysctls.icmpMsgsBurst) &&
    (dst.type === DST_LOCAL || icmpLimits.allowPeer(dst.dst, now, sysctls.icmpRatelimitNs));
  if (isAllowed) icmpLimits.useGlobal();
  else ns.mib.icmpOutRateLimit++;
  return isAllowed;
}
