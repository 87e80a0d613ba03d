/**
 * Forwarding between interfaces (RFC 1812 5.2; Linux: ip_forward, ip_forward_options, ip_error).
 */
import type { DropReason } from '../../link/drop.ts';
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import { PACKET_HOST } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ethernet from '../../wire/ethernet.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { NF_INET_FORWARD } from '../nf/hooks.ts';
import { forwardMtu } from './fnhe.ts';
import { icmpSend } from './icmp-send.ts';
import type { IpOptions } from './ip-options.ts';
import { ipOutputSized, traceRoute } from './output.ts';
import { sendRedirect } from './redirect.ts';
import { XFRM_POLICY_FWD } from '../xfrm/policy.ts';
import type { DstEntry } from './route.ts';
import { DST_BLACKHOLE, DST_PROHIBIT, DST_UNREACHABLE } from './route.ts';

/** Twin of ip_forward: `entry` leads to another host. Takes ownership. */
export function ipForward(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): void {
  const v = frame.slab.view;
  const l3 = frame.l3;
  // Nobody sends to another host by a broadcast.
  if (dev.conf.forwarding === 0 || frame.packetType !== PACKET_HOST || ipv4.ttl(v, l3) <= 1) {
    refuseToForward(ns, dev, frame);
    return;
  }
  // What its sender thought of fragmenting ended with the sender (skb_scrub_packet).
  if (frame.fragMaxSize === 0) frame.ignoreDf = false;
  if (frame.options !== null && breaksStrictRoute(ns, dev, frame, entry)) return;
  ns.mib.ipForwDatagrams++;
  const out = entry.dev!;
  if (ns.xfrm !== null && !ns.xfrm.checkPolicy(XFRM_POLICY_FWD, dev, frame)) return;
  const mtu = entry.hasOwnMtu ? forwardMtu(ns, entry) : out.mtu;
  const room = ns.xfrm === null ? mtu : ns.xfrm.mtuFor(frame, out, mtu);
  if (frame.tail - l3 > room && exceedsMtu(ns, dev, frame, room)) return;
  ipv4.decrementTtl(v, l3);
  frame.bridgeHops = 0;
  if (out === dev) redirectUnlessRouted(ns, dev, frame, entry);
  if (ns.machine.stats.trace !== null) traceRoute(ns, frame, entry, 'forward');
  const passed = ns.netfilter === null ? frame : ns.netfilter.run(NF_INET_FORWARD, frame, dev, out);
  if (passed === null) return;
  if (passed.options !== null) forwardOptions(passed, entry);
  ipOutputSized(ns, entry, out, passed, mtu);
}

/** Why a frame is not forwarded, whatever the way: told to its sender, and dropped. Slow path. */
function refuseToForward(ns: Netns, dev: NetDevice, frame: Frame): void {
  const stats = ns.machine.stats;
  if (dev.conf.forwarding === 0) {
    ns.mib.ipInAddrErrors++;
    stats.drop(frame, Drop.IP_INADDRERRORS, dev);
  } else if (frame.packetType !== PACKET_HOST) {
    stats.drop(frame, Drop.NOT_SPECIFIED, dev);
  } else {
    if (frame.fragMaxSize === 0) frame.ignoreDf = false;
    ns.mib.ipInHdrErrors++;
    icmpSend(ns, frame, icmp.TIME_EXCEEDED, icmp.TTL_EXCEEDED, 0);
    stats.drop(frame, Drop.IP_INHDR, dev);
  }
}

/**
 * Twin of ip_exceeds_mtu for a datagram longer than the way takes: what was put together here counts as long as its
 * longest piece. Tells the sender and drops it if it must not be cut. Slow path.
 */
