/**
 * What all messages of the kernel's own ICMP have in common: the two rate limits and the way out (Linux:
 * icmpv4_global_allow, icmpv4_xrlim_allow, icmp_push_reply).
 */
import type { Ip4 } from '../../base/addr.ts';
import type { Frame } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { Netns } from '../netns.ts';
import type { OutgoingOptions } from './ip-options-echo.ts';
import { ipSendOptions } from './output-options.ts';
import { ipSend } from './output.ts';
import type { DstEntry } from './route.ts';
import { DST_MULTICAST } from './route.ts';

/** NR_ICMP_TYPES */
const TYPE_MAX = 18;
/** What stands for a host without any address (RFC 7600; Linux: INADDR_DUMMY). */
const DUMMY_ADDRESS: Ip4 = 0xc0000008 | 0;

/** A message is on its way out. */
let isSending = false;

/** Twin of icmp_xmit_lock: what happens to a message on its way out is not told by another one. */
export function icmpMaySend(): boolean {
  return !isSending;
}

/** Whether a message is subject to no limit, is within the namespace's, or is over it. */
export type GlobalLimit = 'free' | 'limited' | 'denied';

/** Whether the namespace as a whole may send one more of this kind; what came over lo is not asked about. */
export function icmpGlobalAllow(ns: Netns, type: number, code: number, isFromLoopback: boolean): GlobalLimit {
  if (isFromLoopback || type > TYPE_MAX) return 'free';
  // Path MTU discovery is not limited.
  if (type === icmp.DEST_UNREACH && code === icmp.FRAG_NEEDED) return 'free';
  const { sysctls } = ns;
  if (((sysctls.icmpRatemask >>> type) & 1) === 0) return 'free';
  const now = ns.machine.sched.now;
  if (ns.icmpLimits.allowGlobal(now, sysctls.icmpMsgsPerSecond, sysctls.icmpMsgsBurst)) return 'limited';
  ns.mib.icmpOutRateLimitGlobal++;
  return 'denied';
}

/** Whether one more message may go to `dst`; takes it off both purses. */
export function icmpPeerAllow(ns: Netns, dst: DstEntry, limit: GlobalLimit): boolean {
  if (limit === 'free') return true;
  const isLocal = dst.dev?.isLoopback === true;
  if (!isLocal && !ns.icmpLimits.allowPeer(dst.dst, ns.machine.sched.now, ns.sysctls.icmpRatelimitNs)) {
    ns.mib.icmpOutRateLimitHost++;
    return false;
  }
  ns.icmpLimits.useGlobal();
  return true;
}

/** A frame for an ICMP message of so many bytes behind a header with options; `l4` and `tail` stand. */
export function takeIcmpFrame(ns: Netns, optlen: number, messageBytes: number): Frame {
  const headerLen = ipv4.HEADER_LEN + optlen;
  const frame = ns.machine.stats.take(headerLen + messageBytes);
  frame.l4 = frame.l3 + headerLen;
  frame.tail = frame.l4 + messageBytes;
  return frame;
}

/** Sends the message that stands at `frame.l4` without its checksum. `peer` is whom it is for in the end. */
export function icmpPush(
  ns: Netns,
  dst: DstEntry,
  frame: Frame,
  source: Ip4,
  peer: Ip4,
  tos: number,
  options: OutgoingOptions | null,
): void {
  const { slab, l4 } = frame;
  const src = source === 0 ? DUMMY_ADDRESS : source;
  icmp.setChecksum(slab.view, l4, icmp.computeChecksum(slab, l4, frame.tail - l4));
  const type = icmp.type(slab.view, l4);
  // Linux counts all its answers as those to echo requests: icmp_reply leaves fl4_icmp_type at 0.
  ns.mib.countIcmpOut(type === icmp.TIMESTAMP_REPLY ? icmp.ECHO_REPLY : type);
  frame.ignoreDf = true;
  const id = ns.idents.select(src, dst.dst, ipv4.PROTO_ICMP, 1);
  // Only a source route can lead to a group, and that no further than one hop.
  const ttl = dst.type === DST_MULTICAST ? 1 : ns.sysctls.ipDefaultTtl;
  isSending = true;
  try {
    const isPlain = options === null || options.opt.optlen === 0;
    if (isPlain) ipSend(ns, dst, frame, src, ipv4.PROTO_ICMP, tos, ttl, 0, id);
    else ipSendOptions(ns, dst, frame, src, ipv4.PROTO_ICMP, tos, ttl, 0, id, options, peer);
  } finally {
    isSending = false;
  }
}
