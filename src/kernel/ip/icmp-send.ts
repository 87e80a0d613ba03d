/**
 * ICMP errors about datagrams that could not be delivered (RFC 792, RFC 1122 3.2.2, RFC 1812 4.3; Linux: icmp_send).
 *
 *   | IP, TOS 0xc0 | type | code | checksum | rest | quoted IP header and as much data as fits 576 bytes in all |
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_HOST } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { nfCtAttach } from '../nf/conntrack/attach.ts';
import { RT_SCOPE_LINK } from './fib.ts';
import { inDevBforward } from '../sysctl-conf.ts';
import { dstMtu } from './fnhe.ts';
import { icmpGlobalAllow, icmpMaySend, icmpPeerAllow, icmpPush, takeIcmpFrame } from './icmp-push.ts';
import { echoOptions } from './ip-options-echo.ts';
import type { OutgoingOptions } from './ip-options-echo.ts';
import type { IpOptions } from './ip-options.ts';
import { routeForReply } from './output.ts';
import { DST_BROADCAST, DST_LOCAL, DST_MULTICAST, ipRouteInput, inetSelectAddr } from './route.ts';

/** RFC 1812 4.3.2.3: an error is at most this long, its own IP header included. */
const ERROR_BYTES_MAX = 576;
/** Internetwork control (RFC 1812 4.3.2.5), and the bits of the offending TOS that are kept. */
const TOS_INTERNETWORK_CONTROL = 0xc0;
const TOS_KEPT = 0x1e;

/**
 * Sends an error about `about`, which stays the caller's: its IP header stands at `about.l3`. `info` is the second
 * word: the MTU of FRAG_NEEDED, the gateway of a redirect, the pointer shifted left by 24 of a parameter problem.
 * Silent where the RFCs and the rate limits say so.
 */
export function icmpSend(ns: Netns, about: Frame, type: number, code: number, info: number): void {
  if (!mayReport(ns, about)) return;
  const dev = about.dev as NetDevice | null;
  const limit = icmpGlobalAllow(ns, type, code, dev?.isLoopback === true);
  if (limit === 'denied' || !icmpMaySend()) return;
  const v = about.slab.view;
  const offender: Ip4 = ipv4.src(v, about.l3);
  const options = replyOptions(ns, about);
  if (options === undefined) return;
  const dst = routeForReply(ns, options === null || options.opt.srr === 0 ? offender : options.opt.firstHop);
  if (dst?.dev === undefined || dst.dev === null || !icmpPeerAllow(ns, dst, limit)) return;
  const optlen = options?.opt.optlen ?? 0;
  const room = Math.min(dstMtu(ns, dst), ERROR_BYTES_MAX) - ipv4.HEADER_LEN - optlen - icmp.HEADER_LEN;
  // An interface so narrow has no room for anything of use.
  if (room <= ipv4.HEADER_LEN) return;
  const quotedBytes = Math.min(about.tail - about.l3, room);
  const tos = (ipv4.tos(v, about.l3) & TOS_KEPT) | TOS_INTERNETWORK_CONTROL;
  const src = errorSource(ns, about, dev);

  const frame = takeIcmpFrame(ns, optlen, icmp.HEADER_LEN + quotedBytes);
  const slab = frame.slab;
  if (about.flows !== null) nfCtAttach(frame, about);
  icmp.writeError(slab.view, frame.l4, type, code, info);
  slab.bytes.copyWithin(frame.l4 + icmp.HEADER_LEN, about.l3, about.l3 + quotedBytes);
  icmpPush(ns, dst, frame, src === 0 ? dst.src : src, offender, tos, options);
}

/** Whose address an error has: whom the datagram was for, if that is this host; 0 leaves it to the route. */
function errorSource(ns: Netns, about: Frame, dev: NetDevice | null): Ip4 {
  const v = about.slab.view;
  const aboutDst = ipv4.dst(v, about.l3);
  if (ipRouteInput(ns, aboutDst).type === DST_LOCAL) return aboutDst;
  const usesInbound = ns.sysctls.icmpErrorsUseInboundIfaddr !== 0 && dev !== null;
  return usesInbound ? inetSelectAddr(dev, ipv4.src(v, about.l3), RT_SCOPE_LINK) : 0;
}

/** The options that go back: null for none, undefined where they cannot be answered. */
function replyOptions(ns: Netns, about: Frame): OutgoingOptions | null | undefined {
  if (about.options === null) return null;
  return echoOptions(ns, about.slab.view, about.l3, about.options as IpOptions) ?? undefined;
}

/** A router that forwards broadcasts takes them for datagrams like any other. */
function isForwarded(about: Frame): boolean {
  const dev = about.dev as NetDevice | null;
  return dev !== null && inDevBforward(dev) && ipv4.dst(about.slab.view, about.l3) !== -1;
}

/** RFC 1122 3.2.2: never about broadcasts, later fragments, or other errors. */
function mayReport(ns: Netns, about: Frame): boolean {
  const v = about.slab.view;
  const l3 = about.l3;
  if (about.packetType !== PACKET_HOST || ipv4.fragmentOffset(v, l3) !== 0) return false;
  const target = ipRouteInput(ns, ipv4.dst(v, l3)).type;
  if (target === DST_MULTICAST || (target === DST_BROADCAST && !isForwarded(about))) return false;
  if (ipv4.protocol(v, l3) !== ipv4.PROTO_ICMP) return true;
  const l4 = l3 + ipv4.headerLen(v, l3);
  return l4 < about.tail && icmp.isQueryType(icmp.type(v, l4));
}