function exceedsMtu(ns: Netns, dev: NetDevice, frame: Frame, mtu: number): boolean {
  if ((ipv4.flagsFragment(frame.slab.view, frame.l3) & ipv4.DF) === 0) return false;
  if (frame.fragMaxSize <= mtu && frame.ignoreDf) return false;
  ns.mib.ipFragFails++;
  icmpSend(ns, frame, icmp.DEST_UNREACH, icmp.FRAG_NEEDED, mtu);
  ns.machine.stats.drop(frame, Drop.PKT_TOO_BIG, dev);
  return true;
}

/** The next place of a strict source route must be a neighbour. Drops the frame if it is none. Slow path. */
function breaksStrictRoute(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): boolean {
  if (!(frame.options as IpOptions).isStrictRoute || entry.gateway === 0) return false;
  icmpSend(ns, frame, icmp.DEST_UNREACH, icmp.SOURCE_ROUTE_FAILED, 0);
  ns.machine.stats.drop(frame, Drop.NOT_SPECIFIED, dev);
  return true;
}

/** Who prescribes the way is not told of a better one. Slow path. */
function redirectUnlessRouted(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): void {
  // A bridge that has sent it on already by what netfilter made of it has routed it without looking for better ways.
  if (frame.physIn !== null && isForAnother(dev, frame)) return;
  if (frame.options === null || (frame.options as IpOptions).srr === 0) sendRedirect(ns, dev, frame, entry);
}

function isForAnother(dev: NetDevice, frame: Frame): boolean {
  const v = frame.slab.view;
  return ethernet.dstLo(v, frame.head) !== dev.macLo || ethernet.dstHi(v, frame.head) !== dev.macHi;
}

/** Twin of ip_forward_options: the address under which the datagram leaves is recorded. Slow path. */
function forwardOptions(frame: Frame, entry: DstEntry): void {
  const opt = frame.options as IpOptions;
  const v = frame.slab.view;
  const { l3 } = frame;
  if (opt.rrNeedsAddress) v.setInt32(l3 + opt.rr + v.getUint8(l3 + opt.rr + 2) - 5, entry.src);
  if (opt.srrIsHit) {
    const at = l3 + opt.srr;
    const length = v.getUint8(at + 1);
    let pointer = v.getUint8(at + 2);
    while (pointer + 3 <= length && v.getInt32(at + pointer - 1) !== opt.nextHop) pointer += 4;
    if (pointer + 3 <= length) {
      ipv4.setDst(v, l3, opt.nextHop);
      v.setInt32(at + pointer - 1, entry.src);
      v.setUint8(at + 2, pointer + 4);
    }
    if (opt.tsNeedsAddress) v.setInt32(l3 + opt.ts + v.getUint8(l3 + opt.ts + 2) - 9, entry.src);
  }
  ipv4.updateHeaderChecksum(frame.slab, l3);
}

/** Twin of ip_error: no route, or one that says no. Takes ownership. */
export function ipUnroutable(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): void {
  const stats = ns.machine.stats;
  if (dev.conf.forwarding === 0) {
    ns.mib.ipInAddrErrors++;
    stats.drop(frame, Drop.IP_INADDRERRORS, dev);
    return;
  }
  if (entry.type === DST_BLACKHOLE) {
    stats.drop(frame, Drop.NOT_SPECIFIED, dev);
    return;
  }
  let reason: DropReason = Drop.NOT_SPECIFIED;
  let code: number = icmp.NET_UNREACH;
  if (entry.type === DST_UNREACHABLE) code = icmp.HOST_UNREACH;
  else if (entry.type === DST_PROHIBIT) code = icmp.ADMIN_PROHIBITED;
  else {
    ns.mib.ipInNoRoutes++;
    reason = Drop.IP_INNOROUTES;
  }
  const mayTell = ns.icmpLimits.allowRouteError(ipv4.src(frame.slab.view, frame.l3), ns.machine.sched.now);
  if (mayTell) icmpSend(ns, frame, icmp.DEST_UNREACH, code, 0);
  stats.drop(frame, reason, dev);
}
