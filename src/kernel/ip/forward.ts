/**
 * Forwarding between interfaces (RFC 1812 5.2; Linux: ip_forward, ip_error).
 */
import { Drop } from '../../link/drop.ts';
import type { Frame } from '../../link/frame.ts';
import * as icmp from '../../wire/icmp.ts';
import * as ipv4 from '../../wire/ipv4.ts';
import type { NetDevice } from '../netdev.ts';
import type { Netns } from '../netns.ts';
import { forwardMtu } from './fnhe.ts';
import { icmpSend } from './icmp-send.ts';
import { ipOutputSized, traceRoute } from './output.ts';
import type { DstEntry } from './route.ts';
import { DST_BLACKHOLE, DST_PROHIBIT, DST_UNREACHABLE } from './route.ts';

/** Twin of ip_forward: `entry` leads to another host. Takes ownership. */
export function ipForward(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): void {
  const stats = ns.machine.stats;
  if (dev.conf.forwarding === 0) {
    ns.mib.ipInAddrErrors++;
    stats.drop(frame, Drop.IP_INADDRERRORS, dev);
    return;
  }
  const v = frame.slab.view;
  const l3 = frame.l3;
  if (ipv4.ttl(v, l3) <= 1) {
    ns.mib.ipInHdrErrors++;
    icmpSend(ns, frame, icmp.TIME_EXCEEDED, icmp.TTL_EXCEEDED, 0);
    stats.drop(frame, Drop.IP_INHDR, dev);
    return;
  }
  ns.mib.ipForwDatagrams++;
  const out = entry.dev!;
  const mtu = entry.exception === null ? out.mtu : forwardMtu(ns, entry);
  const isTooLong = frame.tail - l3 > mtu;
  if (isTooLong && (ipv4.flagsFragment(v, l3) & ipv4.DF) !== 0) {
    ns.mib.ipFragFails++;
    icmpSend(ns, frame, icmp.DEST_UNREACH, icmp.FRAG_NEEDED, mtu);
    stats.drop(frame, Drop.PKT_TOO_BIG, dev);
    return;
  }
  ipv4.decrementTtl(v, l3);
  frame.bridgeHops = 0;
  if (stats.trace !== null) traceRoute(ns, frame, entry, 'forward');
  ipOutputSized(ns, entry, out, frame, mtu);
}

/** Twin of ip_error: no route, or one that says no. Takes ownership. */
export function ipUnroutable(ns: Netns, dev: NetDevice, frame: Frame, entry: DstEntry): void {
  const stats = ns.machine.stats;
  if (entry.type === DST_BLACKHOLE) {
    stats.drop(frame, Drop.IP_INNOROUTES, dev);
    return;
  }
  if (dev.conf.forwarding === 0) {
    ns.mib.ipInAddrErrors++;
    stats.drop(frame, Drop.IP_INADDRERRORS, dev);
    return;
  }
  let code: number = icmp.NET_UNREACH;
  if (entry.type === DST_UNREACHABLE) code = icmp.HOST_UNREACH;
  else if (entry.type === DST_PROHIBIT) code = icmp.ADMIN_PROHIBITED;
  else ns.mib.ipInNoRoutes++;
  const mayTell = ns.icmpLimits.allowRouteError(ipv4.src(frame.slab.view, frame.l3), ns.machine.sched.now);
  if (mayTell) icmpSend(ns, frame, icmp.DEST_UNREACH, code, 0);
  stats.drop(frame, Drop.IP_INNOROUTES, dev);
}
